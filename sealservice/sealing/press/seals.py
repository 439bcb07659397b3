"""Writes the revision of one seal: its field, how it shows, its signature dictionary.

The field is a new one, or an empty one that the document was prepared with; further impressions
are content of their pages (press/page_content.py). Rules: press/preparation.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sealservice.sealing.model import Impression, Mark, Prepared, PreparedSignature, Terms
from sealservice.sealing.painting import Rectangle
from sealservice.sealing.press.appearance import rectangle, write_appearance, write_drawing
from sealservice.sealing.press.catalog import declare
from sealservice.sealing.press.die import numbers
from sealservice.sealing.press.draft import Draft, Node, refer
from sealservice.sealing.press.forms import Form
from sealservice.sealing.press.page_content import PageContent
from sealservice.sealing.press.prepared_fields import PreparedField, prepared_field
from sealservice.sealing.press.restrictions import lock_entries, own_lock, reference_entries
from sealservice.sealing.press.revision import Revision
from sealservice.sealing.press.structure import is_tagged, take_in
from sealservice.sealing.press.syntax import Entries, text_string
from sealservice.sealing.room import OwnLock, require_known, require_uncertified, with_own_lock
from sealservice.sealing.terms import Restrictions

_FLAGS: Final = b"132"
"""Print, locked (ISO 32000-2 table 167)."""
_NO_SEPARATORS: Final = {ord(one): None for one in "-:T"}


@dataclass(slots=True)
class Desk:
    """What is known of a document while seals are put on it."""

    draft: Draft
    terms: Terms
    form: Form
    is_signed: bool
    is_certified: bool
    defines_rgb: bool
    """Whether a drawing has to say what RGB means."""


@dataclass(frozen=True, slots=True)
class Seal:
    """One signature that is to be prepared."""

    desk: Desk
    share: Mark
    pages: Mapping[int, int]
    """Object numbers of pages by their positions."""
    is_last: bool
    """Of its order."""

    @property
    def page(self) -> int:
        """Return the object number of its field's page."""
        return self.pages[self.share.impressions[0].box.page]

    def write(self, revision: Revision, asked: Restrictions) -> PreparedSignature:
        """Write its revision.

        Raises:
            Declined.
            DocumentCertified, FieldUnusable, FieldNotFound: what is asked for does not fit.
        """
        desk, shown = self.desk, self.share.impressions[0]
        require_uncertified(shown, is_certified=desk.is_certified)
        declare(desk.draft, self.share.die.algorithm)
        if shown.field is None:
            name, restrictions = self._add(revision, shown, asked)
        else:
            name, restrictions = self._fill(revision, shown, shown.field, asked)
        desk.is_signed = True
        desk.is_certified |= restrictions.certification is not None
        tail, byte_range = revision.finished()
        made = Prepared(tail, byte_range, name, desk.terms.moment)
        return PreparedSignature(self.share.die.seal_id, self.share.impressions, made, restrictions)

    def _add(
        self, revision: Revision, shown: Impression, asked: Restrictions
    ) -> tuple[str, Restrictions]:
        """Add a field; return its name, and the restrictions of its signature."""
        desk, draft = self.desk, self.desk.draft
        name = desk.form.free_name("Seal")
        signature, widget = draft.number(), draft.number()
        lock = self._lock(name, asked, None)
        self._sign(revision, signature, asked, None)
        lies = rectangle(shown)
        field = _field(name, self.share.die.label, lies) | lock
        field |= {
            b"/P": refer(self.page),
            b"/V": refer(signature),
            b"/AP": self._show(revision, shown, lies),
        }
        if is_tagged(draft) and not desk.is_signed:
            field |= take_in(draft, widget, self.page)
        draft.store(widget, field)
        Node(draft, self.page).append(b"/Annots", refer(widget))
        desk.form.add(widget)
        return name, asked

    def _fill(
        self, revision: Revision, shown: Impression, name: str, asked: Restrictions
    ) -> tuple[str, Restrictions]:
        """Fill a prepared field; return its name, and the restrictions of its signature."""
        desk, draft = self.desk, self.desk.draft
        prepared = prepared_field(desk.form, name, self.page, is_signed=desk.is_signed)
        own = own_lock(prepared.field)
        restrictions = with_own_lock(name, own, asked, is_last=self.is_last)
        signature = draft.number()
        lock = self._lock(name, restrictions, own)
        self._sign(revision, signature, restrictions, own)
        entries = prepared.label(self.share.die.label, is_signed=desk.is_signed) | lock
        shows = self._show(revision, shown, prepared.rectangle)
        prepared.fill({**entries, b"/V": refer(signature)}, shows)
        if not desk.is_signed:
            self._take_in(prepared)
        desk.form.say_signed()
        return name, restrictions

    def _take_in(self, prepared: PreparedField) -> None:
        """Put a prepared widget into the structure tree unless its author has done so."""
        widget, draft = prepared.widget, self.desk.draft
        if is_tagged(draft) and widget.get(b"/StructParent") is None:
            key = take_in(draft, widget.number, self.page)
            widget.store({**widget.entries(), **key})

    def _lock(self, name: str, restrictions: Restrictions, own: OwnLock | None) -> Entries:
        """Return what a field gets to say of a lock that it does not bring with it."""
        lock, desk = restrictions.lock, self.desk
        if lock is None or own is not None:
            return {}
        require_known(lock, {one.name for one in desk.form.named()} | {name}, name)
        is_changed_freely = self.share.impressions[0].field is None or not desk.is_signed
        return lock_entries(desk.draft, lock) if is_changed_freely else {}

    def _sign(
        self, revision: Revision, number: int, restrictions: Restrictions, own: OwnLock | None
    ) -> None:
        """Write the signature dictionary, waiting for its container."""
        terms = self.desk.terms
        entries = _signature(terms.moment)
        entries |= reference_entries(self.desk.draft, restrictions, own, number)
        revision.put_signature(number, entries, terms.reserved_bytes)

    def _show(self, revision: Revision, shown: Impression, lies: Rectangle) -> bytes:
        """Write the drawing, where its widget lies and on further pages; return the appearance."""
        desk, artwork = self.desk, self.share.die.artwork
        drawn = write_drawing(revision, artwork, defines_rgb=desk.defines_rgb)
        appearance = write_appearance(revision, artwork, shown, drawn, lies)
        further = self.share.impressions[1:]
        if further:
            content = PageContent(desk.draft, revision, drawn, artwork, is_tagged(desk.draft))
            content.add(further, dict(self.pages))
        return b"<</N %d 0 R>>" % appearance


def _field(name: str, label: str, lies: Rectangle) -> Entries:
    """Return a signature field that is its own widget (ISO 32000-2 12.7.5.5)."""
    return {
        b"/Type": b"/Annot",
        b"/Subtype": b"/Widget",
        b"/FT": b"/Sig",
        b"/T": b"(%b)" % name.encode("ascii"),
        b"/TU": text_string(label),
        b"/F": _FLAGS,
        b"/Rect": numbers(lies),
    }


def _signature(moment: datetime) -> Entries:
    """Return a signature dictionary without what is filled in later (ETSI EN 319 142-1 6.3)."""
    claimed, zone = moment.isoformat(timespec="seconds"), "Z"
    digits = claimed[:19].translate(_NO_SEPARATORS)
    if moment.utcoffset():
        zone = f"{claimed[19:22]}'{claimed[23:25]}'"
    return {
        b"/Type": b"/Sig",
        b"/Filter": b"/Adobe.PPKLite",
        b"/SubFilter": b"/ETSI.CAdES.detached",
        b"/M": f"(D:{digits}{zone})".encode("ascii"),
    }
