"""What every object of a file was worth in each revision.

Objects are read once for each revision that wrote them; what several signatures ask is remembered.
An object that cannot be read is ``BROKEN``, which equals nothing, itself apart: a file whose
changes make readers fail is not a file whose changes are harmless.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

if TYPE_CHECKING:
    from sealservice.verification.comparison.form import Field

Key = tuple[int, int]
"""Object number and generation."""


class _Broken(generic.NullObject):
    """Stands for an object that cannot be read."""


BROKEN: Final = _Broken()
NULL: Final = generic.NullObject()
NEVER: Final = -1
DOUBLED: Final = "Multiple definitions"
"""How the library's strict reader says that a key is given twice; otherwise it reads the first."""


class History:
    """All revisions of one file."""

    def __init__(self, reader: PdfFileReader) -> None:
        self._reader = reader
        self._objects: dict[tuple[Key, int], generic.PdfObject] = {}
        self._children: dict[tuple[Key, int], tuple[Key, ...]] = {}
        self._doubled: dict[int, set[int]] = {}
        self.fields: dict[tuple[Key, int], Field] = {}
        """Fields that stand alone in an object, by that and the revision that wrote it."""
        self._written = _writings(reader)

    @property
    def sections(self) -> int:
        """Return the number of cross-reference sections, which is how revisions are numbered."""
        return int(self._reader.xrefs.total_revisions)

    def written(self, key: Key, revision: int) -> int:
        """Return the revision at or before this one that wrote an object; ``NEVER``: none."""
        revisions = self._written.get(key[0], ())
        position = bisect_right(revisions, revision)
        return revisions[position - 1] if position else NEVER

    def changed_since(self, revision: int) -> Iterator[int]:
        """Yield the numbers of objects that are written or freed again after a revision."""
        for number, revisions in self._written.items():
            if revisions[-1] > revision >= revisions[0]:
                yield number

    def value(self, key: Key, revision: int) -> generic.PdfObject:
        """Return an object as it was in a revision; null when it was not there."""
        at = (key, self.written(key, revision))
        if at[1] == NEVER:
            return NULL
        if at not in self._objects:
            self._objects[at] = self._read(*at)
        return self._objects[at]

    def children(self, key: Key, revision: int) -> tuple[Key, ...]:
        """Return the objects that an object refers to."""
        at = (key, self.written(key, revision))
        if at not in self._children:
            self._children[at] = tuple(references_in(self.value(key, revision)))
        return self._children[at]

    def overwritten_containers(self, revision: int) -> set[int]:
        """Return the object streams of revisions up to this one that a later one writes again."""
        xrefs = self._reader.xrefs
        used = {
            container.idnum
            for number in range(revision + 1)
            for container in xrefs.object_streams_used_in(number)
        }
        return used & set(self.changed_since(revision))

    def doubled_since(self, revision: int) -> set[int]:
        """Return the objects that later revisions write with a key given twice.

        Of such a dictionary programs read the one value or the other (ISO 32000-2 7.3.7).
        """
        later = range(revision + 1, self.sections)
        return {number for one in later for number in self._doubled_in(one)}

    def _doubled_in(self, revision: int) -> set[int]:
        if revision not in self._doubled:
            written = self._reader.xrefs.explicit_refs_in_revision(revision)
            found = {one.idnum for one in written if self._is_doubled(one, revision)}
            self._doubled[revision] = found
        return self._doubled[revision]

    def _is_doubled(self, reference: generic.Reference, revision: int) -> bool:
        value = self.value((reference.idnum, reference.generation), revision)
        if not isinstance(value, generic.DictionaryObject | generic.ArrayObject):
            return False
        if "/ByteRange" in value:
            return False  # ``dictionary_keys`` looks at signatures.
        self._reader.strict = True
        try:
            self._reader.get_object(reference, revision)
        except MemoryError:
            raise
        except Exception as error:  # noqa: BLE001 - as below; only one reason counts here
            return DOUBLED in str(error)
        finally:
            self._reader.strict = False
        return False

    def _read(self, key: Key, revision: int) -> generic.PdfObject:
        reference = generic.Reference(key[0], key[1], self._reader)
        # What no later revision writes again, the reader may have read already.
        is_newest = self._written[key[0]][-1] == revision
        try:
            value = self._reader.get_object(reference, None if is_newest else revision)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - VERIFICATION 5: it raises nearly anything on broken input
            return BROKEN
        return value if isinstance(value, generic.PdfObject) else BROKEN


