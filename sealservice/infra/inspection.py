"""Looks into documents from a distance: the inspection itself runs in the sandbox."""

from dataclasses import dataclass

from sealservice.config import Limits
from sealservice.kernel.sandbox import Sandbox
from sealservice.sealing.confined import inspect, locate
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
            KeywordNotFound, PlacementOutside.

        """
        return self.sandbox.run(locate, pdf, seals)
