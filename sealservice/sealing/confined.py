"""What sealing has done in the sandbox, by functions that load their libraries there only.

The process that hands a document over never parses it, and should not wait for pyHanko either:
these modules are imported by the sandbox's children (``infra/fork_server.PRELOADED``).
"""

# ruff: noqa: PLC0415 - see above

from datetime import datetime

from sealservice.sealing.model import (
    Box,
    Impression,
    PlacedSeal,
    Prepared,
    RevocationMaterial,
)
from sealservice.seals.artwork import Artwork


def inspect(pdf: bytes, greatest_pages: int) -> int:
    """Return the number of pages of a document that may be sealed."""
    from sealservice.sealing import inspection

    return inspection.inspect(pdf, greatest_pages)


def locate(pdf: bytes, seals: tuple[PlacedSeal, ...]) -> tuple[tuple[Impression, ...], ...]:
    """Return where each seal shows."""
    from sealservice.sealing import inspection

    return inspection.locate(pdf, seals)


def seal_revision(
    source: bytes, artwork: Artwork, box: Box, moment: datetime, reserved: int
) -> Prepared:
    """Return the revision with a seal that waits for its signature."""
    from sealservice.sealing import revisions

    return revisions.seal_revision(source, artwork, box, moment, reserved)


def status_revision(pdf: bytes, material: RevocationMaterial) -> bytes:
    """Return the revision with the DSS."""
    from sealservice.sealing import revisions

    return revisions.status_revision(pdf, material)


def timestamp_revision(pdf: bytes, moment: datetime, reserved: int) -> Prepared:
    """Return the revision with a document timestamp that waits for its token."""
    from sealservice.sealing import revisions

    return revisions.timestamp_revision(pdf, moment, reserved)
