"""Looks into documents from a distance: the inspection itself runs in the sandbox."""

from dataclasses import dataclass

from sealservice.kernel.sandbox import Sandbox
from sealservice.limits import Limits
from sealservice.sealing.confined import inspect, layout, locate, picture, search
from sealservice.sealing.layout import Layout, SearchResult
from sealservice.sealing.model import Impression, PlacedSeal


@dataclass(frozen=True, slots=True)
class SandboxedInspector:
    """A ``sealing.ports.DocumentInspector``."""

    sandbox: Sandbox
    limits: Limits

    def pages(self, pdf: bytes) -> int:
        """Return the number of pages of a document that may be sealed.

        Raises:
            NotAPdf, DocumentEncrypted, ChangesForbidden, ActiveContent, DocumentTooLarge.
            SandboxLimitExceeded, SandboxCrashed: it cannot be inspected within the limits.

        """
        return self.sandbox.run(inspect, pdf, self.limits.document_pages)

    def locate(
        self, pdf: bytes, seals: tuple[PlacedSeal, ...]
    ) -> tuple[tuple[Impression, ...], ...]:
        """Return where each seal shows, in the order of its placements.

        Raises:
            PlacementInvalid, PageSetInvalid, PlacementOutside, KeywordNotFound,
            OccurrenceNotFound, StraddleImpossible, FieldNotFound, FieldUnusable,
            TooManyImpressions, SealsCollide.

        """
        return self.sandbox.run(locate, pdf, seals, self.limits.impressions)

    def layout(self, pdf: bytes) -> Layout:
        """Return how the pages lie, and the signature fields that are there."""
        return self.sandbox.run(layout, pdf)

    def search(self, pdf: bytes, text: str, pages: str = "all") -> SearchResult:
        """Return where a text stands on a set of pages.

        Raises:
            PageSetInvalid, PlacementOutside.

        """
        return self.sandbox.run(search, pdf, text, pages)

    def picture(self, pdf: bytes, page: int, width_px: int) -> bytes:
        """Return a page (1 for the first) as displayed, so many pixels wide, as WebP.

        Raises:
            PlacementOutside: there is no such page.

        """
        return self.sandbox.run(picture, pdf, page, width_px, self.limits.picture_pixels)
