"""Damage done to good input: the kinds that parsers stumble over."""

import random
from typing import Final

WORDS: Final = (
    b"<<", b">>", b"[", b"]", b"(", b")", b"<", b">", b"null", b"true", b"-1", b"0", b"1 0 R",
    b"99 0 R", b"2147483648", b"1e99", b"obj", b"endobj", b"stream\n", b"endstream", b"xref\n",
    b"trailer", b"startxref\n", b"%%EOF", b"/Prev 0", b"/Kids [1 0 R]", b"/Type /Sig",
    b"/ByteRange [0 1 2 3]", b"/Contents <00>", b"/Filter /FlateDecode", b"\x00", b"\xff",
    b"\x30\x80", b"\x30\x84\xff\xff\xff\xff", b"\x02\x00", b"\x05\x00", b"\x06\x00", b"\xa0\x00",
    b"{", b"}", b'"', b":", b",", b"&a [*a]", b"!!python/object", b"\\ud800", b"\xef\xbb\xbf",
)  # fmt: skip


def damaged(seed: bytes, chance: random.Random) -> bytes:
    """Return the seed with one to six of: a byte turned, a part cut, doubled, moved, a word set."""
    data = bytearray(seed)
    for _ in range(chance.randint(1, 6)):
        at = chance.randrange(len(data) + 1)
        size = min(chance.choice((1, 2, 4, 16, 256)), len(data) - at)
        part = bytes(data[at : at + size])
        match chance.randrange(6):
            case 0 if size:
                data[at] ^= 1 << chance.randrange(8)
            case 1:
                del data[at : at + size]
            case 2:
                data[at:at] = part
            case 3:
                there = chance.randrange(len(data) + 1)
                data[there : there + size] = part
            case 4:
                data[at:at] = chance.choice(WORDS)
            case _:
                word = chance.choice(WORDS)
                data[at : at + len(word)] = word
    return bytes(data)
