"""What lies ready in a file and is not shown: prepared for a later swap, or a picture of a seal.

None of this changes what was signed, so none of it is a failure by itself; each is told.

1. An object that no cross-reference section points at, with the number of one that is in use, or
   one that is listed under another number than it has: a later section of a few bytes exchanges the
   two (hide-and-replace, NDSS 2021, «Shadow Attacks»).
   What lies inside a stream is its content, such as an attached PDF, and not looked at.
2. A second catalog, which a later trailer needs only to name.
3. A signature field without a signature that shows something: it looks signed and is not.

Objects in object streams have no place of their own in the file and cannot be exchanged so.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields

_OBJECT: Final = re.compile(rb" obj\b")
_HEAD: Final = re.compile(rb"(?:^|[\r\n\t \x00])(\d{1,10})\s(\d{1,5})\Z")
_HEAD_BYTES: Final = 20
_CATALOG: Final = re.compile(rb"\s*<<[^>]{0,400}?/Type\s*/Catalog\b")
_CATALOG_BYTES: Final = 500
_STREAM: Final = b"stream"
_LENGTH: Final = re.compile(rb"/Length\s+(\d{1,10})(?:\s+(\d{1,5})\s+R)?")
_DRAWS: Final = re.compile(rb"(?<![A-Za-z/])(?:Do|f\*?|F|B\*?|b\*?|S|s|sh|Tj|TJ|EI)(?![A-Za-z])")


def has_prepared_objects(reader: PdfFileReader, data: bytes) -> bool:
    """Return whether objects lie ready to be exchanged for others (rules 1 and 2)."""
    sections = [reader.xrefs.get_xref_data(number) for number in _sections(reader)]
    if any(section.hybrid is not None for section in sections):
        return False  # that is told of by itself, and its second table is not read here
    known = {
        offset: number
        for section in sections
        for number, (_, offset) in section.standard_xrefs.items()
    }
    own = {reader.xrefs.get_xref_container_info(one).start_location for one in _sections(reader)}
    places, numbers, roots = sorted(known), frozenset(known.values()), _roots(reader)
    for offset, number, behind in _objects(data):
        is_listed = offset in known or offset in own
        if known.get(offset, number) != number:
            return True
        if not is_listed and number in numbers and not _is_inside(reader, data, places, offset):
            return True
        is_catalog = is_listed and _CATALOG.match(data, behind, behind + _CATALOG_BYTES)
        if is_catalog and number not in roots:
            return True
    return False


def unsigned_pictures(reader: PdfFileReader) -> tuple[str, ...]:
    """Return the names of signature fields that show something and are not signed (rule 3)."""
    empty = enumerate_sig_fields(reader, filled_status=False)
    return tuple(str(name) for name, _, field in empty if _shows(field.get_object()))


def _sections(reader: PdfFileReader) -> range:
    return range(reader.xrefs.total_revisions)


def _objects(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield where whatever is written as an object begins, its number, and where it goes on."""
    for mark in _OBJECT.finditer(data):
        start = max(0, mark.start() - _HEAD_BYTES)
        head = _HEAD.search(data[start : mark.start()])
        if head is not None:
            yield start + head.start(1), int(head.group(1)), mark.end()


def _is_inside(reader: PdfFileReader, data: bytes, places: list[int], offset: int) -> bool:
    """Return whether a place lies in the stream of an object that is in use."""
    before = bisect_right(places, offset)
    if before == 0:
        return False
    opened = data.find(_STREAM, places[before - 1], offset)
    length = _LENGTH.search(data, places[before - 1], opened) if opened >= 0 else None
    if length is None:
        return False
    size = int(length.group(1))
    if length.group(2) is not None:
        size = int(reader.get_object(generic.Reference(size, int(length.group(2)))))
    return offset < opened + len(_STREAM) + size


def _roots(reader: PdfFileReader) -> frozenset[int]:
    roots = (reader.get_historical_root(number).container_ref for number in _sections(reader))
    return frozenset(root.idnum for root in roots if isinstance(root, generic.Reference))


def _shows(field: generic.PdfObject) -> bool:
    kids = _entry(field, "/Kids")
    listed = kids if isinstance(kids, generic.ArrayObject) else generic.ArrayObject()
    return _draws(field) or any(_draws(kid.get_object()) for kid in listed)


def _draws(widget: generic.PdfObject) -> bool:
    normal, corners = _entry(_entry(widget, "/AP"), "/N"), _entry(widget, "/Rect")
    if not isinstance(normal, generic.StreamObject) or not isinstance(corners, list):
        return False
    left, bottom, right, top = (float(corner) for corner in corners)
    return left != right and bottom != top and bool(_DRAWS.search(normal.data))


def _entry(holder: generic.PdfObject | None, name: str) -> generic.PdfObject | None:
    if not isinstance(holder, generic.DictionaryObject) or name not in holder:
        return None
    value: generic.PdfObject = holder[name]
    return value
