"""Prepares documents that it understands, fast; all others are left to the press of pyHanko.

1. A new field, or a prepared one without seed values (press/prepared_fields.py). Usage rights, a
   certification that forbids everything, and whatever is not exactly as expected, are declined.
2. Seals and places are shared out among signatures as the other press does (sealing/shares.py).
3. Each signature is one revision: drawing, appearance, widget, signature dictionary, and what
   refers to them. The document's own objects are copied as written, but for the entry changed.
4. The first seal of a document that nobody has signed may show on pages as content of them, too.
5. The first seal of a tagged document that nobody has signed is put into its structure tree.
6. Restrictions are refused and written by the rules of the other press (sealing/room.py).
The result depends on nothing but the arguments, but for the name of a drawing on pages, which is
drawn by lot.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sealservice.limits import Limits
from sealservice.sealing.model import Level, Mark, PreparedSignature, Terms
from sealservice.sealing.ports import Preparation
from sealservice.sealing.press.catalog import is_certified
from sealservice.sealing.press.colours import leaves_rgb_undefined, wants_appearances
from sealservice.sealing.press.declined import Declined, Reason, foreseen, log_declined
from sealservice.sealing.press.draft import Draft
from sealservice.sealing.press.forms import Form
from sealservice.sealing.press.pages import find_pages
from sealservice.sealing.press.reader import Reader
from sealservice.sealing.press.revision import Revision
from sealservice.sealing.press.seals import Desk, Seal
from sealservice.sealing.room import (
    Earlier,
    require_room,
    require_room_for_timestamp,
    share_out,
)
from sealservice.sealing.shares import shares
from sealservice.sealing.terms import UNRESTRICTED, Restrictions


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
            return self.prepare_here(source, marks, moment, level, restrictions)
        except Declined as declined:
            self.told(declined.reason)
        return self.other.prepare(source, marks, moment, level, restrictions)

    def prepare_here(
        self,
        source: bytes,
        marks: tuple[Mark, ...],
        moment: datetime,
        level: Level = Level.B_LTA,
        restrictions: Restrictions = UNRESTRICTED,
    ) -> tuple[PreparedSignature, ...]:
        """Return the tails, made here.

        Raises:
            Declined.
            TooManySignatures, FieldUnusable, FieldNotFound.
            CertificationImpossible, RestrictionsConflict, DocumentCertified.
        """
        limits = self.limits
        reserved, most = limits.signature_bytes, limits.order_signatures
        terms = Terms(moment, level, restrictions, reserved, most)
        with foreseen():
            return _prepared(Draft.of(Reader.of(source, limits)), marks, terms)


def _prepared(draft: Draft, marks: tuple[Mark, ...], terms: Terms) -> tuple[PreparedSignature, ...]:
    """Write one revision for each signature."""
    desk = _desk(draft, terms)
    shared = shares(marks, terms.most_signatures, is_signed=desk.is_signed)
    restricted = share_out(terms.restrictions, len(shared), is_signed=desk.is_signed)
    wanted = {impression.box.page for one in shared for impression in one.impressions}
    pages = find_pages(draft.reader, draft.root().entries(), wanted)
    made: list[PreparedSignature] = []
    last: Revision | None = None
    for share, asked in zip(shared, restricted, strict=True):
        last = Revision(draft, last)
        seal = Seal(desk, share, pages, is_last=len(made) + 1 == len(shared))
        one = seal.write(last, asked)
        require_room(_restricted(made), one.revision.field)
        made.append(one)
    _leave_room_for_timestamp(desk, made)
    return tuple(made)


def _desk(draft: Draft, terms: Terms) -> Desk:
    certified, form = is_certified(draft), Form(draft)
    defines_rgb = leaves_rgb_undefined(draft.reader, draft.root().entries())
    return Desk(draft, terms, form, form.is_signed(), certified, defines_rgb)


def _restricted(made: list[PreparedSignature]) -> Earlier:
    return [(one.revision.field, one.restrictions) for one in made]


def _leave_room_for_timestamp(desk: Desk, made: list[PreparedSignature]) -> None:
    is_restricted = any(one.restrictions != UNRESTRICTED for one in made)
    if is_restricted and desk.terms.level is Level.B_LTA:
        shows = wants_appearances(desk.draft.reader, desk.draft.root().entries())
        require_room_for_timestamp(_restricted(made), shows_something=shows)
