"""Pure functions of the libraries that cost most of a verification, put in another way.

Each of them answers as the library's own does, and leaves to it whatever is out of the ordinary:

1. A hexadecimal string of digits only is decoded at once instead of digit by digit: the CMS of a
   signature is such a string of many thousand.
2. References, one or an array of nothing else, are cut out at once: the array of a form's fields
   is written again with each seal.
3. A name of regular characters only is cut out at once, and not byte by byte.
4. How a text of a name is prepared for comparison (RFC 4518 2) is remembered: the same few names
   are compared over and over. What cannot be prepared raises each time, as before.

The process that examines files imports this module; whoever wants the library alone, for a second
opinion, calls ``withdraw`` first. ``tests/verification/test_quickening.py`` holds the answers
against the library's.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import IO, Final

from asn1crypto import x509
from pyhanko.pdf_utils import generic

_CHUNK: Final = 1 << 14
_DIGITS: Final = re.compile(rb"[0-9A-Fa-f]*")
_NAME: Final = re.compile(rb"/[!\"$&'*-.0-;=?-Z\\^-z|~]*(?=[ \n\r\t\f\0()<>\[\]{}/%])")
"""Up to a delimiter, without escapes (ISO 32000-2 7.3.5)."""
_NAME_CHUNK: Final = 64
_REFERENCE: Final = re.compile(rb"([0-9]{1,9}) ([0-9]{1,5}) R(?=[^0-9A-Za-z])")
_REFERENCES: Final = re.compile(rb"\[[ \r\n]*(?:[0-9]{1,9} [0-9]{1,5} R[ \r\n]*)*\]")
_BEGINNING: Final = re.compile(rb"\[[ \r\n]*[0-9]{1,9} [0-9]{1,5} R")
_REFERENCE_CHUNK: Final = 32
_LONGEST_ARRAY: Final = 1 << 20
_TEXTS: Final = 4_096
_LONGEST_TEXT: Final = 512
LIBRARY_READ: Final = generic.read_hex_string_from_stream
LIBRARY_NAME: Final[Callable[[IO[bytes]], generic.NameObject]] = generic.NameObject.read_from_stream
LIBRARY_REFERENCE: Final[Callable[[IO[bytes], generic.Dereferenceable], generic.IndirectObject]] = (
    generic.IndirectObject.read_from_stream
)
LIBRARY_ARRAY: Final[
    Callable[[IO[bytes], generic.Dereferenceable, generic.ContentOpReading], generic.ArrayObject]
] = generic.ArrayObject.read_from_stream
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


def read_reference(
    stream: IO[bytes], container_ref: generic.Dereferenceable
) -> generic.IndirectObject:
    """Read a reference (ISO 32000-2 7.3.10) to behind its ``R``.

    Raises:
        PdfReadError: it is none.
    """
    start = stream.tell()
    found = _REFERENCE.match(stream.read(_REFERENCE_CHUNK))
    if found is None or int(found[1]) == 0:
        stream.seek(start)
        return LIBRARY_REFERENCE(stream, container_ref)
    stream.seek(start + found.end())
    return generic.IndirectObject(int(found[1]), int(found[2]), container_ref.get_pdf_handler())


def read_array(
    stream: IO[bytes],
    container_ref: generic.Dereferenceable,
    in_content_stream: generic.ContentOpReading = generic.ContentOpReading.NO,
) -> generic.ArrayObject:
    """Read an array (ISO 32000-2 7.3.6) to behind its ``]``.

    Raises:
        PdfReadError: it is none.
    """
    start = stream.tell()
    found = None if in_content_stream else _REFERENCES.match(_array(stream, start))
    read = [] if found is None else [(int(one), int(other)) for one, other in _pairs(found[0])]
    if found is None or not all(number for number, _ in read):
        stream.seek(start)
        return LIBRARY_ARRAY(stream, container_ref, in_content_stream)
    stream.seek(start + found.end())
    array, handler = generic.ArrayObject(), container_ref.get_pdf_handler()
    for number, generation in read:
        item = generic.IndirectObject(number, generation, handler)
        item.container_ref = container_ref
        array.append(item)
    return array


def _pairs(array: bytes) -> Iterator[tuple[bytes, bytes]]:
    numbers = iter(array.strip(b"[] \r\n").replace(b"R", b" ").split())
    return zip(numbers, numbers, strict=True)


def _array(stream: IO[bytes], start: int) -> bytes:
    """Return an array that begins with a reference up to its first ``]``; nothing for others."""
    read = stream.read(_REFERENCE_CHUNK)
    if not _BEGINNING.match(read):
        return b""
    stream.seek(start)
    read = b""
    while b"]" not in read and len(read) < _LONGEST_ARRAY and (chunk := stream.read(_CHUNK)):
        read += chunk
    return read


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


def withdraw() -> None:
    """Put the library's own functions back, in this process."""
    generic.read_hex_string_from_stream = LIBRARY_READ
    generic.NameObject.read_from_stream = staticmethod(LIBRARY_NAME)  # type: ignore[method-assign]
    generic.IndirectObject.read_from_stream = staticmethod(LIBRARY_REFERENCE)  # type: ignore[assignment, method-assign]
    generic.ArrayObject.read_from_stream = staticmethod(LIBRARY_ARRAY)  # type: ignore[assignment, method-assign]
    x509.NameTypeAndValue._ldap_string_prep = LIBRARY_PREPARE  # noqa: SLF001


generic.read_hex_string_from_stream = read_hex_string
generic.NameObject.read_from_stream = staticmethod(read_name)  # type: ignore[method-assign]
generic.IndirectObject.read_from_stream = staticmethod(read_reference)  # type: ignore[method-assign]
generic.ArrayObject.read_from_stream = staticmethod(read_array)  # type: ignore[method-assign]
x509.NameTypeAndValue._ldap_string_prep = _prepared_of  # noqa: SLF001
