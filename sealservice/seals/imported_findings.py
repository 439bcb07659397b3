"""Say how good a scanned seal is, so that somebody can judge it before it is made.

1. What was done: which colour was taken for paper, and how far the picture was cut.
2. What gives concern: less than 300 dpi, ink that hardly stands out from its paper, ink that
   reaches the edge of the picture, for a piece of the seal may be missing then.
"""

from dataclasses import dataclass
from typing import Final

from sealservice.kernel.text import Text
from sealservice.seals.findings import Finding, FindingKind

_MM_PER_INCH: Final = 25.4
_GOOD_DPI: Final = 300
_GOOD_CONTRAST: Final = 96
"""Between paper and ink, of 255."""
_WHITE: Final = 250


@dataclass(frozen=True, slots=True)
class Seen:
    """What was measured while a picture was read."""

    size: tuple[int, int]
    """Of the picture, pixels."""
    box: tuple[int, int, int, int]
    """Of its ink: left, top, right, bottom."""
    paper: tuple[int, int, int]
    contrast: int
    """Between paper and ink, of 255."""
    width_mm: float
    """Of the ink."""


def findings_of(seen: Seen) -> tuple[Finding, ...]:
    """Return what is to be told, in the order of the work."""
    return (_background(seen), _cut(seen), _resolution(seen), _contrast(seen))


def _background(seen: Seen) -> Finding:
    colour = "#" + bytes(seen.paper).hex()
    text = Text(f"已去除底色 {colour}", f"the background, {colour}, is taken away")
    if min(seen.paper) >= _WHITE:
        text = Text("已去除白色或透明的背景", "the white or transparent background is taken away")
    return Finding(FindingKind.BACKGROUND, is_concern=False, text=text)


def _cut(seen: Seen) -> Finding:
    left, top, right, bottom = seen.box
    width, height = seen.size
    if left > 0 and top > 0 and right < width and bottom < height:
        size = f"{right - left} × {bottom - top}"
        text = Text(f"已裁剪到印迹，{size} 像素", f"cut to its ink, {size} pixels")
        return Finding(FindingKind.CUT, is_concern=False, text=text)
    text = Text(
        "印迹碰到图片边缘：请核对印章是否完整",
        "the ink reaches an edge of the picture: check that nothing of the seal is missing",
    )
    return Finding(FindingKind.CUT, is_concern=True, text=text)


def _resolution(seen: Seen) -> Finding:
    left, _, right, _ = seen.box
    dpi = round((right - left) / seen.width_mm * _MM_PER_INCH)
    if dpi >= _GOOD_DPI:
        text = Text(f"分辨率 {dpi} dpi，足够清晰", f"{dpi} dpi, fine enough")
        return Finding(FindingKind.RESOLUTION, is_concern=False, text=text)
    text = Text(
        f"分辨率只有 {dpi} dpi，打印时边缘会粗糙；建议按 600 dpi 重新扫描",
        f"only {dpi} dpi, so edges will look rough in print; better scan it anew at 600 dpi",
    )
    return Finding(FindingKind.RESOLUTION, is_concern=True, text=text)


def _contrast(seen: Seen) -> Finding:
    if seen.contrast >= _GOOD_CONTRAST:
        text = Text("印迹与底色分明", "the ink stands out clearly")
        return Finding(FindingKind.CONTRAST, is_concern=False, text=text)
    text = Text(
        "印迹颜色较淡，可能丢失细节：请核对结果中的文字和边框",
        "the ink is faint, so detail may be lost: check letters and rim in the result",
    )
    return Finding(FindingKind.CONTRAST, is_concern=True, text=text)
