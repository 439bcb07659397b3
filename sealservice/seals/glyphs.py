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

from sealservice.seals.measures import Type
from sealservice.seals.paths import Box, Path, Step

_OPERATORS: Final = {"moveTo": "m", "lineTo": "l", "curveTo": "c", "closePath": "h"}
_FILES: Final = {Type.SONG: "NotoSerifSC-Regular.otf", Type.GOTHIC: "NotoSansSC-Regular.otf"}


@dataclass(frozen=True, slots=True)
class Glyph:
    """The outline of one letter, in ems, y upwards from the baseline."""

    path: Path
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
        self._read: dict[str, Glyph | None] = {}

    def glyph(self, letter: str) -> Glyph | None:
        """Return the outline of a letter; None when the font has none for it."""
        with self._lock:
            if letter not in self._read:
                self._read[letter] = self._glyph(letter)
            return self._read[letter]

    def _glyph(self, letter: str) -> Glyph | None:
        name = self._names.get(ord(letter))
        if name is None:
            return None
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
def typeface(kind: Type) -> Typeface:
    """Return a font under the Open Font License: Noto Serif SC (宋体) or Noto Sans SC (黑体)."""
    return Typeface(str(files("pylopdf_fonts_zh_cn") / _FILES[kind]))


def song_type() -> Typeface:
    """Return the Song type, in which names are written."""
    return typeface(Type.SONG)
