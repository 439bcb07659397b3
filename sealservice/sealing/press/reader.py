"""Reads the few objects that a seal touches, each where its cross-reference says it is.

An object must stand exactly there, under its own number, generation 0, and be closed by ``endobj``.
What an object stream holds is decompressed once, within the budget (ISO 32000-2 7.5.7).
"""

import re
from dataclasses import dataclass, field
from typing import Final

from sealservice.limits import Limits
from sealservice.sealing.press.declined import Declined, Reason
from sealservice.sealing.press.sections import Place, Sections, read_sections
from sealservice.sealing.press.syntax import (
    ENDED,
    SHALLOW,
    WHITE,
    Entries,
    dictionary,
    integer,
    reference,
    shallow_span,
    value_span,
)
from sealservice.sealing.press.work import Work

_OBJECT: Final = re.compile(
    rb"(\d{1,10})" + WHITE + rb"++0" + WHITE + rb"++obj(?![^\0\t\n\x0c\r ()<>\[\]{}/%])"
)
_ENDED: Final = re.compile(WHITE + rb"*+endobj(?![^\0\t\n\x0c\r ()<>\[\]{}/%])")
_PLAIN_OBJECT: Final = re.compile(
    rb"(\d{1,10})%b++0%b++obj(?=[\0\t\n\x0c\r <])(%b)%b*+endobj%b"
    % (WHITE, WHITE, SHALLOW, WHITE, ENDED)
).match
_NUMBERS: Final = re.compile(
    rb"(?:" + WHITE + rb"*+\d{1,10}(?=" + WHITE + rb"|\Z))*+" + WHITE + rb"*+"
)
_LOOK_BYTES: Final = 16
_DIGITS: Final = re.compile(rb"\d+")
_UNKNOWN_TO_PACKED: Final = (b"/DecodeParms", b"/F", b"/FFilter")


