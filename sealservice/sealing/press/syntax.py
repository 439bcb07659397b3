"""Reads objects as they are written (ISO 32000-2 7.2 and 7.3), no deeper than is asked for.

A value is kept as the bytes that it is written with, so that it can be copied as it is:
1. A dictionary is taken apart into keys and values; what is inside of a value is only looked over.
2. Values are well-formed at every level, and nest no deeper than allowed.
3. Comments, keys with escapes, keys that stand twice, and names that are not ASCII are declined:
   readers differ on them.
"""

import re
from typing import Final

from sealservice.sealing.press.declined import Declined, Reason

Entries = dict[bytes, bytes]
"""A dictionary: its keys, with their slash, and its values as written."""

WHITE: Final = rb"[\0\t\n\x0c\r ]"
_GAPS: Final = WHITE + rb"*+"
_KEY: Final = rb"/[!-\"$&-'*-.0-;=?-Z\\^-z|~]++"
"""Printable ASCII that is no delimiter, and no escape."""
_NAME: Final = rb"/[!-$&-'*-.0-;=?-Z\\^-z|~]++"
ENDED: Final = rb"(?=[\0\t\n\x0c\r ()<>\[\]{}/%]|\Z)"
_REFERENCE: Final = rb"\d{1,10}" + WHITE + rb"{1,9}\d{1,5}" + WHITE + rb"{1,9}R" + ENDED
_NUMBER: Final = rb"[-+]?(?:\d++\.?+\d*+|\.\d++)" + ENDED
_HEX: Final = rb"<[0-9A-Fa-f\0\t\n\x0c\r ]*+>"
_STRING: Final = rb"\((?:[^()\\]++|\\[\s\S])*+\)"
_WORD: Final = rb"(?:true|false|null)" + ENDED
_DIRECT: Final = b"|".join((_NAME, _NUMBER, _STRING, _HEX, _WORD))
_ATOM: Final = _REFERENCE + b"|" + _DIRECT


def _nested(atom: bytes, inner: bytes) -> bytes:
    """Return the pattern of an atom, or a value that holds, in brackets, what ``inner`` matches."""
    array = rb"\[(?:%b(?:%b))*+%b\]" % (_GAPS, inner, _GAPS)
    entries = rb"<<(?:%b%b%b(?:%b))*+%b>>" % (_GAPS, _NAME, _GAPS, inner, _GAPS)
    return b"|".join((atom, array, entries))


_SIMPLE: Final = _nested(_ATOM, _nested(_ATOM, _ATOM))
"""A value of up to two levels; deeper ones are taken apart first."""
OPERAND: Final = _nested(_DIRECT, _nested(_DIRECT, _DIRECT))
"""The same in the content of a page, where there are no references."""
_ENTRY: Final = re.compile(rb"%b(%b)%b(%b)" % (_GAPS, _KEY, _GAPS, _SIMPLE)).match
_ENTRIES: Final = re.compile(rb"%b(%b)%b(%b)" % (_GAPS, _KEY, _GAPS, _SIMPLE)).findall
_ENTRY_BEGUN: Final = re.compile(rb"%b(%b)" % (_GAPS, _KEY)).match
_INNER_ENTRY: Final = re.compile(rb"%b%b%b(?:%b)" % (_GAPS, _NAME, _GAPS, _SIMPLE)).match
_INNER_BEGUN: Final = re.compile(_GAPS + _NAME).match
_ITEM: Final = re.compile(rb"%b(%b)" % (_GAPS, _SIMPLE)).match
_BEGUN: Final = re.compile(_GAPS + rb"(<<|\[|\()").match
_CLOSED: Final = re.compile(_GAPS + rb">>").match
SHALLOW: Final = rb"(%b<<)(?:%b%b%b(?:%b))*+%b>>" % (_GAPS, _GAPS, _KEY, _GAPS, _SIMPLE, _GAPS)
"""A dictionary whose values nest no deeper than one pattern knows."""
_SHALLOW: Final = re.compile(SHALLOW).match
_ARRAY_CLOSED: Final = re.compile(_GAPS + rb"\]").match
_GAP: Final = re.compile(_GAPS).match
_PARENTHESIS: Final = re.compile(rb"[()\\]").search
_ONE_REFERENCE: Final = re.compile(rb"(\d{1,10})" + WHITE + rb"++(\d{1,5})" + WHITE + rb"++R")
_ANY_REFERENCE: Final = _ONE_REFERENCE.findall
_REFERENCES: Final = re.compile(
    rb"\[(?:" + WHITE + rb"*+\d{1,10}" + WHITE + rb"++0" + WHITE + rb"++R)*+" + WHITE + rb"*+\]"
)
_ONE_NUMBER: Final = re.compile(_NUMBER).fullmatch
_DIGITS: Final = re.compile(rb"\d+").findall
_OCTAL: Final = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|[\r\n])|(.))", re.DOTALL)
_ESCAPES: Final = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


