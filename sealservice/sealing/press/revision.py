"""Writes revisions behind a document, without ever joining the two (ISO 32000-2 7.5.6).

1. The first begins on a new line: where the document's last one has no end, that is added.
2. Objects follow, new ones and changed ones; then cross-references of the document's own kind.
3. The trailer repeats every entry of the document's, with the new /Size and /Prev. /ID keeps its
   first part; the second is a digest of the revision, so that the same revision gives the same.
4. /Contents is zeroes between brackets, and /ByteRange is all of the file but these.
"""

import hashlib
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from sealservice.sealing.press.declined import Declined, Reason
from sealservice.sealing.press.draft import Draft, joined
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

    def __init__(self, draft: Draft, before: "Revision | None") -> None:
        """Begin behind the document, or behind the revision ``before``."""
        self._draft = draft
        source = draft.reader.source
        self._chunks: list[bytes] = []
        self.end: int = before.end if before else len(source)
        self.section: int = 0
        """Where its cross-references are."""
        self._begin = self.end
        self._previous: int = before.section if before else draft.reader.sections.start
        if before is None and not source.endswith(_LINE_ENDS):
            self._append(b"\n")
        self._offsets: dict[int, int] = {}
        self._gap: tuple[int, int] = (0, 0)
        """Where /Contents is, in the file."""
        self._contents_at: int | None = None
        """Which chunk it is; /ByteRange is the one before the one before."""

    def put(self, number: int, body: bytes) -> None:
        """Write an object."""
        self._offsets[number] = self.end
        self._append(b"%d 0 obj\n%b\nendobj\n" % (number, body))

    def add(self, body: bytes) -> int:
        """Write a new object and return its number."""
        number = self._draft.number()
        self.put(number, body)
        return number

    def put_signature(self, number: int, entries: Entries, reserved: int) -> None:
        """Write a signature dictionary that waits for a container of so many bytes."""
        self._offsets[number] = self.end
        self._append(b"%d 0 obj\n<<%b/ByteRange" % (number, joined(entries)))
        self._append(b" " * _BYTE_RANGE_BYTES)
        self._append(b"/Contents")
        start = self.end
        self._contents_at = len(self._chunks)
        self._append(_blank(reserved))
        self._gap = (start, self.end)
        self._append(b">>\nendobj\n")

    def finished(self) -> tuple[bytes, tuple[int, int, int, int]]:
        """Write what the draft has changed; return the whole revision, and its /ByteRange."""
        self._write_changes()
        start, end = self._gap
        byte_range = (0, start, end, self.end - end)
        if self._contents_at is not None:
            written = b"[%d %d %d %d]" % byte_range
            self._chunks[self._contents_at - 2] = written.ljust(_BYTE_RANGE_BYTES)
        return b"".join(self._chunks), byte_range

    def _write_changes(self) -> None:
        for number, body in self._draft.take_changes():
            self.put(number, body)
        self.section = self.end
        if self.section > _GREATEST_OFFSET:
            raise Declined(Reason.COST)
        if self._draft.reader.sections.are_streams:
            self._write_stream()
        else:
            self._write_table()

    def _append(self, chunk: bytes) -> None:
        self._chunks.append(chunk)
        self.end += len(chunk)

    def _write_table(self) -> None:
        rows, offsets = [b"xref\n"], self._offsets
        for first, last in self._runs():
            rows.append(b"%d %d\n" % (first, last + 1 - first))
            rows += [b"%010d 00000 n \n" % offsets[one] for one in range(first, last + 1)]
        rows.append(b"trailer\n<<%b>>\n" % joined(self._trailer()))
        self._append(b"".join(rows))
        self._close()

    def _write_stream(self) -> None:
        number = self._draft.number()
        self._offsets[number] = self.section
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
        self._close()

    def _close(self) -> None:
        self._append(b"startxref\n%d\n%%%%EOF\n" % self.section)

    def _runs(self) -> Iterator[tuple[int, int]]:
        """Yield the first and the last of each row of consecutive numbers."""
        numbers = sorted(self._offsets)
        first = last = numbers[0]
        for number in numbers[1:]:
            if number != last + 1:
                yield first, last
                first = number
            last = number
        yield first, last

    def _trailer(self) -> Entries:
        sections = self._draft.reader.sections
        own = {
            b"/Size": b"%d" % self._draft.size,
            b"/Prev": b"%d" % self._previous,
            b"/ID": self._identifier(sections.trailer.get(b"/ID")),
        }
        return {**sections.trailer, **own}

    def _identifier(self, held: bytes | None) -> bytes:
        """Return /ID (ISO 32000-2 14.4); a document that has none gets one for all revisions."""
        digest = hashlib.sha256(self._draft.reader.source[-_LAST_BYTES:])
        digest.update(b"%d" % self._begin)
        for position, chunk in enumerate(self._chunks):
            digest.update(b"" if position == self._contents_at else chunk)
        second = b"<%b>" % digest.digest()[:_ID_BYTES].hex().encode("ascii")
        first = second if held is None else self._first_identifier(held)
        self._draft.reader.sections.trailer.setdefault(b"/ID", b"[%b%b]" % (first, second))
        return b"[%b%b]" % (first, second)

    def _first_identifier(self, held: bytes) -> bytes:
        parts = items(self._draft.followed(held), 1)
        if len(parts) != _ID_PARTS:
            raise Declined(Reason.KIND)
        return b"<%b>" % string(parts[0]).hex().encode("ascii")


@lru_cache(maxsize=8)
def _blank(reserved: int) -> bytes:
    return b"<%b>" % (b"0" * (reserved * _DIGITS_PER_BYTE))
