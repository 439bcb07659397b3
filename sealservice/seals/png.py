"""PNG pictures of drawings: of a stencil as it is, of any drawing at a resolution."""

import struct
import zlib
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Final

from sealservice.seals.stencil import Stencil

if TYPE_CHECKING:
    from PIL.Image import Image

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_PALETTE: Final = 3
_POINTS_PER_INCH: Final = 72
_SHADES: Final = 15
"""Between white and ink: an edge needs no more."""
_PDFIUM: Final = Lock()
"""PDFium may not be entered twice at a time."""


def stencil_png(stencil: Stencil, rgb: bytes) -> bytes:
    """Return a stencil in a colour (three bytes), transparent where there is no ink."""
    row = (stencil.width + 7) // 8
    rows = (stencil.bits[at : at + row] for at in range(0, row * stencil.height, row))
    return b"".join(
        (
            _SIGNATURE,
            _chunk(
                b"IHDR",
                struct.pack(">IIBBBBB", stencil.width, stencil.height, 1, _PALETTE, 0, 0, 0),
            ),
            _chunk(b"PLTE", b"\xff\xff\xff" + rgb),
            _chunk(b"tRNS", b"\x00"),
            _chunk(b"IDAT", zlib.compress(b"".join(b"\0" + each for each in rows), 9)),
            _chunk(b"IEND", b""),
        )
    )


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is rendered: so many points wide and high, its operators, perhaps a stencil."""

    width: float
    height: float
    operators: bytes
    stencil: Stencil | None = None


def rendered(drawing: Drawing, dpi: int) -> bytes:
    """Return a drawing as a PNG picture with a transparent background."""
    return _written(_picture(drawing, dpi), dpi)


def on_white(drawing: Drawing, rgb: bytes, dpi: int) -> bytes:
    """Return a drawing of one colour (three bytes) on white, as a small PNG of 16 shades."""
    from PIL.Image import frombytes  # noqa: PLC0415 - as pypdfium2

    ink = _picture(drawing, dpi).getchannel("A")
    shades = ink.point([round(value * _SHADES / 255) for value in range(256)])
    picture = frombytes("P", shades.size, shades.tobytes())
    picture.putpalette(
        [
            round(255 - shade / _SHADES * (255 - part))
            for shade in range(_SHADES + 1)
            for part in rgb
        ]
    )
    return _written(picture, dpi, bits=4)


def _picture(drawing: Drawing, dpi: int) -> "Image":
    """Have PDFium draw it, transparent around."""
    import pypdfium2  # noqa: PLC0415 - slow to import, and wanted seldom

    with _PDFIUM:
        document = pypdfium2.PdfDocument(page(drawing))
        bitmap = document[0].render(
            scale=dpi / _POINTS_PER_INCH,
            fill_color=(255, 255, 255, 0),
            rev_byteorder=True,
            force_bitmap_format=pypdfium2.raw.FPDFBitmap_BGRA,
        )
        picture: Image = bitmap.to_pil().copy()  # its pixels are the bitmap's until then
        document.close()
    return picture


def _written(picture: "Image", dpi: int, **options: int) -> bytes:
    from io import BytesIO  # noqa: PLC0415 - as pypdfium2

    written = BytesIO()
    picture.save(written, "PNG", dpi=(dpi, dpi), optimize=True, **options)
    return written.getvalue()


def page(drawing: Drawing) -> bytes:
    """Return a PDF file whose one page, as large as a drawing, shows it (ISO 32000-2 7.5)."""
    stencil = drawing.stencil
    resources = b"" if stencil is None else b"/XObject <</Stencil 5 0 R>>"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %.4f %.4f]/Contents 4 0 R/Resources<<%s>>>>"
        % (drawing.width, drawing.height, resources),
        _stream(b"", drawing.operators),
    ]
    if stencil is not None:
        shape = (
            b"/Type/XObject/Subtype/Image/ImageMask true/BitsPerComponent 1/Decode[1 0]"
            b"/Width %d/Height %d" % (stencil.width, stencil.height)
        )
        objects.append(_stream(shape, stencil.bits))
    return _file(objects)


def _stream(entries: bytes, data: bytes) -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries, len(data), data)


def _file(objects: list[bytes]) -> bytes:
    written, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, start=1):
        places.append(len(written))
        written += b"%d 0 obj%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    ending = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size, len(written))
    return bytes(written) + head + ending