def dictionary(data: bytes, position: int, greatest: int, depth: int) -> tuple[Entries, int]:
    """Take the dictionary at a position apart; return its entries, and where it ends.

    ``greatest`` is how many bytes it may have, ``depth`` how many levels its values.

    Raises:
        Declined: SYNTAX, DUPLICATE.
    """
    end = position + greatest
    if found := _SHALLOW(data, position, end):
        return _plain_entries(data, found), found.end()
    opened = _BEGUN(data, position, end)
    if opened is None or opened[1] != b"<<":
        raise Declined(Reason.KIND)
    entries: Entries = {}
    position = opened.end()
    while True:
        if found := _ENTRY(data, position, end):
            key, value = found.groups()
            position = found.end()
        elif found := _ENTRY_BEGUN(data, position, end):
            key, (begin, position) = found[1], value_span(data, found.end(), end, depth)
            value = data[begin:position]
        else:
            break
        if key in entries:
            raise Declined(Reason.DUPLICATE)
        entries[key] = value
    return entries, _closed(_CLOSED(data, position, end))


def _plain_entries(data: bytes, found: re.Match[bytes]) -> Entries:
    """Return the entries of a dictionary that nests no deeper than one pattern knows."""
    listed = _ENTRIES(data, found.end(1), found.end() - len(b">>"))
    entries = dict(listed)
    if len(entries) != len(listed):
        raise Declined(Reason.DUPLICATE)
    return entries


def shallow_span(data: bytes, position: int, greatest: int) -> bytes | None:
    """Return the dictionary at a position, as written; None for one that nests deeper."""
    found = _SHALLOW(data, position, position + greatest)
    return found[0] if found else None


def value_span(data: bytes, position: int, end: int, depth: int) -> tuple[int, int]:
    """Return where the value at a position begins, behind white space, and where it ends.

    Raises:
        Declined: SYNTAX.
    """
    if found := _ITEM(data, position, end):
        return found.start(1), found.end()
    begun = _BEGUN(data, position, end)
    if begun is None or depth == 0:
        raise Declined(Reason.SYNTAX)
    inside = {b"<<": _inner_dictionary_end, b"[": _array_end, b"(": _string_end}[begun[1]]
    return begun.start(1), inside(data, begun.end(), end, depth - 1)


def _inner_dictionary_end(data: bytes, position: int, end: int, depth: int) -> int:
    while True:
        if found := _INNER_ENTRY(data, position, end):
            position = found.end()
        elif found := _INNER_BEGUN(data, position, end):
            _, position = value_span(data, found.end(), end, depth)
        else:
            return _closed(_CLOSED(data, position, end))


def _array_end(data: bytes, position: int, end: int, depth: int) -> int:
    while True:
        if found := _ITEM(data, position, end):
            position = found.end()
        elif _BEGUN(data, position, end):
            _, position = value_span(data, position, end, depth)
        else:
            return _closed(_ARRAY_CLOSED(data, position, end))


def _closed(found: re.Match[bytes] | None) -> int:
    if found is None:
        raise Declined(Reason.SYNTAX)
    return found.end()


def _string_end(data: bytes, position: int, end: int, _depth: int) -> int:
    """Return where a literal string ends whose opening parenthesis has been read."""
    open_ones = 1
    while found := _PARENTHESIS(data, position, end):
        position = found.end()
        if found[0] == b"\\":
            position += 1
            continue
        open_ones += 1 if found[0] == b"(" else -1
        if not open_ones:
            return position
    raise Declined(Reason.SYNTAX)


