"""Set the letters of a seal's texts: which there are, how wide each is, and horizontal lines.

1. A text is composed (Unicode NFC) and freed of outer white space.
2. An ideograph fills one em, or more when its ink needs it; any other letter as much as its ink
   and a little air on both sides, so that Latin letters, digits and parentheses stand as close as
   ideographs do. No ink comes near the edge of its cell, so no two letters come near each other.
3. A letter without a glyph, one that does not print, or a mark that would have to stand on another
   letter is refused by name: a seal never shows a box, and never hides a letter.
4. The lines of a stack that have a text stand one below the other about its middle, all of them
   smaller when they do not fit. Letters of a long line become narrower, then, where the design
   allows, lower; when that makes them too narrow or too low the text is refused.

Lengths are mm from the seal's centre, y upwards; angles radians.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from fontTools.misc.transform import Transform

from sealservice.kernel.text import Text
from sealservice.seals.content import in_units
from sealservice.seals.errors import GlyphMissing, TextMissing, TextTooLong
from sealservice.seals.glyphs import Glyph, typeface
from sealservice.seals.measures import Line, Stack, Type
from sealservice.seals.paths import Path, moved
from sealservice.seals.texts import Slot

FOOT: Final = -0.12
"""Bottom of an ideograph's em box under the baseline, ems (the font's typographic descent)."""
HEAD: Final = 0.88
GREATEST_LETTERS: Final = 100
"""Of any text: longer ones are refused before they are set."""
_DIGIT_HEAD: Final = 0.733
"""Height of the gothic type's digits, ems."""
_AIR: Final = 0.06
"""Beside the ink of a letter that is no ideograph, ems."""
_LEAST_AIR: Final = 0.03
"""Beside the ink of an ideograph, ems."""
_SPACE: Final = 0.3
"""Width of a space, ems."""
_IDEOGRAPH_ADVANCE: Final = 1.0
_FILLED: Final = 0.95
"""Share of its pitch that a letter of a line fills."""
_ROUNDING: Final = 1e-9
_WHITE: Final = "Zs"
_NO_LETTERS: Final = ("C", "M")
"""Categories of what does not print, and of marks that combine with the letter before them."""

