"""Strict DER (X.690 10) for small hostile messages: whatever is not DER is a ``ValueError``.

Only what a time-stamp query needs: one-byte tags, definite lengths in their shortest form, nothing
behind the end. Elements keep their raw bytes, so that an answer can repeat them unchanged.
"""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

INTEGER: Final = 0x02
BOOLEAN: Final = 0x01
OCTET_STRING: Final = 0x04
NULL: Final = 0x05
OBJECT_IDENTIFIER: Final = 0x06
GENERALIZED_TIME: Final = 0x18
SEQUENCE: Final = 0x30
SET: Final = 0x31

_MOST_LENGTH_BYTES: Final = 3
_LONG_TAG: Final = 0x1F
_LONG_LENGTH: Final = 0x80
_MORE: Final = 0x80  # set on all bytes but the last of each part of an object identifier
_SHORTEST: Final = 2  # a tag and a length


@dataclass(frozen=True, slots=True)
class Element:
    """One tag, length and value."""

    tag: int
    raw: bytes
    """All of it."""
    content: bytes
    """Its value alone."""

    def children(self) -> list["Element"]:
        """Return the elements inside a constructed one."""
        found, rest = [], self.content
        while rest:
            element = _first(rest)
            found.append(element)
            rest = rest[len(element.raw) :]
        return found

    def integer(self) -> int:
        """Return the value of an INTEGER."""
        _require(self.tag == INTEGER, "no integer")
        _require(len(self.content) >= 1, "empty integer")
        value = int.from_bytes(self.content, signed=True)
        _require(len(self.content) == _integer_bytes(value), "integer not minimal")
        return value

    def identifier(self) -> bytes:
        """Return the value of an OBJECT IDENTIFIER, encoded, for comparing."""
        _require(self.tag == OBJECT_IDENTIFIER, "no object identifier")
        _require(self.content != b"" and self.content[-1] < _MORE, "object identifier ends early")
        for before, byte in pairwise(b"\x00" + self.content):
            _require(before >= _MORE or byte != _MORE, "object identifier not minimal")
        return self.content

    def boolean(self) -> bool:
        """Return the value of a BOOLEAN."""
        _require(self.tag == BOOLEAN, "no boolean")
        _require(self.content in {b"\x00", b"\xff"}, "boolean neither 00 nor ff")
        return self.content == b"\xff"


def read(data: bytes) -> Element:
    """Read exactly one element.

    Raises:
        ValueError: the bytes are not DER, or something follows.
    """
    element = _first(data)
    _require(len(element.raw) == len(data), "bytes behind the end")
    return element


def _first(data: bytes) -> Element:
    _require(len(data) >= _SHORTEST, "truncated")
    _require(data[0] & _LONG_TAG != _LONG_TAG, "tag of several bytes")
    start, length = _SHORTEST, data[1]
    if length & _LONG_LENGTH:
        count = length & ~_LONG_LENGTH
        _require(1 <= count <= _MOST_LENGTH_BYTES <= len(data), "length form")
        start += count
        length = int.from_bytes(data[_SHORTEST:start])
        _require(length >= _LONG_LENGTH and data[_SHORTEST] != 0, "length not minimal")
    _require(start + length <= len(data), "truncated")
    return Element(data[0], data[: start + length], data[start : start + length])


def _integer_bytes(value: int) -> int:
    bits = (value if value >= 0 else ~value).bit_length()
    return bits // 8 + 1


def _require(holds: bool, problem: str) -> None:  # noqa: FBT001  reads as a sentence
    if not holds:
        raise ValueError(problem)
