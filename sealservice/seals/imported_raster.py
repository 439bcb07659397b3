"""Find the ink of a seal in a PNG or JPEG picture.

1. The number of pixels is judged by the header, before any is decoded. Moving pictures, CMYK and
   16 bits a channel are refused by name.
2. What is transparent shows white. Where to part lighter from darker is computed (Otsu); the paper
   has the median colour of what is lighter. Ink is what differs from it, parted in the same way.
3. Around the ink the picture is cut off; single specks do not count.
4. What is left must be fine enough for its size, have a sensible shape, and be neither empty nor
   full. It is brought to one resolution and becomes one bit a pixel.
"""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from itertools import accumulate
from typing import Final

from PIL import Image, ImageChops, ImageFilter, ImageOps

from sealservice.kernel.text import Text
from sealservice.limits import Limits
from sealservice.seals.artwork import Artwork
from sealservice.seals.colour import Colour
from sealservice.seals.content import stencilled
from sealservice.seals.errors import PictureTooLarge, PictureUnreadable, PictureUnsuitable
from sealservice.seals.findings import Imported
from sealservice.seals.imported_findings import Seen, findings_of
from sealservice.seals.stencil import Stencil

_MM_PER_INCH: Final = 25.4
_STENCIL_DPI: Final = 600
_LEAST_DPI: Final = 150
_LEAST_CONTRAST: Final = 48
"""Between paper and ink, of 255."""
_LEAST_INK: Final = 0.01
_MOST_INK: Final = 0.8
_FLATTEST: Final = 4.0
"""The longer by the shorter side."""
_MODES: Final = frozenset({"1", "L", "LA", "P", "PA", "RGB", "RGBA"})
_LEVELS: Final = 256


def drawing_of(data: bytes, width_mm: float, colour: Colour, limits: Limits) -> Imported:
    """Return the drawing of a picture's ink.

    Raises:
        PictureTooLarge, PictureUnreadable, PictureUnsuitable.
    """
    picture = _decoded(data, limits)
    paper = _paper(picture)
    ink = _strength(picture, paper)
    threshold = _threshold(ink.histogram())
    box = ink.point(_step(threshold)).filter(ImageFilter.MedianFilter(3)).getbbox()
    if box is None:
        raise _unsuitable(
            Text("看不到印迹，请换用底色较浅、印迹清晰的图片", "no ink can be told from its paper")
        )
    cut = ink.crop(box)
    mask = _fine(cut, width_mm).point(_step(threshold))
    _judge_ink(mask)
    height_mm = width_mm * mask.height / mask.width
    stencil = Stencil(mask.width, mask.height, mask.convert("1").tobytes())
    artwork = Artwork(width_mm, height_mm, stencilled(width_mm, height_mm, colour.rgb), stencil)
    seen = Seen(picture.size, box, paper, _contrast(cut, threshold), width_mm)
    return Imported(artwork, findings_of(seen))


def _contrast(ink: Image.Image, threshold: int) -> int:
    """Return how far the median pixel of the ink is from the paper: 0 to 255."""
    return _median([0] * threshold + ink.histogram()[threshold:])


def _decoded(data: bytes, limits: Limits) -> Image.Image:
    """Return the picture as RGB, upright, on white."""
    with _damage_named():
        image: Image.Image = Image.open(BytesIO(data), formats=("PNG", "JPEG"))
        pixels = image.width * image.height
        if pixels > limits.seal_picture_pixels:
            raise _too_many(pixels, limits)
        _judge_kind(image)
        upright = ImageOps.exif_transpose(image).convert("RGBA")
        shown = Image.new("RGB", upright.size, "white")
        shown.paste(upright, mask=upright.getchannel("A"))
        return shown
    raise PictureUnreadable


