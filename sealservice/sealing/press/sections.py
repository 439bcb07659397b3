"""Finds objects by the cross-reference sections of a document (ISO 32000-2 7.5.4 and 7.5.8).

1. The file ends with startxref, a number and ``%%EOF``, and at most one end-of-line behind it.
2. The number is where the newest section is, to the byte, and so is each /Prev; none leads back.
3. All sections are tables, or all are streams. A hybrid file is declined.
4. Objects are numbered below the newest /Size, and stand once in a section.
Entries are looked at when their object is asked for, and not before.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

from sealservice.limits import Limits
from sealservice.sealing.press.declined import Declined, Reason
from sealservice.sealing.press.syntax import (
    WHITE,
    Entries,
    dictionary,
    integer,
    items,
    referred,
)
from sealservice.sealing.press.work import Work

_HEADER: Final = re.compile(rb"%PDF-(?:1\.[0-7]|2\.0)(?=[\0\t\n\x0c\r ])")
_TAIL_BYTES: Final = 64
_TAIL: Final = re.compile(
    rb"startxref[ ]*+(?:\r\n|\r|\n)[ ]*+(\d{1,10})[ ]*+(?:\r\n|\r|\n)%%EOF(?:\r\n|\r|\n)?\Z"
)
_TABLE: Final = re.compile(rb"xref[ ]*+(?:\r\n|\r|\n)")
_SUBSECTION: Final = re.compile(rb"(\d{1,10})[ ](\d{1,10})[ ]*+(?:\r\n|\r|\n)")
_ENTRY_BYTES: Final = 20
_ENTRY: Final = re.compile(rb"(\d{10}) (\d{5}) ([nf])(?: \r| \n|\r\n)")
_OFFSET_DIGITS: Final = 10
_USED: Final = re.compile(rb"(?:\d{10} 00000 n(?: \r| \n|\r\n))*+")
"""Entries of objects of generation 0."""
_TRAILER: Final = re.compile(rb"trailer" + WHITE + rb"*+")
_OBJECT: Final = re.compile(
    rb"(\d{1,10})" + WHITE + rb"++(\d{1,5})" + WHITE + rb"++obj(?![^\0\t\n\x0c\r ()<>\[\]{}/%])"
)
_GREATEST_NUMBER: Final = 8_388_607
"""ISO 32000-1 annex C."""
_FIELDS: Final = 3
_GREATEST_FIELD: Final = 8
_UP: Final = 2
"""The PNG predictor that everybody writes (ISO 15948 9.2)."""
_PNG: Final = range(10, 16)
_FREE, _PLAIN, _PACKED = 0, 1, 2
_OF_STREAMS: Final = (b"/Type", b"/W", b"/Index", b"/Length", b"/Filter", b"/DecodeParms", b"/Prev")


class Place(NamedTuple):
    """Where an object is: at an offset, or the n-th of an object stream."""

    stream: int | None
    """Number of the object stream; None for an object of its own."""
    position: int
    """Offset in the file, or index in the stream."""


@dataclass(frozen=True, slots=True)
class Subsection:
    """Entries of consecutive objects."""

    first: int
    count: int
    data: bytes
    start: int
    """Where its entries begin in ``data``."""
    widths: tuple[int, int, int] | None
    """Bytes of each field; None for a table."""

    def place(self, number: int) -> Place:
        """Return where an object is.

        Raises:
            Declined: SECTION, OBJECT.
        """
        if self.widths is None:
            return self._in_table(number)
        one, two, three = self.widths
        begin = self.start + (number - self.first) * (one + two + three)
        row = self.data[begin : begin + one + two + three]
        kind = int.from_bytes(row[:one], "big") if one else _PLAIN
        value, other = row[one : one + two], row[one + two :]
        if kind == _PACKED:
            return Place(int.from_bytes(value, "big"), int.from_bytes(other, "big"))
        if kind != _PLAIN or any(other):
            raise Declined(Reason.OBJECT)
        return Place(None, int.from_bytes(value, "big"))

    def places(self) -> Iterator[tuple[int, Place]]:
        """Yield the numbers of all objects, number 0 left out, with where they are.

        Raises:
            Declined: SECTION, OBJECT.
        """
        if self.widths is not None or not self.first:
            for number in range(max(1, self.first), self.first + self.count):
                yield number, self.place(number)
            return
        rows = self.data[self.start : self.start + self.count * _ENTRY_BYTES]
        if _USED.fullmatch(rows) is None:
            raise Declined(Reason.OBJECT)
        for number in range(self.count):
            at = number * _ENTRY_BYTES
            yield self.first + number, Place(None, int(rows[at : at + _OFFSET_DIGITS]))

    def _in_table(self, number: int) -> Place:
        found = _ENTRY.match(self.data, self.start + (number - self.first) * _ENTRY_BYTES)
        if found is None:
            raise Declined(Reason.SECTION)
        offset, generation, kind = found.groups()
        if kind != b"n" or int(generation):
            raise Declined(Reason.OBJECT)
        return Place(None, int(offset))


@dataclass(frozen=True, slots=True)
class Sections:
    """The cross-references of a document."""

    start: int
    """Where the newest section is."""
    are_streams: bool
    trailer: Entries
    """The newest entries; those of cross-reference streams left out."""
    size: int
    """One more than the greatest object number."""
    subsections: tuple[Subsection, ...]
    """Newest section first."""
    work: Work

    def place(self, number: int) -> Place:
        """Return where the newest version of an object is.

        Raises:
            Declined: OBJECT, when there is none; SECTION; COST.
        """
        for steps, one in enumerate(self.subsections):
            if one.first <= number < one.first + one.count:
                self.work.spend(steps)
                return one.place(number)
        raise Declined(Reason.OBJECT)


def read_sections(source: bytes, limits: Limits, work: Work) -> Sections:
    """Read the cross-reference sections of a document, newest first.

    Raises:
        Declined: HEADER, END, SECTION, SECTIONS_LOOP, HYBRID, MIXED, DANGLING, ENCRYPTED,
            DUPLICATE, COST.
    """
    if _HEADER.match(source) is None:
        raise Declined(Reason.HEADER)
    tail = _TAIL.search(source, max(0, len(source) - _TAIL_BYTES))
    if tail is None:
        raise Declined(Reason.END)
    return _Reading(source, limits, work).follow(int(tail[1]))


def require_written(tail: bytes, size: int, limits: Limits) -> None:
    """Require that a revision behind so many bytes is one, and its objects are where it says.

    Raises:
        Declined: END, SECTION, OBJECT, and whatever else is not as it should be.
    """
    ended = _TAIL.search(tail, max(0, len(tail) - _TAIL_BYTES))
    if ended is None:
        raise Declined(Reason.END)
    start = int(ended[1]) - size
    if start < 0:
        raise Declined(Reason.SECTION)
    for one in _Reading(tail, limits, Work.of(limits)).newest(start):
        for number, place in one.places():
            at = place.position - size
            head = b"%d 0 obj" % number
            if place.stream is None and not (at >= 0 and tail.startswith(head, at)):
                raise Declined(Reason.OBJECT)


class _Reading:
    """Sections as they are being read."""

    def __init__(self, source: bytes, limits: Limits, work: Work) -> None:
        self._source, self._limits, self._work = source, limits, work
        self._subsections: list[Subsection] = []
        self._seen: dict[int, bool] = {}
        """Where sections are, and whether they are streams."""

    def newest(self, start: int) -> list[Subsection]:
        """Return the entries of one section alone."""
        self._section(start)
        return self._subsections

    def follow(self, start: int) -> Sections:
        """Follow /Prev from the newest section to the oldest."""
        trailers: list[Entries] = []
        position: int | None = start
        while position is not None:
            trailers.append(self._section(position))
            previous = trailers[-1].get(b"/Prev")
            position = None if previous is None else integer(previous)
        if any(b"/XRefStm" in one for one in trailers):
            raise Declined(Reason.HYBRID)
        if len(set(self._seen.values())) > 1:
            raise Declined(Reason.MIXED)
        if any(b"/Encrypt" in one for one in trailers):
            raise Declined(Reason.ENCRYPTED)
        return self._together(start, trailers)

    def _together(self, start: int, trailers: list[Entries]) -> Sections:
        size = integer(trailers[0].get(b"/Size"))
        last = max((one.first + one.count for one in self._subsections), default=0)
        if not last <= size <= _GREATEST_NUMBER:
            raise Declined(Reason.SECTION)
        merged: Entries = {}
        for one in reversed(trailers):
            merged.update(one)
        for key in _OF_STREAMS:
            merged.pop(key, None)
        if any(number >= size for number in referred(b" ".join(merged.values()))):
            raise Declined(Reason.DANGLING)
        subsections = tuple(self._subsections)
        return Sections(start, self._seen[start], merged, size, subsections, self._work)

    def _section(self, position: int) -> Entries:
        if position in self._seen:
            raise Declined(Reason.SECTIONS_LOOP)
        if len(self._seen) >= self._limits.press_sections:
            raise Declined(Reason.COST)
        table = _TABLE.match(self._source, position)
        self._seen[position] = table is None
        before = len(self._subsections)
        trailer = self._stream(position) if table is None else self._table(table.end())
        own = sorted((one.first, one.count) for one in self._subsections[before:] if one.count)
        if any(first + count > other for (first, count), (other, _) in pairwise(own)):
            raise Declined(Reason.DUPLICATE)
        return trailer

    def _add(self, subsection: Subsection) -> None:
        if len(self._subsections) >= self._limits.press_subsections:
            raise Declined(Reason.COST)
        self._subsections.append(subsection)

    def _table(self, position: int) -> Entries:
        source = self._source
        while found := _SUBSECTION.match(source, position):
            first, count, begin = int(found[1]), int(found[2]), found.end()
            position = begin + count * _ENTRY_BYTES
            if position > len(source):
                raise Declined(Reason.SECTION)
            self._add(Subsection(first, count, source, begin, None))
        trailer = _TRAILER.match(source, position)
        if trailer is None:
            raise Declined(Reason.SECTION)
        return self._entries(trailer.end())[0]

    def _entries(self, position: int) -> tuple[Entries, int]:
        limits = self._limits
        found = dictionary(self._source, position, limits.press_object_bytes, limits.press_depth)
        self._work.spend(found[1] - position)
        return found

    def _stream(self, position: int) -> Entries:
        opened = _OBJECT.match(self._source, position)
        if opened is None or int(opened[2]):
            raise Declined(Reason.SECTION)
        entries, end = self._entries(opened.end())
        if entries.get(b"/Type") != b"/XRef":
            raise Declined(Reason.SECTION)
        widths = self._widths(entries)
        ranges = self._ranges(entries)
        rows = sum(count for _, count in ranges)
        data = self._rows(entries, end, sum(widths), rows)
        start = 0
        for first, count in ranges:
            self._add(Subsection(first, count, data, start, widths))
            start += count * sum(widths)
        return entries

    def _widths(self, entries: Entries) -> tuple[int, int, int]:
        widths = [integer(one) for one in items(entries.get(b"/W", b""), 1)]
        if len(widths) != _FIELDS or max(widths) > _GREATEST_FIELD or not widths[1]:
            raise Declined(Reason.SECTION)
        return widths[0], widths[1], widths[2]

    def _ranges(self, entries: Entries) -> list[tuple[int, int]]:
        held = entries.get(b"/Index")
        if held is None:
            return [(0, integer(entries.get(b"/Size")))]
        numbers = [integer(one) for one in items(held, 1)]
        if len(numbers) % 2:
            raise Declined(Reason.SECTION)
        return list(zip(numbers[::2], numbers[1::2], strict=True))

    def _rows(self, entries: Entries, end: int, width: int, rows: int) -> bytes:
        """Return the fields of a cross-reference stream, decompressed and unpredicted."""
        raw = self._work.stream_bytes(self._source, end, integer(entries.get(b"/Length")))
        parameters = entries.get(b"/DecodeParms")
        is_predicted = parameters is not None and self._is_predicted(parameters, width)
        size = rows * (width + is_predicted)
        data = self._work.unpacked(raw, entries.get(b"/Filter"), size)
        if len(data) != size:
            raise Declined(Reason.SECTION)
        return _unpredicted(data, width) if is_predicted else data

    def _is_predicted(self, parameters: bytes, width: int) -> bool:
        entries, _ = dictionary(parameters, 0, len(parameters), self._limits.press_depth)
        predictor = integer(entries.get(b"/Predictor", b"1"))
        known = {b"/Predictor", b"/Columns", b"/Colors", b"/BitsPerComponent"}
        if entries.keys() - known or predictor not in (1, *_PNG):
            raise Declined(Reason.STREAM)
        if predictor == 1:
            return False
        columns = integer(entries.get(b"/Columns", b"1"))
        shape = (integer(entries.get(b"/Colors", b"1")), entries.get(b"/BitsPerComponent", b"8"))
        if columns != width or shape != (1, b"8"):
            raise Declined(Reason.STREAM)
        return True


def _unpredicted(data: bytes, width: int) -> bytes:
    """Undo the PNG predictor Up, column by column, from top to bottom.

    Raises:
        Declined: STREAM, for rows with another predictor.
    """
    if data[:: width + 1].strip(bytes([_UP])):
        raise Declined(Reason.STREAM)
    plain = bytearray(len(data) // (width + 1) * width)
    for column in range(width):
        sums = accumulate(data[column + 1 :: width + 1])
        plain[column::width] = bytes(one & 0xFF for one in sums)
    return bytes(plain)
