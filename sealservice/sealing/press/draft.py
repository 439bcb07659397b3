"""A document as it is being changed: what is read is the newest version, changed or not.

A ``Node`` is a dictionary wherever it is kept: as an object of its own, or as a value inside of
another dictionary. To store one rewrites the object that it is in, and nothing else.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

from sealservice.sealing.press.declined import Declined, Reason
from sealservice.sealing.press.reader import Reader
from sealservice.sealing.press.syntax import Entries, reference


@dataclass(slots=True)
class Draft:
    """The objects of a document, with those that were changed or added."""

    reader: Reader
    size: int
    """One more than the greatest object number."""
    _dictionaries: dict[int, Entries] = field(default_factory=dict)
    _values: dict[int, bytes] = field(default_factory=dict)
    _dirty: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, reader: Reader) -> "Draft":
        """Begin with a document as it is."""
        return cls(reader, reader.sections.size)

    def number(self) -> int:
        """Return the number of a new object."""
        self.size += 1
        return self.size - 1

    def entries(self, number: int) -> Entries:
        """Return the entries of an object that is a dictionary; they are not to be changed."""
        held = self._dictionaries.get(number)
        if held is not None:
            return held
        if number in self._values:
            raise Declined(Reason.KIND)
        return self.reader.dictionary(number)

    def value(self, number: int) -> bytes:
        """Return an object that is no stream, as written."""
        if number in self._dictionaries:
            return written(self._dictionaries[number])
        held = self._values.get(number)
        return self.reader.value(number) if held is None else held

    def followed(self, value: bytes) -> bytes:
        """Return a value, or what it refers to."""
        number = reference(value)
        return value if number is None else self.value(number)

    def store(self, number: int, entries: Entries) -> None:
        """Change a dictionary, or add one."""
        self._dictionaries[number] = entries
        self._dirty.add(number)

    def store_value(self, number: int, value: bytes) -> None:
        """Change an object that is no dictionary."""
        self._values[number] = value
        self._dirty.add(number)

    def take_changes(self) -> list[tuple[int, bytes]]:
        """Return the objects that were changed since this was asked last, as they are written."""
        numbers = sorted(self._dirty)
        self._dirty.clear()
        return [(number, self.value(number)) for number in numbers]

    def root(self) -> "Node":
        """Return the document catalog."""
        return Node(self, self.reader.root)


class Node(NamedTuple):
    """A dictionary, and where it is kept."""

    draft: Draft
    number: int
    path: tuple[bytes, ...] = ()
    """Keys that lead to it from the object's own dictionary."""

    def entries(self) -> Entries:
        """Return its entries, not to be changed; none where there is no such dictionary yet."""
        if not self.path:
            return self.draft.entries(self.number)
        held = self._holder().entries().get(self.path[-1])
        return {} if held is None else self.draft.reader.inside(held)

    def get(self, key: bytes) -> bytes | None:
        """Return a value as written, a reference perhaps."""
        return self.entries().get(key)

    def followed(self, key: bytes) -> bytes | None:
        """Return a value with its reference followed."""
        held = self.get(key)
        return None if held is None else self.draft.followed(held)

    def child(self, key: bytes) -> "Node":
        """Return the dictionary that is, or is to be, a value of this one."""
        number = reference(self.get(key))
        if number is not None:
            return Node(self.draft, number)
        return Node(self.draft, self.number, (*self.path, key))

    def store(self, entries: Entries) -> None:
        """Change it."""
        if self.path:
            self._holder().set(self.path[-1], written(entries))
        else:
            self.draft.store(self.number, entries)

    def set(self, key: bytes, value: bytes) -> None:
        """Change one value."""
        entries = self.entries()
        if entries.get(key) != value:
            self.store({**entries, key: value})

    def append(self, key: bytes, *values: bytes) -> None:
        """Append to an array, wherever that is kept; there may be none yet.

        Raises:
            Declined: KIND, for a value that is no array.
        """
        held = self.get(key) or b"[]"
        array, number = self.draft.followed(held), reference(held)
        if not array.startswith(b"["):
            raise Declined(Reason.KIND)
        longer = b"%b %b]" % (array[:-1], b" ".join(values))
        if number is None:
            self.set(key, longer)
        else:
            self.draft.store_value(number, longer)

    def _holder(self) -> "Node":
        return Node(self.draft, self.number, self.path[:-1])


def joined(entries: Entries) -> bytes:
    """Return the inside of a dictionary."""
    return b"".join([b"%b %b" % entry for entry in entries.items()])


def written(entries: Entries) -> bytes:
    """Return a dictionary as it is written."""
    return b"<<%b>>" % joined(entries)


def refer(number: int) -> bytes:
    """Return a reference to an object."""
    return b"%d 0 R" % number
