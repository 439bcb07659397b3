"""The seal code as a QR code (ISO/IEC 18004), for a scanner at a counter.

1. The encoding is segno's: error level H, so that nearly a third of it may be smudged.
2. Around it nothing is drawn for four modules (6.3.8, the quiet zone).
3. Its modules are whole units of the drawing, and rectangles that go on in the next row are one.
4. A code that would need smaller modules than a scanner reads from paper is refused.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Final

import segno
from segno.encoder import DataOverflowError

from sealservice.seals.content import in_units
from sealservice.seals.errors import TextMissing
from sealservice.seals.lettering import PLACES, too_long
from sealservice.seals.measures import QR_MODULES, QrSquare
from sealservice.seals.paths import Path, Point, Step
from sealservice.seals.texts import Slot

Run = tuple[int, int]
"""From which module of a row to which."""

_PLACE: Final = PLACES[Slot.CODE]
_DIGITS: Final = 17
"""So many fit at level H."""


def set_matrix(text: str, square: QrSquare) -> Path:
    """Return the dark modules of a text's QR code, as rectangles.

    Raises:
        TextMissing: there is no letter.
        TextTooLong: it needs more modules than the square has room for.
    """
    if not text.strip():
        raise TextMissing(place_zh=_PLACE.zh, place_en=_PLACE.en)
    try:
        code = segno.make(text.strip(), version=1, error="h", boost_error=False)
    except DataOverflowError:
        raise too_long(_PLACE, len(text.strip()), _DIGITS) from None
    module = in_units(square.module)
    left, top = -QR_MODULES / 2 * module, square.centre + QR_MODULES / 2 * module
    return tuple(
        step
        for (first, end), upper, lower in sorted(_rectangles(code.matrix))
        for step in _rectangle(
            (left + first * module, top - lower * module),
            (left + end * module, top - upper * module),
        )
    )


def _rectangles(rows: Sequence[bytearray]) -> Iterator[tuple[Run, int, int]]:
    """Yield runs of dark modules, from which row to which they are the same."""
    begun: dict[Run, int] = {}
    for number, row in enumerate([*rows, bytearray()]):
        runs = [*_runs(row)]
        for ended in [run for run in begun if run not in runs]:
            yield ended, begun.pop(ended), number
        for run in runs:
            begun.setdefault(run, number)


def _runs(row: bytearray) -> Iterator[Run]:
    at = 0
    for dark, modules in groupby(row):
        end = at + len(list(modules))
        if dark:
            yield at, end
        at = end


def _rectangle(lower: Point, upper: Point) -> Path:
    (left, bottom), (right, top) = lower, upper
    corners = ((left, top), (right, top), (right, bottom))
    lines = (Step("l", (corner,)) for corner in corners)
    return (Step("m", (lower,)), *lines)  # filling closes it