@dataclass(frozen=True, slots=True)
class _Packed:
    """An object stream, decompressed."""

    data: bytes
    numbers: tuple[int, ...]
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """A document, of which nothing is read that is not asked for."""

    source: bytes
    sections: Sections
    limits: Limits
    work: Work
    root: int
    """Number of the document catalog."""
    _streams: dict[int, _Packed] = field(default_factory=dict)
    _dictionaries: dict[int, Entries] = field(default_factory=dict)
    _insides: dict[bytes, Entries] = field(default_factory=dict)

    @classmethod
    def of(cls, source: bytes, limits: Limits) -> "Reader":
        """Open a document.

        Raises:
            Declined.
        """
        work = Work.of(limits)
        sections = read_sections(source, limits, work)
        root = reference(sections.trailer.get(b"/Root"))
        if root is None:
            raise Declined(Reason.KIND)
        return cls(source, sections, limits, work, root)

    def dictionary(self, number: int) -> Entries:
        """Return the entries of an object that is a dictionary, and no stream; for reading only."""
        entries = self._dictionaries.get(number)
        if entries is None:
            data, position, is_packed = self._found(number)
            entries, end = self._entries(data, position)
            if not is_packed:
                self._require_end(end)
            self._dictionaries[number] = entries
        return entries

    def shallow(self, number: int) -> bytes | None:
        """Return an object that is a dictionary as written; None for one that nests deeply."""
        place = self.sections.place(number)
        if place.stream is None:
            end = place.position + self.limits.press_object_bytes
            whole = _PLAIN_OBJECT(self.source, place.position, end)
            if whole and int(whole[1]) == number:
                self.work.spend(whole.end() - place.position)
                return whole[2]
        return self._shallow(number)

    def _shallow(self, number: int) -> bytes | None:
        data, position, is_packed = self._found(number)
        found = shallow_span(data, position, self.limits.press_object_bytes)
        if found is not None:
            self.work.spend(len(found))
            if not is_packed:
                self._require_end(position + len(found))
        return found

    def value(self, number: int) -> bytes:
        """Return an object that is no stream, as written."""
        data, position, is_packed = self._found(number)
        limits = self.limits
        most = position + limits.press_object_bytes
        begin, end = value_span(data, position, most, limits.press_depth)
        self.work.spend(end - position)
        if not is_packed:
            self._require_end(end)
        return data[begin:end]

    def followed(self, value: bytes) -> bytes:
        """Return a value, or what it refers to."""
        number = reference(value)
        return value if number is None else self.value(number)

    def inside(self, value: bytes) -> Entries:
        """Return the entries of a dictionary that is a value, or that it refers to."""
        number = reference(value)
        if number is not None:
            return self.dictionary(number)
        entries = self._insides.get(value)
        if entries is None:
            entries, end = self._entries(value, 0)
            if end != len(value):
                raise Declined(Reason.SYNTAX)
            self._insides[value] = entries
        return entries

    def is_stream(self, number: int) -> bool:
        """Return whether an object is a stream."""
        data, position, is_packed = self._found(number)
        if is_packed or data[position : position + _LOOK_BYTES].lstrip()[:2] != b"<<":
            return False
        _, end = self._entries(data, position)
        return _ENDED.match(data, end) is None

    def stream(self, number: int) -> tuple[Entries, bytes]:
        """Return the entries of a stream, and its bytes as they are in the file."""
        data, position, is_packed = self._found(number)
        if is_packed:
            raise Declined(Reason.STREAM)
        entries, end = self._entries(data, position)
        length = integer(self.followed(entries.get(b"/Length", b"")))
        return entries, self.work.stream_bytes(data, end, length)

    def unpacked(self, number: int) -> tuple[Entries, bytes]:
        """Return the entries of a stream, and its bytes without their filter."""
        entries, raw = self.stream(number)
        if any(key in entries for key in _UNKNOWN_TO_PACKED):
            raise Declined(Reason.STREAM)
        return entries, self.work.unpacked(raw, entries.get(b"/Filter"))

    def _entries(self, data: bytes, position: int) -> tuple[Entries, int]:
        limits = self.limits
        found = dictionary(data, position, limits.press_object_bytes, limits.press_depth)
        self.work.spend(found[1] - position)
        return found

    def _require_end(self, end: int) -> None:
        if _ENDED.match(self.source, end) is None:
            raise Declined(Reason.OBJECT)

    def _found(self, number: int) -> tuple[bytes, int, bool]:
        """Return where an object begins, behind its head, and whether that is inside a stream."""
        place = self.sections.place(number)
        if place.stream is not None:
            packed = self._packed(place.stream)
            return packed.data, _position(packed, place, number), True
        opened = _OBJECT.match(self.source, place.position)
        if opened is None or int(opened[1]) != number:
            raise Declined(Reason.OBJECT)
        return self.source, opened.end(), False

    def _packed(self, number: int) -> _Packed:
        found = self._streams.get(number)
        if found is None:
            found = self._streams[number] = self._unpack(number)
        return found

    def _unpack(self, number: int) -> _Packed:
        if self.sections.place(number).stream is not None:
            raise Declined(Reason.STREAM)
        entries, data = self.unpacked(number)
        count, first = integer(entries.get(b"/N")), integer(entries.get(b"/First"))
        head = data[:first]
        if entries.get(b"/Type") != b"/ObjStm" or first > self.limits.press_object_bytes:
            raise Declined(Reason.STREAM)
        numbers = [int(one) for one in _DIGITS.findall(head)]
        if _NUMBERS.fullmatch(head) is None or len(numbers) != 2 * count:
            raise Declined(Reason.STREAM)
        self.work.spend(len(numbers))
        positions = tuple(first + one for one in numbers[1::2])
        return _Packed(data, tuple(numbers[::2]), positions)


def _position(packed: _Packed, place: Place, number: int) -> int:
    if place.position >= len(packed.numbers) or packed.numbers[place.position] != number:
        raise Declined(Reason.OBJECT)
    return packed.positions[place.position]
