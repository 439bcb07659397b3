"""Write paths as PDF operators, and our own operators as SVG elements.

One operator a line, in this order: ``q r g b rg r g b RG 1 j``, then paths, each with its painting
operator, or one stencil; ``Q``. Nothing else is ever written, so it is easily read back.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from sealservice.seals.paths import Path

POINTS_PER_MM: Final = 72 / 25.4
_DECIMALS: Final = 2
"""Of coordinates in points: 0.01 pt is 3.5 µm, finer than any printer."""
_SVG_LETTERS: Final = {"m": "M", "l": "L", "c": "C", "h": "Z"}
_FILL: Final = ' fill="{0}"'
_EVEN_ODD: Final = ' fill="{0}" fill-rule="evenodd"'
_STROKE: Final = ' stroke="{0}" stroke-width="{1}"'
_PAINTS: Final = {
    "f": _FILL,
    "f*": _EVEN_ODD,
    "S": ' fill="none"' + _STROKE,
    "B": _FILL + _STROKE,
    "B*": _EVEN_ODD + _STROKE,
}


def number(value: float) -> str:
    """Write a number without trailing zeros or a negative zero."""
    return f"{round(value, _DECIMALS) + 0.0:.{_DECIMALS}f}".rstrip("0").rstrip(".")


def header(rgb: tuple[float, float, float]) -> str:
    """Return the line that begins a drawing in this colour."""
    ink = " ".join(number(part) for part in rgb)
    return f"q {ink} rg {ink} RG 1 j"


class Pen:
    """Writes paths in mm from a centre as operators in points from the lower left corner."""

    def __init__(self, width_mm: float, height_mm: float) -> None:
        self._right, self._up = width_mm / 2, height_mm / 2

    def path(self, path: Path, paint: str) -> Iterator[str]:
        """Yield one operator a line, the last one painting."""
        for step in path:
            places = (
                number(value * POINTS_PER_MM)
                for x, y in step.points
                for value in (x + self._right, y + self._up)
            )
            yield " ".join([*places, step.operator])
        yield paint

    def width(self, weight_mm: float) -> str:
        """Return the line that sets the width of strokes."""
        return f"{number(weight_mm * POINTS_PER_MM)} w"


def finished(lines: Iterable[str]) -> bytes:
    """Return a whole drawing of its lines, the header first."""
    return "\n".join([*lines, "Q", ""]).encode("ascii")


def colour_of(operators: bytes) -> str:
    """Return the colour of a drawing as ``#rrggbb``."""
    parts = operators.split(maxsplit=4)[1:4]
    return "#" + "".join(f"{round(float(part) * 255):02x}" for part in parts)


def svg_paths(operators: bytes) -> Iterator[str]:
    """Translate our own operators into one path element a painting."""
    colour, width = colour_of(operators), "1"
    path: list[str] = []
    for line in operators.decode("ascii").splitlines()[1:]:
        *numbers, operator = line.split()
        if operator in _SVG_LETTERS:
            path.append(_SVG_LETTERS[operator] + " ".join(numbers))
        elif operator == "w":
            width = numbers[0]
        elif operator in _PAINTS:
            yield f'<path{_PAINTS[operator].format(colour, width)} d="{"".join(path)}"/>'
            path.clear()