class Snapshot:
    """A file as it was in one revision."""

    def __init__(self, history: History, revision: int, root: generic.PdfObject) -> None:
        self.history = history
        self.revision = revision
        self._root = root

    @property
    def root(self) -> generic.DictionaryObject:
        """Return the catalog; empty when it is none."""
        return as_dictionary(self.resolved(self._root))

    @property
    def root_key(self) -> Key | None:
        """Return the number of the catalog."""
        return key_of(self._root)

    def resolved(self, value: generic.PdfObject | None) -> generic.PdfObject:
        """Follow references until there is a value; what is absent is null."""
        for _ in range(_LONGEST_CHAIN):
            if not isinstance(value, generic.IndirectObject):
                return NULL if value is None else value
            value = self.history.value((value.idnum, value.generation), self.revision)
        return BROKEN

    def at(self, container: generic.PdfObject, name: str) -> generic.PdfObject:
        """Return the resolved value of a key of a dictionary; null when it is not there."""
        return self.resolved(raw(container, name))

    def users(self, key: Key) -> int:
        """Return how many objects that can be reached refer to an object."""
        return self._users[key]

    @cached_property
    def _users(self) -> Counter[Key]:
        start = self.root_key
        waiting, seen = [start] if start else [], {start}
        counted: Counter[Key] = Counter()
        while waiting:
            children = set(self.history.children(waiting.pop(), self.revision))
            counted.update(children)
            waiting.extend(children - seen)
            seen |= children
        return counted

    def items(self, container: generic.PdfObject, name: str) -> list[generic.PdfObject]:
        """Return the raw items of an array in a dictionary; none when it is no array."""
        return elements(self.at(container, name))


_LONGEST_CHAIN: Final = 20


def key_of(value: object) -> Key | None:
    """Return the number of the object that a reference names; None: it is no reference."""
    if isinstance(value, generic.IndirectObject):
        return value.idnum, value.generation
    return None


def raw(container: generic.PdfObject, name: str) -> generic.PdfObject | None:
    """Return the value of a key without following references; None: there is none."""
    if not isinstance(container, generic.DictionaryObject) or name not in container:
        return None
    value: generic.PdfObject = container.raw_get(name)
    return value


def elements(value: generic.PdfObject) -> list[generic.PdfObject]:
    """Return the raw items of an array; none when it is no array."""
    if not isinstance(value, generic.ArrayObject):
        return []
    return [value.raw_get(position) for position in range(len(value))]


def as_dictionary(value: generic.PdfObject) -> generic.DictionaryObject:
    """Return a dictionary, or an empty one in place of anything else."""
    return value if isinstance(value, generic.DictionaryObject) else generic.DictionaryObject()


def parts(value: generic.PdfObject) -> list[generic.PdfObject]:
    """Return what an array or dictionary holds, without following references."""
    if isinstance(value, generic.DictionaryObject):
        return [value.raw_get(name) for name in value]
    return elements(value)


def references_in(value: generic.PdfObject) -> Iterator[Key]:
    """Yield the objects that a value refers to directly."""
    waiting = [value]
    while waiting:
        part = waiting.pop()
        key = key_of(part)
        if key is not None:
            yield key
        else:
            waiting.extend(parts(part))


def _writings(reader: PdfFileReader) -> dict[int, tuple[int, ...]]:
    written: defaultdict[int, list[int]] = defaultdict(list)
    xrefs = reader.xrefs
    for revision in range(xrefs.total_revisions):
        explicit = {reference.idnum for reference in xrefs.explicit_refs_in_revision(revision)}
        freed = {reference.idnum for reference in xrefs.refs_freed_in_revision(revision)}
        for number in explicit | freed:
            written[number].append(revision)
    return {number: tuple(revisions) for number, revisions in written.items()}
