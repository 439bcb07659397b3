"""Verification without any engine: a sandbox, a clock, and the roots in a folder."""

from pathlib import Path
from typing import Final

from sealservice.config import Settings
from sealservice.infra.sandbox import ForkedSandbox
from sealservice.kernel.clock import utc_now
from sealservice.verification.anchors import TrustAnchors, read_anchors
from sealservice.verification.service import VerificationService
from sealservice.verification.trust_store import TrustStore

ROOTS: Final = "roots"
TRUST: Final = "trust"


def verifier(
    settings: Settings, roots: Path | None = None, sandbox: ForkedSandbox | None = None
) -> VerificationService:
    """Return a verifier that trusts the roots in a folder, by default what the home trusts.

    It works in a sandbox of its own, unless it is given one that runs already.

    Raises:
        AnchorFolderMissing, AnchorUnreadable: the folder given is not there or not all roots.
        TrustStoreBroken: what was added cannot be read.
    """
    anchors = read_anchors(roots) if roots is not None else trusted(settings)
    confined = sandbox or ForkedSandbox(settings.limits)
    return VerificationService(confined, anchors, settings.limits, utc_now)


def trust_store(settings: Settings) -> TrustStore:
    """Return what was added to the home's own roots."""
    return TrustStore(settings.home / TRUST, utc_now)


def trusted(settings: Settings) -> TrustAnchors:
    """Return whom verification trusts: the home's roots, and what was added to them.

    Raises:
        AnchorUnreadable, TrustStoreBroken: part of it cannot be read.
    """
    return trust_store(settings).with_roots(anchors_of(settings))


def anchors_of(settings: Settings) -> TrustAnchors:
    """Return the roots that the home trusts; none before its first ceremony.

    Raises:
        AnchorUnreadable: a file in the folder is no certificate.
    """
    folder = settings.home / ROOTS
    return read_anchors(folder) if folder.is_dir() else TrustAnchors(ROOTS)
