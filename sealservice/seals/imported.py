"""Make a seal's drawing of a picture that somebody brings: PNG, JPEG or SVG.

The picture is hostile until it was read: run ``imported_picture`` by a ``kernel.sandbox.Sandbox``.
Its parsers are loaded there only.
"""

# ruff: noqa: PLC0415 - see above

import math

from sealservice.config import Limits
from sealservice.seals.artwork import Artwork
from sealservice.seals.colour import Colour
from sealservice.seals.errors import PictureTooLarge, PictureUnreadable, SealSizeInvalid

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"


def imported_picture(
    data: bytes,
    width_mm: float,
    colour: Colour = Colour.RED,
    limits: Limits | None = None,
    mark: str | None = None,
) -> Artwork:
    """Return the drawing: only the ink, ``width_mm`` wide, in one colour, on nothing.

    Args:
        data: what the file holds.
        width_mm: of the ink.
        colour: of the seal, whatever the picture's is.
        limits: None: the usual ones.
        mark: a warning that is written across it; None: nothing.

    Raises:
        SealSizeInvalid: it would be too small, too large, or no size at all.
        PictureTooLarge: there are more bytes or pixels than are read.
        PictureUnreadable: it is none of the three formats, or damaged.
        PictureUnsuitable: too coarse, without ink, all ink, or of a kind that is not taken.
        SvgRefused: an SVG document with anything but plain shapes of one colour.
    """
    bounds = limits or Limits()
    least, greatest = bounds.seal_width_mm_least, bounds.seal_width_mm
    if not (math.isfinite(width_mm) and least <= width_mm <= greatest):
        raise SealSizeInvalid(width=f"{width_mm:g}", least=f"{least:g}", greatest=f"{greatest:g}")
    if len(data) > bounds.seal_picture_bytes:
        raise PictureTooLarge(
            what_zh=f"有 {len(data)} 字节",
            what_en=f"{len(data)} bytes",
            limit=f"{bounds.seal_picture_bytes}",
        )
    drawing = _drawing(data, width_mm, colour, bounds)
    if not least / 4 <= drawing.height_mm <= greatest:
        raise SealSizeInvalid(
            width=f"{width_mm:g} × {drawing.height_mm:.4g}",
            least=f"{least / 4:g}",
            greatest=f"{greatest:g}",
        )
    if mark is None:
        return drawing
    from sealservice.seals.imported_mark import marked

    return marked(drawing, mark, colour)


def _drawing(data: bytes, width_mm: float, colour: Colour, limits: Limits) -> Artwork:
    if data.startswith((_PNG, _JPEG)):
        from sealservice.seals.imported_raster import drawing_of

        return drawing_of(data, width_mm, colour, limits)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        from sealservice.seals.imported_svg import drawing_of_svg

        return drawing_of_svg(data, width_mm, colour, limits)
    raise PictureUnreadable
