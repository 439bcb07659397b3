"""How a seal shows: its drawing, stored once, and what draws all of it, or a slice, somewhere.

The drawing is a form XObject (ISO 32000-2 8.10) of the seal's size in points, upright. The
operators that draw it somewhere are those of sealing/painting.py.
"""

import re
from typing import Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.writer import BasePdfFileWriter

from sealservice.sealing.model import Impression
from sealservice.sealing.painting import Rectangle, paint
from sealservice.sealing.pdf_values import entry, numbers
from sealservice.seals.artwork import POINTS_PER_MM, Artwork
from sealservice.seals.stencil import Stencil

__all__ = ["Rectangle", "appearance", "drawing", "form", "paint", "wants_appearances"]

_SRGB: Final = {
    "/WhitePoint": (0.9505, 1.0, 1.089),
    "/Gamma": (2.2, 2.2, 2.2),
    "/Matrix": (0.4124, 0.2126, 0.0193, 0.3576, 0.7152, 0.1192, 0.1805, 0.0722, 0.9505),
}
"""IEC 61966-2-1 as a CalRGB colour space (ISO 32000-2 8.6.5.3)."""
_RGB_COMPONENTS: Final = 3
_PART_ONE: Final = re.compile(rb"pdfaid:part\s*(?:=\s*[\"']|>)\s*1\b")
"""How XMP says PDF/A-1, as an attribute or as an element."""


def drawing(writer: BasePdfFileWriter, artwork: Artwork) -> generic.IndirectObject:
    """Store a seal's drawing and return its reference."""
    width, height = artwork.width_mm * POINTS_PER_MM, artwork.height_mm * POINTS_PER_MM
    stored = form(width, height, artwork.operators)
    resources = _colours(writer)
    if artwork.stencil is not None:
        held = {pdf_name("/Stencil"): writer.add_object(_mask(artwork.stencil))}
        resources[pdf_name("/XObject")] = generic.DictionaryObject(held)
    stored[pdf_name("/Resources")] = resources
    stored.compress()
    return writer.add_object(stored)


def form(width: float, height: float, operators: bytes) -> generic.StreamObject:
    """Return a form XObject of some size in points."""
    return generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Form"),
            pdf_name("/BBox"): numbers((0, 0, round(width, 4), round(height, 4))),
        },
        stream_data=operators,
    )


def appearance(
    writer: BasePdfFileWriter,
    drawn: generic.IndirectObject,
    artwork: Artwork,
    impression: Impression,
    rectangle: Rectangle,
) -> generic.IndirectObject:
    """Return the appearance stream of an annotation with that /Rect that shows an impression."""
    box = impression.box
    left, bottom, right, top = rectangle
    is_plain = impression.window is None and box.rotation == 0
    if is_plain and rectangle == (box.left, box.bottom, box.right, box.top):
        return drawn
    shown = form(right - left, top - bottom, paint(impression, artwork, "/Seal", (left, bottom)))
    held = generic.DictionaryObject({pdf_name("/Seal"): drawn})
    shown[pdf_name("/Resources")] = generic.DictionaryObject({pdf_name("/XObject"): held})
    return writer.add_object(shown)


def _mask(stencil: Stencil) -> generic.StreamObject:
    """Return an imported picture as an image mask (ISO 32000-2 8.9.6.2)."""
    mask = generic.StreamObject(
        {
            pdf_name("/Type"): pdf_name("/XObject"),
            pdf_name("/Subtype"): pdf_name("/Image"),
            pdf_name("/Width"): generic.NumberObject(stencil.width),
            pdf_name("/Height"): generic.NumberObject(stencil.height),
            pdf_name("/ImageMask"): generic.BooleanObject(value=True),
            pdf_name("/BitsPerComponent"): generic.NumberObject(1),
            pdf_name("/Decode"): numbers((1, 0)),
        },
        stream_data=stencil.bits,
    )
    mask.compress()
    return mask


def _colours(writer: BasePdfFileWriter) -> generic.DictionaryObject:
    """Return no resources, or what DeviceRGB means where an archivable document does not say."""
    if not _leaves_rgb_undefined(writer):
        return generic.DictionaryObject()
    parameters = generic.DictionaryObject(
        {pdf_name(name): numbers(values) for name, values in _SRGB.items()}
    )
    space = generic.ArrayObject([pdf_name("/CalRGB"), parameters])
    spaces = generic.DictionaryObject({pdf_name("/DefaultRGB"): space})
    return generic.DictionaryObject({pdf_name("/ColorSpace"): spaces})


def wants_appearances(writer: BasePdfFileWriter) -> bool:
    """Return whether even an invisible field must have an appearance: in PDF/A-1."""
    metadata = entry(writer.root, "/Metadata", None)
    return metadata is not None and _PART_ONE.search(metadata.data) is not None


def _leaves_rgb_undefined(writer: BasePdfFileWriter) -> bool:
    """Return whether the document is PDF/A, or has an output intent, but none for RGB."""
    intents = entry(writer.root, "/OutputIntents", ())
    profiles = (entry(intent.get_object(), "/DestOutputProfile", {}) for intent in intents)
    if any(entry(profile, "/N", 0) == _RGB_COMPONENTS for profile in profiles):
        return False
    metadata = entry(writer.root, "/Metadata", None)
    return bool(intents) or (metadata is not None and b"pdfaid" in metadata.data)
