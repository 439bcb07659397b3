"""``/seals``: e-seals of licenses."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, Field

from sealservice.api.callers import may
from sealservice.api.creation import Created, OnceOnly
from sealservice.api.listing import Page, PageAsked
from sealservice.api.problems import problems
from sealservice.api.routing import ProblemRouter
from sealservice.api.services import Services
from sealservice.api.values import Failure, Id, Sent
from sealservice.kernel.actor import Actor, Permission
from sealservice.seals.model import Seal, SealKind, SealState

router: APIRouter = ProblemRouter("seals")

Reader = Annotated[Actor, may(Permission.SEALS_READ)]
Writer = Annotated[Actor, may(Permission.SEALS_WRITE)]


class SealWanted(Sent):
    """A wish for the official seal of a license."""

    license_id: Id = Field(examples=["lic_01kaqc5y6w8m9n3p4q5r6s7t8v"])


class SealShown(BaseModel):
    """An e-seal."""

    id: str = Field(examples=["seal_01kaqc5y6w8m9n3p4q5r6s7t8v"])
    license_id: str
    kind: SealKind
    name: str = Field(description="The text on its arc: the full name on the license.")
    state: SealState = Field(description="A seal can be used once it is `active`.")
    seal_code: str = Field(description="13 digits, given by the maker.")
    width_mm: float
    height_mm: float
    artwork_sha256: str | None
    certificate_sha256: str | None
    failure: Failure | None = Field(description="Why it could not be made.")
    created_at: datetime
    activated_at: datetime | None

    @classmethod
    def of(cls, seal: Seal) -> "SealShown":
        """Show a seal, without where its key is."""
        return cls(
            id=seal.id,
            license_id=seal.license_id,
            kind=seal.kind,
            name=seal.name,
            state=seal.state,
            seal_code=seal.seal_code,
            width_mm=seal.width_mm,
            height_mm=seal.height_mm,
            artwork_sha256=seal.artwork_sha256,
            certificate_sha256=seal.certificate_sha256,
            failure=Failure.of(seal.failure),
            created_at=seal.created_at,
            activated_at=seal.activated_at,
        )


@router.post(
    "/seals",
    status_code=201,
    response_model=SealShown,
    responses=problems(400, 401, 403, 404, 409, 413, 422),
    summary="Apply for an e-seal",
)
def apply(services: Services, actor: Writer, once: OnceOnly, wanted: SealWanted) -> Response:
    """Apply for the official seal of a license. It is made in the background: ask again for it."""

    def work() -> Created:
        return Created(SealShown.of(services.seals.apply(actor, wanted.license_id)))

    return once.run(actor, wanted, work)


@router.get("/seals", responses=problems(401, 403, 422), summary="List e-seals")
def page(services: Services, actor: Reader, paging: PageAsked) -> Page[SealShown]:
    """List the organisation's e-seals in the order of their birth."""
    return paging.page(
        lambda after, limit: services.seals.page(actor, after, limit),
        SealShown.of,
        lambda seal: seal.id,
    )


@router.get("/seals/{seal_id}", responses=problems(401, 403, 404), summary="Show an e-seal")
def show(services: Services, actor: Reader, seal_id: str) -> SealShown:
    """Show one e-seal."""
    return SealShown.of(services.seals.show(actor, seal_id))