@contextmanager
def _damage_named() -> Iterator[None]:
    """Turn what Pillow raises on damaged files into our refusal."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what we judge ourselves
            yield
    except Image.DecompressionBombError:
        raise PictureTooLarge(
            what_zh="像素过多", what_en="far too many pixels", limit="—"
        ) from None
    except (
        OSError,
        SyntaxError,
        ValueError,
        ArithmeticError,
        LookupError,
        EOFError,
        TypeError,
    ) as error:
        raise PictureUnreadable from error


def _too_many(pixels: int, limits: Limits) -> PictureTooLarge:
    return PictureTooLarge(
        what_zh=f"有 {pixels} 像素",
        what_en=f"{pixels} pixels",
        limit=f"{limits.seal_picture_pixels}",
    )


def _judge_kind(image: Image.Image) -> None:
    if getattr(image, "n_frames", 1) > 1:
        raise _unsuitable(Text("不支持动图", "it is a moving picture"))
    if image.mode == "CMYK":
        raise _unsuitable(
            Text("不支持 CMYK 颜色，请另存为 RGB", "its colours are CMYK; save it as RGB")
        )
    if image.mode not in _MODES:
        raise _unsuitable(
            Text(
                f"不支持 {image.mode} 格式（如每通道 16 位），请另存为 8 位 RGB",
                f"its pixels are {image.mode} (such as 16 bits); save it as 8-bit RGB",
            )
        )


def _unsuitable(reason: Text) -> PictureUnsuitable:
    return PictureUnsuitable(reason_zh=reason.zh, reason_en=reason.en)


def _strength(image: Image.Image, paper: tuple[int, int, int]) -> Image.Image:
    """Return how far each pixel is from the paper: 0 to 255."""
    sheet = Image.new("RGB", image.size, paper)
    red, green, blue = ImageChops.difference(image, sheet).split()
    return ImageChops.lighter(ImageChops.lighter(red, green), blue)


def _paper(image: Image.Image) -> tuple[int, int, int]:
    """Return the median colour of the lighter pixels; of all, when they are much alike."""
    grey = image.convert("L")
    threshold = _threshold(grey.histogram())
    counts = image.histogram(grey.point(_step(threshold)) if threshold < _LEVELS else None)
    red, green, blue = (_median(counts[at : at + _LEVELS]) for at in range(0, 3 * _LEVELS, _LEVELS))
    return red, green, blue


def _median(counts: list[int]) -> int:
    half = sum(counts) / 2
    return next(level for level, reached in enumerate(accumulate(counts)) if reached >= half)


def _threshold(histogram: list[int]) -> int:
    """Part paper from ink so that both are as much alike in themselves as can be (Otsu)."""
    total = sum(histogram)
    whole = sum(level * count for level, count in enumerate(histogram))
    best, found, below, weighted = 0.0, _LEVELS, 0, 0
    for level in range(_LEVELS - 1):
        below += histogram[level]
        weighted += level * histogram[level]
        if below in {0, total}:
            continue
        distance = (whole - weighted) / (total - below) - weighted / below
        between = below * (total - below) * distance**2
        if between > best and distance >= _LEAST_CONTRAST:
            best, found = between, level + 1
    return found


def _step(threshold: int) -> list[int]:
    """Return the table that makes levels from the threshold on ink."""
    return [255 * (level >= threshold) for level in range(_LEVELS)]


def _fine(ink: Image.Image, width_mm: float) -> Image.Image:
    """Return the cut picture at the resolution of stencils."""
    longer, shorter = max(ink.size), min(ink.size)
    if longer > _FLATTEST * shorter:
        raise _unsuitable(
            Text(
                f"印迹长宽比超过 {_FLATTEST:g}，请裁剪到只剩印章",
                f"its ink is over {_FLATTEST:g} times as long as wide; crop it to the seal alone",
            )
        )
    wanted = width_mm / _MM_PER_INCH
    if ink.width < wanted * _LEAST_DPI:
        raise _unsuitable(
            Text(
                f"分辨率不足：印迹宽 {ink.width} 像素，按 {width_mm:g} 毫米至少需要"
                f" {round(wanted * _LEAST_DPI)} 像素，请重新扫描",
                f"its ink is {ink.width} pixels wide, and {width_mm:g} mm need at least "
                f"{round(wanted * _LEAST_DPI)}; scan it more finely",
            )
        )
    width = round(wanted * _STENCIL_DPI)
    size = (width, max(1, round(width * ink.height / ink.width)))
    return ink.resize(size, Image.Resampling.LANCZOS)


def _judge_ink(mask: Image.Image) -> None:
    share = mask.histogram()[255] / (mask.width * mask.height)
    if share < _LEAST_INK:
        raise _unsuitable(
            Text("印迹太少，请提供完整清晰的印章图片", "there is hardly any ink in it")
        )
    if share > _MOST_INK:
        raise _unsuitable(
            Text(
                "印迹过多，无法去除底色，请换用浅色纸面的图片",
                "nearly all of it is ink; the background could not be told apart",
            )
        )