NAME: Final = Text("名称", "name")
PLACES: Final = {
    Slot.NAME: NAME,
    Slot.TITLE: Text("用途文字", "title"),
    Slot.LINE: Text("横排文字", "horizontal text"),
    Slot.NUMBER: Text("纳税人识别号", "taxpayer's number"),
    Slot.CODE: Text("印章编码", "seal code"),
    Slot.MARK: Text("警示文字", "warning"),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """A letter, the width it takes and where its middle is, in ems from the glyph's origin."""

    letter: str
    glyph: Glyph
    width: float
    middle: float


@dataclass(frozen=True, slots=True)
class Lettering:
    """A text that was set: its letters' outlines in mm, and the height of its em."""

    height: float
    outlines: tuple[Path, ...]


def cells(text: str, place: Text, kind: Type = Type.SONG) -> list[Cell]:
    """Return the letters of a text.

    Raises:
        TextMissing: there is none.
        TextTooLong: there are more than any place has room for.
        GlyphMissing: the typeface lacks one, or it does not print.
    """
    composed = unicodedata.normalize("NFC", text.strip())
    if not composed:
        raise TextMissing(place_zh=place.zh, place_en=place.en)
    if len(composed) > GREATEST_LETTERS:
        raise too_long(place, len(composed), GREATEST_LETTERS)
    return [_cell(letter, at, place, kind) for at, letter in enumerate(composed, start=1)]


def _cell(letter: str, position: int, place: Text, kind: Type) -> Cell:
    category = unicodedata.category(letter)
    glyph = None if category.startswith(_NO_LETTERS) else typeface(kind).glyph(letter)
    if glyph is None or (glyph.ink is None and category != _WHITE):
        raise GlyphMissing(
            place_zh=place.zh, place_en=place.en, position=position, letter=_shown(letter)
        )
    if glyph.ink is None:
        return Cell(letter, glyph, _SPACE, 0)
    left, _, right, _ = glyph.ink
    if letter.isalpha() and glyph.advance == _IDEOGRAPH_ADVANCE:
        middle = glyph.advance / 2
        inked = 2 * (max(middle - left, right - middle) + _LEAST_AIR)
        return Cell(letter, glyph, max(glyph.advance, inked), middle)
    return Cell(letter, glyph, right - left + 2 * _AIR, (left + right) / 2)


def reach(letters: Iterable[Cell]) -> tuple[float, float]:
    """Return from where to where letters take room, ems: an em, but a g reaches below it."""
    inks = [cell.glyph.ink for cell in letters if cell.glyph.ink is not None]
    foot = min((ink[1] - _AIR / 2 for ink in inks), default=FOOT)
    return min(FOOT, foot), max((HEAD, *(ink[3] + _AIR / 2 for ink in inks)))


def _shown(letter: str) -> str:
    code = f"U+{ord(letter):04X}"
    return f"{letter}（{code}）" if letter.isprintable() else code


def too_long(place: Text, letters: int, greatest: float) -> TextTooLong:
    """Return the refusal of a text that does not fit."""
    return TextTooLong(
        place_zh=place.zh, place_en=place.en, letters=letters, greatest=int(greatest)
    )


def set_stack(texts: Mapping[Slot, str], stack: Stack) -> list[Lettering]:
    """Set the horizontal texts of a stack.

    Raises:
        TextMissing: a text has no letter, or one that is required is not given.
        GlyphMissing: the typeface lacks a letter.
        TextTooLong: the letters of a text would be too narrow.
    """
    lines = [line for line in stack.lines if line.holds in texts or line.required]
    wanted = sum(line.height for line in lines) + stack.gap * (len(lines) - 1)
    scale = min(1.0, stack.height / wanted) if lines else 1.0
    top = stack.middle + scale * wanted / 2
    letterings = []
    for line in lines:
        height = scale * line.height
        text = texts.get(line.holds, "")
        letterings.append(set_line(text, replace(line, height=height), top - height / 2))
        top -= height + scale * stack.gap
    return letterings


def _repeated(letters: list[Cell], room: float) -> list[Cell]:
    """Return letters as often as so many ems have room for, once at least."""
    space = _cell(" ", 0, NAME, Type.SONG)
    once = sum(cell.width for cell in letters)
    further = max(0, int((room - once) / (once + space.width)))
    return letters + [space, *letters] * further


def set_line(text: str, line: Line, middle: float) -> Lettering:
    """Set a horizontal text, its middle at this height.

    Raises:
        TextMissing: there is no letter.
        GlyphMissing: the typeface lacks a letter.
        TextTooLong: the letters would be too narrow.
    """
    letters = cells(text, PLACES[line.holds], line.type)
    height = line.height / _DIGIT_HEAD if line.digits else line.height
    if line.repeated:
        letters = _repeated(letters, line.width / (line.widest * height))
    total = sum(cell.width for cell in letters)
    lowest = height if line.smallest is None else min(line.smallest, height)
    height = min(height, max(lowest, line.width / total / line.narrowest))
    pitch = min(line.width / total, line.widest * height)
    if pitch < line.narrowest * height * (1 - _ROUNDING):
        greatest = line.width / (line.narrowest * height)
        raise too_long(PLACES[line.holds], len(letters), greatest)
    foot, head = (0.0, _DIGIT_HEAD) if line.digits else reach(letters)
    tall = height if line.digits else height / (head - foot)
    left = -pitch * total / 2
    outlines = []
    for cell in letters:
        centre = left + pitch * cell.width / 2
        at = Transform().translate(in_units(centre) if line.repeated else centre, middle)
        placed = at.scale(_FILLED * pitch, tall).translate(-cell.middle, -(foot + head) / 2)
        outlines.append(moved(cell.glyph.path, placed))
        left += pitch * cell.width
    return Lettering(height, tuple(outlines))
