"""Read a seal's drawing from SVG: a small, strict part of it.

1. No document type, no entities, no processing instructions; the root is an svg element.
2. Shapes are path, circle, ellipse, rect, line, polyline and polygon, in g elements, with
   transformations; title, desc and metadata say nothing; elements of other vocabularies are left
   out. Everything else (script, style sheets, text, image, use, foreignObject, ...), every link and
   every event handler is refused by name.
3. All ink has one colour, which becomes the seal's. White below all ink is paper; white above it,
   gradients, dashes and half-transparent paint are refused.
4. The drawing is cut to its ink and scaled to the width asked for.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final
from xml.parsers import expat

from fontTools.misc.transform import Transform

from sealservice.kernel.text import Text
from sealservice.limits import Limits
from sealservice.seals.artwork import Artwork
from sealservice.seals.colour import COLOUR_NAMES, Colour
from sealservice.seals.content import Pen, finished, header
from sealservice.seals.errors import PictureTooLarge, PictureUnreadable
from sealservice.seals.findings import Finding, FindingKind, Imported
from sealservice.seals.paths import Path, moved
from sealservice.seals.svg_paint import Paint, inherited, refused
from sealservice.seals.svg_shapes import SHAPES, bounds, shape, transformation

_NAMESPACE: Final = "http://www.w3.org/2000/svg"
_DEEPEST: Final = 64
_MOST_ELEMENTS: Final = 20_000
_GROUPS: Final = frozenset({"svg", "g"})
_SILENT: Final = frozenset({"title", "desc", "metadata"})
_SEPARATOR: Final = " "


@dataclass(frozen=True, slots=True)
class _Inked:
    """One shape where it lies in the drawing, y downwards."""

    path: Path
    paint: Paint
    stroke: float | None
    """Width of its stroke there; None without."""


@dataclass(slots=True)
class _Level:
    """What an open element hands down."""

    placed: Transform
    paint: Paint
    hidden: bool


def drawing_of_svg(data: bytes, width_mm: float, colour: Colour, limits: Limits) -> Imported:
    """Return the drawing of an SVG document's ink.

    Raises:
        PictureUnreadable, PictureTooLarge, SvgRefused.
    """
    shapes = _Reading().shapes(data)
    boxes = [_grown(bounds(inked.path), inked.stroke or 0.0) for inked in shapes]
    if not boxes:
        raise refused(Text("没有任何图形", "no shape at all"))
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, bottom = max(box[2] for box in boxes), max(box[3] for box in boxes)
    if right <= left or bottom <= top:
        raise refused(Text("图形没有大小", "shapes without a size"))
    scale = width_mm / (right - left)
    height_mm = scale * (bottom - top)
    placed = Transform(scale, 0, 0, -scale, -scale * (left + right) / 2, scale * (top + bottom) / 2)
    pen = Pen(width_mm, height_mm)
    lines = [header(colour.rgb)]
    for inked in shapes:
        if inked.stroke is not None:
            lines.append(pen.width(inked.stroke * scale))
        lines += pen.path(moved(inked.path, placed), inked.paint.operator)
    operators = finished(lines)
    if len(operators) > limits.seal_drawing_bytes:
        size = len(operators)
        raise PictureTooLarge(
            what_zh=f"化为 {size} 字节的图形",
            what_en=f"{size} bytes of shapes",
            limit=limits.seal_drawing_bytes,
        )
    return Imported(Artwork(width_mm, height_mm, operators), _findings(shapes, colour))


def _findings(shapes: list["_Inked"], colour: Colour) -> tuple[Finding, ...]:
    drawn = Text(
        f"矢量图形 {len(shapes)} 个，任何尺寸都清晰",
        f"a vector drawing of {len(shapes)} shapes, sharp at any size",
    )
    ink, named = "#" + bytes(shapes[0].paint.ink).hex(), COLOUR_NAMES[colour]
    painted = Text(
        f"图中颜色为 {ink}，印章统一为{named.zh}",
        f"its colour {ink} becomes the seal's: {named.en}",
    )
    return (
        Finding(FindingKind.RESOLUTION, is_concern=False, text=drawn),
        Finding(FindingKind.COLOUR, is_concern=False, text=painted),
    )


def _grown(
    box: tuple[float, float, float, float], stroke: float
) -> tuple[float, float, float, float]:
    left, top, right, bottom = box
    return left - stroke / 2, top - stroke / 2, right + stroke / 2, bottom + stroke / 2


@dataclass(slots=True)
class _Reading:
    """The state of one parse."""

    _levels: list[_Level] = field(default_factory=list)
    _skipped: int = 0
    """How many open elements are being left out."""
    _elements: int = 0
    _found: list[_Inked] = field(default_factory=list)

    def shapes(self, data: bytes) -> list[_Inked]:
        """Return the inked shapes of a document, in order of painting."""
        parser = expat.ParserCreate(namespace_separator=_SEPARATOR)
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.StartDoctypeDeclHandler = _no_doctype
        parser.EntityDeclHandler = _no_doctype
        parser.ExternalEntityRefHandler = _no_doctype
        parser.ProcessingInstructionHandler = _no_instruction
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        try:
            parser.Parse(data, True)  # noqa: FBT003 - expat takes it so
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise PictureUnreadable from error
        return self._found

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._elements += 1
        if self._elements > _MOST_ELEMENTS or len(self._levels) + self._skipped > _DEEPEST:
            raise refused(Text("元素过多或嵌套过深", "too many elements, or too deeply nested"))
        namespace, _, local = name.rpartition(_SEPARATOR)
        if not self._levels and (namespace, local) != (_NAMESPACE, "svg"):
            raise PictureUnreadable
        if self._skipped or namespace != _NAMESPACE or local in _SILENT:
            self._skipped += 1
            return
        if local == "defs":  # harmless when nothing refers to it, and nothing can
            self._skipped += 1
            return
        _judge_attributes(local, attributes)
        if local not in SHAPES and local not in _GROUPS:
            raise refused(Text(f"<{_shown(local)}> 元素", f"the element <{_shown(local)}>"))
        self._levels.append(self._level(attributes))
        if local in SHAPES and not self._levels[-1].hidden:
            self._found += self._inked(local, attributes)

    def _level(self, attributes: dict[str, str]) -> _Level:
        above = self._levels[-1] if self._levels else _Level(Transform(), Paint(), hidden=False)
        paint, shown = inherited(above.paint, attributes)
        placed = above.placed.transform(transformation(attributes.get("transform", "")))
        return _Level(placed, paint, above.hidden or not shown)

    def _inked(self, local: str, attributes: dict[str, str]) -> Iterator[_Inked]:
        level = self._levels[-1]
        paint = level.paint
        if local == "line":
            paint = replace(paint, fill=None)
        path = moved(shape(local, attributes), level.placed)
        if not path or (paint.fill is None and paint.stroke is None):
            return
        inks = {ink for ink in (paint.fill, paint.stroke) if ink is not None}
        if any(_is_paper(ink) for ink in inks):
            if self._found or len(inks) > 1:
                raise refused(Text("盖在印迹上的白色", "white over ink"))
            return
        if self._found:
            inks |= {self._found[0].paint.ink}
        if len(inks) > 1:
            listed = sorted("#" + bytes(ink).hex() for ink in inks)
            raise refused(
                Text(f"多种颜色（{'、'.join(listed)}）", f"several colours ({', '.join(listed)})")
            )
        yield _Inked(path, paint, _stroke(paint, level.placed))

    def _end(self, _name: str) -> None:
        if self._skipped:
            self._skipped -= 1
        else:
            self._levels.pop()


def _stroke(paint: Paint, placed: Transform) -> float | None:
    """Return how wide a stroke becomes; one that would become uneven is refused."""
    if paint.stroke is None:
        return None
    across, along = placed[0] ** 2 + placed[1] ** 2, placed[2] ** 2 + placed[3] ** 2
    skew = abs(placed[0] * placed[2] + placed[1] * placed[3])
    if abs(across - along) + skew > (across + along) / 100:
        raise refused(Text("不等比缩放的描边", "a stroke stretched unevenly"))
    return float(paint.stroke_width * across**0.5)


_PAPER: Final = 240


def _is_paper(ink: tuple[int, int, int]) -> bool:
    return min(ink) >= _PAPER


def _judge_attributes(element: str, attributes: dict[str, str]) -> None:
    of = _shown(element)
    for name in attributes:
        local = name.rpartition(_SEPARATOR)[2].lower()
        if local in {"href", "src"}:
            raise refused(
                Text(f"<{of}> 的引用（{local}）", f"a reference ({local}) of the element <{of}>")
            )
        if local.startswith("on"):
            raise refused(Text(f"属性 {_shown(local)}", f"the attribute {_shown(local)}"))


def _shown(name: str) -> str:
    return "".join(letter for letter in name[:40] if letter.isprintable())


def _no_doctype(*_declaration: object) -> int:
    raise refused(Text("DOCTYPE 或实体声明", "a document type or entity"))


def _no_instruction(*_instruction: object) -> None:
    raise refused(Text("处理指令（如样式表）", "a processing instruction, such as a style sheet"))
