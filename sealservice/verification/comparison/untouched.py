"""Fields that nothing has touched since a revision, told without comparing them.

A document with very many signatures is compared with its newest revision for each of them, and
each time nearly all of its fields are what they were. A field is untouched since a revision when

1. its own object, and every object that it refers to, to the end or to a landmark, was written no
   later: then it is the same to the last byte in both revisions;
2. the landmarks that it refers to bear the same names in both;
3. it shows in the same widgets, and what it has from nodes above is the very same.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from sealservice.verification.comparison.change import Change
from sealservice.verification.comparison.equality import Landmarks
from sealservice.verification.comparison.form import Field
from sealservice.verification.comparison.history import (
    NEVER,
    Key,
    Snapshot,
    key_of,
    references_in,
)

_ELSEWHERE: Final = ("/Parent", "/Kids", "/P")
"""Where a field stands: its form and its page tell that, and are compared themselves."""
_MOST_OBJECTS: Final = 2_000
_MOST_LANDMARKS: Final = 16
"""What reaches further is compared."""


@dataclass(frozen=True, slots=True)
class Extent:
    """How far a field of the newest revision reaches."""

    written: int
    """The last revision that wrote a part of it."""
    landmarks: tuple[Key, ...]
    """Where it ends at something that has a name of its own."""


@dataclass(frozen=True)
class Newest:
    """The fields of the newest revision, of which each is followed once for all signatures."""

    snapshot: Snapshot
    landmarks: Landmarks
    added: dict[str, tuple[Change, ...]] = field(default_factory=dict)
    """What a field changes that is new and nobody's shadow, by its name."""
    _extents: dict[str, Extent | None] = field(default_factory=dict)

    def is_untouched(self, revision: int, old: Field, new: Field, landmarks: Landmarks) -> bool:
        """Return whether a field is what it was in a revision, which has these landmarks."""
        if new.key is None or not _is_same_above(old, new):
            return False
        if new.name not in self._extents:
            self._extents[new.name] = self._extent(new)
        extent = self._extents[new.name]
        if extent is None or extent.written > revision:
            return False
        return all(landmarks.get(key) == self.landmarks.get(key) for key in extent.landmarks)

    def _extent(self, followed: Field) -> Extent | None:
        history, revision = self.snapshot.history, self.snapshot.revision
        nodes = {followed.key: followed.dictionary}
        nodes |= {widget.key: widget.dictionary for widget in followed.widgets}
        own = {key for key in nodes if key is not None}
        if any(history.value(key, revision) is not nodes[key] for key in own) or None in nodes:
            return None
        waiting = [*own, *self._referred(followed)]
        seen, ends, last = set(waiting), set[Key](), NEVER
        while waiting:
            key = waiting.pop()
            if key in self.landmarks and key not in own:
                ends.add(key)
                continue
            last = max(last, history.written(key, revision))
            fresh = set() if key in own else set(history.children(key, revision)) - seen
            seen |= fresh
            waiting.extend(fresh)
            if len(seen) > _MOST_OBJECTS or len(ends) > _MOST_LANDMARKS:
                return None
        return Extent(last, tuple(ends))

    @staticmethod
    def _referred(followed: Field) -> Iterator[Key]:
        """Yield what a field, its widgets and the nodes above refer to, but for its place."""
        for value in followed.inherited.values():
            yield from references_in(value)
        for node in (followed.dictionary, *(widget.dictionary for widget in followed.widgets)):
            for name in node.keys() - set(_ELSEWHERE):
                yield from references_in(node.raw_get(name))


def _is_same_above(old: Field, new: Field) -> bool:
    """Return whether two fields have the very same from their own object and the nodes above."""
    if old is new:
        return True
    if old.inherited.keys() != new.inherited.keys() or _places(old) != _places(new):
        return False
    return all(_is_same(old.inherited[name], value) for name, value in new.inherited.items())


def _places(one: Field) -> list[Key | None]:
    return [one.key, *(widget.key for widget in one.widgets)]


def _is_same(old: object, new: object) -> bool:
    return old is new or (key_of(old) is not None and key_of(old) == key_of(new))
