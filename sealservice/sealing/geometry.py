"""How a page lies: between millimetres on the page as displayed and its default user space.

A page is displayed as its CropBox cut to its MediaBox, turned clockwise by /Rotate (ISO 32000-2
7.7.3.3, 14.11.2), one unit being /UserUnit times 1/72 inch. Boxes may start anywhere, also below
zero. Whatever is measured here is measured from the bottom left of the page as displayed.
"""

from dataclasses import dataclass
from typing import Final

from sealservice.sealing.model import Box

MM_PER_INCH: Final = 25.4
POINTS_PER_MM: Final = 72 / MM_PER_INCH
GREATEST_USER_UNIT: Final = 100.0
"""A thousandth of a larger unit is more than 0.03 mm, and so no place to put a seal exactly."""
_DECIMALS: Final = 3
"""A thousandth of a unit: the precision of a box, in the file and in the intent."""
TOLERANCE: Final = 0.001
"""Units by which a box may stand over, or two boxes overlap: what rounding does."""

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class DisplayedBox:
    """A box on a page as displayed, in mm from its bottom left."""

    page: int
    """0 for the first page."""
    left: float
    bottom: float
    right: float
    top: float

    @property
    def centre(self) -> Point:
        """Return the middle."""
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2


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

    @property
    def width_mm(self) -> float:
        """Return the width as displayed."""
        upright = self.rotation in (0, 180)
        width = self.right - self.left if upright else self.top - self.bottom
        return width / self.units_per_mm

    @property
    def height_mm(self) -> float:
        """Return the height as displayed."""
        upright = self.rotation in (0, 180)
        height = self.top - self.bottom if upright else self.right - self.left
        return height / self.units_per_mm

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
            self.left - TOLERANCE <= box.left <= box.right <= self.right + TOLERANCE
            and self.bottom - TOLERANCE <= box.bottom <= box.top <= self.top + TOLERANCE
        )


def displayed(box: Box, geometry: PageGeometry) -> DisplayedBox:
    """Return a box of user space as it lies on the displayed page, in mm."""
    scale = geometry.units_per_mm
    x1, y1 = geometry.to_displayed((box.left, box.bottom))
    x2, y2 = geometry.to_displayed((box.right, box.top))
    return DisplayedBox(
        page=box.page,
        left=min(x1, x2) / scale,
        bottom=min(y1, y2) / scale,
        right=max(x1, x2) / scale,
        top=max(y1, y2) / scale,
    )


def user_space(shown: DisplayedBox, geometry: PageGeometry) -> Box:
    """Return a box of the displayed page in user space, rounded to a thousandth of a unit."""
    scale = geometry.units_per_mm
    x1, y1 = geometry.to_user_space((shown.left * scale, shown.bottom * scale))
    x2, y2 = geometry.to_user_space((shown.right * scale, shown.top * scale))
    return Box(
        page=shown.page,
        left=round(min(x1, x2), _DECIMALS),
        bottom=round(min(y1, y2), _DECIMALS),
        right=round(max(x1, x2), _DECIMALS),
        top=round(max(y1, y2), _DECIMALS),
        rotation=geometry.rotation,
    )


def overlap(one: Box, other: Box) -> bool:
    """Return whether two boxes share more than an edge."""
    return (
        one.page == other.page
        and min(one.right, other.right) - max(one.left, other.left) > TOLERANCE
        and min(one.top, other.top) - max(one.bottom, other.bottom) > TOLERANCE
    )
