"""Prepares documents that it understands, fast; all others are left to the press of pyHanko.

1. New fields, without restrictions. A catalog that certifies or grants usage rights, and whatever
   is not exactly as expected, is declined.
2. Seals and places are shared out among signatures as the other press does (sealing/shares.py).
3. Each signature is one revision: drawing, appearance, widget, signature dictionary, and what
   refers to them. The document's own objects are copied as written, but for the entry changed.
4. The first seal of a document that nobody has signed may show on pages as content of them, too.
5. The first seal of a tagged document that nobody has signed is put into its structure tree.
The result depends on nothing but the arguments, but for the name of a drawing on pages, which is
drawn by lot.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sealservice.config import Limits
from sealservice.sealing.model import Impression, Level, Mark, Prepared, PreparedSignature
from sealservice.sealing.ports import Preparation
from sealservice.sealing.press.appearance import rectangle, write_appearance, write_drawing
from sealservice.sealing.press.catalog import declare, require_known
from sealservice.sealing.press.colours import leaves_rgb_undefined
from sealservice.sealing.press.declined import Declined, Reason, foreseen, log_declined
from sealservice.sealing.press.die import numbers
from sealservice.sealing.press.draft import Draft, Node, refer
from sealservice.sealing.press.forms import Form
from sealservice.sealing.press.page_content import PageContent
from sealservice.sealing.press.pages import find_pages
from sealservice.sealing.press.reader import Reader
from sealservice.sealing.press.revision import Revision
from sealservice.sealing.press.structure import is_tagged, take_in
from sealservice.sealing.press.syntax import Entries
from sealservice.sealing.shares import shares
from sealservice.sealing.terms import UNRESTRICTED, Restrictions

_FLAGS: Final = b"132"
"""Print, locked (ISO 32000-2 table 167)."""
_NO_SEPARATORS: Final = {ord(one): None for one in "-:T"}


@dataclass(frozen=True, slots=True)
class FastPreparation:
    """A ``sealing.ports.Preparation`` that asks another one for what it declines."""

    other: Preparation
    limits: Limits
    told: Callable[[Reason], None] = log_declined
    """Hears why, each time."""

    def prepare(
        self,
        source: bytes,
        marks: tuple[Mark, ...],
        moment: datetime,
        level: Level = Level.B_LTA,
        restrictions: Restrictions = UNRESTRICTED,
    ) -> tuple[PreparedSignature, ...]:
        """Return the tails that make ``source`` a document waiting for its signatures, in order."""
        try:
            return self.prepare_here(source, marks, moment, restrictions)
        except Declined as declined:
            self.told(declined.reason)
        return self.other.prepare(source, marks, moment, level, restrictions)

    def prepare_here(
        self,
        source: bytes,
        marks: tuple[Mark, ...],
        moment: datetime,
        restrictions: Restrictions = UNRESTRICTED,
    ) -> tuple[PreparedSignature, ...]:
        """Return the tails, made here.

        Raises:
            Declined.
            TooManySignatures.
        """
        if restrictions != UNRESTRICTED:
            raise Declined(Reason.RESTRICTIONS)
        with foreseen():
            sealing = _Sealing(Draft.of(Reader.of(source, self.limits)), moment, self.limits)
            return sealing.prepared(marks)


class _Sealing:
    """A document that is being prepared."""

    def __init__(self, draft: Draft, moment: datetime, limits: Limits) -> None:
        self._draft, self._moment, self._limits = draft, moment, limits
        require_known(draft)
        self._form = Form(draft)
        self._is_signed = self._form.is_signed()
        self._defines_rgb = leaves_rgb_undefined(draft.reader, draft.root().entries())

    def prepared(self, marks: tuple[Mark, ...]) -> tuple[PreparedSignature, ...]:
        """Write one revision for each signature."""
        shared = shares(marks, self._limits.order_signatures, is_signed=self._is_signed)
        shown = [impression for one in shared for impression in one.impressions]
        if any(impression.field is not None for impression in shown):
            raise Declined(Reason.PLACEMENT)
        wanted = {impression.box.page for impression in shown}
        pages = find_pages(self._draft.reader, self._draft.root().entries(), wanted)
        made: list[PreparedSignature] = []
        last: Revision | None = None
        for share in shared:
            last = Revision(self._draft, last)
            revision = self._revision(last, share, pages)
            made.append(PreparedSignature(share.die.seal_id, share.impressions, revision))
            self._is_signed = True
        return tuple(made)

    def _revision(self, revision: Revision, share: Mark, pages: dict[int, int]) -> Prepared:
        """Write the revision of one signature; ``pages`` has object numbers by position."""
        draft, artwork, (shown, *further) = self._draft, share.die.artwork, share.impressions
        page = pages[shown.box.page]
        declare(draft)
        name = self._form.free_name("Seal")
        signature, widget = draft.number(), draft.number()
        revision.put_signature(signature, _signature(self._moment), self._limits.signature_bytes)
        drawn = write_drawing(revision, artwork, defines_rgb=self._defines_rgb)
        appearance = write_appearance(revision, artwork, shown, drawn)
        field = _field(name, share.die.label, shown)
        field |= {
            b"/P": refer(page),
            b"/V": refer(signature),
            b"/AP": b"<</N %d 0 R>>" % appearance,
        }
        if is_tagged(draft) and not self._is_signed:
            field |= take_in(draft, widget, page)
        draft.store(widget, field)
        Node(draft, page).append(b"/Annots", refer(widget))
        self._form.add(widget)
        if further:
            content = PageContent(draft, revision, drawn, artwork, is_tagged(draft))
            content.add(tuple(further), pages)
        tail, byte_range = revision.finished()
        return Prepared(tail, byte_range, name, self._moment)


def _field(name: str, label: str, shown: Impression) -> Entries:
    """Return a signature field that is its own widget (ISO 32000-2 12.7.5.5)."""
    return {
        b"/Type": b"/Annot",
        b"/Subtype": b"/Widget",
        b"/FT": b"/Sig",
        b"/T": b"(%b)" % name.encode("ascii"),
        b"/TU": b"<feff%b>" % label.encode("utf-16-be").hex().encode("ascii"),
        b"/F": _FLAGS,
        b"/Rect": numbers(rectangle(shown)),
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
