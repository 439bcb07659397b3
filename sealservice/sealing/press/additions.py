"""Adds what follows the signatures, to documents that it understands; others are left to pyHanko.

1. The DSS gets the certificates and status answers that it does not hold yet, byte by byte, and
   keeps what it holds, a VRI included; it gets no VRI (ISO 32000-2 12.8.4.3, ETSI EN 319 142-1
   5.4.2.3).
2. The document timestamp is an invisible field on the first page, waiting for its token (12.8.5).
   In PDF/A-1 it has an appearance, an empty one (ISO 19005-1 6.9).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sealservice.limits import Limits
from sealservice.sealing.model import Prepared, RevocationMaterial
from sealservice.sealing.ports import Additions
from sealservice.sealing.press.catalog import raise_version
from sealservice.sealing.press.colours import wants_appearances
from sealservice.sealing.press.declined import Declined, Reason, foreseen, log_declined
from sealservice.sealing.press.die import form_entries
from sealservice.sealing.press.draft import Draft, Node, refer
from sealservice.sealing.press.forms import Form
from sealservice.sealing.press.pages import find_pages
from sealservice.sealing.press.reader import Reader
from sealservice.sealing.press.revision import Revision
from sealservice.sealing.press.syntax import references

_DSS: Final = b"/DSS"
_TIMESTAMP: Final = {
    b"/Type": b"/DocTimeStamp",
    b"/Filter": b"/Adobe.PPKLite",
    b"/SubFilter": b"/ETSI.RFC3161",
}
_FLAGS: Final = b"132"
"""Print, locked (ISO 32000-2 table 167)."""


@dataclass(frozen=True, slots=True)
class FastAdditions:
    """``sealing.ports.Additions`` that ask others for what they decline."""

    other: Additions
    limits: Limits
    told: Callable[[Reason], None] = log_declined
    """Hears why, each time."""

    def status(self, pdf: bytes, material: RevocationMaterial) -> bytes:
        """Return the tail with a DSS that holds the material and what an earlier one held."""
        try:
            return self.status_here(pdf, material)
        except Declined as declined:
            self.told(declined.reason)
        return self.other.status(pdf, material)

    def timestamp(self, pdf: bytes, moment: datetime) -> Prepared:
        """Return the tail with a document timestamp whose token is missing."""
        try:
            return self.timestamp_here(pdf, moment)
        except Declined as declined:
            self.told(declined.reason)
        return self.other.timestamp(pdf, moment)

    def status_here(self, pdf: bytes, material: RevocationMaterial) -> bytes:
        """Return the tail with a DSS, made here.

        Raises:
            Declined.
        """
        with foreseen():
            return _status(Draft.of(Reader.of(pdf, self.limits)), material)

    def timestamp_here(self, pdf: bytes, moment: datetime) -> Prepared:
        """Return the tail with a document timestamp, made here.

        Raises:
            Declined.
        """
        with foreseen():
            draft = Draft.of(Reader.of(pdf, self.limits))
            return _timestamp(draft, moment, self.limits.signature_bytes)


def _status(draft: Draft, material: RevocationMaterial) -> bytes:
    revision = Revision(draft, None)
    raise_version(draft)
    store = draft.root().child(_DSS)
    kept = {
        key: _kept(store, key, held, revision)
        for key, held in (
            (b"/Certs", material.certificates),
            (b"/OCSPs", material.ocsps),
            (b"/CRLs", material.crls),
        )
    }
    if not any(is_longer for _, is_longer in kept.values()):
        return b""
    if draft.root().get(_DSS) is None:
        store = Node(draft, draft.number())
        draft.store(store.number, {})
        draft.root().set(_DSS, refer(store.number))
    arrays = {
        key: b"[%b]" % b" ".join(map(refer, numbers))
        for key, (numbers, _) in kept.items()
        if numbers or key == b"/Certs"
    }
    store.store({**store.entries(), **arrays})
    return revision.finished()[0]


def _kept(
    store: Node, key: bytes, added: Iterable[bytes], revision: Revision
) -> tuple[list[int], bool]:
    """Write what is not there yet; return all object numbers, and whether they became more."""
    held = store.followed(key)
    numbers = [] if held is None else references(held, Reason.KIND)
    there = {store.draft.reader.unpacked(number)[1] for number in numbers}
    if len(there) != len(numbers):
        raise Declined(Reason.DUPLICATE)
    new = [der for der in dict.fromkeys(added) if der not in there]
    numbers += [revision.add(_stream(der)) for der in new]
    return numbers, bool(new)


def _stream(data: bytes) -> bytes:
    return b"<</Length %d>>\nstream\n%b\nendstream" % (len(data), data)


def _timestamp(draft: Draft, moment: datetime, reserved: int) -> Prepared:
    revision, form = Revision(draft, None), Form(draft)
    raise_version(draft)
    form.is_signed()  # looks the whole form over
    name = form.free_name("Timestamp")
    signature, widget = draft.number(), draft.number()
    revision.put_signature(signature, _TIMESTAMP, reserved)
    catalog = draft.root().entries()
    page = find_pages(draft.reader, catalog, {0})[0]
    field = {
        b"/Type": b"/Annot",
        b"/Subtype": b"/Widget",
        b"/FT": b"/Sig",
        b"/T": b"(%b)" % name.encode("ascii"),
        b"/F": _FLAGS,
        b"/Rect": b"[0 0 0 0]",
        b"/P": refer(page),
        b"/V": refer(signature),
    }
    if wants_appearances(draft.reader, catalog):
        empty = form_entries(0, 0) + b"/Length 0>>\nstream\n\nendstream"
        field[b"/AP"] = b"<</N %d 0 R>>" % revision.add(empty)
    draft.store(widget, field)
    Node(draft, page).append(b"/Annots", refer(widget))
    form.add(widget)
    tail, byte_range = revision.finished()
    return Prepared(tail, byte_range, name, moment)
