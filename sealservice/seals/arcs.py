"""Set texts along arcs: the name around the top, the code along the bottom.

1. The name is spread evenly and symmetrically about the top, by the length of the arc through its
   letters' middles; each letter stands at right angles to it. On an ellipse as on a circle.
2. Letters are as high as the design wants. When a long name would make them too narrow they become
   lower; then, where the design has a second arc, the name goes on two, if they are higher there.
3. A name is parted in proportion to the arcs, at the nearest place where a word may end.
4. A name with letters that reach over the em box, such as Ü, is a little lower instead of nearer
   to the rim; where there is a second arc, also one with letters that reach below it, such as g.
5. When the letters would be too low the name is refused.
"""

from dataclasses import dataclass
from math import pi
from typing import Final

from fontTools.misc.transform import Transform

from sealservice.seals.curves import Curve
from sealservice.seals.lettering import (
    FOOT,
    HEAD,
    NAME,
    PLACES,
    Cell,
    Lettering,
    cells,
    reach,
    too_long,
)
from sealservice.seals.measures import CodeArc, NameArc, Outline
from sealservice.seals.paths import Path, moved
from sealservice.seals.texts import Slot

_HALVINGS: Final = 20
"""Of the interval in which a letter's height is sought: to some nanometres."""
_WORD_ENDS: Final = frozenset(" ）)省市县区州厂院所社会部司校店")
_NEAR: Final = 3
"""How many letters a name is parted from the exact proportion at most, for a word's end."""


@dataclass(frozen=True, slots=True)
class _Fit:
    """How a text stands on a curve through its letters' middles."""

    curve: Curve
    height: float
    width: float
    """Of an em."""
    pitch: float
    """Of an em along the curve."""


def set_name(text: str, arc: NameArc, outline: Outline) -> list[Lettering]:
    """Set the name on one arc or on two.

    Raises:
        TextMissing: there is no letter.
        GlyphMissing: the typeface lacks a letter.
        TextTooLong: the letters would be too small.
    """
    letters = cells(text, NAME)
    heads = _inside(outline, arc.inset)
    one = _highest([letters], arc, heads, arc.height)
    if arc.second is not None and (one is None or one[0].height < arc.second.below):
        parts = _parted(letters, arc, heads)
        two = _highest(parts, arc, heads, arc.second.below)
        if two is not None and (one is None or two[0].height > one[0].height):
            return [_spread(part, fit, reach(part)) for part, fit in zip(parts, two, strict=True)]
    if one is None:
        raise too_long(NAME, len(letters), _capacity(arc, heads))
    return [_spread(letters, one[0], (FOOT, _head(letters)))]


def _inside(outline: Outline, inset: float) -> Curve:
    width = outline.width / 2 - outline.rim_width - inset
    return Curve(width, outline.height / 2 - outline.rim_width - inset)


def _highest(
    parts: list[list[Cell]], arc: NameArc, heads: Curve, greatest: float
) -> list[_Fit] | None:
    """Return how the parts fit their arcs with letters as high as can be, the same on all."""
    if (found := _fits(parts, arc, heads, greatest)) is not None:
        return found
    low, high = arc.smallest_height, greatest
    if (found := _fits(parts, arc, heads, low)) is None:
        return None
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if (fits := _fits(parts, arc, heads, middle)) is None:
            high = middle
        else:
            low, found = middle, fits
    return found


def _fits(parts: list[list[Cell]], arc: NameArc, heads: Curve, height: float) -> list[_Fit] | None:
    fits = []
    for number, part in enumerate(parts):
        total = sum(cell.width for cell in part)
        fit = _fit(total, height, arc, _middles(arc, heads, height, number))
        if fit.width < arc.narrowest * height:
            return None
        fits.append(fit)
    return fits


def _middles(arc: NameArc, heads: Curve, height: float, number: int) -> Curve:
    """Return the curve through the middles of the letters on the first or second arc."""
    gap = 0.0 if arc.second is None else arc.second.gap
    depth = number * (height + gap) + height / 2
    return Curve(heads.width - depth, heads.height - depth)


