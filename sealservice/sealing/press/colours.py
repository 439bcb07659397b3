"""Whether a document says what DeviceRGB means (ISO 19005-2 6.2.4.3).

A seal brings that with it where the document is PDF/A, or has an output intent, but none for RGB.
"""

import re
from typing import Final

from sealservice.sealing.press.declined import Declined, Reason
from sealservice.sealing.press.reader import Reader
from sealservice.sealing.press.syntax import Entries, items, reference

_RGB_COMPONENTS: Final = b"3"
_ARCHIVABLE: Final = b"pdfaid"
_PART_ONE: Final = re.compile(rb"pdfaid:part\s*(?:=\s*[\"']|>)\s*1\b")
"""How XMP says PDF/A-1, as an attribute or as an element."""


def leaves_rgb_undefined(reader: Reader, catalog: Entries) -> bool:
    """Return whether a drawing in DeviceRGB has to say what it means by that.

    Raises:
        Declined.
    """
    held = catalog.get(b"/OutputIntents")
    intents = [] if held is None else items(reader.followed(held), reader.limits.press_depth)
    if any(_components(reader, intent) == _RGB_COMPONENTS for intent in intents):
        return False
    return bool(intents) or _says_archivable(reader, catalog)


def _components(reader: Reader, intent: bytes) -> bytes | None:
    held = reader.inside(intent).get(b"/DestOutputProfile")
    if held is None:
        return None
    entries, _ = reader.stream(_stream_number(held))
    return entries.get(b"/N")


def _says_archivable(reader: Reader, catalog: Entries) -> bool:
    return _ARCHIVABLE in metadata(reader, catalog)


def wants_appearances(reader: Reader, catalog: Entries) -> bool:
    """Return whether even an invisible field must have an appearance: in PDF/A-1.

    Raises:
        Declined.
    """
    return _PART_ONE.search(metadata(reader, catalog)) is not None


def metadata(reader: Reader, catalog: Entries) -> bytes:
    """Return the XMP of a document; nothing where it has none.

    Raises:
        Declined.
    """
    held = catalog.get(b"/Metadata")
    return b"" if held is None else reader.unpacked(_stream_number(held))[1]


def _stream_number(held: bytes) -> int:
    number = reference(held)
    if number is None:
        raise Declined(Reason.KIND)
    return number
