"""A plain PDF written by hand, so that single bytes of it can be wrong."""

import re
import zlib
from collections.abc import Callable, Mapping
from typing import Final

OBJECTS: Final[Mapping[int, bytes]] = {
    1: b"<</Type/Catalog/Pages 2 0 R>>",
    2: b"<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2>>",
    3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 425 567]>>",
    4: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 425 567]>>",
}


def table(objects: Mapping[int, bytes], size: int, trailer: bytes = b"/Root 1 0 R") -> bytes:
    """Return a file with a cross-reference table."""
    return _revised(b"%PDF-1.7\n", objects, size, trailer)


def revised(pdf: bytes, objects: Mapping[int, bytes], size: int, trailer: bytes) -> bytes:
    """Return a file with one more revision, whose trailer has /Prev unless it is given."""
    previous = re.findall(rb"startxref\n(\d+)", pdf)[-1]
    said = trailer if b"/Prev" in trailer else trailer + b"/Prev " + previous
    return _revised(pdf, objects, size, said)


def _revised(pdf: bytes, objects: Mapping[int, bytes], size: int, trailer: bytes) -> bytes:
    rows = []
    for number, body in objects.items():
        rows.append(b"%d 1\n%010d 00000 n \n" % (number, len(pdf)))
        pdf += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(pdf)
    table = b"xref\n" + b"".join(rows) + b"trailer\n<</Size %d%b>>\n" % (size, trailer)
    return pdf + table + b"startxref\n%d\n%%%%EOF\n" % start


def streams(
    packed: Mapping[int, bytes], *, repack: Callable[[bytes], bytes] = zlib.compress
) -> bytes:
    """Return a file whose objects are in an object stream, number 10."""
    bodies, head, inside = list(packed.items()), [], b""
    for number, body in bodies:
        head.append(b"%d %d" % (number, len(inside)))
        inside += body + b" "
    first = b" ".join(head) + b" "
    data = repack(first + inside)
    pdf = b"%PDF-1.7\n"
    held = b"10 0 obj\n<</Type/ObjStm/N %d/First %d/Filter/FlateDecode/Length %d>>\nstream\n" % (
        len(bodies), len(first), len(data))  # fmt: skip
    start = len(pdf) + len(held) + len(data) + len(b"\nendstream\nendobj\n")
    rows = [b"\2" + (10).to_bytes(4) + bytes([place]) for place in range(len(bodies))]
    rows += [b"\1" + len(pdf).to_bytes(4) + b"\0", b"\1" + start.to_bytes(4) + b"\0"]
    index = b" ".join([*(b"%d 1" % number for number, _ in bodies), b"10 2"])
    section = b"11 0 obj\n<</Type/XRef/Size 12/W[1 4 1]/Index[%b]/Root 1 0 R/Length %d>>\nstream\n"
    section = section % (index, 6 * len(rows)) + b"".join(rows) + b"\nendstream\nendobj\n"
    return (
        pdf + held + data + b"\nendstream\nendobj\n" + section + b"startxref\n%d\n%%%%EOF\n" % start
    )
