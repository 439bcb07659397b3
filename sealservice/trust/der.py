"""Strict DER (X.690 10) for small hostile messages: whatever is not DER is a ``ValueError``.

Only what a time-stamp query needs: one-byte tags, definite lengths in their shortest form, nothing
behind the end. Elements keep their raw bytes, so that an answer can repeat them unchanged.
"""

from itertools import pairwise
from typing import Final, NamedTuple

INTEGER: Final = 0x02
BOOLEAN: Final = 0x01
OCTET_STRING: Final = 0x04
NULL: Final = 0x05
OBJECT_IDENTIFIER: Final = 0x06
GENERALIZED_TIME: Final = 0x18
SEQUENCE: Final = 0x30
SET: Final = 0x31

_LENGTH_BYTES: Final = range(1, 4)
_LONG_TAG: Final = 0x1F
_LONG_LENGTH: Final = 0x80
_MORE: Final = 0x80  # set on all bytes but the last of each part of an object identifier
_SHORTEST: Final = 2  # a tag and a length


class Element(NamedTuple):
    """One tag, length and value."""

    tag: int
    raw: bytes
    """All of it."""
    content: bytes
    """Its value alone."""

    def children(self) -> list["Element"]:
        """Return the elements inside a constructed one."""
        found, at, content = [], 0, self.content
        while at < len(content):
            element = _element(content, at)
            found.append(element)
            at += len(element.raw)
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
    element = _element(data, 0)
    _require(len(element.raw) == len(data), "bytes behind the end")
    return element


def _element(data: bytes, at: int) -> Element:
    """Read the element that begins there."""
    if len(data) < at + _SHORTEST:
        raise ValueError("truncated")
    start, length = at + _SHORTEST, data[at + 1]
    if data[at] & _LONG_TAG == _LONG_TAG:
        raise ValueError("tag of several bytes")
    if length & _LONG_LENGTH:
        digits = data[start : start + (length & ~_LONG_LENGTH)]
        if len(digits) not in _LENGTH_BYTES or length & ~_LONG_LENGTH != len(digits):
            raise ValueError("length form")
        start, length = start + len(digits), int.from_bytes(digits)
        if length < _LONG_LENGTH or digits[0] == 0:
            raise ValueError("length not minimal")
    if len(data) < start + length:
        raise ValueError("truncated")
    return Element(data[at], data[at : start + length], data[start : start + length])


def _integer_bytes(value: int) -> int:
    bits = (value if value >= 0 else ~value).bit_length()
    return bits // 8 + 1


def _require(holds: bool, problem: str) -> None:  # noqa: FBT001  reads as a sentence
    if not holds:
        raise ValueError(problem)
