"""Documents that cannot be sealed, or not everywhere."""

import io
from collections.abc import Callable
from typing import Final

import pikepdf

from tests.sealing.pages import saved


def small_page() -> bytes:
    """Return a page of 35 by 35 mm, smaller than a seal."""
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(100, 100))
        return saved(document)


def without_pages() -> bytes:
    """Return a document that has none."""
    with pikepdf.new() as document:
        return saved(document)


def without_media_box() -> bytes:
    """Return a page that does not say how large it is."""
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(595, 842))
        pdf = saved(document)
    assert b"/MediaBox" in pdf
    return pdf.replace(b"/MediaBox", b"/MediaBux")


def ten_thousand_pages() -> bytes:
    """Return so many pages, which are more than the limit."""
    page = b"1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    kids = b"".join(b"%d 0 R " % number for number in range(3, 10_003))
    tree = b"2 0 obj<</Type/Pages/Count 10000/MediaBox[0 0 595 842]/Kids[%s]>>endobj\n" % kids
    pages = (b"%d 0 obj<</Type/Page/Parent 2 0 R>>endobj\n" % number for number in range(3, 10_003))
    out, offsets = io.BytesIO(), []
    out.write(b"%PDF-1.7\n")
    for part in (page, tree, *pages):
        offsets.append(out.tell())
        out.write(part)
    start = out.tell()
    out.write(b"xref\n0 10003\n0000000000 65535 f \n")
    out.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
    out.write(b"trailer<</Size 10003/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


UNFIT: Final[dict[str, tuple[Callable[[], bytes], str]]] = {
    "no pages": (without_pages, "not_a_pdf"),
    "10,000 pages": (ten_thousand_pages, "document_too_large"),
    "no MediaBox": (without_media_box, "page_unusable"),
}
"""Documents, and the code of what refuses them."""
