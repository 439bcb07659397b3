"""The constant part of a seal: its drawing as objects, compiled once however often it is used.

The drawing is a form XObject of the seal's size in points, upright (ISO 32000-2 8.10); an imported
picture is an image mask that it paints through (8.9.6.2). Where a document does not say what RGB
means the drawing does, by IEC 61966-2-1 as a CalRGB colour space (8.6.5.3).
"""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from sealservice.seals.artwork import POINTS_PER_MM, Artwork
from sealservice.seals.stencil import Stencil

_SRGB: Final = (
    b"/ColorSpace<</DefaultRGB[/CalRGB<</WhitePoint[0.9505 1 1.089]/Gamma[2.2 2.2 2.2]"
    b"/Matrix[0.4124 0.2126 0.0193 0.3576 0.7152 0.1192 0.1805 0.0722 0.9505]>>]>>"
)
_STRONGEST: Final = 9
_KEPT: Final = 256
"""Drawings; each takes some 10 KiB."""


@dataclass(frozen=True, slots=True)
class CompiledDrawing:
    """A drawing's objects, but for the number of its picture."""

    before: bytes
    behind: bytes
    stencil: bytes | None
    """The object of its picture; without one, ``before`` and ``behind`` are all of the drawing."""

    def body(self, stencil: int) -> bytes:
        """Return the drawing's object; ``stencil`` is the number of that of its picture."""
        if self.stencil is None:
            return self.before + self.behind
        return b"%b/XObject<</Stencil %d 0 R>>%b" % (self.before, stencil, self.behind)


@lru_cache(maxsize=_KEPT)
def compiled(artwork: Artwork, *, defines_rgb: bool) -> CompiledDrawing:
    """Return the objects of a drawing."""
    size = (artwork.width_mm * POINTS_PER_MM, artwork.height_mm * POINTS_PER_MM)
    packed = zlib.compress(artwork.operators, _STRONGEST)
    before = form_entries(*size) + b"/Resources<<" + (_SRGB if defines_rgb else b"")
    behind = b">>/Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream" % (len(packed), packed)
    stencil = None if artwork.stencil is None else _mask(artwork.stencil)
    return CompiledDrawing(before, behind, stencil)


def form_entries(width: float, height: float) -> bytes:
    """Return the beginning of a form XObject of some size in points."""
    return b"<</Type/XObject/Subtype/Form/BBox" + numbers((0, 0, width, height))


def numbers(values: Iterable[float]) -> bytes:
    """Return an array of numbers, to four decimals."""
    return b"[" + b" ".join(_decimal(value) for value in values) + b"]"


def _decimal(value: float) -> bytes:
    written = f"{value:.4f}".rstrip("0").rstrip(".")
    return b"0" if written == "-0" else written.encode("ascii")


def _mask(stencil: Stencil) -> bytes:
    packed = zlib.compress(stencil.bits, _STRONGEST)
    head = b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ImageMask true/BitsPerComponent 1"
    tail = b"/Decode[1 0]/Filter/FlateDecode/Length %d>>\nstream\n%b\nendstream"
    return head % (stencil.width, stencil.height) + tail % (len(packed), packed)
