"""Letters as outlines: taken from a font once, so that a drawing needs no font."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from threading import Lock
from typing import Final

from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.recordingPen import RecordingPen
from fontTools.ttLib import TTFont

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""

_OPERATORS: Final = {"moveTo": "m", "lineTo": "l", "curveTo": "c", "closePath": "h"}


@dataclass(frozen=True, slots=True)
class Step:
    """One path operator of ISO 32000-2 8.5.2 (m, l, c or h) with its points."""

    operator: str
    points: tuple[Point, ...] = ()


@dataclass(frozen=True, slots=True)
class Glyph:
    """The outline of one letter, in ems, y upwards from the baseline."""

    steps: tuple[Step, ...]
    advance: float
    ink: Box | None
    """None for a space."""


class Typeface:
    """A font with cubic outlines, read letter by letter."""

    def __init__(self, path: str) -> None:
        self._font = TTFont(path)
        self._names = self._font.getBestCmap()
        self._outlines = self._font.getGlyphSet()
        self._unit = 1 / self._font["head"].unitsPerEm
        self._lock = Lock()  # the font unpacks outlines as they are asked for

    def glyph(self, letter: str) -> Glyph | None:
        """Return the outline of a letter; None when the font has none for it."""
        name = self._names.get(ord(letter))
        if name is None:
            return None
        with self._lock:
            pen, bounds = RecordingPen(), BoundsPen(self._outlines)
            self._outlines[name].draw(pen)
            self._outlines[name].draw(bounds)
            advance = self._outlines[name].width * self._unit
        ink = bounds.bounds and tuple(value * self._unit for value in bounds.bounds)
        return Glyph(tuple(self._steps(pen)), advance, ink)

    def _steps(self, pen: RecordingPen) -> Iterator[Step]:
        for operation, points in pen.value:
            yield Step(
                _OPERATORS[operation], tuple((x * self._unit, y * self._unit) for x, y in points)
            )


@cache
def song_type() -> Typeface:
    """Return Noto Serif SC, a Song type (宋体) under the Open Font License."""
    return Typeface(str(files("pylopdf_fonts_zh_cn") / "NotoSerifSC-Regular.otf"))
