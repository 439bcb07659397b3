"""Walks through strict DER (X.690 10) without copying: where elements begin and end.

As strict as ``trust/der.py``: one-byte tags, definite lengths in their shortest form, nothing
behind the end. For messages that are looked at once per signature.
"""

from typing import Final

Span = tuple[int, int, int, int]
"""Of one element: its tag; where it starts; where its value begins; where it ends."""

_LONG_TAG: Final = 0x1F
_LONG_LENGTH: Final = 0x80
_GREATEST: Final = 3
"""Bytes of a length."""


def span(data: bytes, start: int, limit: int) -> Span:
    """Return the element that begins at ``start`` and ends at ``limit`` at the latest.

    Raises:
        ValueError: it is not DER, or reaches beyond.
    """
    inside = start + 2
    if inside > limit:
        raise ValueError("truncated")
    tag, length = data[start], data[start + 1]
    if tag & _LONG_TAG == _LONG_TAG:
        raise ValueError("tag of several bytes")
    if length >= _LONG_LENGTH:
        count = length - _LONG_LENGTH
        inside += count
        if not 1 <= count <= _GREATEST or inside > limit:
            raise ValueError("length form")
        length = int.from_bytes(data[start + 2 : inside])
        if length < _LONG_LENGTH or not data[start + 2]:
            raise ValueError("length not minimal")
    end = inside + length
    if end > limit:
        raise ValueError("truncated")
    return tag, start, inside, end


def whole(data: bytes) -> Span:
    """Return the element that all of the data is.

    Raises:
        ValueError: it is not DER, or something follows.
    """
    found = span(data, 0, len(data))
    if found[3] != len(data):
        raise ValueError("bytes behind the end")
    return found


def inner(data: bytes, outer: Span, tag: int) -> list[Span]:
    """Return what an element of that tag holds.

    Raises:
        ValueError: it has another tag, or does not hold DER.
    """
    held, _, at, end = outer
    if held != tag:
        raise ValueError("another tag")
    found = []
    while at < end:
        one = span(data, at, end)
        found.append(one)
        at = one[3]
    return found


def raw(data: bytes, one: Span) -> bytes:
    """Return all of an element."""
    return data[one[1] : one[3]]


def value(data: bytes, one: Span) -> bytes:
    """Return the value of an element."""
    return data[one[2] : one[3]]
