"""A key that is given twice: one program reads the one value, another one the other."""

import re

import pytest

from sealservice.verification.model import Verdict
from tests.verification.attacks.hands import FORGED
from tests.world_verification import SignedWorld, blank_pdf


def appended(pdf: bytes, objects: dict[int, bytes], root: bytes) -> bytes:
    """Append a revision as it is written by hand."""
    size = max(int(found) for found in re.findall(rb"/Size (\d+)", pdf))
    previous = re.findall(rb"startxref\s+(\d+)", pdf)[-1]
    body, table = pdf, b"xref\n"
    for number, value in objects.items():
        table += b"%d 1\n%010d 00000 n \n" % (number, len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, value)
    trailer = b"trailer\n<</Size %d/Prev %s%s>>\n" % (size + 9, previous, root)
    return body + table + trailer + b"startxref\n%d\n%%%%EOF\n" % len(body)


def parts(pdf: bytes) -> tuple[int, bytes, int]:
    """Return the number and text of the newest catalog, and a number that is free."""
    root = int(re.findall(rb"/Root (\d+) 0 R", pdf)[-1])
    text = re.findall(rb"\n%d 0 obj\n(<<.*?>>)\nendobj" % root, pdf, re.DOTALL)[-1]
    return root, text, max(int(found) for found in re.findall(rb"/Size (\d+)", pdf))


def forged_tree(free: int) -> dict[int, bytes]:
    """Return a page tree with one forged page."""
    stream = b"<</Length %d>>\nstream\n%s\nendstream" % (len(FORGED), FORGED)
    page = b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 595 842]/Contents %d 0 R>>" % (free, free + 2)
    tree = b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % (free + 1)
    return {free: tree, free + 1: page, free + 2: stream}


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize("place", ["catalog", "trailer", "page"])
def test_no_doubled_key_is_valid(world: SignedWorld, place: str, *, is_first: bool) -> None:
    """VERIFICATION 4.2: neither in the catalog, nor in a trailer, nor in a page."""
    signed = world.sign(blank_pdf(), world.plain_signer)
    root, catalog, free = parts(signed)
    forged = catalog.replace(b"/Pages ", b"/Pages %d 0 R/Pages " % free)
    if not is_first:
        forged = catalog[:-2] + b"/Pages %d 0 R>>" % free
    named = b"/Root %d 0 R" % root
    objects = forged_tree(free)
    if place == "catalog":
        objects[root] = forged
    elif place == "trailer":
        objects[free + 3] = re.sub(rb"/Pages \d+", b"/Pages %d" % free, catalog)
        pair = [b"/Root %d 0 R" % (free + 3), named]
        named = b"".join(pair if is_first else reversed(pair))
    else:
        number, page = re.findall(
            rb"\n(\d+) 0 obj\n(<<\n/Type /Page\n.*?>>)\nendobj", signed, re.DOTALL
        )[-1]
        other = b"/Contents %d 0 R" % (free + 2)
        objects[int(number)] = b"<<" + other + page[2:] if is_first else page[:-2] + other + b">>"
    report = world.verify(appended(signed, objects, named))
    assert report.verdict in (Verdict.INVALID, Verdict.UNCONFIRMED, Verdict.UNREADABLE)
