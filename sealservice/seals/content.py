"""Write paths as PDF operators, and our own operators as SVG elements.

1. First the colour and the unit (``q r g b rg r g b RG 1 j s 0 0 s 0 0 cm``), then one operator a
   line, ``Q`` at last: paths, each with its painting operator, or one stencil. Nothing else is ever
   written, so it is easily read back.
2. Coordinates are whole numbers of a unit finer than any printer, counted from the lower left
   corner of each letter (``1 0 0 1 x y cm``, from one to the next): half as long as points.
3. What is smaller than a unit is left out: steps that go nowhere, curves that are straight.
"""

from collections.abc import Iterable, Iterator
from math import hypot
from typing import Final

from sealservice.seals.paths import Path, Point

POINTS_PER_MM: Final = 72 / 25.4
UNIT: Final = 0.02
"""Of coordinates, points: 7 µm, finer than any printer."""
_UNITS_PER_MM: Final = POINTS_PER_MM / UNIT
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


def header(rgb: tuple[float, float, float]) -> str:
    """Return the line that begins a drawing in this colour."""
    ink = " ".join(f"{part:g}" for part in rgb)
    return f"q {ink} rg {ink} RG 1 j {UNIT:g} 0 0 {UNIT:g} 0 0 cm"


def in_units(length_mm: float) -> float:
    """Return a length of whole units, mm: what is drawn again so far on is the same bytes."""
    return round(length_mm * _UNITS_PER_MM) / _UNITS_PER_MM


Spot = tuple[int, int]


def _written(operator: str, spots: list[Spot], at: Spot) -> Iterator[str]:
    """Write one step from a spot, or what is left of it."""
    if operator in {"l", "c"} and all(spot == at for spot in spots):
        return
    if operator == "c" and not _bends(at, spots):
        operator, spots = "l", spots[-1:]
    yield " ".join([*(str(value) for spot in spots for value in spot), operator])


def _bends(start: Spot, points: list[Spot]) -> bool:
    """Return whether a handle of the curve is a unit or more away from the line to its end."""
    (sx, sy), (ex, ey) = start, points[-1]
    length = hypot(ex - sx, ey - sy)
    for x, y in points[:-1]:
        along, beside = (
            (x - sx) * (ex - sx) + (y - sy) * (ey - sy),
            (x - sx) * (ey - sy) - (y - sy) * (ex - sx),
        )
        if abs(beside) >= length or not -length <= along <= length * (length + 1):
            return True
    return False


class Pen:
    """Writes paths in mm from a centre as operators in units."""

    def __init__(self, width_mm: float, height_mm: float) -> None:
        self._right, self._up = width_mm / 2, height_mm / 2
        self._corner: Spot = (0, 0)

    def path(self, path: Path, paint: str) -> Iterator[str]:
        """Yield one operator a line: the way to the path's corner, its steps, how it is painted."""
        steps = [(step.operator, [self._placed(point) for point in step.points]) for step in path]
        xs, ys = zip(*(spot for _, spots in steps for spot in spots), strict=True)
        corner = (min(xs), min(ys))
        if corner != self._corner:
            yield f"1 0 0 1 {corner[0] - self._corner[0]} {corner[1] - self._corner[1]} cm"
            self._corner = corner
        at = corner
        for operator, spots in steps:
            local = [(x - corner[0], y - corner[1]) for x, y in spots]
            yield from _written(operator, local, at)
            at = local[-1] if local else at
        yield paint

    def _placed(self, point: Point) -> Spot:
        x, y = point
        return (round((x + self._right) * _UNITS_PER_MM), round((y + self._up) * _UNITS_PER_MM))

    def width(self, weight_mm: float) -> str:
        """Return the line that sets the width of strokes."""
        return f"{round(weight_mm * _UNITS_PER_MM)} w"


def finished(lines: Iterable[str]) -> bytes:
    """Return a whole drawing of its lines, the header first."""
    return "\n".join([*lines, "Q", ""]).encode("ascii")


def stencilled(width_mm: float, height_mm: float, rgb: tuple[float, float, float]) -> bytes:
    """Return a whole drawing that paints nothing but its stencil, as large as itself."""
    width, height = round(width_mm * _UNITS_PER_MM), round(height_mm * _UNITS_PER_MM)
    return finished([header(rgb), f"{width} 0 0 {height} 0 0 cm", "/Stencil Do"])


def colour_of(operators: bytes) -> str:
    """Return the colour of a drawing as ``#rrggbb``."""
    parts = operators.split(maxsplit=4)[1:4]
    return "#" + "".join(f"{round(float(part) * 255):02x}" for part in parts)


def unit_of(operators: bytes) -> float:
    """Return the unit of a drawing's coordinates, points: seals made before 0.02 have them in 1."""
    words = operators.partition(b"\n")[0].split()
    return float(words[-7]) if words[-1] == b"cm" else 1.0


def svg_paths(operators: bytes) -> Iterator[str]:
    """Translate our own operators into one path element a painting."""
    colour, width, corner = colour_of(operators), "1", [0, 0]
    path: list[str] = []
    for line in operators.decode("ascii").splitlines()[1:]:
        *numbers, operator = line.split()
        if operator in _SVG_LETTERS:
            path.append(_SVG_LETTERS[operator] + " ".join(numbers))
        elif operator == "w":
            width = numbers[0]
        elif operator == "cm":
            corner = [at + int(move) for at, move in zip(corner, numbers[4:], strict=True)]
        elif operator in _PAINTS:
            paint = _PAINTS[operator].format(colour, width)
            moved = f' transform="translate({corner[0]} {corner[1]})"' if any(corner) else ""
            yield f'<path{paint}{moved} d="{"".join(path)}"/>'
            path.clear()
