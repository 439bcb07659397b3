"""``/seals/…picture…``: seals that exist already on paper, brought as PNG, JPEG or SVG.

1. The picture is the body (or the one ``file`` of a form); what is wished stands in the query.
2. ``/seals/picture-checks`` shows what would become of it, and keeps nothing.
3. The other two apply for a seal, as ``/seals`` and ``/seals/{id}/remake`` do with a design.
"""

from typing import Annotated, Final

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from sealservice.api.callers import may
from sealservice.api.creation import Created, OnceOnly
from sealservice.api.problems import problems
from sealservice.api.routing import PictureRoute, ProblemRouter
from sealservice.api.seals import SealShown
from sealservice.api.services import Services
from sealservice.api.uploads import OPENAPI_PICTURE, PictureUploaded
from sealservice.api.values import Id, Line
from sealservice.kernel.actor import Actor, Permission
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.json import JsonObject
from sealservice.seals.artwork import Artwork
from sealservice.seals.colour import Colour
from sealservice.seals.findings import Finding, FindingKind, Imported
from sealservice.seals.kinds import Wanted
from sealservice.seals.lifecycle import grounds_of
from sealservice.seals.model import SealKind
from sealservice.seals.service import SealWish

router: APIRouter = ProblemRouter("seals", PictureRoute)

Writer = Annotated[Actor, may(Permission.SEALS_WRITE)]

_WIDTH: Final = "Of the seal's ink, millimetres; the height follows."
_PROBLEMS: Final = problems(400, 401, 403, 404, 408, 409, 413, 415, 422)


class _Asked(BaseModel):
    """Members of a query; unknown ones are refused."""

    model_config = ConfigDict(extra="forbid")

    width_mm: float = Field(description=_WIDTH, examples=[40])


class PictureCheck(_Asked):
    """How large the seal in a picture is, and in which colour it is to be."""

    colour: Colour = Colour.RED


class PicturedSealWanted(PictureCheck):
    """A wish for a seal of a license that looks like a picture."""

    license_id: Id
    kind: SealKind = SealKind.OFFICIAL
    text: Line | None = Field(None, description="A department's, a branch's or a person's name.")
    number: int | None = Field(None, description="Of several of a kind, 1 to 99.")
    reason: Line = "申请制章"
    reference: Line | None = Field(None, description="What shows that it may be had.")

    def wish(self, picture: Artwork) -> SealWish:
        """Return the wish in the words of the service."""
        wanted = Wanted(self.text, self.number)
        evidence: JsonObject = {"reference": self.reference} if self.reference else {}
        return SealWish(self.kind, wanted, None, self.colour, picture, self.reason, evidence)


class PicturedRemakeWanted(_Asked):
    """Why a seal is made anew, this time after a picture; its colour stays."""

    reason: Line = Field(examples=["名称变更"])
    reference: Line | None = Field(None, description="What shows that it may be done.")


class FindingShown(BaseModel):
    """Something that was found out about a picture."""

    kind: FindingKind
    is_concern: bool = Field(description="Whether somebody should look before the seal is made.")
    zh: str
    en: str

    @classmethod
    def of(cls, finding: Finding) -> "FindingShown":
        """Show a finding in both languages."""
        text = finding.text
        return cls(kind=finding.kind, is_concern=finding.is_concern, zh=text.zh, en=text.en)


class PictureShown(BaseModel):
    """What a picture would become."""

    width_mm: float
    height_mm: float
    artwork_sha256: str = Field(description="The seal's, if it is made of this picture.")
    findings: list[FindingShown]
    svg: str = Field(description="The drawing in its real size: the ink alone, in one colour.")

    @classmethod
    def of(cls, imported: Imported) -> "PictureShown":
        """Show a picture that was read."""
        artwork = imported.artwork
        return cls(
            width_mm=artwork.width_mm,
            height_mm=artwork.height_mm,
            artwork_sha256=artwork.sha256,
            findings=[FindingShown.of(finding) for finding in imported.findings],
            svg=artwork.svg(),
        )


@router.post(
    "/seals/picture-checks",
    response_model=PictureShown,
    responses=problems(400, 401, 403, 408, 413, 415, 422),
    openapi_extra=OPENAPI_PICTURE,
    summary="Show what a picture of a seal would become",
)
def check(
    services: Services,
    actor: Writer,
    asked: Annotated[PictureCheck, Query()],
    upload: PictureUploaded,
) -> Response:
    """Take away the background, judge the quality, show the result; nothing is kept."""
    found = services.seal_pictures.examine(actor, upload.data, asked.width_mm, asked.colour)
    shown = PictureShown.of(found).model_dump(mode="json")
    return JSONResponse(shown, headers={"Cache-Control": "no-store"})


@router.post(
    "/seals/from-picture",
    status_code=201,
    response_model=SealShown,
    responses=_PROBLEMS,
    openapi_extra=OPENAPI_PICTURE,
    summary="Apply for an e-seal that looks like a picture",
)
def apply(
    services: Services,
    actor: Writer,
    once: OnceOnly,
    asked: Annotated[PicturedSealWanted, Query()],
    upload: PictureUploaded,
) -> Response:
    """Apply for a seal of a license after a picture of it. It is made in the background."""

    def prepare() -> Artwork:
        found = services.seal_pictures.examine(actor, upload.data, asked.width_mm, asked.colour)
        return found.artwork

    def work(picture: Artwork) -> Created:
        made = services.seals.apply(actor, asked.license_id, asked.wish(picture))
        return Created(SealShown.of(made))

    return once.run_prepared(actor, _sent(asked, upload.data), prepare, work)


@router.post(
    "/seals/{seal_id}/remake-from-picture",
    status_code=201,
    response_model=SealShown,
    responses=_PROBLEMS,
    openapi_extra=OPENAPI_PICTURE,
    summary="Have an e-seal made anew after a picture",
)
def remake(
    services: Services,
    actor: Writer,
    once: OnceOnly,
    seal_id: str,
    asked: Annotated[PicturedRemakeWanted, Query()],
    upload: PictureUploaded,
) -> Response:
    """Apply for the seal that takes this one's place, which cannot be used from now on."""

    def prepare() -> Artwork:
        colour = services.seals.show(actor, seal_id).colour
        return services.seal_pictures.examine(actor, upload.data, asked.width_mm, colour).artwork

    def work(picture: Artwork) -> Created:
        grounds = grounds_of(asked.reason, services.limits, reference=asked.reference)
        return Created(SealShown.of(services.seals.remake(actor, seal_id, grounds, picture)))

    return once.run_prepared(actor, _sent(asked, upload.data), prepare, work)


def _sent(asked: _Asked, picture: bytes) -> str:
    """Return what makes one wish differ from another."""
    return f"{asked.model_dump_json()}\n{sha256_hex(picture)}"
