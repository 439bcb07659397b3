"""Changes of the catalog (ISO 32000-2 7.7.2) and of what belongs to no page.

1. Form, pages and DSS have rules of their own (``filling``, ``pages``, ``store``).
2. Metadata may be rewritten while it is XMP and nothing else uses its stream; versions, extensions
   and notes for programs may be changed: nobody sees them.
3. The structure tree may grow; what it said of the document, for those who hear it, stays.
4. Names of icons (/Names /AP), which programs write beside the notes they add, may come: only
   scripts use them. The other names stay.
5. Every other key stays as it was: actions, scripts, layers, destinations, permissions, and also
   keys that no standard knows.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from lxml import etree
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.decode_limits import DecodePurpose

from sealservice.verification.company import apart
from sealservice.verification.comparison.change import Change, Need
from sealservice.verification.comparison.equality import Comparison
from sealservice.verification.comparison.history import (
    Key,
    Snapshot,
    as_dictionary,
    elements,
    key_of,
    raw,
)

_ELSEWHERE: Final = frozenset({"/AcroForm", "/Pages", "/DSS", "/Metadata", "/StructTreeRoot"})
_UNSEEN: Final = frozenset({"/Type", "/Version", "/Extensions", "/MarkInfo", "/PieceInfo", "/Lang"})
_KINDS: Final = {
    "/OpenAction": "action",
    "/AA": "action",
    "/Names": "action",
    "/OCProperties": "layer",
}
_SPOKEN: Final = ("/S", "/Alt", "/ActualText", "/E", "/Lang")
_XMP: Final = frozenset(
    {"{adobe:ns:meta/}xmpmeta", "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}RDF"}
)
_ELEMENT_LIMIT: Final = 500_000
STRUCTURE: Final = "structure tree"


def catalog_changes(comparison: Comparison) -> Iterator[Change]:
    """Yield what was done to the catalog."""
    old, new = comparison.old.root, comparison.new.root
    for name in sorted((old.keys() | new.keys()) - _ELSEWHERE - _UNSEEN):
        if not comparison.same(raw(old, name), raw(new, name)):
            kind = _KINDS.get(name, "catalog")
            if name == "/Names" and _is_icons(comparison):
                yield Change("annotation", Need.ANNOTATING, "catalog: /Names /AP")
                continue
            yield Change(kind, Need.EVERYTHING, f"catalog: {name}")
    if not comparison.same(raw(old, "/Metadata"), raw(new, "/Metadata")):
        is_xmp = _is_xmp(comparison.new.at(new, "/Metadata"))
        need, detail = (Need.NOTHING, "") if is_xmp else (Need.EVERYTHING, "catalog: /Metadata")
        yield Change("archival_update" if is_xmp else "catalog", need, detail)
    if not _still_says(comparison):
        yield Change("structure", Need.EVERYTHING, "structure tree")


def _is_icons(comparison: Comparison) -> bool:
    """Return whether the first names of icons are all that came to the names of a document."""
    old, new = (
        as_dictionary(one.at(one.root, "/Names")) for one in (comparison.old, comparison.new)
    )
    names = (old.keys() | new.keys()) - {"/AP"}
    return raw(old, "/AP") is None and all(
        comparison.same(raw(old, name), raw(new, name)) for name in names
    )


def _is_xmp(held: generic.PdfObject) -> bool:
    if not isinstance(held, generic.StreamObject):
        return False
    return apart(lambda: _is_xmp_packet(held))


def _is_xmp_packet(held: generic.StreamObject) -> bool:
    try:
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        root = etree.fromstring(held.read_data(DecodePurpose.XMP_METADATA), parser)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - what cannot be decoded or parsed is no metadata
        return False
    return root.tag in _XMP and not any(True for _ in root.iter(etree.Entity))


def _still_says(comparison: Comparison) -> bool:
    trees = [raw(one.root, "/StructTreeRoot") for one in (comparison.old, comparison.new)]
    if trees[0] is None or comparison.same(*trees):
        return True
    said = _said(comparison.old, trees[0])
    return said <= _said(comparison.new, trees[1])


def _said(snapshot: Snapshot, tree: generic.PdfObject | None) -> Counter[tuple[str, ...]]:
    """Return what the elements of a structure tree are called and read as, and how often."""
    said: Counter[tuple[str, ...]] = Counter()
    seen: set[Key] = set()
    waiting = [tree]
    while waiting and len(seen) < _ELEMENT_LIMIT:
        held = waiting.pop()
        key = key_of(held)
        if key in seen:
            continue
        if key is not None:
            seen.add(key)
        element = as_dictionary(snapshot.resolved(held))
        if raw(element, "/S") is not None:
            said[tuple(str(snapshot.at(element, name)) for name in _SPOKEN)] += 1
        kids = raw(element, "/K")
        if kids is not None:
            waiting.extend(elements(snapshot.resolved(kids)) or [kids])
    return said