def _fit(total: float, height: float, arc: NameArc, curve: Curve) -> _Fit:
    """Spread so many ems; at their feet they are closest, where the curve is sharpest."""
    pitch = min(2 * curve.to(arc.span / 2) / total, arc.widest_pitch)
    at_feet = 1 - curve.sharpest(pitch * total / 2) * height / 2
    return _Fit(curve, height, min(pitch * arc.filled * at_feet, arc.widest * height), pitch)


def _parted(letters: list[Cell], arc: NameArc, heads: Curve) -> list[list[Cell]]:
    first, second = (
        _middles(arc, heads, arc.smallest_height, number).to(arc.span / 2) for number in (0, 1)
    )
    exact = round(len(letters) * first / (first + second))
    near = range(max(1, exact - _NEAR), min(len(letters) - 1, exact + _NEAR) + 1)
    ends = [at for at in near if letters[at - 1].letter in _WORD_ENDS]
    at = min(ends or [exact], key=lambda end: abs(end - exact))
    return [letters[:at], letters[at:]]


def _capacity(arc: NameArc, heads: Curve) -> int:
    """Return how many ideographs fit at the smallest height, on all arcs together."""
    total, height = 0, arc.smallest_height
    for number in range(1 if arc.second is None else 2):
        curve, count = _middles(arc, heads, height, number), 1
        while _fit(count + 1, height, arc, curve).width >= arc.narrowest * height:
            count += 1
        total += count
    return total


def _head(letters: list[Cell]) -> float:
    """Return how high the highest letter is, ems."""
    return max((HEAD, *(cell.glyph.ink[3] for cell in letters if cell.glyph.ink is not None)))


def _spread(letters: list[Cell], fit: _Fit, tall: tuple[float, float]) -> Lettering:
    """Set letters whose feet and heads, ems, are the edges of the arc's band."""
    at = -fit.pitch * sum(cell.width for cell in letters) / 2
    outlines = []
    for cell in letters:
        middle = at + fit.pitch * cell.width / 2
        outlines.append(_standing(cell, fit, middle, tall))
        at += fit.pitch * cell.width
    return Lettering(fit.height, tuple(outlines))


def _standing(cell: Cell, fit: _Fit, length: float, tall: tuple[float, float]) -> Path:
    """Put a letter's middle on the curve, its head outwards."""
    foot, head = tall
    stand = fit.curve.stand(length)
    turned = Transform().translate(stand.x, stand.y).rotate(stand.turn)
    placed = turned.scale(fit.width, fit.height / (head - foot))
    placed = placed.translate(-cell.middle, -(foot + head) / 2)
    return moved(cell.glyph.path, placed)


def set_code(text: str, arc: CodeArc, outline: Outline) -> Lettering:
    """Set the seal code along the bottom, its letters one pitch apart.

    Raises:
        TextMissing: there is no letter.
        GlyphMissing: the typeface lacks a letter.
        TextTooLong: the code is longer than its arc.
    """
    letters = cells(text, PLACES[Slot.CODE])
    heads = _inside(outline, arc.inset)
    room = 2 * (heads.half - heads.to(180 - arc.span / 2))
    if len(letters) * arc.pitch > room:
        raise too_long(PLACES[Slot.CODE], len(letters), room / arc.pitch)
    first = heads.half + arc.pitch * (len(letters) - 1) / 2
    outlines = []
    for number, cell in enumerate(letters):
        stand = heads.stand(_wrapped(first - number * arc.pitch, heads))
        turned = Transform().translate(stand.x, stand.y).rotate(stand.turn + pi)
        scaled = turned.scale(arc.height, arc.height).translate(-cell.middle, -HEAD)
        outlines.append(moved(cell.glyph.path, scaled))
    return Lettering(arc.height, tuple(outlines))


def _wrapped(length: float, curve: Curve) -> float:
    """Name a point behind the bottom from the other side."""
    return length if length <= curve.half else length - 2 * curve.half