def items(array: bytes, depth: int) -> list[bytes]:
    """Return the values in an array, as written.

    Raises:
        Declined: KIND, when it is none; SYNTAX.
    """
    if not (array.startswith(b"[") and array.endswith(b"]")):
        raise Declined(Reason.KIND)
    found, position, end = [], 1, len(array) - 1
    inside = array[:end]
    while (gap := _GAP(inside, position)) and gap.end() < end:
        begin, position = value_span(inside, gap.end(), end, depth)
        found.append(inside[begin:position])
    return found


def reference(value: bytes | None) -> int | None:
    """Return the object number of a reference; None for everything else.

    Raises:
        Declined: OBJECT, of a generation other than 0.
    """
    found = _ONE_REFERENCE.fullmatch(value) if value else None
    if found is None:
        return None
    if int(found[2]):
        raise Declined(Reason.OBJECT)
    return int(found[1])


def referred(value: bytes) -> list[int]:
    """Return the numbers of all objects that a value may refer to."""
    return [int(number) for number, _ in _ANY_REFERENCE(value)]


def references(array: bytes, reason: Reason) -> list[int]:
    """Return the object numbers of an array that holds nothing but references.

    Raises:
        Declined: for the reason given.
    """
    if _REFERENCES.fullmatch(array) is None:
        raise Declined(reason)
    return [int(number) for number in _DIGITS(array)[::2]]


def integer(value: bytes | None) -> int:
    """Return a whole number that is not negative.

    Raises:
        Declined: KIND.
    """
    if value is None or not value.isdigit() or len(value) > 10:  # noqa: PLR2004 - as in a table
        raise Declined(Reason.KIND)
    return int(value)


def number(value: bytes) -> float:
    """Return what a number says.

    Raises:
        Declined: KIND.
    """
    if _ONE_NUMBER(value) is None:
        raise Declined(Reason.KIND)
    return float(value)


def certain_text(value: bytes) -> str:
    """Return what a string says, where everybody reads the same: in ASCII, UTF-16 or UTF-8.

    Raises:
        Declined: KIND.
    """
    raw, said = string(value), text(value)
    is_marked = raw.startswith((b"\xfe\xff", b"\xef\xbb\xbf"))
    is_plain = raw.isascii() and (said.isprintable() or not said)
    if not (is_marked or is_plain) or "\ufffd" in said or "\x1b" in said:
        raise Declined(Reason.KIND)
    return said


def text_string(said: str) -> bytes:
    """Return a string as it is written (ISO 32000-2 7.9.2.2)."""
    return b"<feff%b>" % said.encode("utf-16-be").hex().encode("ascii")


def text(value: bytes) -> str:
    """Return what a string says (ISO 32000-2 7.9.2.2); PDFDocEncoding as if it were Latin-1.

    Raises:
        Declined: KIND.
    """
    raw = string(value)
    if raw.startswith(b"\xfe\xff"):
        return raw[2:].decode("utf-16-be", "replace")
    if raw.startswith(b"\xef\xbb\xbf"):
        return raw[3:].decode("utf-8", "replace")
    return raw.decode("latin-1")


def string(value: bytes) -> bytes:
    """Return the bytes of a string that is written with parentheses, or in hexadecimal.

    Raises:
        Declined: KIND.
    """
    if value.startswith(b"(") and value.endswith(b")"):
        return _OCTAL.sub(_unescaped, value[1:-1])
    if value.startswith(b"<") and not value.startswith(b"<<"):
        digits = b"".join(value[1:-1].replace(b"\0", b" ").split())
        return bytes.fromhex((digits + b"0" * (len(digits) % 2)).decode("ascii"))
    raise Declined(Reason.KIND)


def _unescaped(found: re.Match[bytes]) -> bytes:
    octal, line, other = found.groups()
    if octal is not None:
        return bytes([int(octal, 8) & 0xFF])
    return b"" if line is not None else _ESCAPES.get(other, other)
