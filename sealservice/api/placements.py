"""How requests say where a seal is to show: on coordinates, on a text, over edges, in a field."""

from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, Discriminator, Field, PlainValidator, Tag, WithJsonSchema
from pydantic_core import PydanticCustomError

from sealservice.api.field_errors import UNION_TAG
from sealservice.api.values import Line, Sent
from sealservice.sealing.geometry import POINTS_PER_MM, DisplayedBox
from sealservice.sealing.layout import Shown
from sealservice.sealing.model import (
    Box,
    CoordinatePlacement,
    Edge,
    FieldPlacement,
    KeywordPlacement,
    Origin,
    StraddlePlacement,
    Window,
)
from sealservice.sealing.page_sets import GREATEST_LENGTH

_GREATEST_LENGTH: Final = 20_000
"""mm or points; a page is at most 200 inches wide unless it says otherwise."""
_MOST_PAGES: Final = 10_000
_POINT_DECIMALS: Final = 3
_MM_DECIMALS: Final = 3
_MOST_OCCURRENCES: Final = 1_000_000

Unit = Literal["mm", "pt"]
Length = Annotated[float, Field(ge=-_GREATEST_LENGTH, le=_GREATEST_LENGTH, allow_inf_nan=False)]
"""In the unit that stands beside it."""
Pages = Annotated[
    str,
    Field(
        min_length=1,
        max_length=GREATEST_LENGTH,
        description="A page set: `1`, `1,3-5,last`, `2-`, `-1`, `odd`, `even`, `all`.",
        examples=["1,3-5,last"],
    ),
]
UNIT_DESCRIPTION: Final = "Of every length here: millimetres, or points (1/72 inch)."


def _occurrence(value: object) -> Literal["first", "last", "all"] | int:
    match value:
        case "first" | "last" | "all":
            return value
        case int() if not isinstance(value, bool) and 0 < abs(value) <= _MOST_OCCURRENCES:
            return value
    raise PydanticCustomError("literal_error", "is not one of the allowed values")


Occurrence = Annotated[
    Literal["first", "last", "all"] | int,
    PlainValidator(_occurrence),
    WithJsonSchema(
        {
            "anyOf": [
                {"enum": ["first", "last", "all"], "type": "string"},
                {"type": "integer", "minimum": -_MOST_OCCURRENCES, "maximum": _MOST_OCCURRENCES},
            ]
        }
    ),
]
"""A union would put the names of its members between the pointer's."""


class _Measured(Sent):
    """A placement with lengths."""

    unit: Unit = Field(default="mm", description=UNIT_DESCRIPTION)

    def mm(self, length: float) -> float:
        """Return a length of this placement in mm."""
        return length / POINTS_PER_MM if self.unit == "pt" else length


class CoordinateWanted(_Measured):
    """Centre the seal on a point of each page of a set, measured on the page as displayed."""

    type: Literal["coordinate"]
    pages: Pages
    x: Length = Field(description="Of the seal's centre, from the origin into the page.")
    y: Length
    origin: Annotated[Origin, Field(strict=False)] = Field(
        default=Origin.BOTTOM_LEFT,
        description="From `centre`, x counts to the right and y upwards, also below zero.",
    )
    clamp: bool = Field(
        default=False, description="Move the seal into the page where it would stand over."
    )

    @property
    def placement(self) -> CoordinatePlacement:
        """Return the placement as sealing knows it."""
        return CoordinatePlacement(
            pages=self.pages,
            x_mm=self.mm(self.x),
            y_mm=self.mm(self.y),
            origin=self.origin,
            clamp=self.clamp,
        )


class KeywordWanted(_Measured):
    """Centre the seal on a text of the document."""

    type: Literal["keyword"]
    text: Line = Field(
        description="Full and half width, brackets of any shape and white space are the same.",
        examples=["（盖章）"],
    )
    occurrence: Occurrence = Field(
        default="last", description="In reading order; n for the n-th, -1 for the last."
    )
    dx: Length = Field(default=0.0, description="Shift to the right, as displayed.")
    dy: Length = Field(default=0.0, description="Shift upwards, as displayed.")
    pages: Pages = "all"
    clamp: bool = False

    @property
    def placement(self) -> KeywordPlacement:
        """Return the placement as sealing knows it."""
        return KeywordPlacement(
            keyword=self.text,
            occurrence=self.occurrence,
            dx_mm=self.mm(self.dx),
            dy_mm=self.mm(self.dy),
            pages=self.pages,
            clamp=self.clamp,
        )


