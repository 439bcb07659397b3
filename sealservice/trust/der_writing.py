"""Writes DER (X.690 10): the frames of messages whose inside is ready, and what varies in them.

Lengths are definite and in their shortest form, integers have no byte too many. What never changes
of a message is encoded once, by asn1crypto, and put between these.
"""

from datetime import datetime
from typing import Final

from sealservice.trust.der import GENERALIZED_TIME, INTEGER

_LONG_LENGTH: Final = 0x80  # from here on the length has a length of its own


def element(tag: int, *parts: bytes) -> bytes:
    """Return one element with a one-byte tag; its value is the parts, one behind the other."""
    length = sum(map(len, parts))
    return b"".join((_head(tag, length), *parts))


def integer(value: int) -> bytes:
    """Return an INTEGER in its shortest form (X.690 8.3.2)."""
    bits = (value if value >= 0 else ~value).bit_length()
    return element(INTEGER, value.to_bytes(bits // 8 + 1, signed=True))


def generalized_time(moment: datetime) -> bytes:
    """Return a GeneralizedTime in whole seconds of a moment in UTC (X.690 11.7)."""
    return element(GENERALIZED_TIME, moment.strftime("%Y%m%d%H%M%SZ").encode("ascii"))


def _head(tag: int, length: int) -> bytes:
    if length < _LONG_LENGTH:
        return bytes((tag, length))
    digits = length.to_bytes((length.bit_length() + 7) // 8)
    return bytes((tag, _LONG_LENGTH | len(digits))) + digits
