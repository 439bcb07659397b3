"""Draws a page as it is displayed. Runs in the sandbox."""

import io
import math
from typing import Final

import pypdfium2 as pdfium

from sealservice.sealing.page_sets import resolve

_QUALITY: Final = 90
"""Of WebP, so that small letters stay sharp."""


def picture(pdf: bytes, page: int, width_px: int, greatest_pixels: int) -> bytes:
    """Return a page (1 for the first) as displayed, ``width_px`` wide, as WebP.

    A picture of more than ``greatest_pixels`` is made smaller, in proportion.

    Raises:
        NotAPdf, DocumentEncrypted.
        PlacementOutside: there is no such page.
    """
    with pdfium.PdfDocument(pdf) as document:
        document.init_forms()
        (index,) = resolve(str(page), len(document))
        drawn = document[index]
        scale = _scale(drawn.get_size(), width_px, greatest_pixels)
        image = drawn.render(scale=scale, may_draw_forms=True).to_pil()
        drawn.close()
    output = io.BytesIO()
    image.save(output, "WEBP", quality=_QUALITY)
    return output.getvalue()


def _scale(size: tuple[float, float], width_px: int, greatest_pixels: int) -> float:
    """Return the pixels for a unit of user space."""
    width, height = size
    wanted = width_px / width
    return min(wanted, math.sqrt(greatest_pixels / (width * height)))
