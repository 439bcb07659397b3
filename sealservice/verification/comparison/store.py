"""Changes of the document security store (ETSI EN 319 142-1 5.4.2), which nothing forbids.

1. A store may be added, and its certificates and status answers may be added to or replaced:
   programs write it anew for an archive timestamp, and need not keep what they do not need.
2. It stays a store: a dictionary of the known keys, whose lists hold streams, whose VRI entries
   are dictionaries of the known keys. Anything else in it could be a place to hide something.
3. It is not taken away: neither the store, nor its certificates or its status answers altogether.
   A signature could lose the answer that speaks against it, or its proof.
"""

import re
from collections.abc import Iterator
from typing import Final, TypeGuard

from pyhanko.pdf_utils import generic

from sealservice.verification.comparison.change import Change, Need
from sealservice.verification.comparison.equality import Comparison
from sealservice.verification.comparison.history import Snapshot, elements, raw

_LISTS: Final = ("/Certs", "/CRLs", "/OCSPs")
_ANSWERS: Final = ("/CRLs", "/OCSPs")
_ENTRY_LISTS: Final = ("/Cert", "/CRL", "/OCSP")
_KEYS: Final = frozenset({"/Type", "/VRI", *_LISTS})
_ENTRY_KEYS: Final = frozenset({"/Type", "/TU", "/TS", *_ENTRY_LISTS})
_ENTRY_NAME: Final = re.compile(r"/[0-9A-Fa-f]{40,128}")


def store_changes(comparison: Comparison) -> Iterator[Change]:
    """Yield what was done to the document security store."""
    old, new = (raw(one.root, "/DSS") for one in (comparison.old, comparison.new))
    if comparison.same(old, new):
        return
    before = comparison.old.resolved(old)
    fault = _fault(comparison.new, new) or _loss(comparison, before)
    if fault:
        yield Change("store", Need.EVERYTHING, fault)
    else:
        yield Change("archival_update", Need.NOTHING, "")


def _fault(snapshot: Snapshot, held: generic.PdfObject | None) -> str | None:
    store = snapshot.resolved(held)
    if held is None or isinstance(store, generic.NullObject):
        return "the DSS was deleted"
    if not _is_plain_dictionary(store) or not store.keys() <= _KEYS:
        return "the DSS is no dictionary of its kind"
    if not all(_is_list_of_streams(snapshot, store, name) for name in _LISTS):
        return "a list of the DSS is no list of streams"
    return _entry_fault(snapshot, store)


def _entry_fault(snapshot: Snapshot, store: generic.DictionaryObject) -> str | None:
    entries = snapshot.at(store, "/VRI")
    if isinstance(entries, generic.NullObject):
        return None
    if not _is_plain_dictionary(entries):
        return "the VRI is no dictionary"
    for name in entries:
        entry = snapshot.at(entries, name)
        if name == "/Type":
            continue
        if not _ENTRY_NAME.fullmatch(name) or not _is_plain_dictionary(entry):
            return f"VRI {name} is none"
        if not entry.keys() <= _ENTRY_KEYS:
            return f"VRI {name} holds other keys"
        if not all(_is_list_of_streams(snapshot, entry, key) for key in _ENTRY_LISTS):
            return f"VRI {name} holds no list of streams"
    return None


def _loss(comparison: Comparison, before: generic.PdfObject) -> str | None:
    after = comparison.new.at(comparison.new.root, "/DSS")
    held = [
        [_count(s, store, names) for names in (("/Certs",), _ANSWERS)]
        for s, store in ((comparison.old, before), (comparison.new, after))
    ]
    lost = any(old and not new for old, new in zip(*held, strict=True))
    return "the DSS was emptied" if lost else None


def _count(snapshot: Snapshot, store: generic.PdfObject, names: tuple[str, ...]) -> int:
    return sum(len(snapshot.items(store, name)) for name in names)


def _is_plain_dictionary(value: generic.PdfObject) -> TypeGuard[generic.DictionaryObject]:
    is_stream = isinstance(value, generic.StreamObject)
    return isinstance(value, generic.DictionaryObject) and not is_stream


def _is_list_of_streams(snapshot: Snapshot, holder: generic.DictionaryObject, name: str) -> bool:
    value = snapshot.at(holder, name)
    if isinstance(value, generic.NullObject):
        return type(value) is generic.NullObject
    if not isinstance(value, generic.ArrayObject):
        return False
    # A reference to an object that is not there is an orphan, and ignored (VERIFICATION 4.23).
    return all(
        isinstance(snapshot.resolved(item), generic.StreamObject | generic.NullObject)
        for item in elements(value)
    )
