"""The operators that draw all of a seal, or a slice of it, somewhere (ISO 32000-2 8.3 and 8.4).

A page's /Rotate is undone by the matrix with which the upright drawing is drawn; a slice is cut out
by a clip rectangle. No PDF library is needed for it.

Where they are content of a page, the drawing's name is drawn by lot: content written beforehand
cannot know it, and whoever looks for seals later knows them by it.
"""

import re
import secrets
from collections.abc import Iterator, Mapping
from typing import Final

from sealservice.sealing.model import Box, Impression, Window
from sealservice.seals.artwork import POINTS_PER_MM, Artwork

Rectangle = tuple[float, float, float, float]
"""Left, bottom, right, top."""
_NAME: Final = re.compile(r"/Seal[0-9a-f]{16}")
_NUMBER: Final = rb"(-?[0-9]{1,12}(?:\.[0-9]{1,6})?) "
_PAINTED: Final = re.compile(
    b"q (?:" + _NUMBER * 4 + b"re W n )?" + _NUMBER * 6 + b"cm (/Seal[0-9a-f]{16}) Do Q"
)
"""What ``paint`` returns: a clip rectangle perhaps, a matrix, a name drawn by lot."""


def drawn_name() -> str:
    """Return a new name for a drawing among the resources of pages."""
    return f"/Seal{secrets.token_hex(8)}"


def is_drawing(name: str) -> bool:
    """Return whether a name is one that ``drawn_name`` returns."""
    return _NAME.fullmatch(name) is not None


def painted(content: bytes, sizes: Mapping[bytes, Rectangle]) -> Iterator[Rectangle]:
    """Yield where ``paint`` had drawings shown, in user space, as far as their box is known.

    ``sizes`` has the /BBox of each drawing by its name.
    """
    for found in _PAINTED.finditer(content):
        *numbers, name = found.groups()
        if name not in sizes:
            continue
        if numbers[0] is not None:
            left, bottom, width, height = map(float, numbers[:4])
            yield left, bottom, left + width, bottom + height
        else:
            yield _transformed(sizes[name], [float(number) for number in numbers[4:]])


def _transformed(box: Rectangle, matrix: list[float]) -> Rectangle:
    a, b, c, d, e, f = matrix
    corners = [(a * x + c * y + e, b * x + d * y + f) for x in box[::2] for y in box[1::2]]
    across, along = zip(*corners, strict=True)
    return min(across), min(along), max(across), max(along)


def paint(
    impression: Impression, artwork: Artwork, name: str, origin: tuple[float, float] = (0.0, 0.0)
) -> bytes:
    """Return the operators that draw an impression by the name of its drawing among resources.

    Coordinates are those of user space, less ``origin``.
    """
    x, y = origin
    box = impression.box
    a, b, c, d, e, f = _matrix(box, impression.window or _whole(artwork))
    clip = "" if impression.window is None else f"{_area(box, origin)} re W n "
    placed = " ".join(map(_decimal, (a, b, c, d, e - x, f - y)))
    return f"q {clip}{placed} cm {name} Do Q".encode("ascii")


def _whole(artwork: Artwork) -> Window:
    return Window(0.0, 0.0, artwork.width_mm, artwork.height_mm)


def _area(box: Box, origin: tuple[float, float]) -> str:
    x, y = origin
    corner = (box.left - x, box.bottom - y, box.right - box.left, box.top - box.bottom)
    return " ".join(map(_decimal, corner))


def _matrix(box: Box, window: Window) -> tuple[float, float, float, float, float, float]:
    """Return the matrix from the upright drawing, in points, to user space."""
    left, bottom = window.left * POINTS_PER_MM, window.bottom * POINTS_PER_MM
    width = window.right * POINTS_PER_MM - left
    height = window.top * POINTS_PER_MM - bottom
    across, along = box.right - box.left, box.top - box.bottom
    if box.rotation in (90, 270):
        across, along = along, across
    x, y = across / width, along / height
    return {
        0: (x, 0.0, 0.0, y, box.left - x * left, box.bottom - y * bottom),
        90: (0.0, x, -y, 0.0, box.right + y * bottom, box.bottom - x * left),
        180: (-x, 0.0, 0.0, -y, box.right + x * left, box.top + y * bottom),
        270: (0.0, -x, y, 0.0, box.left - y * bottom, box.top + x * left),
    }[box.rotation]


def _decimal(value: float) -> str:
    text = f"{value:.6f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
