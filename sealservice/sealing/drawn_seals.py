"""Finds the seals that earlier orders drew as content of a page, so that none is covered.

They are no annotations, but nobody else writes like us:
1. The drawing's name among the page's resources is ``/Seal`` and sixteen hexadecimal digits, drawn
   by lot (sealing/painting.py); content that was there before cannot hold it.
2. Each impression is one sequence of operators that names it, in a content stream of its own
   before which the graphics state is the page's first one (sealing/page_content.py). So the clip
   rectangle of a slice, or the drawing's box under the matrix, is where it shows.
What only looks alike costs nobody more than another place.
"""

from collections.abc import Iterator, Sequence

import pikepdf

from sealservice.sealing.geometry import PageGeometry
from sealservice.sealing.model import Box
from sealservice.sealing.painting import is_drawing, painted
from sealservice.sealing.reading import Rectangle, rectangle


def drawn_seals(
    document: pikepdf.Pdf, pages: Sequence[PageGeometry], indices: set[int]
) -> Iterator[Box]:
    """Yield where seals are drawn on some pages, in default user space."""
    for index in sorted(indices):
        page = document.pages[index]
        sizes = dict(_drawings(page))
        for content in _contents(page) if sizes else ():
            for area in painted(content, sizes):
                yield Box(index, *area, pages[index].rotation)


def _drawings(page: pikepdf.Page) -> Iterator[tuple[bytes, Rectangle]]:
    """Yield the names of our drawings with their boxes."""
    held = (
        page.resources.get("/XObject") if isinstance(page.resources, pikepdf.Dictionary) else None
    )
    for name, drawing in held.items() if isinstance(held, pikepdf.Dictionary) else ():
        if is_drawing(name) and isinstance(drawing, pikepdf.Stream):
            box = rectangle(drawing.get("/BBox"))
            if box is not None:
                yield name.encode("ascii"), box


def _contents(page: pikepdf.Page) -> Iterator[bytes]:
    held = page.obj.get("/Contents")
    for stream in held if isinstance(held, pikepdf.Array) else [held]:
        if isinstance(stream, pikepdf.Stream):
            yield stream.read_bytes()
