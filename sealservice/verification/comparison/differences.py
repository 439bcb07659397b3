"""Everything that changed between a signed revision and the newest one, one after the other."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

from sealservice.verification.comparison.annotations import Annotations, places, repeated
from sealservice.verification.comparison.catalog import STRUCTURE, catalog_changes
from sealservice.verification.comparison.change import Change, Need
from sealservice.verification.comparison.equality import Comparison
from sealservice.verification.comparison.filling import Forms
from sealservice.verification.comparison.form import Form, read_form
from sealservice.verification.comparison.history import History, Snapshot, key_of, raw
from sealservice.verification.comparison.pages import Pages, page_changes, read_pages
from sealservice.verification.comparison.store import Holding, holding, store_changes
from sealservice.verification.comparison.untouched import Newest

_DEFAULT_PERMISSION: Final = 2
"""When /P is absent (ISO 32000-2 table 257)."""


@dataclass(frozen=True)
class Side:
    """One revision with its pages and its form."""

    snapshot: Snapshot
    pages: Pages
    form: Form

    @property
    def landmarks(self) -> dict[tuple[int, int], str]:
        """Return the objects that are compared by their names."""
        found = self.pages.landmarks | self.form.landmarks
        if self.snapshot.root_key is not None:
            found[self.snapshot.root_key] = "catalog"
        tree = key_of(raw(self.snapshot.root, "/StructTreeRoot"))
        if tree is not None:
            found[tree] = STRUCTURE
        return found


class Differences:
    """Compares revisions of one file; what several signatures need is read once."""

    def __init__(self, reader: PdfFileReader) -> None:
        self.history = History(reader)
        self._reader = reader
        self._side: Side | None = None

    def since(self, revision: int) -> tuple[Change, ...]:
        """Return what changed since a revision."""
        old, new = self.side(revision), self._newest_side
        comparison = Comparison(old.snapshot, new.snapshot, old.landmarks, self._newest.landmarks)
        return tuple(self._changes(comparison, old, new))

    def certified(self, revision: int) -> int | None:
        """Return what the certification of a revision allows, 1 to 3; None: there is none."""
        snapshot = self.side(revision).snapshot
        signature = snapshot.at(snapshot.at(snapshot.root, "/Perms"), "/DocMDP")
        if not isinstance(signature, generic.DictionaryObject):
            return None
        for item in snapshot.items(signature, "/Reference"):
            level = snapshot.at(snapshot.at(snapshot.resolved(item), "/TransformParams"), "/P")
            if isinstance(level, generic.NumberObject):
                return int(level)
        return _DEFAULT_PERMISSION

    def side(self, revision: int) -> Side:
        """Return a revision with its pages and its form; the last one asked for is remembered."""
        if self._side is None or self._side.snapshot.revision != revision:
            snapshot = self._snapshot(revision)
            self._side = Side(snapshot, read_pages(snapshot), read_form(snapshot))
        return self._side

    @cached_property
    def _newest_side(self) -> Side:
        snapshot = self._snapshot(self.history.sections - 1)
        return Side(snapshot, read_pages(snapshot), read_form(snapshot))

    @cached_property
    def _newest(self) -> Newest:
        return Newest(self._newest_side.snapshot, self._newest_side.landmarks)

    @cached_property
    def _holdings(self) -> list[Holding]:
        return [holding(self._snapshot(number)) for number in range(self.history.sections)]

    def _snapshot(self, revision: int) -> Snapshot:
        return Snapshot(self.history, revision, self._root(revision))

    def _root(self, revision: int) -> generic.PdfObject:
        try:
            root = self._reader.trailer.raw_get("/Root", revision=revision)
        except KeyError:
            # The first section of a linearised file may leave it to the second (annex F).
            return generic.NullObject()
        return root if isinstance(root, generic.PdfObject) else generic.NullObject()

    def _changes(self, comparison: Comparison, old: Side, new: Side) -> Iterator[Change]:
        if self.history.overwritten_containers(old.snapshot.revision):
            yield Change("content", Need.EVERYTHING, "an object stream was overwritten")
        for number in sorted(self.history.doubled_since(old.snapshot.revision)):
            yield Change("content", Need.EVERYTHING, f"object {number} gives a key twice")
        yield from catalog_changes(comparison)
        yield from store_changes(comparison, self._holdings[old.snapshot.revision :])
        yield from page_changes(comparison, old.pages, new.pages)
        yield from Annotations(comparison, old.form, new.form).changes(old.pages, new.pages)
        yield from repeated(comparison, old.pages, new.pages)
        found = places(comparison, new.pages)
        users = old.snapshot.users
        yield from Forms(comparison, old.form, new.form, found, users, self._newest).changes()
