"""Set the texts of a round seal: which letter goes where, how high and how wide.

1. An ideograph fills one em; any other letter as much as its ink and a little air on both sides,
   so that Latin letters, digits and parentheses stand as close as ideographs do.
2. The name is spread evenly and symmetrically about the top. Letters are as high as the design
   wants; when a long name would make them too narrow they become lower, and when that makes them
   too low the name is refused.
3. A letter without a glyph is refused by name: a seal never shows a box.

Lengths are mm from the seal's centre, y upwards; angles radians.
"""

from dataclasses import dataclass
from math import degrees, radians
from typing import Final

from fontTools.misc.transform import Transform

from sealservice.kernel.text import Text
from sealservice.seals.design import CentreLine, CodeArc, NameArc
from sealservice.seals.errors import GlyphMissing, TextMissing, TextTooLong
from sealservice.seals.glyphs import Glyph, Step, Typeface

_FOOT: Final = -0.12
"""Bottom of an ideograph's em box under the baseline, ems (the font's typographic descent)."""
_HEAD: Final = 0.88
_AIR: Final = 0.06
"""Beside the ink of a letter that is no ideograph, ems."""
_SPACE: Final = 0.3
"""Width of a space, ems."""
_IDEOGRAPH_ADVANCE: Final = 1.0

_NAME: Final = Text("名称", "name")
_LINE: Final = Text("横排文字", "horizontal text")
_CODE: Final = Text("印章编码", "seal code")


@dataclass(frozen=True, slots=True)
class Cell:
    """A letter, the width it takes and where its middle is, in ems from the glyph's origin."""

    glyph: Glyph
    width: float
    middle: float


@dataclass(frozen=True, slots=True)
class Lettering:
    """A text that was set: its letters' outlines in mm, and the height of its em."""

    height: float
    outlines: tuple[tuple[Step, ...], ...]


def set_name(text: str, arc: NameArc, typeface: Typeface) -> Lettering:
    """Set the name.

    Raises:
        TextMissing: there is no letter.
        GlyphMissing: the typeface lacks a letter.
        TextTooLong: the letters would be too small.
    """
    cells = _cells(text, typeface, _NAME)
    total = sum(cell.width for cell in cells)
    pitch = min(radians(arc.span) / total, radians(arc.widest_pitch))
    height = min(arc.height, _greatest_height(pitch, arc))
    if height < arc.smallest_height:
        raise _too_long(_NAME, len(cells), _capacity(arc))
    foot = arc.outer_radius - height
    width = min(pitch * arc.filled * foot, arc.widest * height)
    angle = -pitch * total / 2
    outlines = []
    for cell in cells:
        turned = Transform().rotate(-(angle + pitch * cell.width / 2)).translate(0, foot)
        placed = turned.scale(width, height).translate(-cell.middle, -_FOOT)
        outlines.append(_moved(cell.glyph, placed))
        angle += pitch * cell.width
    return Lettering(height, tuple(outlines))


def set_line(text: str, line: CentreLine, typeface: Typeface) -> Lettering:
    """Set the horizontal text.

    Raises:
        TextMissing: there is no letter.
        GlyphMissing: the typeface lacks a letter.
        TextTooLong: the letters would be too narrow.
    """
    cells = _cells(text, typeface, _LINE)
    total = sum(cell.width for cell in cells)
    width = min(line.width / total, line.widest * line.height)
    if width < line.narrowest * line.height:
        raise _too_long(_LINE, len(cells), line.width / (line.narrowest * line.height))
    left = -width * total / 2
    outlines = []
    for cell in cells:
        placed = (
            Transform()
            .translate(left + width * cell.width / 2, line.centre)
            .scale(width, line.height)
            .translate(-cell.middle, -(_FOOT + _HEAD) / 2)
        )
        outlines.append(_moved(cell.glyph, placed))
        left += width * cell.width
    return Lettering(line.height, tuple(outlines))


def set_code(text: str, arc: CodeArc, typeface: Typeface) -> Lettering:
    """Set the seal code, its letters one pitch apart.

    Raises:
        TextMissing: there is no letter.
        GlyphMissing: the typeface lacks a letter.
        TextTooLong: the code is longer than its arc.
    """
    cells = _cells(text, typeface, _CODE)
    if len(cells) * arc.pitch > arc.span:
        raise _too_long(_CODE, len(cells), arc.span / arc.pitch)
    first = -radians(arc.pitch) * (len(cells) - 1) / 2
    outlines = []
    for place, cell in enumerate(cells):
        turned = Transform().rotate(first + place * radians(arc.pitch))
        scaled = turned.translate(0, -arc.inner_radius).scale(arc.height, arc.height)
        outlines.append(_moved(cell.glyph, scaled.translate(-cell.middle, -_HEAD)))
    return Lettering(arc.height, tuple(outlines))


def _cells(text: str, typeface: Typeface, place: Text) -> list[Cell]:
    cells = []
    for position, letter in enumerate(text, start=1):
        glyph = typeface.glyph(letter)
        if glyph is None:
            raise GlyphMissing(
                place_zh=place.zh, place_en=place.en, position=position, letter=_shown(letter)
            )
        cells.append(_cell(letter, glyph))
    if all(cell.glyph.ink is None for cell in cells):
        raise TextMissing(place_zh=place.zh, place_en=place.en)
    return cells


def _cell(letter: str, glyph: Glyph) -> Cell:
    if glyph.ink is None:
        return Cell(glyph, _SPACE, 0)
    if letter.isalpha() and glyph.advance == _IDEOGRAPH_ADVANCE:
        return Cell(glyph, glyph.advance, glyph.advance / 2)
    left, _, right, _ = glyph.ink
    return Cell(glyph, right - left + 2 * _AIR, (left + right) / 2)


def _shown(letter: str) -> str:
    code = f"U+{ord(letter):04X}"
    return f"{letter}（{code}）" if letter.isprintable() else code


def _greatest_height(pitch: float, arc: NameArc) -> float:
    """Solve ``pitch * filled * (outer_radius - height) = narrowest * height`` for the height."""
    filled = pitch * arc.filled
    return filled * arc.outer_radius / (arc.narrowest + filled)


def _capacity(arc: NameArc) -> float:
    """Return how many ems fit on the arc at the smallest height."""
    foot = arc.outer_radius - arc.smallest_height
    smallest_pitch = arc.narrowest * arc.smallest_height / (arc.filled * foot)
    return arc.span / degrees(smallest_pitch)


def _too_long(place: Text, letters: int, greatest: float) -> TextTooLong:
    return TextTooLong(
        place_zh=place.zh, place_en=place.en, letters=letters, greatest=int(greatest)
    )


def _moved(glyph: Glyph, placed: Transform) -> tuple[Step, ...]:
    return tuple(
        Step(step.operator, tuple(placed.transformPoints(step.points))) for step in glyph.steps
    )
