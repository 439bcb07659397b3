"""Prepares documents that it understands, fast; all others are left to the press of pyHanko.

1. One new field, for one seal in one place, without restrictions. Everything else is declined.
2. The catalog must not certify, grant usage rights, or have a structure tree.
3. The page, the form and what RGB means are found; all that is not exactly as expected is declined.
4. One revision is written: drawing, appearance, signature dictionary, widget, and what refers to
   them; the document's own objects are copied as they are written, but for the one entry changed.
The result depends on nothing but the arguments: no chance and no clock are in it.
"""

import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sealservice.config import Limits
from sealservice.sealing.model import Impression, Level, Mark, Prepared, PreparedSignature
from sealservice.sealing.painting import paint
from sealservice.sealing.ports import Preparation
from sealservice.sealing.press.colours import leaves_rgb_undefined
from sealservice.sealing.press.declined import Declined, Reason
from sealservice.sealing.press.die import compiled, form_entries, numbers
from sealservice.sealing.press.forms import read_form
from sealservice.sealing.press.pages import find_page
from sealservice.sealing.press.reader import Reader
from sealservice.sealing.press.revision import Revision, written
from sealservice.sealing.press.syntax import Entries, reference
from sealservice.sealing.terms import UNRESTRICTED, Restrictions
from sealservice.seals.artwork import Artwork

_LOG: Final = logging.getLogger(__name__)
_FLAGS: Final = b"132"
"""Print, locked (ISO 32000-2 table 167)."""
_VERSION: Final = re.compile(rb"/?(\d)\.(\d)")
_OURS: Final = (1, 7)
_ESIC: Final = b"<</Type/DeveloperExtensions/BaseVersion/1.7/ExtensionLevel 1>>"
"""ETSI EN 319 142-1 5.7: the document uses PAdES extensions."""
_PLAIN_DECIMALS: Final = 4


