"""Changes of annotations (ISO 32000-2 12.5): which were added, changed or taken away.

1. Widgets belong to the form: see ``filling``. One of no field is an annotation like any other.
2. Everything that stood on a page still stands there, in the same order: what lies on top of what
   decides what is seen.
3. A widget shows in one place: that of a field which was empty and waits for a signature may be put
   on a page, no other, and none on a second one.
4. Notes may be added and changed where the signature allows that, or says nothing; none may act by
   itself. Whether they cover what was signed is seen on the rendered page.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from pyhanko.pdf_utils import generic

from sealservice.verification.comparison.change import Change, Need
from sealservice.verification.comparison.equality import Comparison
from sealservice.verification.comparison.form import SIGNATURE_TYPE, Form
from sealservice.verification.comparison.history import Key, Snapshot, as_dictionary, key_of, raw
from sealservice.verification.comparison.marks import rectangle
from sealservice.verification.comparison.pages import Page, Pages

_ACTING: Final = ("/AA", "/A")
_HARMLESS: Final = frozenset({"/GoTo", "/URI"})


@dataclass(frozen=True)
class Annotations:
    """The annotations of two revisions."""

    comparison: Comparison
    old: Form
    new: Form

    def changes(self, old: Pages, new: Pages) -> Iterator[Change]:
        """Yield what was done to annotations on pages that both revisions have."""
        if len(old.listed) != len(new.listed):
            return
        for number, (before, after) in enumerate(zip(old.listed, new.listed, strict=True)):
            held = [raw(page.dictionary, "/Annots") for page in (before, after)]
            if not self.comparison.same(held[0], held[1]):
                yield from self._on_page(number, before, after)

    def _on_page(self, number: int, old: Page, new: Page) -> Iterator[Change]:
        left = self.comparison.new.items(new.dictionary, "/Annots")
        for item in self.comparison.old.items(old.dictionary, "/Annots"):
            skipped, found = self._find(item, left)
            if found is None:
                if not isinstance(self.comparison.old.resolved(item), generic.NullObject):
                    yield self._removed(number, item)
                continue
            for one in left[:skipped]:
                yield from self._added(number, one)
            yield from self._kept(number, item, found)
            left = left[skipped + 1 :]
        for one in left:
            yield from self._added(number, one)

    def _find(
        self, item: generic.PdfObject, left: list[generic.PdfObject]
    ) -> tuple[int, generic.PdfObject | None]:
        key = key_of(item)
        for position, candidate in enumerate(left):
            other = key_of(candidate)
            names = (
                self.old.landmarks.get(key) if key else None,
                (self.new.landmarks.get(other) if other else None),
            )
            if names[0] is not None or names[1] is not None:
                if names[0] == names[1]:
                    return position, candidate
            elif (key is not None and key == other) or self.comparison.same(item, candidate):
                return position, candidate
        return 0, None

    def _kept(
        self, number: int, old: generic.PdfObject, new: generic.PdfObject
    ) -> Iterator[Change]:
        if self.comparison.same(old, new):
            return
        change = self._noted(number, new)
        is_widget = "/Widget" in (self._subtype(self.comparison.old, old), change.detail)
        need = Need.EVERYTHING if is_widget else max(change.need, Need.REVISING)
        rect = change.rect or rectangle(self.comparison.old, self._old(old))
        yield replace(change, need=need, rect=rect, detail=f"{change.detail} changed")

    def _removed(self, number: int, item: generic.PdfObject) -> Change:
        rect = rectangle(self.comparison.old, self._old(item))
        kind = self._subtype(self.comparison.old, item)
        need = Need.EVERYTHING if kind == "/Widget" else Need.REVISING
        return Change("annotation", need, f"{kind} removed", page=number, rect=rect)

    def _added(self, number: int, item: generic.PdfObject) -> Iterator[Change]:
        key = key_of(item)
        name = self.new.landmarks.get(key) if key else None
        if name is None:
            if not isinstance(self.comparison.new.resolved(item), generic.NullObject):
                yield self._noted(number, item)
        elif name in self.old.landmarks.values():
            yield Change(
                "form",
                Need.FILLING if self._is_waiting(name) else Need.EVERYTHING,
                f"{name} placed",
                page=number,
                rect=rectangle(self.comparison.new, self._new(item)),
            )

    def _is_waiting(self, name: str) -> bool:
        """Return whether a widget is of a signature field that was empty when it was signed."""
        is_field = name.startswith("field ")
        owner = name.removeprefix("field ") if is_field else name.partition(" of ")[2]
        field = self.old.fields.get(owner)
        if field is None or field.type != SIGNATURE_TYPE:
            return False
        return isinstance(self.comparison.old.resolved(field.value), generic.NullObject)

    def _noted(self, number: int, item: generic.PdfObject) -> Change:
        annotation = self._new(item)
        rect = rectangle(self.comparison.new, annotation)
        kind = self._subtype(self.comparison.new, item)
        if self._is_acting(annotation):
            return Change("action", Need.EVERYTHING, kind, page=number, rect=rect)
        need = Need.EVERYTHING if kind == "/Widget" else Need.ANNOTATING
        return Change("annotation", need, kind, page=number, rect=rect)

    @staticmethod
    def _subtype(snapshot: Snapshot, item: generic.PdfObject) -> str:
        subtype = snapshot.at(snapshot.resolved(item), "/Subtype")
        return str(subtype) if isinstance(subtype, generic.NameObject) else "annotation"

    def _is_acting(self, annotation: generic.DictionaryObject) -> bool:
        if raw(annotation, "/AA") is not None:
            return True
        action = self.comparison.new.at(annotation, "/A")
        if isinstance(action, generic.NullObject):
            return False
        return str(
            self.comparison.new.at(action, "/S")
        ) not in _HARMLESS or "/Next" in as_dictionary(action)

    def _old(self, item: generic.PdfObject) -> generic.DictionaryObject:
        return as_dictionary(self.comparison.old.resolved(item))

    def _new(self, item: generic.PdfObject) -> generic.DictionaryObject:
        return as_dictionary(self.comparison.new.resolved(item))


def repeated(comparison: Comparison, old: Pages, new: Pages) -> Iterator[Change]:
    """Yield a change for each annotation that shows in more places than one, and did not before."""
    before = Counter(key for _, key in _listed(comparison.old, old))
    found: Counter[Key] = Counter()
    for number, key in _listed(comparison.new, new):
        found[key] += 1
        if found[key] > max(before[key], 1):
            told = "one annotation in several places"
            yield Change("annotation", Need.EVERYTHING, told, page=number)


def _listed(snapshot: Snapshot, pages: Pages) -> Iterator[tuple[int, Key]]:
    """Yield each annotation that is an object, with the position of the page that lists it."""
    for number, page in enumerate(pages.listed):
        for item in snapshot.items(page.dictionary, "/Annots"):
            key = key_of(item)
            if key is not None:
                yield number, key


def places(comparison: Comparison, pages: Pages) -> dict[Key, int]:
    """Return the position of the page of every annotation of the newest revision."""
    found: dict[Key, int] = {}
    for number, key in _listed(comparison.new, pages):
        found.setdefault(key, number)
    return found
