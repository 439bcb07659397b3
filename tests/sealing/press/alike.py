"""Whether two revisions behind the same document mean the same, as three foreign readers see them.

pikepdf compares every object that can be reached from the trailer; pdfium every pixel of the sealed
page; pyHanko the fields and the signature dictionaries.
"""

import io
from collections.abc import Iterator
from decimal import Decimal

import pikepdf
import pypdfium2 as pdfium
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import enumerate_sig_fields

from sealservice.sealing.model import Prepared

_SCALE = 0.7
_OF_THE_FILE = {"/Size", "/Prev", "/ID", "/W", "/Index", "/Length", "/Filter", "/DecodeParms"}
_OF_THE_FILE |= {"/Type", "/XRefStm"}
_POSITIONS = "/ByteRange"


def differences(ours: bytes, theirs: bytes, one: Prepared, other: Prepared) -> list[str]:
    """Return in what two prepared revisions differ, as paths through the document.

    ``ours`` and ``theirs`` are what they are to be appended to.
    """
    found = [] if one.field == other.field else [f"field {one.field} or {other.field}"]
    files = [ours + one.tail, theirs + other.tail]
    found += _graph_differences(*files)
    if len({str(_signatures(each)) for each in files}) > 1:
        found.append("fields as pyHanko sees them")
    return found


def _graph_differences(one: bytes, other: bytes) -> list[str]:
    with (
        pikepdf.open(io.BytesIO(one), attempt_recovery=False) as first,
        pikepdf.open(io.BytesIO(other), attempt_recovery=False) as second,
    ):
        mine, theirs = (
            {key: document.trailer[key] for key in document.trailer.keys()}  # noqa: SIM118
            for document in (first, second)
        )
        kept = (mine.keys() | theirs.keys()) - _OF_THE_FILE
        seen: set[tuple[object, object]] = set()
        return [
            line
            for key in sorted(kept)
            for line in _compared(key, mine.get(key), theirs.get(key), seen)
        ]


def _compared(
    start: str, one: object, other: object, seen: set[tuple[object, object]]
) -> Iterator[str]:
    """Yield the paths at which two values differ; references are followed, each pair once."""
    waiting = [(start, one, other)]
    while waiting:
        path, mine, theirs = waiting.pop()
        if isinstance(mine, pikepdf.Object) and isinstance(theirs, pikepdf.Object):
            if mine.is_indirect != theirs.is_indirect:
                yield f"{path}: indirect or not"
            if mine.is_indirect:
                if (mine.objgen, theirs.objgen) in seen:
                    continue
                seen.add((mine.objgen, theirs.objgen))
            if _plain(mine) != _plain(theirs):
                yield f"{path}: {_plain(mine)!r} or {_plain(theirs)!r}"
            waiting += _children(path, mine, theirs)
        elif not _is_same(mine, theirs):
            yield f"{path}: {mine!r} or {theirs!r}"


def _is_same(one: object, other: object) -> bool:
    """Return whether two values that are no objects are the same; 1 is 1.0."""
    kinds = (int, float, Decimal)
    if isinstance(one, kinds) and isinstance(other, kinds):
        return Decimal(one) == Decimal(other)
    return type(one) is type(other) and one == other


def _plain(value: pikepdf.Object) -> object:
    """Return what a value is, its children left out."""
    if isinstance(value, pikepdf.Stream):
        keys = set(value.keys()) - {"/Length", "/Filter", "/DecodeParms"}
        return "stream", sorted(keys), _data(value)
    if isinstance(value, pikepdf.Dictionary):
        return "dictionary", sorted(value.keys())
    if isinstance(value, pikepdf.Array):
        return "array", len(value)
    return str(value) if isinstance(value, pikepdf.String) else value.unparse()


def _data(stream: pikepdf.Stream) -> bytes:
    try:
        return stream.read_bytes()
    except pikepdf.PdfError:
        return stream.read_raw_bytes()


def _children(
    path: str, one: pikepdf.Object, other: pikepdf.Object
) -> list[tuple[str, object, object]]:
    if isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
        if not isinstance(other, pikepdf.Dictionary | pikepdf.Stream):
            return []
        skipped = {"/Length", "/Filter", "/DecodeParms", _POSITIONS}
        keys = [key for key in one.keys() if key not in skipped]  # noqa: SIM118 - not a mapping
        return [(f"{path}{key}", one.get(key), other.get(key)) for key in keys]
    if isinstance(one, pikepdf.Array) and isinstance(other, pikepdf.Array):
        pairs = enumerate(zip(list(one), list(other), strict=False))
        return [(f"{path}[{place}]", mine, theirs) for place, (mine, theirs) in pairs]
    return []


def _signatures(pdf: bytes) -> list[tuple[str, list[str], str]]:
    reader = PdfFileReader(io.BytesIO(pdf), strict=False)
    found = []
    for name, value, _ in enumerate_sig_fields(reader):
        held = value.get_object() if value is not None else {}
        said = {key: str(one) for key, one in held.items() if key not in (_POSITIONS, "/Reference")}
        found.append((name, sorted(said), str(said.get("/M"))))
    return found


def pictures(pdf: bytes, page: int) -> bytes:
    """Return the pixels of a page with its annotations and form fields, as pdfium draws them."""
    document = pdfium.PdfDocument(pdf)
    try:
        document.init_forms()
        bitmap = document[page].render(scale=_SCALE, may_draw_forms=True)
        return bytes(bitmap.buffer)
    finally:
        document.close()
