"""Changes of the form: fields filled, signatures added (ISO 32000-2 12.7, 12.8.2.4).

1. No field is taken away. A field that is new is a signature field, under a name of its own, with
   a signature dictionary of its own; one that acts by itself (/A, /AA) is denied.
2. A signature that was there stays as it was, field and dictionary; programs may set flags on it,
   but not hide it.
3. An empty signature field may be signed, which sets its value, appearance and flags.
4. Any other field may get another value and appearance, where a certification allows it, but does
   not move, is not hidden or of another kind, and does not show another text while its value stays.
5. A field that nothing has written to is not looked at (``untouched``).
6. Of the form itself, only /Fields and flags may change; defaults and resources may be added.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from pyhanko.pdf_utils import generic

from sealservice.verification.comparison.change import Change, Need
from sealservice.verification.comparison.equality import Comparison
from sealservice.verification.comparison.form import SIGNATURE_TYPE, Field, Form, Widget
from sealservice.verification.comparison.history import NEVER, Key, as_dictionary, key_of, raw
from sealservice.verification.comparison.marks import rectangle
from sealservice.verification.comparison.untouched import Newest
from sealservice.verification.comparison.wording import drawn_text

_STRUCTURE: Final = frozenset({"/Parent", "/Kids", "/P", "/Type", "/Ff", "/StructParent"})
_SHOWING: Final = frozenset({"/AP", "/AS", "/F", "/DA", "/DS", "/Q", "/MK", "/M"})
_VALUES: Final = _SHOWING | {"/V", "/RV", "/I", "/TI"}
_ACTING: Final = ("/A", "/AA")
_HIDING: Final = 1 | 2 | 32
"""Invisible, Hidden, NoView (ISO 32000-2 table 167)."""
_FORM_KEYS: Final = frozenset({"/Fields", "/DR", "/NeedAppearances", "/SigFlags"})
_DEFAULTS: Final = frozenset({"/DA", "/Q"})
"""How fields are drawn that do not say it themselves; may be added, not changed."""
_READ_ONLY: Final = 1
_DRAWING: Final = ("/Font", "/Encoding")
"""Default resources that fields are drawn with."""


@dataclass(frozen=True)
class Forms:
    """The forms of two revisions, and where widgets stand in the newer one."""

    comparison: Comparison
    old: Form
    new: Form
    places: dict[Key, int]
    """The position of the page of each annotation."""
    users: Callable[[Key], int]
    """Counts the objects of the signed revision that refer to one."""
    newest: Newest

    def changes(self) -> Iterator[Change]:
        """Yield what was done to the form."""
        yield from self._of_the_form()
        for name in self.new.repeated:
            if self.new.repeated[name] > self.old.repeated[name]:
                yield Change("spoofed_field", Need.EVERYTHING, name)
        for name in self.old.fields.keys() - self.new.fields.keys():
            yield Change("form", Need.EVERYTHING, f"field deleted: {name}")
        for name, field in self.new.fields.items():
            before = self.old.fields.get(name)
            if before is None:
                yield from self._new(field)
            elif not self._is_untouched(before, field):
                yield from self._kept(before, field)

    def _is_untouched(self, old: Field, new: Field) -> bool:
        comparison = self.comparison
        landmarks = comparison.old_landmarks
        return self.newest.is_untouched(comparison.old.revision, old, new, landmarks)

    def _new(self, field: Field) -> Iterable[Change]:
        """Return what a new field changes, which is the same for all signatures before it."""
        if self._was_written(field.value):
            return self._added(field)
        known = self.newest.added.get(field.name)
        if known is None:
            known = self.newest.added[field.name] = tuple(self._added(field))
        return known

    def _was_written(self, value: generic.PdfObject | None) -> bool:
        key, old = key_of(value), self.comparison.old
        return key is not None and old.history.written(key, old.revision) != NEVER

    def _of_the_form(self) -> Iterator[Change]:
        old, new = (
            as_dictionary(one.at(one.root, "/AcroForm"))
            for one in (self.comparison.old, self.comparison.new)
        )
        for name in sorted((old.keys() | new.keys()) - _FORM_KEYS):
            is_added = name in _DEFAULTS and name not in old
            if not is_added and not self.comparison.same(raw(old, name), raw(new, name)):
                yield Change("form", Need.EVERYTHING, f"form: {name}")
        for category in _DRAWING:
            before, after = (
                as_dictionary(one.at(as_dictionary(one.at(form, "/DR")), category))
                for one, form in ((self.comparison.old, old), (self.comparison.new, new))
            )
            for name in sorted(before.keys() & after.keys()):
                if not self.comparison.same(raw(before, name), raw(after, name)):
                    yield Change("form", Need.EVERYTHING, f"form resource {category} {name}")

    def _added(self, field: Field) -> Iterator[Change]:
        is_acting = any(
            raw(widget.dictionary, name) for widget in field.widgets for name in _ACTING
        )
        if field.type != SIGNATURE_TYPE or is_acting:
            yield Change("form", Need.EVERYTHING, f"field added: {field.name}")
            return
        yield from self._signed(field, is_new=True)

    def _signed(self, field: Field, *, is_new: bool) -> Iterator[Change]:
        if self._was_written(field.value):
            yield Change("spoofed_field", Need.EVERYTHING, field.name)
            return
        shown = [widget for widget in field.widgets if self._is_visible(widget)]
        if self._is_timestamp(field) and not shown:
            yield Change("archival_update", Need.NOTHING, "")
            return
        yield from self._marked(field, shown, is_new=is_new and bool(shown))

    def _is_timestamp(self, field: Field) -> bool:
        signature = self.comparison.new.resolved(field.value)
        return str(self.comparison.new.at(signature, "/Type")) == "/DocTimeStamp"

    def _kept(self, old: Field, new: Field) -> Iterator[Change]:
        was_signed = old.type == SIGNATURE_TYPE and self._has_value(old, is_old=True)
        if was_signed and not self.comparison.same(old.value, new.value):
            yield Change("signature", Need.EVERYTHING, new.name)
            return
        is_signed = new.type == SIGNATURE_TYPE and self._has_value(new, is_old=False)
        allowed = _VALUES
        if new.type == SIGNATURE_TYPE and (was_signed or not is_signed):
            allowed = frozenset({"/F"})
        denied = list(self._denied(old, new, allowed))
        if denied:
            yield self._change(
                "form", Need.EVERYTHING, f"{new.name}: {', '.join(denied)}", new.widgets[0]
            )
        elif is_signed and not was_signed:
            yield from self._shared(old)
            yield from self._signed(new, is_new=False)
        elif new.type != SIGNATURE_TYPE:
            yield from self._filled(old, new)

    def _has_value(self, field: Field, *, is_old: bool) -> bool:
        snapshot = self.comparison.old if is_old else self.comparison.new
        return not isinstance(snapshot.resolved(field.value), generic.NullObject)

    def _denied(self, old: Field, new: Field, allowed: frozenset[str]) -> Iterator[str]:
        if old.type != new.type:
            yield "/FT"
        if len(old.widgets) != len(new.widgets):
            yield "/Kids"
            return
        yield from self._differing(old.dictionary, new.dictionary, allowed)
        yield from self._differing_above(old, new, allowed)
        for before, after in zip(old.widgets, new.widgets, strict=True):
            if before.dictionary is not old.dictionary:
                yield from self._differing(before.dictionary, after.dictionary, allowed)
            if self._is_hidden_by(before, after):
                yield "hidden"
        if new.type != SIGNATURE_TYPE and self._is_of_another_kind(old, new):
            yield "/Ff"

    def _is_of_another_kind(self, old: Field, new: Field) -> bool:
        """Return whether flags changed that decide how a field shows, as for a password."""
        flags = [
            _integer(one.resolved(field.inherited.get("/Ff")))
            for one, field in ((self.comparison.old, old), (self.comparison.new, new))
        ]
        return bool((flags[0] ^ flags[1]) & ~_READ_ONLY)

    def _differing(
        self,
        old: generic.DictionaryObject,
        new: generic.DictionaryObject,
        allowed: frozenset[str],
    ) -> Iterator[str]:
        for name in sorted((old.keys() | new.keys()) - allowed - _STRUCTURE):
            if not self.comparison.same(raw(old, name), raw(new, name)):
                yield name

    def _differing_above(self, old: Field, new: Field, allowed: frozenset[str]) -> Iterator[str]:
        """Yield what differs of that which fields have from the nodes above them."""
        for name in sorted((old.inherited.keys() | new.inherited.keys()) - allowed - _STRUCTURE):
            if not self.comparison.same(old.inherited.get(name), new.inherited.get(name)):
                yield name

    def _is_hidden_by(self, old: Widget, new: Widget) -> bool:
        flags = [
            _integer(one.at(widget.dictionary, "/F"))
            for one, widget in ((self.comparison.old, old), (self.comparison.new, new))
        ]
        return bool(~flags[0] & flags[1] & _HIDING)

    def _filled(self, old: Field, new: Field) -> Iterator[Change]:
        if not self._is_touched(old, new):
            return
        if self.comparison.same(old.value, new.value) and self._reads_otherwise(old, new):
            yield self._change(
                "form",
                Need.EVERYTHING,
                f"{new.name}: shows another text than its value",
                new.widgets[0],
            )
            return
        yield from self._shared(old)
        for change in self._marked(new, list(new.widgets), is_new=False):
            yield replace(change, is_data=True)

    def _is_touched(self, old: Field, new: Field) -> bool:
        before = [old.dictionary, *(widget.dictionary for widget in old.widgets)]
        after = [new.dictionary, *(widget.dictionary for widget in new.widgets)]
        pairs = zip(before, after, strict=True)
        if any(name for pair in pairs for name in self._differing(*pair, frozenset())):
            return True
        return any(self._differing_above(old, new, frozenset()))

    def _shared(self, old: Field) -> Iterator[Change]:
        """Yield a change when the signed appearance also serves elsewhere: a shadow's means."""
        for widget in old.widgets:
            key = key_of(raw(widget.dictionary, "/AP"))
            if key is not None and self.users(key) > 1:
                yield Change("form", Need.EVERYTHING, f"{old.name}: its appearance is shared")

    def _reads_otherwise(self, old: Field, new: Field) -> bool:
        pairs = zip(old.widgets, new.widgets, strict=True)
        return any(
            drawn_text(self.comparison.old, before.dictionary)
            != drawn_text(self.comparison.new, after.dictionary)
            for before, after in pairs
        )

    def _marked(self, field: Field, shown: list[Widget], *, is_new: bool) -> Iterator[Change]:
        if not shown:
            yield Change("form_filling", Need.FILLING, field.name, field=field.name)
        for widget in shown:
            change = self._change("form_filling", Need.FILLING, field.name, widget)
            yield replace(change, field=field.name, is_new_field=is_new)

    def _is_visible(self, widget: Widget) -> bool:
        return rectangle(self.comparison.new, widget.dictionary) is not None

    def _change(self, kind: str, need: Need, detail: str, widget: Widget) -> Change:
        page = self.places.get(widget.key) if widget.key is not None else None
        rect = rectangle(self.comparison.new, widget.dictionary)
        return Change(kind, need, detail, page=page, rect=rect)


def _integer(value: generic.PdfObject) -> int:
    return int(value) if isinstance(value, generic.NumberObject) else 0
