"""The /ByteRange of one signature, judged on the bytes of the file alone (ISO 32000-2 12.8.1).

1. It is four whole numbers, none negative.
2. The first is 0.
3. Both parts lie inside the file.
4. Between the parts is one hexadecimal string with its delimiters, and nothing else: digits only,
   in pairs. What else a string may hold (7.3.4.3) is a place to hide something in an unsigned part.
5. That string is this very dictionary's /Contents: it has its value, and it stands inside the
   dictionary's own object. A copy of the dictionary elsewhere in the file has no ByteRange.
6. No key occurs twice in the dictionary: programs differ in which of two values they read.

Whether the second part ends where a revision ends needs the cross-references: see
``modifications``.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Final

from sealservice.verification.dictionary_keys import repeated_keys

_PARTS: Final = 4
_DIGITS: Final = re.compile(rb"<(?:[0-9A-Fa-f]{2})*>")
_OBJECT_END: Final = b"endobj"


@dataclass(frozen=True, slots=True)
class ByteRange:
    """What the dictionary says is signed."""

    values: tuple[int, ...]
    """As they stand in the file, at most four; empty when they are no whole numbers."""
    fault: str | None
    """Key of the rule that is broken."""

    @property
    def end(self) -> int | None:
        """Return the offset just behind the second part."""
        return None if self.fault else self.values[2] + self.values[3]


def inspect_byte_range(
    data: bytes, raw: object, contents: bytes | None, position: int | None
) -> ByteRange:
    """Judge the value of /ByteRange.

    Args:
        data: the whole file.
        raw: the value, as it stands in the dictionary: a reference is none.
        contents: the decoded bytes of /Contents.
        position: the offset of the dictionary's object; None if it has none of its own.
    """
    values = _whole_numbers(raw)
    fault = _fault(data, values, contents)
    if fault is None and not _stands_in_object(data, values[1], position):
        fault = "byte_range_gap_not_contents"
    if fault is None and repeated_keys(_written(data, values, position or 0)):
        fault = "dictionary_keys_repeated"
    return ByteRange(values[:_PARTS], fault)


def signed_digest(data: bytes, byte_range: ByteRange) -> str | None:
    """Return the SHA-256 of the file up to the end of the signed revision, in hexadecimal."""
    if byte_range.end is None:
        return None
    return hashlib.sha256(memoryview(data)[: byte_range.end]).hexdigest()


def _whole_numbers(raw: object) -> tuple[int, ...]:
    if not isinstance(raw, list):
        return ()
    if not all(isinstance(value, int) and not isinstance(value, bool) for value in raw):
        return ()
    return tuple(int(value) for value in raw)


def _fault(data: bytes, values: tuple[int, ...], contents: bytes | None) -> str | None:
    if len(values) != _PARTS or min(values) < 0:
        return "byte_range_malformed"
    start, first, gap_end, last = values
    if start != 0:
        return "byte_range_not_from_start"
    if not first < gap_end or gap_end + last > len(data):
        return "byte_range_outside_file"
    if contents is None or _hexadecimal(data[first:gap_end]) != contents:
        return "byte_range_gap_not_contents"
    return None


def _stands_in_object(data: bytes, gap: int, position: int | None) -> bool:
    return position is not None and position < gap and data.find(_OBJECT_END, position, gap) < 0


def _written(data: bytes, values: tuple[int, ...], position: int) -> bytes:
    """Return the object of the dictionary, with an empty string in place of /Contents."""
    _, first, gap_end, _ = values
    end = data.find(_OBJECT_END, gap_end)
    return data[position:first] + b"<>" + data[gap_end : end if end >= 0 else len(data)]


def _hexadecimal(gap: bytes) -> bytes | None:
    if not _DIGITS.fullmatch(gap):
        return None
    return bytes.fromhex(gap[1:-1].decode("ascii"))
