"""Set letters in columns, as the square seals of persons and of finance have them.

1. Columns run from the right to the left, the letters of each from the top.
2. All columns are equally wide and fill the height; those on the left have a letter less where the
   letters do not come out even.
3. Of all numbers of columns that one is taken whose letters come closest to a square; of two that
   come as close, the one whose letters are high rather than wide.
4. A title fills a column of its own, the last.
5. Parentheses lie as they do in vertical writing.
6. Each letter is stretched to its cell, as far as the design allows, and stands in its middle.
"""

from itertools import accumulate, pairwise
from math import log
from typing import Final

from fontTools.misc.transform import Transform

from sealservice.seals.lettering import (
    GREATEST_LETTERS,
    NAME,
    Cell,
    Lettering,
    cells,
    reach,
    too_long,
)
from sealservice.seals.measures import Columns
from sealservice.seals.paths import Box, Path, moved

_UNEVEN: Final = 0.1
"""How much worse columns are that do not come out even."""

_UPRIGHT: Final = str.maketrans("（）()《》〈〉", "︵︶︵︶︽︾︿﹀")
"""Parentheses as they stand in a column."""


def set_columns(name: str, title: str | None, columns: Columns, area: Box) -> Lettering:
    """Set a name, and what the design adds to it, in an area of the seal.

    Raises:
        TextMissing: there is no letter.
        GlyphMissing: the typeface lacks a letter.
        TextTooLong: the letters would be too small.
    """
    letters = cells(name.translate(_UPRIGHT), NAME)
    endings = {ending.letters: ending.text for ending in columns.endings}
    whole = letters + (cells(endings[len(letters)], NAME) if len(letters) in endings else [])
    last = cells(title, NAME) if title is not None and columns.title_follows else []
    sizes = _best(len(whole), len(last), area)
    width, lowest = _cell_size(sizes, columns, area)
    if min(width, lowest) < columns.smallest:
        raise too_long(NAME, len(letters), _capacity(len(last), columns, area))
    whole += last
    _, bottom, right, top = area
    outlines: list[Path] = []
    for number, (first, end) in enumerate(pairwise(accumulate(sizes, initial=0))):
        column_right = right - number * (width + columns.gap)
        box = (column_right - width, bottom, column_right, top)
        outlines += _column(whole[first:end], columns, box)
    return Lettering(lowest, tuple(outlines))


def _best(letters: int, last: int, area: Box) -> list[int]:
    """Return how many letters each column has, from the right; ``last`` fill one of their own."""
    left, bottom, right, top = area

    def oddness(count: int) -> tuple[float, int]:
        column = (right - left) / (top - bottom) / (count + (last > 0))
        rows = [letters / count, *([last] * (last > 0))]
        odd = sum(abs(log(column * row)) for row in rows) + (letters % count > 0) * _UNEVEN
        return round(odd, 6), -count

    count = min(range(1, letters + 1), key=oddness)
    rows, left_over = divmod(letters, count)
    return [rows + (number < left_over) for number in range(count)] + [last] * (last > 0)


def _cell_size(sizes: list[int], columns: Columns, area: Box) -> tuple[float, float]:
    """Return the width of all letters and the height of the lowest."""
    left, bottom, right, top = area
    width = (right - left - columns.gap * (len(sizes) - 1)) / len(sizes)
    return width, (top - bottom - columns.gap * (max(sizes) - 1)) / max(sizes)


def _capacity(last: int, columns: Columns, area: Box) -> int:
    """Return how many letters fit."""
    fits = (
        letters
        for letters in range(1, GREATEST_LETTERS)
        if min(_cell_size(_best(letters, last, area), columns, area)) >= columns.smallest
    )
    return max(fits, default=0)


def _column(letters: list[Cell], columns: Columns, box: Box) -> list[Path]:
    left, bottom, right, top = box
    cell_height = (top - bottom - columns.gap * (len(letters) - 1)) / len(letters)
    cell_width = right - left
    width = min(cell_width, columns.widest * cell_height)
    height = min(cell_height, cell_width / columns.narrowest)
    paths = []
    for number, cell in enumerate(letters):
        middle = top - cell_height / 2 - number * (cell_height + columns.gap)
        foot, head = reach([cell])
        placed = Transform().translate((left + right) / 2, middle)
        placed = placed.scale(width / max(1.0, cell.width), height / (head - foot))
        paths.append(moved(cell.glyph.path, placed.translate(-cell.middle, -(foot + head) / 2)))
    return paths
