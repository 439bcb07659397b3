"""``/seals``: e-seals of licenses."""

from datetime import datetime
from typing import Annotated, Final

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, Field

from sealservice.api.callers import may
from sealservice.api.creation import Created, OnceOnly
from sealservice.api.listing import Page, PageAsked
from sealservice.api.problems import problems
from sealservice.api.routing import ProblemRouter
from sealservice.api.services import ApiServices, Services
from sealservice.api.values import Failure, Id, JsonEnum, Line, Sent
from sealservice.kernel.actor import Actor, Permission
from sealservice.seals.colour import Colour
from sealservice.seals.kinds import Wanted
from sealservice.seals.lifecycle import grounds_of
from sealservice.seals.model import Seal, SealKind, SealState
from sealservice.seals.service import SealWish

router: APIRouter = ProblemRouter("seals")

_PRIVATE: Final = {"Cache-Control": "private, no-store"}

Reader = Annotated[Actor, may(Permission.SEALS_READ)]
Writer = Annotated[Actor, may(Permission.SEALS_WRITE)]


class SealWanted(Sent):
    """A wish for a seal of a license; as it stands, for the official seal."""

    license_id: Id = Field(examples=["lic_01kaqc5y6w8m9n3p4q5r6s7t8v"])
    kind: JsonEnum[SealKind] = SealKind.OFFICIAL
    text: Line | None = Field(None, description="A department's, a branch's or a person's name.")
    number: int | None = Field(None, description="Of several of a kind, 1 to 99: （1）.")
    design: Id | None = Field(None, description="A design of this kind; without, the usual one.")
    colour: JsonEnum[Colour] = Colour.RED
    reason: str = "申请制章"
    reference: str | None = Field(None, description="What shows that it may be had.")

    def wish(self, services: ApiServices) -> SealWish:
        """Return the wish in the words of the service, once it is fit to be kept."""
        grounds = grounds_of(self.reason, services.limits, reference=self.reference)
        return SealWish(
            self.kind,
            Wanted(self.text, self.number),
            self.design,
            self.colour,
            reason=grounds.reason,
            evidence=grounds.evidence,
        )


class MakerShown(BaseModel):
    """Who made a seal (制章者), which is not who owns it."""

    name: str
    code: str = Field(description="Three digits in the seal code, after the area.")


class SealShown(BaseModel):
    """An e-seal as it stands now."""

    id: str = Field(examples=["seal_01kaqc5y6w8m9n3p4q5r6s7t8v"])
    license_id: str
    kind: SealKind
    name: str = Field(description="Its owner: the full name on the license.")
    line: str = Field(description="What tells it from others of its kind, e.g. （1）.")
    title: str = Field(description="Owner and kind in words, e.g. 示例公司 合同专用章（1）.")
    state: SealState = Field(description="A seal can be used while it is `active`.")
    seal_code: str = Field(description="13 digits, given by the maker.")
    maker: MakerShown
    design: str
    colour: Colour
    width_mm: float
    height_mm: float
    artwork_sha256: str | None
    certificate_sha256: str | None
    filing_number: str | None = Field(description="备案号, once the police filing is recorded.")
    replaces: str | None = Field(description="Id of the seal whose place it takes.")
    failure: Failure | None = Field(description="Why it could not be made.")
    created_at: datetime
    activated_at: datetime | None
    expires_at: datetime | None = Field(
        description="When its certificate or its license's term ends, whichever is first."
    )

    @classmethod
    def of(cls, seal: Seal) -> "SealShown":
        """Show a seal, without where its key is."""
        return cls(
            id=seal.id,
            license_id=seal.license_id,
            kind=seal.kind,
            name=seal.name,
            line=seal.line,
            title=seal.title.zh,
            state=seal.state,
            seal_code=seal.seal_code,
            maker=MakerShown(name=seal.maker.name, code=seal.maker.code),
            design=seal.design,
            colour=seal.colour,
            width_mm=seal.width_mm,
            height_mm=seal.height_mm,
            artwork_sha256=seal.artwork_sha256,
            certificate_sha256=seal.certificate_sha256,
            filing_number=seal.filing_number,
            replaces=seal.replaces,
            failure=Failure.of(seal.failure),
            created_at=seal.created_at,
            activated_at=seal.activated_at,
            expires_at=seal.expires_at,
        )


@router.post(
    "/seals",
    status_code=201,
    response_model=SealShown,
    responses=problems(400, 401, 403, 404, 409, 413, 422),
    summary="Apply for an e-seal",
)
def apply(services: Services, actor: Writer, once: OnceOnly, wanted: SealWanted) -> Response:
    """Apply for a seal of a license. It is made in the background: ask again for it."""

    def work() -> Created:
        made = services.seals.apply(actor, wanted.license_id, wanted.wish(services))
        return Created(SealShown.of(made))

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


@router.get(
    "/seals/{seal_id}/picture",
    response_class=Response,
    responses={
        200: {"content": {"image/svg+xml": {}}, "description": "The drawing, in its real size."},
        **problems(401, 403, 404),
    },
    summary="Show the picture of an e-seal",
)
def picture(services: Services, actor: Reader, seal_id: str) -> Response:
    """Show a seal's drawing as SVG: the kept one, or what it will be when it is made."""
    drawing = services.seals.artwork(actor, seal_id).svg()
    return Response(drawing, media_type="image/svg+xml", headers=_PRIVATE)
