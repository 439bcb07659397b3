"""How SVG shapes are painted: fill and stroke, inherited, in plain colours only."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from PIL import ImageColor

from sealservice.kernel.text import Text
from sealservice.seals.errors import SvgRefused
from sealservice.seals.svg_shapes import length

Ink = tuple[int, int, int]

_BLACK: Final[Ink] = (0, 0, 0)
_PROPERTIES: Final = frozenset(
    {"fill", "stroke", "stroke-width", "fill-rule", "display", "visibility", "opacity"}
    | {"fill-opacity", "stroke-opacity", "stroke-dasharray"}
    | {"clip-path", "mask", "filter", "marker-start", "marker-mid", "marker-end"}
)
_NEVER: Final = {
    "clip-path": "none",
    "mask": "none",
    "filter": "none",
    "marker-start": "none",
    "marker-mid": "none",
    "marker-end": "none",
    "stroke-dasharray": "none",
}
_COLOUR: Final = re.compile(r"#[0-9a-f]{3}|#[0-9a-f]{6}|[a-z]{3,20}|rgb\([0-9.,% ]{5,40}\)")


@dataclass(frozen=True, slots=True)
class Paint:
    """How a shape is painted; SVG fills in black when nothing is said."""

    fill: Ink | None = _BLACK
    stroke: Ink | None = None
    stroke_width: float = 1.0
    even_odd: bool = False

    @property
    def operator(self) -> str:
        """Return the painting operator of ISO 32000-2 8.5.3."""
        if self.fill is None:
            return "S"
        return ("f" if self.stroke is None else "B") + "*" * self.even_odd

    @property
    def ink(self) -> Ink:
        """Return its colour; fill and stroke have the same."""
        return self.fill or self.stroke or _BLACK


def inherited(above: Paint, attributes: Mapping[str, str]) -> tuple[Paint, bool]:
    """Return the paint of an element inside another, and whether it shows.

    Raises:
        SvgRefused: a paint that is not plain.
    """
    given = {name: value for name, value in attributes.items() if name in _PROPERTIES}
    for declaration in attributes.get("style", "").split(";"):
        name, _, value = declaration.partition(":")
        if name.strip() in _PROPERTIES:
            given[name.strip()] = value.strip()
    for name, value in given.items():
        _judge(name, value.strip())
    paint = Paint(
        fill=_ink(given["fill"]) if "fill" in given else above.fill,
        stroke=_ink(given["stroke"]) if "stroke" in given else above.stroke,
        stroke_width=length(given["stroke-width"])
        if "stroke-width" in given
        else above.stroke_width,
        even_odd=given["fill-rule"] == "evenodd" if "fill-rule" in given else above.even_odd,
    )
    shown = given.get("display") != "none" and given.get("visibility") not in {"hidden", "collapse"}
    return paint, shown


def _judge(name: str, value: str) -> None:
    if _NEVER.get(name, value) != value:
        raise refused(Text(f"属性 {name}", f"the property {name}"))
    if name.endswith("opacity") and value not in {"1", "1.0", "100%"}:
        raise refused(Text("半透明颜色", "half-transparent paint"))


def _ink(value: str) -> Ink | None:
    text = value.strip().lower()
    if text in {"none", "transparent"}:
        return None
    if text == "currentcolor":
        return _BLACK
    try:
        red, green, blue = ImageColor.getrgb(text if _COLOUR.fullmatch(text) else "")[:3]
    except ValueError:
        raise refused(
            Text("渐变、引用或无法识别的颜色", "a gradient, a reference or an unknown colour")
        ) from None
    return red, green, blue


def refused(what: Text) -> SvgRefused:
    """Return the refusal that names what is not supported."""
    return SvgRefused(what_zh=what.zh, what_en=what.en)
