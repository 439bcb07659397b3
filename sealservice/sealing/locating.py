"""Where seals show on a document: its placements, one after the other. Runs in the sandbox.

1. Each placement gives its impressions, in the order in which it names them: coordinates and
   keywords (``placement``, ``keywords``), straddling slices (``straddle``), prepared fields
   (``fields``).
2. One order shows seals in no more places than allowed.
3. No seal overlaps another one, or a signature field, or a stamp that is there (``collisions``).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pikepdf

from sealservice.sealing.collisions import refuse_collisions
from sealservice.sealing.fields import SignatureField, empty_fields, fill, signature_fields
from sealservice.sealing.geometry import PageGeometry
from sealservice.sealing.keywords import chosen
from sealservice.sealing.layout import Layout, SearchResult
from sealservice.sealing.model import (
    CoordinatePlacement,
    FieldPlacement,
    Impression,
    KeywordPlacement,
    PlacedSeal,
    Placement,
    StraddlePlacement,
)
from sealservice.sealing.page_sets import resolve
from sealservice.sealing.page_text import Texts
from sealservice.sealing.pictures import picture as drawn
from sealservice.sealing.placement import SealSize, at_coordinates, finite, on_text
from sealservice.sealing.placement_errors import KeywordNotFound, TooManyImpressions
from sealservice.sealing.reading import geometries, opened, readable
from sealservice.sealing.straddle import straddling


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A document as placements see it."""

    pages: tuple[PageGeometry, ...]
    fields: tuple[SignatureField, ...]
    texts: Texts

    def impressions(self, placement: Placement, size: SealSize) -> Iterator[Impression]:
        """Give the impressions of one placement."""
        match placement:
            case CoordinatePlacement():
                yield from map(Impression, at_coordinates(placement, size, self.pages))
            case KeywordPlacement():
                yield from self._on_keyword(placement, size)
            case StraddlePlacement():
                yield from straddling(placement, size, self.pages)
            case FieldPlacement():
                yield fill(placement, size, self.fields, self.pages)

    def _on_keyword(self, placement: KeywordPlacement, size: SealSize) -> Iterator[Impression]:
        finite(dx=placement.dx_mm, dy=placement.dy_mm)
        result = self.texts.search(placement.keyword, resolve(placement.pages, len(self.pages)))
        if not result.found:
            raise KeywordNotFound(placement.keyword, result.nearest)
        for found in chosen(placement.occurrence, result.found, placement.keyword):
            geometry = self.pages[found.shown.page]
            yield Impression(on_text(placement, found.shown, size, geometry))


def locate(
    pdf: bytes, seals: tuple[PlacedSeal, ...], greatest_impressions: int
) -> tuple[tuple[Impression, ...], ...]:
    """Return where each seal shows, in the order of its placements.

    Raises:
        NotAPdf, DocumentEncrypted, PageUnusable, PlacementInvalid, PageSetInvalid,
        PlacementOutside, KeywordNotFound, OccurrenceNotFound, StraddleImpossible, FieldNotFound,
        FieldUnusable, TooManyImpressions, SealsCollide.
    """
    with readable(), opened(pdf) as document:
        sheet = _sheet(pdf, document)
        located = tuple(tuple(_located(sheet, seal, greatest_impressions)) for seal in seals)
        count = sum(len(impressions) for impressions in located)
        if count > greatest_impressions:
            raise TooManyImpressions(limit=greatest_impressions, count=count)
        refuse_collisions(document, sheet.pages, sheet.fields, located)
    return located


def layout(pdf: bytes) -> Layout:
    """Return how the pages lie, and the signature fields that are there.

    Raises:
        NotAPdf, DocumentEncrypted, PageUnusable.
    """
    with readable(), opened(pdf) as document:
        sheet = _sheet(pdf, document)
    filled = sum(field.is_filled for field in sheet.fields)
    return Layout(sheet.pages, empty_fields(sheet.fields, sheet.pages), filled)


def search(pdf: bytes, text: str, pages: str) -> SearchResult:
    """Return where a text stands on a set of pages.

    Raises:
        NotAPdf, DocumentEncrypted, PageUnusable, PageSetInvalid, PlacementOutside.
    """
    with readable(), opened(pdf) as document:
        sheet = _sheet(pdf, document)
        return sheet.texts.search(text, resolve(pages, len(sheet.pages)))


def picture(pdf: bytes, page: int, width_px: int, greatest_pixels: int) -> bytes:
    """Return a page as displayed, as WebP, see ``pictures``.

    Raises:
        NotAPdf, DocumentEncrypted, PlacementOutside.
    """
    with readable(), opened(pdf):
        return drawn(pdf, page, width_px, greatest_pixels)


def _sheet(pdf: bytes, document: pikepdf.Pdf) -> _Sheet:
    pages = geometries(document)
    return _Sheet(pages, signature_fields(document, pages), Texts(pdf, pages))


def _located(sheet: _Sheet, seal: PlacedSeal, greatest: int) -> Sequence[Impression]:
    """Return the impressions of one seal, giving up over one of them too many."""
    size = SealSize(seal.width_mm, seal.height_mm)
    located: list[Impression] = []
    for placement in seal.placements:
        located += sheet.impressions(placement, size)
        if len(located) > greatest:
            raise TooManyImpressions(limit=greatest, count=len(located))
    return located
