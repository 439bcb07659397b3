"""Pixels of two revisions of one page, and where they differ, in points of the page."""

import ctypes
import math
from dataclasses import dataclass
from typing import Final

import pypdfium2 as pdfium
from PIL import Image, ImageChops

from sealservice.verification.comparison.marks import Rectangle

_SCALE: Final = 1.5
"""Pixels per point: letters of 6 points are still told apart."""
_MOST_PIXELS: Final = 2_000_000
_TILE: Final = 8
"""Pixels on a side of the squares of which regions are made."""
_NOTICEABLE: Final = 48
"""Difference of one colour, of 255, that is no matter of rounding."""
_INK: Final = 150
"""Brightness below which a pixel is ink."""
_PAPER: Final = 225
"""Brightness above which it is paper."""
_MOST_REGIONS: Final = 24

_LIBC: Final = ctypes.CDLL(None)
_LIBC.memcmp.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_size_t)

_Memory = ctypes.Array[ctypes.c_ubyte]
Box = tuple[int, int, int, int]
"""Pixels: left, top, right, bottom."""


class PageLooks:
    """One page of one revision; each look is rendered once."""

    def __init__(self, page: pdfium.PdfPage) -> None:
        self._page = page
        width, height = page.get_size()
        self.size = width, height
        self._scale = min(_SCALE, math.sqrt(_MOST_PIXELS / max(width * height, 1)))
        self._rendered: dict[bool, Image.Image] = {}
        self._memory: dict[bool, _Memory] = {}

    def look(self, *, annotated: bool = True) -> Image.Image:
        """Return the page with or without its annotations, the fields of its form included."""
        if annotated not in self._rendered:
            # In this order of bytes the picture is the renderer's own memory, and not a copy of it.
            bitmap = self._page.render(
                scale=self._scale,
                draw_annots=annotated,
                may_draw_forms=annotated,
                rev_byteorder=True,
                prefer_bgrx=True,
            )
            self._rendered[annotated] = bitmap.to_pil()
            self._memory[annotated] = bitmap.buffer
        return self._rendered[annotated]

    def memory(self, *, annotated: bool) -> _Memory:
        """Return the bytes of a look."""
        self.look(annotated=annotated)
        return self._memory[annotated]

    def box(self, rect: Rectangle, slack: float) -> Box:
        """Return the pixels of a rectangle in points, and of ``slack`` points around it."""
        left, bottom, right, top = rect
        corners = [
            self._position().to_bitmap(left - slack, bottom - slack),
            self._position().to_bitmap(right + slack, top + slack),
        ]
        width, height = self._size()
        xs, ys = ([corner[axis] for corner in corners] for axis in (0, 1))
        return max(min(xs), 0), max(min(ys), 0), min(max(xs), width), min(max(ys), height)

    def rect(self, box: Box) -> Rectangle:
        """Return pixels as points."""
        x1, y1 = self._position().to_page(box[0], box[1])
        x2, y2 = self._position().to_page(box[2], box[3])
        return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)

    def _size(self) -> tuple[int, int]:
        width, height = self.size
        return math.ceil(width * self._scale), math.ceil(height * self._scale)

    def _position(self) -> pdfium.PdfPosConv:
        return pdfium.PdfPosConv(self._page, (0, 0, *self._size(), 0))


@dataclass(frozen=True)
class Pair:
    """One page, signed and now."""

    old: PageLooks
    new: PageLooks

    @property
    def is_comparable(self) -> bool:
        """Return whether both are of one size."""
        return self.old.size == self.new.size

    def differing(self, *, annotated: bool = True) -> Image.Image:
        """Return white where the two looks differ, black elsewhere."""
        one, other = (page.memory(annotated=annotated) for page in (self.old, self.new))
        looks = self.old.look(annotated=annotated), self.new.look(annotated=annotated)
        if len(one) != len(other) or looks[0].height == 0:
            return _differing(*looks)
        # Seals are small beside pages: only the rows between the first and last that differ count.
        mask = Image.new("L", looks[0].size)
        first, end = _differing_rows(one, other, looks[0].height)
        if first < end:
            box = 0, first, mask.width, end
            mask.paste(_differing(*(look.crop(box) for look in looks)), box)
        return mask


def _differing_rows(one: _Memory, other: _Memory, height: int) -> tuple[int, int]:
    """Return the first row that differs, and the one behind the last; both the same: none."""
    row = len(one) // height
    starts = ctypes.addressof(one), ctypes.addressof(other)

    def is_same(first: int, end: int) -> bool:
        begun = [start + first * row for start in starts]
        return bool(_LIBC.memcmp(*begun, (end - first) * row) == 0)

    if is_same(0, height):
        return 0, 0
    first, below = 0, height
    while below - first > 1:
        middle = (first + below) // 2
        first, below = (middle, below) if is_same(first, middle) else (first, middle)
    above, end = first, height
    while end - above > 1:
        middle = (above + end) // 2
        above, end = (above, middle) if is_same(middle, end) else (middle, end)
    return first, end


def _differing(one: Image.Image, other: Image.Image) -> Image.Image:
    red, green, blue, *_ = ImageChops.difference(one, other).split()
    most = ImageChops.lighter(ImageChops.lighter(red, green), blue)
    return most.point(_above(_NOTICEABLE))


def ink(look: Image.Image, box: Box) -> Image.Image:
    """Return white where there is ink in a part of a look."""
    return look.crop(box).convert("L").point([255 if v < _INK else 0 for v in range(256)])


def paper(look: Image.Image, box: Box) -> Image.Image:
    """Return white where there is none."""
    return look.crop(box).convert("L").point(_above(_PAPER))


def erased(mask: Image.Image, box: Box) -> None:
    """Make a part of a mask black."""
    if box[0] < box[2] and box[1] < box[3]:
        mask.paste(0, box)


def boxes(mask: Image.Image, page: PageLooks) -> list[Rectangle]:
    """Return the parts of a page where a mask is white: squares that touch are one part."""
    if mask.getbbox() is None:
        return []
    coarse = mask.reduce(_TILE)
    width = coarse.width
    pixels = coarse.tobytes()
    marked = {divmod(place, width) for place, value in enumerate(pixels) if value}
    found = []
    while marked:
        waiting, part = [marked.pop()], []
        while waiting:
            row, column = waiting.pop()
            part.append((row, column))
            near = {(row + i, column + j) for i in (-1, 0, 1) for j in (-1, 0, 1)} & marked
            marked -= near
            waiting.extend(near)
        found.append(page.rect(_around(part)))
    return sorted(found)


def few_merged(found: list[Rectangle]) -> list[Rectangle]:
    """Return the parts, or one around all of them when they are too many to be marked."""
    if len(found) <= _MOST_REGIONS:
        return found
    lefts, bottoms, rights, tops = zip(*found, strict=True)
    return [(min(lefts), min(bottoms), max(rights), max(tops))]


def _around(part: list[tuple[int, int]]) -> Box:
    rows, columns = zip(*part, strict=True)
    return (
        min(columns) * _TILE,
        min(rows) * _TILE,
        (max(columns) + 1) * _TILE,
        (max(rows) + 1) * _TILE,
    )


def _above(limit: int) -> list[int]:
    return [255 if value > limit else 0 for value in range(256)]
