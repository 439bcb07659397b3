"""Pure functions of the libraries that cost most of a verification, put in another way.

Each of them answers as the library's own does, and leaves to it whatever is out of the ordinary:

1. A hexadecimal string of digits only is decoded at once instead of digit by digit: the CMS of a
   signature is such a string of many thousand.
2. A name of regular characters only is cut out at once, and not byte by byte.
3. How a text of a name is prepared for comparison (RFC 4518 2) is remembered: the same few names
   are compared over and over. What cannot be prepared raises each time, as before.

Only the process that examines files imports this module; ``tests/verification/test_quickening.py``
holds the answers against the library's.
"""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import IO, Final

from asn1crypto import x509
from pyhanko.pdf_utils import generic

_CHUNK: Final = 1 << 14
_DIGITS: Final = re.compile(rb"[0-9A-Fa-f]*")
_NAME: Final = re.compile(rb"/[!\"$&'*-.0-;=?-Z\\^-z|~]*(?=[ \n\r\t\f\0()<>\[\]{}/%])")
"""Up to a delimiter, without escapes (ISO 32000-2 7.3.5)."""
_NAME_CHUNK: Final = 64
_TEXTS: Final = 4_096
_LONGEST_TEXT: Final = 512
LIBRARY_READ: Final = generic.read_hex_string_from_stream
LIBRARY_NAME: Final[Callable[[IO[bytes]], generic.NameObject]] = generic.NameObject.read_from_stream
LIBRARY_PREPARE: Final = x509.NameTypeAndValue._ldap_string_prep  # noqa: SLF001
_SOMEBODY: Final = x509.NameTypeAndValue()


def read_hex_string(
    stream: IO[bytes],
) -> generic.ByteStringObject | generic.TextStringObject:
    """Read a hexadecimal string (ISO 32000-2 7.3.4.3), from its ``<`` to behind its ``>``.

    Raises:
        PdfStreamError: it is none.
    """
    start = stream.tell()
    found = _DIGITS.fullmatch(_up_to_end(stream, start))
    if found is None:
        stream.seek(start)
        return LIBRARY_READ(stream)
    digits = found[0].decode("ascii")
    stream.seek(start + len(digits) + 2)
    return generic.pdf_string(bytes.fromhex(digits + "0" * (len(digits) % 2)))


def _up_to_end(stream: IO[bytes], start: int) -> bytes:
    """Return what stands between ``<`` and ``>``; no digits when no ``>`` follows."""
    stream.seek(start + 1)
    read = bytearray()
    while chunk := stream.read(_CHUNK):
        end = chunk.find(b">")
        if end >= 0:
            return bytes(read + chunk[:end])
        read += chunk
        if not _DIGITS.fullmatch(chunk):
            break
    return b"<"


def read_name(stream: IO[bytes]) -> generic.NameObject:
    """Read a name (ISO 32000-2 7.3.5), from its ``/`` up to the next delimiter.

    Raises:
        PdfReadError: it is none.
    """
    start = stream.tell()
    found = _NAME.match(stream.read(_NAME_CHUNK))
    if found is None:
        stream.seek(start)
        return LIBRARY_NAME(stream)
    stream.seek(start + found.end())
    return generic.NameObject(found[0].decode("ascii"))


def prepared(text: str) -> str:
    """Prepare a text of a name for comparison (RFC 4518 2).

    Raises:
        ValueError: it holds what may not be in names.
    """
    return _remembered(text) if len(text) <= _LONGEST_TEXT else _prepared(text)


def _prepared(text: str) -> str:
    return str(LIBRARY_PREPARE(_SOMEBODY, text))


_remembered = lru_cache(_TEXTS)(_prepared)


def _prepared_of(_: x509.NameTypeAndValue, text: str) -> str:
    return prepared(text)


generic.read_hex_string_from_stream = read_hex_string
generic.NameObject.read_from_stream = staticmethod(read_name)  # type: ignore[method-assign]
x509.NameTypeAndValue._ldap_string_prep = _prepared_of  # noqa: SLF001