class StraddleWanted(_Measured):
    """Cut the seal into slices, one on each page, whole again when the edges meet (骑缝章)."""

    type: Literal["straddle"]
    edge: Annotated[Edge, Field(strict=False)] = Edge.RIGHT
    pages: Pages = "all"
    at: Length | None = Field(
        default=None,
        description="Of the seal's centre along the edge, from the bottom or the left; "
        "without it, the middle of the shortest one.",
    )
    pages_per_seal: int = Field(
        default=20, ge=2, le=_MOST_PAGES, description="At most; more pages carry several seals."
    )
    duplex: bool = Field(
        default=False, description="Printed on both sides: fronts and backs make up seals."
    )
    margin: Length = Field(default=0.0, description="Between the edge and the slice.")
    smallest_slice: Length | None = Field(
        default=None, description="A seal cut thinner is refused; without it, thinner than 1 mm."
    )

    @property
    def placement(self) -> StraddlePlacement:
        """Return the placement as sealing knows it."""
        return StraddlePlacement(
            edge=self.edge,
            pages=self.pages,
            at_mm=None if self.at is None else self.mm(self.at),
            pages_per_seal=self.pages_per_seal,
            duplex=self.duplex,
            margin_mm=self.mm(self.margin),
            smallest_slice_mm=1.0 if self.smallest_slice is None else self.mm(self.smallest_slice),
        )


class FieldWanted(Sent):
    """Fill an empty signature field that the document was prepared with."""

    type: Literal["field"]
    field: Line = Field(description="Its full name.", examples=["PartyA.Seal"])

    @property
    def placement(self) -> FieldPlacement:
        """Return the placement as sealing knows it."""
        return FieldPlacement(self.field)


def _tag(value: Any) -> str | None:  # noqa: ANN401 (anything may have been sent)
    kind = value.get("type") if isinstance(value, dict) else getattr(value, "type", None)
    return f"{UNION_TAG}{kind}"


PlacementWanted = Annotated[
    Annotated[CoordinateWanted, Tag(f"{UNION_TAG}coordinate")]
    | Annotated[KeywordWanted, Tag(f"{UNION_TAG}keyword")]
    | Annotated[StraddleWanted, Tag(f"{UNION_TAG}straddle")]
    | Annotated[FieldWanted, Tag(f"{UNION_TAG}field")],
    Discriminator(_tag),
]
"""One place, or several that are written as one."""


class BoxShown(BaseModel):
    """A box on a page."""

    left: float
    bottom: float
    right: float
    top: float


class ImpressionLocated(BaseModel):
    """Where a seal, or a slice of it, would show."""

    page: int = Field(description="1 for the first page.")
    points: BoxShown = Field(description="In default user space of the page, as it is stored.")
    rotation: int = Field(description="The page's /Rotate.")
    mm: BoxShown = Field(description="From the bottom left of the page as displayed.")
    window_mm: BoxShown | None = Field(
        description="The part of the upright seal that shows; null: all of it."
    )
    field: str | None = Field(description="The prepared field that it fills.")

    @classmethod
    def of(cls, shown: Shown) -> "ImpressionLocated":
        """Show where an impression is, in both measures."""
        impression = shown.impression
        return cls(
            page=impression.box.page + 1,
            points=_box_shown(impression.box, _POINT_DECIMALS),
            rotation=impression.box.rotation,
            mm=_box_shown(shown.box, _MM_DECIMALS),
            window_mm=impression.window and _box_shown(impression.window, _MM_DECIMALS),
            field=impression.field,
        )


def _box_shown(box: Box | DisplayedBox | Window, decimals: int) -> BoxShown:
    return BoxShown(
        left=round(box.left, decimals),
        bottom=round(box.bottom, decimals),
        right=round(box.right, decimals),
        top=round(box.top, decimals),
    )
