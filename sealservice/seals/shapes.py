"""Shapes of seals: rims and stars, in mm around the centre, y upwards."""

from math import cos, pi, sin, sqrt
from typing import Final

from fontTools.misc.transform import Transform

from sealservice.seals.measures import Outline, Shape, Star
from sealservice.seals.paths import Path, Step, moved

_HANDLE: Final = 4 / 3 * (sqrt(2) - 1)
"""Distance of a Bézier's handle for a quarter of the unit circle (off by 0.03 %)."""
_STAR_WAIST: Final = (3 - sqrt(5)) / 2
"""Inner by outer radius of a regular five-pointed star."""
_CIRCLE: Final = (
    Step("m", ((1, 0),)),
    Step("c", ((1, _HANDLE), (_HANDLE, 1), (0, 1))),
    Step("c", ((-_HANDLE, 1), (-1, _HANDLE), (-1, 0))),
    Step("c", ((-1, -_HANDLE), (-_HANDLE, -1), (0, -1))),
    Step("c", ((_HANDLE, -1), (1, -_HANDLE), (1, 0))),
    Step("h"),
)


def rim(outline: Outline) -> Path:
    """Return two outlines of opposite direction, so that the non-zero rule leaves a ring."""
    width, height = outline.width / 2, outline.height / 2
    inner_width, inner_height = width - outline.rim_width, height - outline.rim_width
    if outline.shape is Shape.OVAL:
        return ellipse(width, height) + moved(ellipse(inner_width, inner_height), _MIRROR)
    inner_corner = max(0.0, outline.corner - outline.rim_width)
    inside = rectangle(inner_width, inner_height, inner_corner)
    return rectangle(width, height, outline.corner) + moved(inside, _MIRROR)


_MIRROR: Final = Transform(1, 0, 0, -1, 0, 0)


def ellipse(width: float, height: float) -> Path:
    """Return an ellipse of these half axes, counter-clockwise."""
    return moved(_CIRCLE, Transform(width, 0, 0, height, 0, 0))


def rectangle(width: float, height: float, corner: float) -> Path:
    """Return a rectangle of these half sides with round corners, counter-clockwise."""
    corners = ((1, 1), (-1, 1), (-1, -1), (1, -1))
    if corner == 0:
        first, *others = ((width * x, height * y) for x, y in corners)
        return (Step("m", (first,)), *(Step("l", (point,)) for point in others), Step("h"))
    path: list[Step] = []
    for turn, (x, y) in enumerate(corners):
        centre = Transform().translate((width - corner) * x, (height - corner) * y)
        quarter = moved(_CIRCLE[:2], centre.rotate(turn * pi / 2).scale(corner, corner))
        path += (Step("l" if path else "m", quarter[0].points), quarter[1])
    return (*path, Step("h"))


def star(shape: Star) -> Path:
    """Return a regular five-pointed star, one point up."""
    radius = shape.diameter / 2
    reach = (radius, radius * _STAR_WAIST)
    corners = [
        (reach[k % 2] * sin(k * pi / 5), shape.centre + reach[k % 2] * cos(k * pi / 5))
        for k in range(10)
    ]
    first, *others = corners
    return (Step("m", (first,)), *(Step("l", (corner,)) for corner in others), Step("h"))
