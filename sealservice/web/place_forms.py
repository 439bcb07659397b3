"""What the form of ``/seal/{document_id}/place`` sends, as sealing knows it.

1. With scripts, ``placements`` is the JSON list of all places, as ``place.js`` keeps it.
2. Without, it is empty, and the visible fields say the one place that is wanted.
Either way the same words are read by the same rules; whether they fit is for sealing to say.
"""

from enum import StrEnum
from typing import Annotated, Final, Literal

from fastapi import Depends, Request
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
)

from sealservice.kernel.fields import unprintable_problem
from sealservice.sealing.model import (
    CoordinatePlacement,
    Edge,
    FieldPlacement,
    KeywordPlacement,
    Level,
    Origin,
    Placement,
    SealUse,
    StraddlePlacement,
    uses,
)
from sealservice.sealing.terms import OnTsaFailure
from sealservice.web.errors import FormInvalid

_FARTHEST_MM: Final = 20_000.0


def _printable(value: str) -> str:
    if unprintable_problem(value):
        raise ValueError
    return value


Id = Annotated[str, Field(min_length=1, max_length=100), AfterValidator(_printable)]
Line = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_printable)]
Pages = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_printable)]
Millimetres = Annotated[float, Field(ge=-_FARTHEST_MM, le=_FARTHEST_MM, allow_inf_nan=False)]


class Kind(StrEnum):
    """By what the page lets a seal be placed."""

    DRAG = "drag"
    COORDINATE = "coordinate"
    KEYWORD = "keyword"
    STRADDLE = "straddle"
    FIELD = "field"


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    seal: Id


class CoordinateSent(_Sent):
    """The centre of the seal at a point of each page of a set."""

    type: Literal["coordinate"]
    pages: Pages
    x_mm: Millimetres
    y_mm: Millimetres
    origin: Origin = Origin.BOTTOM_LEFT
    clamp: bool = False

    @property
    def placement(self) -> Placement:
        """Return the placement as sealing knows it."""
        return CoordinatePlacement(self.pages, self.x_mm, self.y_mm, self.origin, self.clamp)


class KeywordSent(_Sent):
    """The centre of the seal on a text."""

    type: Literal["keyword"]
    keyword: Line
    occurrence: Literal["first", "last", "all"] | Annotated[int, Field(ge=1, le=100_000)] = "last"
    dx_mm: Millimetres = 0.0
    dy_mm: Millimetres = 0.0
    pages: Pages = "all"
    clamp: bool = False

    @property
    def placement(self) -> Placement:
        """Return the placement as sealing knows it."""
        return KeywordPlacement(
            self.keyword, self.occurrence, self.dx_mm, self.dy_mm, self.pages, self.clamp
        )


class StraddleSent(_Sent):
    """Slices of the seal on an edge."""

    type: Literal["straddle"]
    edge: Edge = Edge.RIGHT
    pages: Pages = "all"
    at_mm: Millimetres | None = None
    pages_per_seal: Annotated[int, Field(ge=2, le=2_000)] = 20
    duplex: bool = False
    margin_mm: Annotated[Millimetres, Field(ge=0)] = 0.0

    @property
    def placement(self) -> Placement:
        """Return the placement as sealing knows it."""
        return StraddlePlacement(
            self.edge, self.pages, self.at_mm, self.pages_per_seal, self.duplex, self.margin_mm
        )


class FieldSent(_Sent):
    """An empty signature field of the document."""

    type: Literal["field"]
    field: Line

    @property
    def placement(self) -> Placement:
        """Return the placement as sealing knows it."""
        return FieldPlacement(self.field)


PlacementSent = Annotated[
    CoordinateSent | KeywordSent | StraddleSent | FieldSent, Field(discriminator="type")
]
_SENT: Final = TypeAdapter[tuple[PlacementSent, ...]](
    Annotated[tuple[PlacementSent, ...], Field(min_length=1)]
)


class PlaceForm(BaseModel):
    """The fields of the form."""

    model_config = ConfigDict(frozen=True)

    placements: str = ""
    seal: str = ""
    kind: Kind = Kind.COORDINATE
    pages: str = "1"
    x_mm: str = ""
    y_mm: str = ""
    origin: Origin = Origin.BOTTOM_LEFT
    keyword: str = ""
    straddle_pages: str = "all"
    edge: Edge = Edge.RIGHT
    field: str = ""
    level: Level = Level.B_LTA
    on_tsa_failure: OnTsaFailure = OnTsaFailure.FAIL
    purpose: Annotated[str, Field(max_length=200), AfterValidator(_printable)] = ""

    def uses(self, most: int) -> tuple[SealUse, ...]:
        """Return the seals that are wanted, each with its places, as they first appear.

        Raises:
            FormInvalid: no place is given, too many are, or one is not as it can be.
        """
        sent = places(self.placements, most) if self.placements else self._visible()
        return uses((place.seal, place.placement) for place in sent)

    def _visible(self) -> tuple[PlacementSent, ...]:
        """Read the one place that the visible fields name."""
        kind = Kind.COORDINATE if self.kind is Kind.DRAG else self.kind
        where = {"pages": self.pages, "x_mm": self.x_mm, "y_mm": self.y_mm, "origin": self.origin}
        fields: dict[Kind, dict[str, object]] = {
            Kind.COORDINATE: {**where},
            Kind.KEYWORD: {"keyword": self.keyword},
            Kind.STRADDLE: {"pages": self.straddle_pages, "edge": self.edge},
            Kind.FIELD: {"field": self.field},
        }
        sent = {"seal": self.seal, "type": kind.value, **fields[kind]}
        try:
            return _SENT.validate_python([sent])
        except ValidationError:
            raise FormInvalid from None


def places(placements: str, most: int) -> tuple[PlacementSent, ...]:
    """Read a list of at most so many places, as scripts send it.

    Raises:
        FormInvalid: it is none.
    """
    try:
        sent = _SENT.validate_json(placements)
    except ValidationError:
        raise FormInvalid from None
    if len(sent) > most:
        raise FormInvalid
    return sent


async def _sent(request: Request) -> PlaceForm:
    """Read the form.

    Raises:
        FormInvalid: it is not one of ours.
    """
    try:
        return PlaceForm.model_validate({**(await request.form())})
    except ValidationError:
        raise FormInvalid from None


SentPlaces = Annotated[PlaceForm, Depends(_sent)]
