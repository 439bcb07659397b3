"""Changes of the document security store (ETSI EN 319 142-1 5.4.2), which nothing forbids.

1. A store may be added, and its certificates and status answers may be added to or replaced:
   programs write it anew for an archive timestamp, and need not keep what they do not need.
2. It stays a store: a dictionary of the known keys, whose lists hold streams, whose VRI entries
   are dictionaries of the known keys. Anything else in it could be a place to hide something.
3. It is not taken away: neither the store, nor its status answers altogether, also where they
   came after the signature. It could lose the answer that speaks against it.
"""

import re
from collections.abc import Iterable, Iterator
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

Holding = frozenset[str]
"""The parts of a store that are there."""


def store_changes(comparison: Comparison, held: Iterable[Holding]) -> Iterator[Change]:
    """Yield what was done to the document security store.

    Args:
        comparison: the signed revision and the newest one.
        held: what the stores of the signed revision and of all later ones hold.
    """
    old, new = (raw(one.root, "/DSS") for one in (comparison.old, comparison.new))
    lost = frozenset().union(*held) - holding(comparison.new)
    if comparison.same(old, new) and not lost:
        return
    is_gone = new is None or isinstance(comparison.new.resolved(new), generic.NullObject)
    fault = None if is_gone else _fault(comparison.new, comparison.new.resolved(new))
    if lost:
        fault = f"no longer in the DSS: {', '.join(sorted(lost))}"
    if fault:
        yield Change("store", Need.EVERYTHING, fault)
    else:
        yield Change("archival_update", Need.NOTHING, "")


def holding(snapshot: Snapshot) -> Holding:
    """Return which parts the store of a revision has: itself, and status answers."""
    store = snapshot.at(snapshot.root, "/DSS")
    if not isinstance(store, generic.DictionaryObject):
        return frozenset()
    has_answers = any(snapshot.items(store, name) for name in _ANSWERS)
    return frozenset({"everything", "status answers"} if has_answers else {"everything"})


def _fault(snapshot: Snapshot, store: generic.PdfObject) -> str | None:
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
