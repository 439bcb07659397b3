"""The pages that an order puts seals on, drawn with them, for whoever approves it.

Each page is one SVG picture in mm, y downwards from the top of the page as displayed: the page as
it is, and over it the drawings, of a slice only the part that shows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sealservice.sealing.geometry import displayed
from sealservice.sealing.layout import Layout
from sealservice.sealing.model import Impression, Order

PAGES_SHOWN: Final = 6


@dataclass(frozen=True, slots=True)
class PageSeal:
    """One impression on a page as displayed, mm from its top left."""

    seal_id: str
    x: float
    y: float
    width: float
    height: float
    part: str | None
    """Of the upright drawing: ``x y width height`` of what shows, mm from its top left; or all."""
    whole: tuple[float, float]
    """Size of the drawing in mm."""


@dataclass(frozen=True, slots=True)
class OrderPage:
    """One page with its seals."""

    number: int
    """From 1."""
    width: float
    height: float
    seals: tuple[PageSeal, ...]


def order_pages(
    order: Order, layout: Layout, sizes: dict[str, tuple[float, float]]
) -> tuple[tuple[OrderPage, ...], int]:
    """Return the first few pages with seals, and how many there are.

    ``sizes`` has width and height of each seal in mm.
    """
    by_page: dict[int, list[PageSeal]] = {}
    for signature in order.signatures:
        for impression in signature.impressions:
            seal = _seal(signature.seal_id, impression, layout, sizes[signature.seal_id])
            by_page.setdefault(impression.box.page, []).append(seal)
    return tuple(_pages(by_page, layout)), len(by_page)


def _pages(by_page: dict[int, list[PageSeal]], layout: Layout) -> Iterator[OrderPage]:
    for page in sorted(by_page)[:PAGES_SHOWN]:
        geometry = layout.pages[page]
        width, height = geometry.width_mm, geometry.height_mm
        yield OrderPage(page + 1, width, height, tuple(by_page[page]))


def _seal(
    seal_id: str, impression: Impression, layout: Layout, whole: tuple[float, float]
) -> PageSeal:
    geometry = layout.pages[impression.box.page]
    box, window = displayed(impression.box, geometry), impression.window
    part = None
    if window is not None:
        across, along = window.right - window.left, window.top - window.bottom
        part = f"{window.left:.3f} {whole[1] - window.top:.3f} {across:.3f} {along:.3f}"
    return PageSeal(
        seal_id=seal_id,
        x=box.left,
        y=geometry.height_mm - box.top,
        width=box.right - box.left,
        height=box.top - box.bottom,
        part=part,
        whole=whole,
    )