def log_declined(reason: Reason) -> None:
    """Tell the log why a document was left to the other press."""
    _LOG.info("left to the press of pyHanko: %s", reason.value)


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
        """
        mark, shown = _only_place(marks, restrictions)
        try:
            sealing = _Sealing(Reader.of(source, self.limits), mark, shown)
            prepared = sealing.prepared(moment, self.limits.signature_bytes)
        except (LookupError, ArithmeticError, ValueError, TypeError, RecursionError):
            _LOG.exception("the fast press did not foresee this document")
            raise Declined(Reason.UNFORESEEN) from None
        return (PreparedSignature(mark.die.seal_id, mark.impressions, prepared),)


def _only_place(marks: tuple[Mark, ...], restrictions: Restrictions) -> tuple[Mark, Impression]:
    if restrictions != UNRESTRICTED:
        raise Declined(Reason.RESTRICTIONS)
    if len(marks) != 1 or len(marks[0].impressions) != 1:
        raise Declined(Reason.PLACEMENT)
    shown = marks[0].impressions[0]
    if shown.field is not None:
        raise Declined(Reason.PLACEMENT)
    return marks[0], shown


class _Sealing:
    """One document that is being prepared."""

    def __init__(self, reader: Reader, mark: Mark, shown: Impression) -> None:
        self._reader, self._mark, self._shown = reader, mark, shown
        self._catalog = reader.dictionary(reader.root)
        if b"/Perms" in self._catalog:
            raise Declined(Reason.PERMISSIONS)
        if b"/StructTreeRoot" in self._catalog:
            raise Declined(Reason.TAGGED)
        self._page = find_page(reader, self._catalog, shown.box.page)
        self._form = read_form(reader, self._catalog)
        self._revision = Revision(reader)

    def prepared(self, moment: datetime, reserved: int) -> Prepared:
        """Write the revision."""
        revision, name = self._revision, self._form.free_name("Seal")
        signature, widget = revision.number(), revision.number()
        appearance = self._appearance()
        revision.put(widget, written(self._widget(name, signature, appearance)))
        revision.put_signature(signature, _signature(moment), reserved)
        self._annotate(widget)
        changed = {**_extended(self._reader, self._catalog), **self._listed(widget)}
        if changed != self._catalog:
            revision.put(self._reader.root, written(changed))
        tail, byte_range = revision.finished()
        return Prepared(tail, byte_range, name, moment)

    def _appearance(self) -> int:
        """Write the drawing, and return the number of what shows the impression with it."""
        artwork, revision = self._mark.die.artwork, self._revision
        defines_rgb = leaves_rgb_undefined(self._reader, self._catalog)
        drawing = compiled(artwork, defines_rgb=defines_rgb)
        stencil = 0 if drawing.stencil is None else revision.add(drawing.stencil)
        drawn = revision.add(drawing.body(stencil))
        box, rectangle = self._shown.box, _rectangle(self._shown)
        exact = (box.left, box.bottom, box.right, box.top)
        if self._shown.window is None and box.rotation == 0 and rectangle == exact:
            return drawn
        return revision.add(_painted(self._shown, artwork, drawn))

    def _widget(self, name: str, signature: int, appearance: int) -> Entries:
        label = self._mark.die.label.encode("utf-16-be").hex().encode("ascii")
        return {
            b"/Type": b"/Annot",
            b"/Subtype": b"/Widget",
            b"/FT": b"/Sig",
            b"/T": b"(%b)" % name.encode("ascii"),
            b"/TU": b"<feff%b>" % label,
            b"/F": _FLAGS,
            b"/Rect": numbers(_rectangle(self._shown)),
            b"/P": b"%d 0 R" % self._page.number,
            b"/V": b"%d 0 R" % signature,
            b"/AP": b"<</N %d 0 R>>" % appearance,
        }

    def _annotate(self, widget: int) -> None:
        """Put the widget among the annotations of its page, wherever these are kept."""
        page = self._page
        held = page.entries.get(b"/Annots", b"[]")
        number = reference(held)
        annotations = self._reader.followed(held)
        listed = _appended(annotations, widget)
        if number is None:
            self._revision.put(page.number, written({**page.entries, b"/Annots": listed}))
        else:
            self._revision.put(number, listed)

    def _listed(self, widget: int) -> Entries:
        """Put the field into the form, wherever that is kept; return what the catalog says."""
        form, revision = self._form, self._revision
        entries, listed = form.marked(), _appended(form.fields, widget)
        if form.fields_number is None:
            entries[b"/Fields"] = listed
        else:
            revision.put(form.fields_number, listed)
        if form.is_new:
            return {b"/AcroForm": b"%d 0 R" % revision.add(written(entries))}
        if form.number is None:
            return {b"/AcroForm": written(entries)}
        if entries != form.entries:
            revision.put(form.number, written(entries))
        return {}


def _appended(array: bytes, number: int) -> bytes:
    if not (array.startswith(b"[") and array.endswith(b"]")):
        raise Declined(Reason.KIND)
    return b"%b %d 0 R]" % (array[:-1], number)


def _rectangle(shown: Impression) -> tuple[float, float, float, float]:
    box = shown.box
    left, bottom, right, top = (
        round(one, _PLAIN_DECIMALS) for one in (box.left, box.bottom, box.right, box.top)
    )
    if not (left < right and bottom < top):
        raise Declined(Reason.PLACEMENT)
    return left, bottom, right, top


def _painted(shown: Impression, artwork: Artwork, drawn: int) -> bytes:
    """Return a form XObject that shows an impression with the drawing of that number."""
    left, bottom, right, top = _rectangle(shown)
    operators = paint(shown, artwork, "/Seal", (left, bottom))
    head = form_entries(right - left, top - bottom)
    held = b"/Resources<</XObject<</Seal %d 0 R>>>>" % drawn
    return b"%b%b/Length %d>>\nstream\n%b\nendstream" % (head, held, len(operators), operators)


def _signature(moment: datetime) -> Entries:
    offset = moment.strftime("%z")
    zone = "Z" if offset in ("", "+0000") else f"{offset[:3]}'{offset[3:5]}'"
    claimed = f"(D:{moment.strftime('%Y%m%d%H%M%S')}{zone})"
    return {
        b"/Type": b"/Sig",
        b"/Filter": b"/Adobe.PPKLite",
        b"/SubFilter": b"/ETSI.CAdES.detached",
        b"/M": claimed.encode("ascii"),
    }


def _extended(reader: Reader, catalog: Entries) -> Entries:
    """Return the catalog of a document of PDF 1.7 or later that says it uses PAdES."""
    said = _VERSION.fullmatch(catalog.get(b"/Version", reader.source[5:8]))
    if said is None:
        raise Declined(Reason.KIND)
    changed = dict(catalog)
    if (int(said[1]), int(said[2])) < _OURS:
        changed[b"/Version"] = b"/1.7"
    held = catalog.get(b"/Extensions")
    if held is None:
        return {**changed, b"/Extensions": b"<</ESIC %b>>" % _ESIC}
    if reference(held) is not None:
        raise Declined(Reason.EXTENSIONS)
    extensions = reader.inside(held)
    if b"/ESIC" not in extensions:
        return {**changed, b"/Extensions": written({**extensions, b"/ESIC": _ESIC})}
    level = reader.inside(extensions[b"/ESIC"]).get(b"/ExtensionLevel", b"")
    if not level.isdigit() or int(level) < 1:
        raise Declined(Reason.EXTENSIONS)
    return changed
