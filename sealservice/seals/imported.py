"""Make a seal's drawing of a picture that somebody brings: PNG, JPEG or SVG.

The picture is hostile until it was read: run ``imported_picture`` by a ``kernel.sandbox.Sandbox``.
Its parsers are loaded there only.
"""

# ruff: noqa: PLC0415 - see above

import math

from sealservice.kernel.text import Text
from sealservice.limits import Limits
from sealservice.seals.artwork import Artwork
from sealservice.seals.colour import Colour
from sealservice.seals.errors import (
    PictureMissing,
    PictureTooLarge,
    PictureUnreadable,
    SealSizeInvalid,
)
from sealservice.seals.findings import Finding, FindingKind, Imported

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"


def imported_picture(
    data: bytes,
    width_mm: float,
    colour: Colour = Colour.RED,
    limits: Limits | None = None,
    mark: str | None = None,
) -> Imported:
    """Return the drawing: only the ink, ``width_mm`` wide, in one colour, on nothing.

    Args:
        data: what the file holds.
        width_mm: of the ink.
        colour: of the seal, whatever the picture's is.
        limits: None: the usual ones.
        mark: a warning that is written across it; None: nothing.

    Raises:
        SealSizeInvalid: it would be too small, too large, or no size at all.
        PictureMissing: there is nothing in it.
        PictureTooLarge: there are more bytes or pixels than are read.
        PictureUnreadable: it is none of the three formats, or damaged.
        PictureUnsuitable: too coarse, without ink, all ink, or of a kind that is not taken.
        SvgRefused: an SVG document with anything but plain shapes of one colour.
    """
    bounds = limits or Limits()
    _judge_width(width_mm, bounds)
    _judge_bytes(data, bounds.seal_picture_bytes)
    imported = _drawing(data, width_mm, colour, bounds)
    size = _size(imported.artwork, bounds)
    findings = (*imported.findings, size)
    if mark is None:
        return Imported(imported.artwork, findings)
    from sealservice.seals.imported_mark import marked

    return Imported(marked(imported.artwork, mark, colour), findings)


def _judge_width(width_mm: float, limits: Limits) -> None:
    least, greatest = limits.seal_width_mm_least, limits.seal_width_mm
    if not (math.isfinite(width_mm) and least <= width_mm <= greatest):
        raise SealSizeInvalid(width=f"{width_mm:g}", least=f"{least:g}", greatest=f"{greatest:g}")


def _judge_bytes(data: bytes, greatest: int) -> None:
    if not data:
        raise PictureMissing
    if len(data) > greatest:
        raise PictureTooLarge(
            what_zh=f"有 {len(data)} 字节",
            what_en=f"{len(data)} bytes",
            limit=f"{greatest}",
        )


def _size(drawing: Artwork, limits: Limits) -> Finding:
    """Return what is told of the size, once the height is one of a seal, too."""
    width, height = f"{drawing.width_mm:g}", f"{drawing.height_mm:.4g}"
    least, greatest = limits.seal_width_mm_least / 4, limits.seal_width_mm
    if not least <= drawing.height_mm <= greatest:
        raise SealSizeInvalid(
            width=f"{width} × {height}", least=f"{least:g}", greatest=f"{greatest:g}"
        )
    size = Text(f"印章大小 {width} × {height} 毫米", f"the seal is {width} × {height} mm")
    return Finding(FindingKind.SIZE, is_concern=False, text=size)


def _drawing(data: bytes, width_mm: float, colour: Colour, limits: Limits) -> Imported:
    if data.startswith((_PNG, _JPEG)):
        from sealservice.seals.imported_raster import drawing_of

        return drawing_of(data, width_mm, colour, limits)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        from sealservice.seals.imported_svg import drawing_of_svg

        _judge_bytes(data, limits.seal_svg_bytes)
        return drawing_of_svg(data, width_mm, colour, limits)
    raise PictureUnreadable
