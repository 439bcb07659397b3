"""Writes one revision behind a document, without ever joining the two (ISO 32000-2 7.5.6).

1. It begins on a new line: where the document's last one has no end, that is added.
2. Objects follow, new ones and changed ones; then cross-references of the document's own kind.
3. The trailer repeats every entry of the document's, with the new /Size and /Prev. /ID keeps its
   first part; the second is a digest of the revision, so that the same revision gives the same.
4. /Contents is zeroes between brackets, and /ByteRange is all of the file but these.
"""

import hashlib
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from sealservice.sealing.press.declined import Declined, Reason
from sealservice.sealing.press.reader import Reader
from sealservice.sealing.press.syntax import Entries, items, string

_LINE_ENDS: Final = (b"\n", b"\r")
_DIGITS_PER_BYTE: Final = 2
_BYTE_RANGE_BYTES: Final = 50
"""Room for four numbers of ten digits and what stands around them."""
_ID_BYTES: Final = 16
_ID_PARTS: Final = 2
_GREATEST_OFFSET: Final = 9_999_999_999
"""Ten digits in a table."""
_FIELD_BYTES: Final = 5
_LAST_BYTES: Final = 1_024
"""Of the document, that go into the digest; its own /ID is among them."""


class Revision:
    """A revision that is being written."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        source = reader.source
        self._chunks: list[bytes] = [] if source.endswith(_LINE_ENDS) else [b"\n"]
        self._end = len(source) + len(self._chunks)
        self._size = reader.sections.size
        self._offsets: dict[int, int] = {}
        self._gap: tuple[int, int] = (0, 0)
        self._byte_range_at = 0

    def number(self) -> int:
        """Return the number of a new object."""
        self._size += 1
        return self._size - 1

    def put(self, number: int, body: bytes) -> None:
        """Write an object."""
        self._offsets[number] = self._end
        self._append(b"%d 0 obj\n%b\nendobj\n" % (number, body))

    def add(self, body: bytes) -> int:
        """Write a new object and return its number."""
        number = self.number()
        self.put(number, body)
        return number

    def put_signature(self, number: int, entries: Entries, reserved: int) -> None:
        """Write a signature dictionary that waits for a container of so many bytes."""
        self._offsets[number] = self._end
        self._append(b"%d 0 obj\n<<%b/ByteRange" % (number, joined(entries)))
        self._byte_range_at = len(self._chunks)
        self._append(b" " * _BYTE_RANGE_BYTES)
        self._append(b"/Contents")
        start = self._end
        self._append(b"<%b>" % (b"0" * (reserved * _DIGITS_PER_BYTE)))
        self._gap = (start, self._end)
        self._append(b">>\nendobj\n")

    def finished(self) -> tuple[bytes, tuple[int, int, int, int]]:
        """Return the whole revision, and its /ByteRange."""
        if self._reader.sections.are_streams:
            self._write_stream()
        else:
            self._write_table()
        start, end = self._gap
        byte_range = (0, start, end, self._end - end)
        written = b"[%d %d %d %d]" % byte_range
        self._chunks[self._byte_range_at] = written.ljust(_BYTE_RANGE_BYTES)
        return b"".join(self._chunks), byte_range

    def _append(self, chunk: bytes) -> None:
        self._chunks.append(chunk)
        self._end += len(chunk)

    def _write_table(self) -> None:
        begin = self._begin()
        rows = [b"xref\n"]
        for first, last in self._runs():
            rows.append(b"%d %d\n" % (first, last + 1 - first))
            rows += [b"%010d 00000 n \n" % self._offsets[one] for one in range(first, last + 1)]
        rows.append(b"trailer\n<<%b>>\n" % joined(self._trailer()))
        self._append(b"".join(rows))
        self._close(begin)

    def _write_stream(self) -> None:
        number, begin = self.number(), self._begin()
        self._offsets[number] = begin
        numbers = sorted(self._offsets)
        data = b"".join(
            b"\1" + self._offsets[one].to_bytes(_FIELD_BYTES, "big") + b"\0" for one in numbers
        )
        index = b" ".join(b"%d %d" % (first, last + 1 - first) for first, last in self._runs())
        own = {
            b"/Type": b"/XRef",
            b"/W": b"[1 %d 1]" % _FIELD_BYTES,
            b"/Index": b"[%b]" % index,
            b"/Length": b"%d" % len(data),
        }
        head = b"%d 0 obj\n<<%b>>\nstream\n" % (number, joined({**self._trailer(), **own}))
        self._append(head + data + b"\nendstream\nendobj\n")
        self._close(begin)

    def _begin(self) -> int:
        if self._end > _GREATEST_OFFSET:
            raise Declined(Reason.COST)
        return self._end

    def _close(self, begin: int) -> None:
        self._append(b"startxref\n%d\n%%%%EOF\n" % begin)

    def _runs(self) -> Iterator[tuple[int, int]]:
        """Yield the first and the last of each row of consecutive numbers."""
        numbers = sorted(self._offsets)
        breaks = [last for last, first in pairwise(numbers) if first != last + 1]
        firsts = [numbers[0], *(first for last, first in pairwise(numbers) if first != last + 1)]
        yield from zip(firsts, [*breaks, numbers[-1]], strict=True)

    def _trailer(self) -> Entries:
        sections = self._reader.sections
        own = {
            b"/Size": b"%d" % self._size,
            b"/Prev": b"%d" % sections.start,
            b"/ID": self._identifier(sections.trailer.get(b"/ID")),
        }
        return {**sections.trailer, **own}

    def _identifier(self, held: bytes | None) -> bytes:
        """Return /ID (ISO 32000-2 14.4)."""
        digest = hashlib.sha256(self._reader.source[-_LAST_BYTES:])
        for chunk in self._chunks:
            digest.update(chunk)
        second = b"<%b>" % digest.digest()[:_ID_BYTES].hex().encode("ascii")
        return b"[%b%b]" % (second if held is None else self._first_identifier(held), second)

    def _first_identifier(self, held: bytes) -> bytes:
        parts = items(self._reader.followed(held), 1)
        if len(parts) != _ID_PARTS:
            raise Declined(Reason.KIND)
        return b"<%b>" % string(parts[0]).hex().encode("ascii")


def joined(entries: Entries) -> bytes:
    """Return the inside of a dictionary."""
    return b"".join([b"%b %b" % entry for entry in entries.items()])


def written(entries: Entries) -> bytes:
    """Return a dictionary as it is written."""
    return b"<<%b>>" % joined(entries)
