"""What sealing has done in the sandbox, by functions that load their libraries there only.

The process that hands a document over never parses it, and should not wait for pyHanko either:
these modules are imported by the sandbox's children (``infra/fork_server.PRELOADED``).
"""

# ruff: noqa: PLC0415 - see above

from datetime import datetime

from sealservice.sealing import errors as _errors  # noqa: F401 - what children may raise
from sealservice.sealing import placement_errors as _placement_errors  # noqa: F401 - likewise
from sealservice.sealing.layout import Layout, SearchResult
from sealservice.sealing.model import (
    Impression,
    Mark,
    PlacedSeal,
    Prepared,
    PreparedSignature,
    RevocationMaterial,
    Terms,
)
from sealservice.sealing.present import PresentSignature


def inspect(pdf: bytes, greatest_pages: int) -> int:
    """Return the number of pages of a document that may be sealed."""
    from sealservice.sealing import inspection

    return inspection.inspect(pdf, greatest_pages)


def locate(
    pdf: bytes, seals: tuple[PlacedSeal, ...], greatest_impressions: int
) -> tuple[tuple[Impression, ...], ...]:
    """Return where each seal shows."""
    from sealservice.sealing import locating

    return locating.locate(pdf, seals, greatest_impressions)


def layout(pdf: bytes) -> Layout:
    """Return how the pages lie, and the signature fields that are there."""
    from sealservice.sealing import locating

    return locating.layout(pdf)


def search(pdf: bytes, text: str, pages: str) -> SearchResult:
    """Return where a text stands on a set of pages."""
    from sealservice.sealing import locating

    return locating.search(pdf, text, pages)


def picture(pdf: bytes, page: int, width_px: int, greatest_pixels: int) -> bytes:
    """Return a page as displayed, as WebP."""
    from sealservice.sealing import locating

    return locating.picture(pdf, page, width_px, greatest_pixels)


def prepare(source: bytes, marks: tuple[Mark, ...], terms: Terms) -> tuple[PreparedSignature, ...]:
    """Return the revisions with seals that wait for their signatures."""
    from sealservice.sealing import revisions

    return revisions.prepare(source, marks, terms)


def status_revision(pdf: bytes, material: RevocationMaterial) -> bytes:
    """Return the revision with the DSS."""
    from sealservice.sealing import revisions

    return revisions.status_revision(pdf, material)


def timestamp_revision(pdf: bytes, moment: datetime, reserved: int) -> Prepared:
    """Return the revision with a document timestamp that waits for its token."""
    from sealservice.sealing import revisions

    return revisions.timestamp_revision(pdf, moment, reserved)


def present_signatures(pdf: bytes, roots: tuple[bytes, ...]) -> tuple[PresentSignature, ...]:
    """Return the signatures of a document with the certificates behind them."""
    from sealservice.sealing import present_chains

    return present_chains.present_signatures(pdf, roots)
