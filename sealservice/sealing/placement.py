"""Where a whole seal lies: a point of the displayed page, and the seal's size around it.

1. A point is measured in mm from the named origin, on the page as displayed.
2. A number that is none (NaN, infinite) is refused whatever the document.
3. A seal larger than its page is refused, with both sizes.
4. A seal that would stand over an edge is refused, saying over which and by how much; only where
   ``clamp`` is asked for is it moved into the page, by no more than it takes.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sealservice.kernel.text import Text
from sealservice.sealing.geometry import TOLERANCE, DisplayedBox, PageGeometry, Point, user_space
from sealservice.sealing.model import Box, CoordinatePlacement, KeywordPlacement, Origin
from sealservice.sealing.page_sets import resolve
from sealservice.sealing.placement_errors import PlacementInvalid, PlacementOutside

_GREATEST_MM: Final = 1_000_000
"""No page is a kilometre wide: what is further away is a slip of the pen."""

_NOT_FINITE: Final = Text("{name} 不是有限的数", "{name} is not a finite number")
_TOO_FAR: Final = Text("{name} 超过一千米", "{name} is more than a kilometre")
_NOT_A_SIZE: Final = Text("印章没有大小", "the seal has no size")
_TOO_LARGE: Final = Text(
    "印章（{seal} 毫米）大于第 {page} 页（{paper} 毫米）",
    "the seal ({seal} mm) is larger than page {page} ({paper} mm)",
)
_OVER_THE_EDGE: Final = Text(
    "在第 {page} 页{sides_zh}", "on page {page} it stands over the {sides_en}"
)
_SIDE: Final = {
    "left": Text("左边超出 {by} 毫米", "left edge by {by} mm"),
    "right": Text("右边超出 {by} 毫米", "right edge by {by} mm"),
    "bottom": Text("下边超出 {by} 毫米", "lower edge by {by} mm"),
    "top": Text("上边超出 {by} 毫米", "upper edge by {by} mm"),
}


@dataclass(frozen=True, slots=True)
class SealSize:
    """Of the upright seal, in mm."""

    width: float
    height: float

    def __post_init__(self) -> None:
        """Refuse what is no size."""
        sides = (self.width, self.height)
        if not all(math.isfinite(side) and side > 0 for side in sides):
            raise invalid(_NOT_A_SIZE)


def at_coordinates(
    placement: CoordinatePlacement, size: SealSize, pages: Sequence[PageGeometry]
) -> Iterator[Box]:
    """Give the box on each page of the placement's set.

    Raises:
        PageSetInvalid, PlacementOutside, PlacementInvalid.
    """
    finite(x=placement.x_mm, y=placement.y_mm)
    for page in resolve(placement.pages, len(pages)):
        x, y = measured(placement.origin, (placement.x_mm, placement.y_mm), pages[page])
        yield seal_box(page, pages[page], (x, y), size, clamp=placement.clamp)


def on_text(
    placement: KeywordPlacement, text: DisplayedBox, size: SealSize, geometry: PageGeometry
) -> Box:
    """Return the box of a seal around the middle of a text, shifted.

    Raises:
        PlacementOutside, PlacementInvalid.
    """
    finite(dx=placement.dx_mm, dy=placement.dy_mm)
    x, y = text.centre
    centre = (x + placement.dx_mm, y + placement.dy_mm)
    return seal_box(text.page, geometry, centre, size, clamp=placement.clamp)


def measured(origin: Origin, point: Point, geometry: PageGeometry) -> Point:
    """Return a point that is measured from a named origin, measured from the bottom left."""
    x, y = point
    width, height = geometry.width_mm, geometry.height_mm
    if origin is Origin.CENTRE:
        return width / 2 + x, height / 2 + y
    from_right = origin in (Origin.BOTTOM_RIGHT, Origin.TOP_RIGHT)
    from_top = origin in (Origin.TOP_LEFT, Origin.TOP_RIGHT)
    return width - x if from_right else x, height - y if from_top else y


def seal_box(
    page: int, geometry: PageGeometry, centre: Point, size: SealSize, *, clamp: bool = False
) -> Box:
    """Return the box of a seal centred on a point (mm from the bottom left as displayed).

    ``page`` is an index from 0.

    Raises:
        PlacementOutside: the seal would not lie wholly inside the page.
    """
    _refuse_larger(page, geometry, size)
    x, y = centre
    left, bottom = x - size.width / 2, y - size.height / 2
    if clamp:
        left = min(max(left, 0.0), geometry.width_mm - size.width)
        bottom = min(max(bottom, 0.0), geometry.height_mm - size.height)
    shown = DisplayedBox(page, left, bottom, left + size.width, bottom + size.height)
    box = user_space(shown, geometry)
    if not geometry.contains(box):
        raise _over_the_edge(shown, geometry)
    return box


def finite(**numbers: float) -> None:
    """Refuse numbers that are none, or no lengths on a page, by name.

    Raises:
        PlacementInvalid.
    """
    for name, number in numbers.items():
        if not math.isfinite(number):
            raise invalid(_NOT_FINITE.filled(name=name))
        if abs(number) > _GREATEST_MM:
            raise invalid(_TOO_FAR.filled(name=name))


def invalid(reason: Text) -> PlacementInvalid:
    """Return the refusal of a placement that makes no sense."""
    return PlacementInvalid(reason_zh=reason.zh, reason_en=reason.en)


def _refuse_larger(page: int, geometry: PageGeometry, size: SealSize) -> None:
    width, height = geometry.width_mm, geometry.height_mm
    slack = TOLERANCE / geometry.units_per_mm
    if size.width <= width + slack and size.height <= height + slack:
        return
    reason = _TOO_LARGE.filled(
        seal=f"{size.width:g}×{size.height:g}", page=page + 1, paper=f"{width:.1f}×{height:.1f}"
    )
    raise PlacementOutside(reason_zh=reason.zh, reason_en=reason.en)


def _over_the_edge(shown: DisplayedBox, geometry: PageGeometry) -> PlacementOutside:
    over = {
        "left": -shown.left,
        "right": shown.right - geometry.width_mm,
        "bottom": -shown.bottom,
        "top": shown.top - geometry.height_mm,
    }
    said = [_SIDE[side].filled(by=f"{by:.2f}") for side, by in over.items() if by > 0]
    reason = _OVER_THE_EDGE.filled(
        page=shown.page + 1,
        sides_zh="、".join(text.zh for text in said),
        sides_en=" and the ".join(text.en for text in said),
    )
    return PlacementOutside(reason_zh=reason.zh, reason_en=reason.en)
