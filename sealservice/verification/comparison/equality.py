"""Whether two values of two revisions are the same, wherever their objects stand in the file.

1. Numbers count by value (1 is 1.0), strings by what they say, names and booleans as they stand.
2. A key whose value is null is a key that is not there (ISO 32000-2 7.3.7).
3. Streams count by their dictionary and their decoded bytes; how they are packed does not matter.
   A file outside (/F) is no packing: its bytes would be shown instead.
4. A reference counts by what it refers to, to the end. Landmarks (pages, fields, the catalog) are
   compared elsewhere: here they only have to be the same landmark.
5. What cannot be read is equal to nothing, unless the same bytes of the same revision are meant.

Nothing here recurses: outlines and trees may be chains of any length.
"""

from dataclasses import dataclass, field
from typing import Final

from pyhanko.pdf_utils import generic

from sealservice.verification.comparison.history import BROKEN, Key, Snapshot, key_of

Landmarks = dict[Key, str]
"""Objects that have a name of their own."""
Pair = tuple[generic.PdfObject, generic.PdfObject]

_PACKING: Final = frozenset({"/Length", "/Filter", "/DecodeParms", "/DL"})
_NUMBERS: Final = (int, float, generic.NumberObject, generic.FloatObject)
_STRINGS: Final = (generic.TextStringObject, generic.ByteStringObject)


@dataclass
class Comparison:
    """Two revisions of one file, side by side."""

    old: Snapshot
    new: Snapshot
    old_landmarks: Landmarks = field(default_factory=dict)
    new_landmarks: Landmarks = field(default_factory=dict)
    _equal: set[tuple[Key, Key]] = field(default_factory=set)

    def same(self, old: generic.PdfObject | None, new: generic.PdfObject | None) -> bool:
        """Return whether a raw value of the old revision is one of the new revision."""
        waiting: list[Pair] = [(_given(old), _given(new))]
        assumed: set[tuple[Key, Key]] = set()
        while waiting:
            more = self._step(*waiting.pop(), assumed)
            if more is None:
                return False
            waiting.extend(more)
        self._equal |= assumed
        return True

    def _step(
        self, old: generic.PdfObject, new: generic.PdfObject, assumed: set[tuple[Key, Key]]
    ) -> list[Pair] | None:
        """Compare two values; return the pairs that are left to compare, or None: they differ."""
        keys = key_of(old), key_of(new)
        names = (
            self._landmark(keys[0], self.old_landmarks),
            self._landmark(keys[1], self.new_landmarks),
        )
        if names != (None, None):
            return [] if names[0] == names[1] else None
        if keys[0] is not None and keys[1] is not None:
            pair = (keys[0], keys[1])
            if pair in self._equal or pair in assumed:
                return []
            assumed.add(pair)
            if self._is_untouched(*pair):
                children = self.old.history.children(keys[0], self.old.revision)
                return [(_reference(child, old), _reference(child, new)) for child in children]
        return _unlike(self.old.resolved(old), self.new.resolved(new))

    def _is_untouched(self, old: Key, new: Key) -> bool:
        history = self.old.history
        return old == new and history.written(old, self.old.revision) == history.written(
            new, self.new.revision
        )

    @staticmethod
    def _landmark(key: Key | None, landmarks: Landmarks) -> str | None:
        return None if key is None else landmarks.get(key)


def _unlike(old: generic.PdfObject, new: generic.PdfObject) -> list[Pair] | None:
    """Compare two resolved values; return what they hold in pairs, or None: they differ."""
    if old is BROKEN or new is BROKEN:
        return None
    if isinstance(old, generic.StreamObject) or isinstance(new, generic.StreamObject):
        return _streams(old, new)
    if isinstance(old, generic.DictionaryObject):
        return _entries(old, new, frozenset())
    if isinstance(old, generic.ArrayObject):
        if not isinstance(new, generic.ArrayObject) or len(old) != len(new):
            return None
        return [(old.raw_get(i), new.raw_get(i)) for i in range(len(old))]
    return [] if _same_scalar(old, new) else None


def _streams(old: generic.PdfObject, new: generic.PdfObject) -> list[Pair] | None:
    if not isinstance(old, generic.StreamObject) or not isinstance(new, generic.StreamObject):
        return None
    packed = [
        (s.encoded_data, str(s.get("/Filter")), str(s.get("/DecodeParms"))) for s in (old, new)
    ]
    if packed[0] != packed[1] and not _same_decoded(old, new):
        return None
    return _entries(old, new, _PACKING)


def _same_decoded(old: generic.StreamObject, new: generic.StreamObject) -> bool:
    try:
        return bool(old.data == new.data)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a filter we do not know, or bytes that are no stream of it
        return False


def _entries(
    old: generic.DictionaryObject, new: generic.PdfObject, ignored: frozenset[str]
) -> list[Pair] | None:
    if not isinstance(new, generic.DictionaryObject):
        return None
    names = (old.keys() | new.keys()) - ignored
    pairs = []
    for name in names:
        one = old.raw_get(name) if name in old else generic.NullObject()
        other = new.raw_get(name) if name in new else generic.NullObject()
        pairs.append((one, other))
    return pairs


def _same_scalar(old: generic.PdfObject, new: generic.PdfObject) -> bool:
    if isinstance(old, generic.NullObject) or isinstance(new, generic.NullObject):
        return isinstance(old, generic.NullObject) and isinstance(new, generic.NullObject)
    if isinstance(old, generic.BooleanObject) or isinstance(new, generic.BooleanObject):
        return type(old) is type(new) and old == new
    if isinstance(old, _NUMBERS) and isinstance(new, _NUMBERS):
        return float(old) == float(new)
    if isinstance(old, _STRINGS) and isinstance(new, _STRINGS):
        return bytes(old.original_bytes) == bytes(new.original_bytes) or str(old) == str(new)
    return type(old) is type(new) and old == new


def _reference(key: Key, like: generic.PdfObject) -> generic.PdfObject:
    handler = like.reference.pdf if isinstance(like, generic.IndirectObject) else None
    return generic.IndirectObject(key[0], key[1], handler)


def _given(value: generic.PdfObject | None) -> generic.PdfObject:
    return generic.NullObject() if value is None else value
