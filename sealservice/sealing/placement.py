"""Where a seal lies on its page: from millimetres on the page as displayed to user space.

A page is displayed as its CropBox, turned clockwise by /Rotate (ISO 32000-2 7.7.3.3, 14.11.2), one
unit being /UserUnit times 1/72 inch. Boxes may start anywhere, also below zero.
"""

from dataclasses import dataclass
from typing import Final

from sealservice.kernel.text import Text
from sealservice.sealing.errors import PlacementOutside
from sealservice.sealing.model import Box

POINTS_PER_MM: Final = 72 / 25.4
_DECIMALS: Final = 3
"""A thousandth of a point: the precision of a box, in the file and in the intent."""
_TOLERANCE: Final = 0.001

NO_SUCH_PAGE: Final = Text("没有第 {page} 页", "there is no page {page}")
OVER_THE_EDGE: Final = Text("印章未完全落在页面内", "it is not wholly on the page")

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class PageGeometry:
    """How one page lies in its default user space."""

    left: float
    bottom: float
    right: float
    top: float
    rotation: int = 0
    """0, 90, 180 or 270 degrees clockwise."""
    user_unit: float = 1.0

    @property
    def units_per_mm(self) -> float:
        """Return how many units of user space make a millimetre."""
        return POINTS_PER_MM / self.user_unit

    def to_user_space(self, displayed: Point) -> Point:
        """Turn a point of the displayed page (units, from its bottom left) into user space."""
        x, y = displayed
        return {
            0: (self.left + x, self.bottom + y),
            90: (self.right - y, self.bottom + x),
            180: (self.right - x, self.top - y),
            270: (self.left + y, self.top - x),
        }[self.rotation]

    def to_displayed(self, point: Point) -> Point:
        """Turn a point of user space into one of the displayed page."""
        x, y = point
        return {
            0: (x - self.left, y - self.bottom),
            90: (y - self.bottom, self.right - x),
            180: (self.right - x, self.top - y),
            270: (self.top - y, x - self.left),
        }[self.rotation]

    def contains(self, box: Box) -> bool:
        """Return whether a box is wholly inside the CropBox."""
        return (
            self.left - _TOLERANCE <= box.left <= box.right <= self.right + _TOLERANCE
            and self.bottom - _TOLERANCE <= box.bottom <= box.top <= self.top + _TOLERANCE
        )


def page_index(page: int, pages: int) -> int:
    """Turn a page number (1 for the first, -1 for the last) into an index from 0.

    Raises:
        PlacementOutside: there is no such page.

    """
    index = page - 1 if page > 0 else pages + page
    if page == 0 or not 0 <= index < pages:
        reason = NO_SUCH_PAGE.filled(page=page)
        raise PlacementOutside(reason_zh=reason.zh, reason_en=reason.en)
    return index


def seal_box(
    page: int, geometry: PageGeometry, centre: Point, width_mm: float, height_mm: float
) -> Box:
    """Return the box of a seal centred on a point of a displayed page.

    ``page`` is an index from 0; ``centre`` is in units from the bottom left as displayed.

    Raises:
        PlacementOutside: the seal would not lie wholly inside the CropBox.

    """
    x, y = geometry.to_user_space(centre)
    upright = geometry.rotation in (0, 180)
    across, along = (width_mm, height_mm) if upright else (height_mm, width_mm)
    half_width = across * geometry.units_per_mm / 2
    half_height = along * geometry.units_per_mm / 2
    box = Box(
        page=page,
        left=round(x - half_width, _DECIMALS),
        bottom=round(y - half_height, _DECIMALS),
        right=round(x + half_width, _DECIMALS),
        top=round(y + half_height, _DECIMALS),
        rotation=geometry.rotation,
    )
    if not geometry.contains(box):
        raise PlacementOutside(reason_zh=OVER_THE_EDGE.zh, reason_en=OVER_THE_EDGE.en)
    return box
