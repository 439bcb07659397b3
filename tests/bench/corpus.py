"""Documents to seal: of some size, written in some way, revised some times, and no two the same.

A page has compressed text, a picture of noise that brings the document to its size, and a number
that is unlike in every document: on its page, in the title and in the file identifier.
"""

import io
import itertools
import random
import re
import secrets
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pikepdf

_NUMBER: Final = b"0123456789abcdef"
"""Stands where the number of a document goes."""
_WORDS: Final = (
    *("contract", "party", "shall", "deliver", "invoice", "amount"),
    *("payable", "within", "days", "annex"),
)
_LINES: Final = 40
_PIXEL_BYTES: Final = 3
_PICTURE_WIDTH: Final = 100
_TRAILER: Final = re.compile(rb"/Root (\d+ 0 R).*?/ID ?(\[[^\]]*\])", re.DOTALL)
_SIZE: Final = re.compile(rb"/Size (\d+)")
_INFO: Final = re.compile(rb"/Info (\d+) 0 R")
_START: Final = re.compile(rb"startxref\n(\d+)")


@dataclass(frozen=True)
class Kind:
    """What the documents of a case have in common."""

    pages: int
    size: int
    """Bytes, about."""
    has_xref_stream: bool = False
    """With object streams, then; else a classic table."""
    revisions: int = 0
    """How many earlier revisions it has, besides the first."""


SMALL: Final = Kind(pages=1, size=50_000)
MIDDLE: Final = Kind(pages=20, size=2_000_000)
LARGE: Final = Kind(pages=300, size=60_000_000)


@dataclass(frozen=True)
class Corpus:
    """Documents of a kind."""

    kind: Kind
    pattern: bytes

    def fresh(self, count: int) -> list[bytes]:
        """Return so many documents that nobody has seen before."""
        return [self.pattern.replace(_NUMBER, secrets.token_hex(8).encode()) for _ in range(count)]


def corpus(kind: Kind) -> Corpus:
    """Write the pattern of a kind of documents."""
    pattern = _revised(_written(_objects(kind)), kind.revisions)
    if kind.has_xref_stream:
        pattern = _revised(_with_streams(_written(_objects(kind))), kind.revisions)
    return Corpus(kind, pattern)


def _objects(kind: Kind) -> list[bytes]:
    """Return the objects of a document, the first one being number 1."""
    kids = b" ".join(b"%d 0 R" % (5 + 4 * page) for page in range(kind.pages))
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
    found = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d/MediaBox[0 0 595 842]>>" % (kids, kind.pages),
        font,
        b"<</Title(Contract %s)/Producer(bench)>>" % _NUMBER,
    ]
    chance = random.Random(kind.pages)  # noqa: S311 - noise that is the same in every run
    for page in range(kind.pages):
        found += _page(5 + 4 * page, kind.size // kind.pages, chance)
    return found


def _page(number: int, size: int, chance: random.Random) -> Iterator[bytes]:
    held = b"/Font<</F 3 0 R>>/XObject<</I %d 0 R>>" % (number + 3)
    contents = b"[%d 0 R %d 0 R]" % (number + 1, number + 2)
    yield b"<</Type/Page/Parent 2 0 R/Resources<<%s>>/Contents %s>>" % (held, contents)
    yield _stream(b"", b"BT /F 9 Tf 50 800 Td (No. %s) Tj ET" % _NUMBER)
    lines = (" ".join(chance.choices(_WORDS, k=11)) for _ in range(_LINES))
    text = "".join(f"({line}) Tj 0 -12 Td\n" for line in lines)
    drawn = f"BT /F 9 Tf 50 780 Td\n{text}ET\nq 200 0 0 200 50 50 cm /I Do Q".encode("ascii")
    yield _stream(b"/Filter/FlateDecode", zlib.compress(drawn))
    row = _PICTURE_WIDTH * _PIXEL_BYTES
    height = max(1, (size - len(drawn) // 3) // row)
    of_picture = (
        b"/Type/XObject/Subtype/Image/ColorSpace/DeviceRGB/BitsPerComponent 8"
        b"/Width %d/Height %d" % (_PICTURE_WIDTH, height)
    )
    yield _stream(of_picture, chance.randbytes(row * height))


def _stream(entries: bytes, data: bytes) -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries, len(data), data)


def _written(objects: list[bytes]) -> bytes:
    parts = [b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"]
    parts += (b"%d 0 obj\n%s\nendobj\n" % pair for pair in enumerate(objects, 1))
    ends = list(itertools.accumulate(map(len, parts)))
    entries = b"".join(b"%010d 00000 n \n" % offset for offset in ends[:-1])
    trailer = b"<</Size %d/Root 1 0 R/Info 4 0 R/ID[<%s><%s>]>>" % (
        (len(objects) + 1, _NUMBER, _NUMBER)
    )
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, entries)
    parts.append(b"%strailer\n%s\nstartxref\n%d\n%%%%EOF\n" % (table, trailer, ends[-1]))
    return b"".join(parts)


def _with_streams(pdf: bytes) -> bytes:
    """Write a document anew, with object streams; its own streams stay as they are."""
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.save(
            output,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            compress_streams=False,
        )
    return output.getvalue()


def _revised(pdf: bytes, times: int) -> bytes:
    """Append revisions that each change the document information, written as the first one is."""
    for revision in range(times):
        trailer = _TRAILER.findall(pdf)[-1]
        size, info, start = (int(found.findall(pdf)[-1]) for found in (_SIZE, _INFO, _START))
        kept = b"/Root %s/Info %d 0 R/ID%s/Prev %d" % (trailer[0], info, trailer[1], start)
        changed = b"%d 0 obj\n<</Title(Contract %s)/Subject(revision %d)>>\nendobj\n"
        new = changed % (info, _NUMBER, revision)
        at = len(pdf) + len(new)
        is_table = pdf.startswith(b"xref", start)
        section = _table if is_table else _xref_stream
        new += section(kept, size, (info, len(pdf)), at)
        pdf += new + b"startxref\n%d\n%%%%EOF\n" % at
    return pdf


def _table(kept: bytes, size: int, entry: tuple[int, int], _at: int) -> bytes:
    lines = b"xref\n%d 1\n%010d 00000 n \n" % entry
    return b"%strailer\n<</Size %d%s>>\n" % (lines, size, kept)


def _xref_stream(kept: bytes, size: int, entry: tuple[int, int], at: int) -> bytes:
    number, offset = entry
    rows = b"".join(b"\x01%s\0" % place.to_bytes(4) for place in (offset, at))
    entries = b"/Type/XRef/W[1 4 1]/Index[%d 1 %d 1]/Size %d%s" % (number, size, size + 1, kept)
    return b"%d 0 obj\n%s\nendobj\n" % (size, _stream(entries, rows))
