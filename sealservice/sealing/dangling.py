"""Whether a document refers to objects that are not there yet. Runs in the sandbox.

Whoever seals appends objects, numbered from the trailer's /Size on. A reference to such a number
means nothing until then; afterwards it leads to what was appended: content written beforehand could
show the seal's drawing on a page where nobody approved it. References are looked for where they can
be, in the file as it stands and in its object streams (ISO 32000-2 7.3.10, 7.5.7); trailers are
left out, for they show nothing, and some programs write so. That compressed data look like a
reference by chance is as good as impossible.
"""

import re
from collections.abc import Iterator
from typing import Final

import pikepdf

_LONGEST_COMMENT: Final = 250
_GAP: Final = rb"(?:[\0\t\n\x0c\r ]|%%[^\r\n]{0,%d}+[\r\n])++" % _LONGEST_COMMENT
_REFERENCE: Final = re.compile(
    rb"(?<!\d)0*+(\d{1,10}+)" + _GAP + rb"\d++" + _GAP + rb"R(?![^\0\t\n\x0c\r ()<>\[\]{}/%])"
)
_TRAILER: Final = re.compile(
    rb"[nf][\0\t\n\x0c\r ]+trailer[\0\t\n\x0c\r ]*<<[^()%]{0,4096}?>>"
    rb"[\0\t\n\x0c\r ]*startxref\b"
)
"""Behind the last row of a table, without strings and comments, which an object could hide in."""


def refers_beyond(pdf: bytes, document: pikepdf.Pdf) -> bool:
    """Return whether a document refers to an object that would be appended to it."""
    size = int(document.trailer.get("/Size", 0))
    return any(number >= size for part in _parts(pdf, document) for number in _numbers(part))


def _parts(pdf: bytes, document: pikepdf.Pdf) -> Iterator[bytes]:
    yield _TRAILER.sub(b" ", pdf)
    for held in document.objects:
        if isinstance(held, pikepdf.Stream) and "/First" in held and "/N" in held:
            yield held.read_bytes()


def _numbers(data: bytes) -> Iterator[int]:
    return (int(found[1]) for found in _REFERENCE.finditer(data))
