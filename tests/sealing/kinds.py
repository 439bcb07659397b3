"""Documents of many kinds: forms with annotations, archivable, tagged, laid out in other ways."""

import io
from collections.abc import Callable
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from tests.sealing.pages import prepared_form, saved, typeset

PLAIN: Final = "1.7"


def linearised() -> bytes:
    """Return a page whose file is laid out for fast display (ISO 32000-2 Annex F)."""
    written = io.BytesIO()
    with opened(PLAIN) as document:
        document.save(written, linearize=True)
    return written.getvalue()


def with_object_streams() -> bytes:
    """Return a page whose objects stand in object streams."""
    with opened(PLAIN) as document:
        return saved(document, streams=True)


def with_annotations() -> bytes:
    """Return a form with a link and a highlighted place beside its fields."""
    with pikepdf.open(io.BytesIO(prepared_form())) as document:
        page = document.pages[0]
        shared = {"Type": Name.Annot, "F": 4, "P": page.obj}
        drawn = document.make_stream(b"1 1 0 rg 0 0 100 20 re f", Type=Name.XObject)
        drawn.update({"/Subtype": Name.Form, "/BBox": Array([0, 0, 100, 20])})
        address = Dictionary(S=Name.URI, URI="http://127.0.0.1/")
        link = Dictionary(**shared, Subtype=Name.Link, Rect=[60, 300, 160, 320], A=address)
        corners = [200, 320, 300, 320, 200, 300, 300, 300]
        highlight = Dictionary(
            **shared,
            Subtype=Name.Highlight,
            Rect=[200, 300, 300, 320],
            QuadPoints=corners,
            AP=Dictionary(N=drawn),
        )
        page.Annots.extend(document.make_indirect(one) for one in (link, highlight))
        return saved(document)


def booklet(standard: str) -> bytes:
    """Return five pages that are alike and keep a standard."""
    with opened(standard) as document:
        for _ in range(4):
            document.pages.append(document.pages[0])
        return saved(document)


def opened(standard: str) -> Pdf:
    """Return a page that keeps a standard, opened."""
    return pikepdf.open(io.BytesIO(typeset(standard=standard)))


SOURCES: Final[dict[str, Callable[[], bytes]]] = {
    "a-2b": typeset,
    "ua-1": lambda: typeset(standard="ua-1"),
    "form": with_annotations,
    "linearised": linearised,
    "streams": with_object_streams,
}
"""What is sealed in three orders."""
