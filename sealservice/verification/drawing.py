"""Draws pages with what is outlined on them. Runs in the sandbox; a page that fails is left out."""

import ctypes
import io
import math
from typing import Final

import pypdfium2 as pdfium
from pypdfium2 import raw

from sealservice.verification.views import Box, Outline, View, Wanted

_WIDTH: Final = 760
"""Pixels; half of it is what a phone shows."""
_PIXELS: Final = 1_600_000
_QUALITY: Final = 80
_METHOD: Final = 1
"""Of WebP: quick rather than small."""


def draw(data: bytes, wanted: tuple[Wanted, ...]) -> tuple[View | None, ...]:
    """Return each page as displayed, or None where there is none or it cannot be drawn."""
    views: dict[int, View | None] = {}
    for end in sorted({wish.end for wish in wanted}):
        chosen = {place: wish for place, wish in enumerate(wanted) if wish.end == end}
        views |= _of_revision(data[:end], chosen)
    return tuple(views[place] for place in range(len(wanted)))


def _of_revision(data: bytes, wanted: dict[int, Wanted]) -> dict[int, View | None]:
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError:
        return dict.fromkeys(wanted)
    with document:
        document.init_forms()
        return {place: _view(document, wish) for place, wish in wanted.items()}


def _view(document: pdfium.PdfDocument, wish: Wanted) -> View | None:
    try:
        page = document[wish.page - 1]
        width, height = page.get_size()
        scale = min(_WIDTH / width, math.sqrt(_PIXELS / (width * height)))
        image = page.render(scale=scale, may_draw_forms=True).to_pil()
        boxes = tuple(_box(page, image.size, outline) for outline in wish.outlines)
        page.close()
    except (pdfium.PdfiumError, IndexError, ArithmeticError, ValueError):
        return None
    output = io.BytesIO()
    image.save(output, "WEBP", quality=_QUALITY, method=_METHOD)
    return View(wish.page, image.width, image.height, output.getvalue(), boxes)


def _box(page: pdfium.PdfPage, size: tuple[int, int], outline: Outline) -> Box:
    """Return an outline on the picture; the page's own turn and crop are followed."""
    left, bottom, right, top = outline.rect
    corners = [_pixel(page, size, x, y) for x, y in ((left, bottom), (right, top))]
    (x1, x2), (y1, y2) = (sorted(axis) for axis in zip(*corners, strict=True))
    return Box(outline.kind, outline.number, x1, y1, x2 - x1, y2 - y1)


def _pixel(page: pdfium.PdfPage, size: tuple[int, int], x: float, y: float) -> tuple[int, int]:
    across, down = ctypes.c_int(), ctypes.c_int()
    raw.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, across, down)
    return min(max(across.value, 0), size[0]), min(max(down.value, 0), size[1])
