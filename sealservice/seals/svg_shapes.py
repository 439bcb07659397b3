"""SVG shapes as paths of cubic curves, and SVG transformations; numbers are finite and bounded."""

import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from math import isfinite, radians
from typing import Final

from fontTools.misc.bezierTools import calcCubicBounds
from fontTools.misc.transform import Transform
from fontTools.pens.recordingPen import RecordingPen
from fontTools.svgLib.path.parser import parse_path

from sealservice.seals.errors import PictureUnreadable
from sealservice.seals.paths import Box, Path, Point, Step, moved
from sealservice.seals.shapes import ellipse, rectangle

_GREATEST: Final = 1e6
_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
_LENGTH: Final = re.compile(rf"({_NUMBER.pattern})\s*(px|pt|mm|cm|in)?")
_PIXELS: Final = {None: 1.0, "px": 1.0, "pt": 4 / 3, "mm": 96 / 25.4, "cm": 960 / 25.4, "in": 96.0}
_TRANSFORM: Final = re.compile(
    r"\s*,?\s*(matrix|translate|scale|rotate|skewX|skewY)\s*\(([^()]*)\)"
)
_PATH: Final = re.compile(r"[\sMmLlHhVvCcSsQqTtAaZz0-9eE.,+-]*")


def length(text: str) -> float:
    """Return a length in user units.

    Raises:
        PictureUnreadable: it is none.
    """
    match = _LENGTH.fullmatch(text.strip())
    if match is None:
        raise PictureUnreadable
    return _bounded(float(match[1]) * _PIXELS[match[2]])


def _bounded(value: float) -> float:
    if not isfinite(value) or abs(value) > _GREATEST:
        raise PictureUnreadable
    return value


def _numbers(text: str) -> list[float]:
    if not re.fullmatch(rf"(?:\s|,|{_NUMBER.pattern})*", text):
        raise PictureUnreadable
    return [_bounded(float(number)) for number in _NUMBER.findall(text)]


def transformation(text: str) -> Transform:
    """Return what a transform attribute says.

    Raises:
        PictureUnreadable: it says nothing that can be read.
    """
    whole, at = Transform(), 0
    while match := _TRANSFORM.match(text, at):
        whole = whole.transform(_one(match[1], _numbers(match[2])))
        at = match.end()
    if text[at:].strip() or any(abs(part) > _GREATEST for part in whole):
        raise PictureUnreadable
    return whole


def _one(kind: str, numbers: list[float]) -> Transform:
    match kind, numbers:
        case "matrix", [a, b, c, d, e, f]:
            return Transform(a, b, c, d, e, f)
        case "translate", [x, *rest] if len(rest) <= 1:
            return Transform().translate(x, *(rest or [0.0]))
        case "scale", [x, *rest] if len(rest) <= 1:
            return Transform().scale(x, *(rest or [x]))
        case "rotate", [angle]:
            return Transform().rotate(radians(angle))
        case "rotate", [angle, x, y]:
            return Transform().translate(x, y).rotate(radians(angle)).translate(-x, -y)
        case "skewX" | "skewY", [angle]:
            return Transform().skew(
                *((radians(angle), 0) if kind == "skewX" else (0, radians(angle)))
            )
    raise PictureUnreadable


def shape(kind: str, attributes: Mapping[str, str]) -> Path:
    """Return the path of a basic shape.

    Raises:
        PictureUnreadable: an attribute cannot be read.
    """
    return SHAPES[kind](attributes)


def _length_of(attributes: Mapping[str, str], *names: str) -> list[float]:
    return [length(attributes.get(name, "0")) for name in names]


def _ellipse(attributes: Mapping[str, str]) -> Path:
    x, y, radius, rx, ry = _length_of(attributes, "cx", "cy", "r", "rx", "ry")
    width, height = rx or radius, ry or radius
    if width <= 0 or height <= 0:
        return ()
    return moved(ellipse(width, height), Transform().translate(x, y))


def _rectangle(attributes: Mapping[str, str]) -> Path:
    x, y, width, height, rx, ry = _length_of(attributes, "x", "y", "width", "height", "rx", "ry")
    if width <= 0 or height <= 0:
        return ()
    corner = max(0.0, min(rx or ry, width / 2, height / 2))
    placed = Transform().translate(x + width / 2, y + height / 2)
    return moved(rectangle(width / 2, height / 2, corner), placed)


def _line(attributes: Mapping[str, str]) -> Path:
    x1, y1, x2, y2 = _length_of(attributes, "x1", "y1", "x2", "y2")
    return (Step("m", ((x1, y1),)), Step("l", ((x2, y2),)))


def _polyline(attributes: Mapping[str, str]) -> Path:
    numbers = _numbers(attributes.get("points", ""))
    points = list(zip(numbers[::2], numbers[1::2], strict=False))
    if len(points) < 2:  # noqa: PLR2004 - a line has two ends
        return ()
    first, *others = points
    return (Step("m", (first,)), *(Step("l", (point,)) for point in others))


def _polygon(attributes: Mapping[str, str]) -> Path:
    path = _polyline(attributes)
    return (*path, Step("h")) if path else ()


def _path(attributes: Mapping[str, str]) -> Path:
    text = attributes.get("d", "")
    pen = RecordingPen()
    try:
        if not _PATH.fullmatch(text):
            raise PictureUnreadable
        parse_path(text, pen)
    except (ValueError, LookupError, ArithmeticError, TypeError, AssertionError) as error:
        raise PictureUnreadable from error
    path = tuple(_steps(pen))
    for step in path:
        for point in step.points:
            _bounded(point[0])
            _bounded(point[1])
    return path


def _steps(pen: RecordingPen) -> Iterator[Step]:
    at: Point = (0.0, 0.0)
    for operation, points in pen.value:
        match operation:
            case "moveTo":
                yield Step("m", points)
            case "lineTo":
                yield Step("l", points)
            case "curveTo" if len(points) == 3:  # noqa: PLR2004 - a cubic curve
                yield Step("c", points)
            case "qCurveTo" if len(points) == 2:  # noqa: PLR2004 - a quadratic curve
                yield Step("c", _cubic(at, points[0], points[1]))
            case "closePath":
                yield Step("h")
            case "endPath":
                pass
            case _:
                raise PictureUnreadable
        at = points[-1] if points else at


def _cubic(start: Point, handle: Point, end: Point) -> tuple[Point, Point, Point]:
    first, second = (
        tuple(a + (b - a) * 2 / 3 for a, b in zip(point, handle, strict=True))
        for point in (start, end)
    )
    return (first[0], first[1]), (second[0], second[1]), end


SHAPES: Final[dict[str, Callable[[Mapping[str, str]], Path]]] = {
    "path": _path,
    "circle": _ellipse,
    "ellipse": _ellipse,
    "rect": _rectangle,
    "line": _line,
    "polyline": _polyline,
    "polygon": _polygon,
}


def bounds(path: Path) -> Box:
    """Return the exact box of a path's ink without strokes: least x and y, greatest x and y."""
    ends = [step.points[-1] for step in path if step.points]
    boxes = [(x, y, x, y) for x, y in ends]
    spots = [step for step in path if step.points]
    for before, step in pairwise(spots):
        if step.operator == "c":
            boxes.append(calcCubicBounds(before.points[-1], *step.points))
    lefts, lows, rights, highs = zip(*boxes, strict=True)
    return min(lefts), min(lows), max(rights), max(highs)
