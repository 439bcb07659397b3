"""The picture of a seal: vector outlines in one colour, without fonts, the same bytes every time.

Drawn in this order: rim, star, name, horizontal line, seal code. A demonstration seal carries
``DEMONSTRATION_LINE`` as its mark, so that nobody takes a print of it for a real one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from math import cos, pi, sin, sqrt
from typing import Final

from sealservice.kernel.digests import sha256_hex
from sealservice.seals.colour import Colour
from sealservice.seals.design import SealDesign
from sealservice.seals.glyphs import Point, Step, song_type
from sealservice.seals.lettering import Lettering, set_code, set_line, set_name
from sealservice.seals.stencil import Stencil

DEMONSTRATION_LINE: Final = "测试专用"

POINTS_PER_MM: Final = 72 / 25.4
_DECIMALS: Final = 2
"""Of coordinates in points: 0.01 pt is 3.5 µm, finer than any printer."""
_QUARTER: Final = 4 / 3 * (sqrt(2) - 1)
"""Distance of a Bézier's handle for a quarter of the unit circle (off by 0.03 %)."""
_STAR_WAIST: Final = (3 - sqrt(5)) / 2
"""Inner by outer radius of a regular five-pointed star."""
_PAINTS: Final = frozenset({"f", "B"})
_SVG_LETTERS: Final = {"m": "M", "l": "L", "c": "C", "h": "Z"}


@dataclass(frozen=True, slots=True)
class SealTexts:
    """What is written on a seal, apart from its title, which the design gives."""

    name: str
    """Along the arc: the full name on the license. In the columns of a name seal: the person's."""
    line: str | None = None
    """A horizontal line of its own: a department, a branch, a running number such as （1）."""
    code: str | None = None
    """The seal code, along the bottom."""
    number: str | None = None
    """Across the middle of an invoice seal: the taxpayer's number (the USCC)."""
    mark: str | None = None
    """A warning that the seal has no effect: ``DEMONSTRATION_LINE``."""


@dataclass(frozen=True, slots=True)
class Artwork:
    """A finished drawing.

    ``operators`` is a piece of a PDF content stream (ISO 32000-2 8.5): points, origin at the lower
    left corner of the bounding box, wrapped in its own q and Q, DeviceRGB. It needs no resources,
    but for an imported picture: that one paints its stencil by ``/Stencil Do``.
    """

    width_mm: float
    height_mm: float
    operators: bytes
    stencil: Stencil | None = None

    @property
    def sha256(self) -> str:
        """Return the digest of the operators and, if there is one, the stencil behind them."""
        if self.stencil is None:
            return sha256_hex(self.operators)
        shape = f"{self.stencil.width} {self.stencil.height}\n".encode("ascii")
        return sha256_hex(self.operators + shape + self.stencil.bits)

    def svg(self) -> str:
        """Return the same drawing as an SVG document of the same size."""
        width, height = self.width_mm * POINTS_PER_MM, self.height_mm * POINTS_PER_MM
        drawn = "\n".join(_svg_elements(self.operators.decode("ascii")))
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width_mm:g}mm" '
            f'height="{self.height_mm:g}mm" viewBox="0 0 {width:.4f} {height:.4f}">\n'
            f'<g transform="matrix(1 0 0 -1 0 {height:.4f})" stroke-linejoin="round">\n'
            f"{drawn}\n</g>\n</svg>\n"
        )


def draw(design: SealDesign, texts: SealTexts, colour: Colour = Colour.RED) -> Artwork:
    """Draw a seal.

    Raises:
        TextMissing: the name, or a text that is given, is empty.
        GlyphMissing: the typeface lacks a letter.
        TextTooLong: a text does not fit its place.
    """
    pen = _Pen(design.diameter / 2)
    ink = " ".join(_number(part) for part in colour.rgb)
    lines = [
        f"q {ink} rg {ink} RG 1 j",
        *pen.path(_rim(design), "f"),
        *pen.path(_star(design.star_diameter / 2), "f"),
    ]
    for lettering in _letterings(design, texts):
        lines.append(f"{_number(design.weight * lettering.height * POINTS_PER_MM)} w")
        lines += (line for steps in lettering.outlines if steps for line in pen.path(steps, "B"))
    operators = "\n".join([*lines, "Q", ""]).encode("ascii")
    return Artwork(design.diameter, design.diameter, operators)


def _letterings(design: SealDesign, texts: SealTexts) -> Iterable[Lettering]:
    typeface = song_type()
    yield set_name(texts.name, design.name, typeface)
    for line in (texts.line, texts.mark):
        if line is not None:
            yield set_line(line, design.line, typeface)
    if texts.code is not None:
        yield set_code(texts.code, design.code, typeface)


@dataclass(frozen=True, slots=True)
class _Pen:
    """Writes paths around the centre of the bounding box, mm to points."""

    centre: float

    def path(self, steps: Iterable[Step], paint: str) -> list[str]:
        """Return one operator a line, the last one painting."""
        return [*(self._step(step) for step in steps), paint]

    def _step(self, step: Step) -> str:
        values = [(value + self.centre) * POINTS_PER_MM for point in step.points for value in point]
        return " ".join([*(_number(value) for value in values), step.operator])


def _number(value: float) -> str:
    """Write a number without trailing zeros or a negative zero."""
    return f"{round(value, _DECIMALS) + 0.0:.{_DECIMALS}f}".rstrip("0").rstrip(".")


def _rim(design: SealDesign) -> list[Step]:
    """Return two circles of opposite direction, so that the non-zero rule leaves a ring."""
    outer = design.diameter / 2
    return [*_circle(outer, 1), *_circle(outer - design.rim_width, -1)]


def _circle(radius: float, direction: int) -> list[Step]:
    steps = [Step("m", ((radius, 0.0),))]
    for quarter in range(4):
        turn = quarter * pi / 2
        control = ((1.0, _QUARTER), (_QUARTER, 1.0), (0.0, 1.0))
        steps.append(Step("c", tuple(_turned(x, y, turn, radius, direction) for x, y in control)))
    return [*steps, Step("h")]


def _turned(x: float, y: float, turn: float, radius: float, direction: int) -> Point:
    return (
        radius * (x * cos(turn) - y * sin(turn)),
        direction * radius * (x * sin(turn) + y * cos(turn)),
    )


def _star(radius: float) -> list[Step]:
    """Return a regular five-pointed star, one point up."""
    reach = (radius, radius * _STAR_WAIST)
    corners = [(reach[k % 2] * sin(k * pi / 5), reach[k % 2] * cos(k * pi / 5)) for k in range(10)]
    first, *others = corners
    return [Step("m", (first,)), *(Step("l", (corner,)) for corner in others), Step("h")]


def _svg_elements(operators: str) -> Iterable[str]:
    """Translate our own operators, one a line, into one path element a painting."""
    header, *lines = operators.splitlines()
    red, green, blue = (round(float(part) * 255) for part in header.split()[1:4])
    colour = f"#{red:02x}{green:02x}{blue:02x}"
    path: list[str] = []
    stroke = ""
    for line in lines:
        *numbers, operator = line.split()
        if operator in _SVG_LETTERS:
            path.append(_SVG_LETTERS[operator] + " ".join(numbers))
        elif operator == "w":
            stroke = f' stroke="{colour}" stroke-width="{numbers[0]}"'
        elif operator in _PAINTS:
            painted = stroke if operator == "B" else ""
            yield f'<path fill="{colour}"{painted} d="{"".join(path)}"/>'
            path.clear()
