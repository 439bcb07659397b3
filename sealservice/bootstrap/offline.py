"""Verification without any engine: a sandbox, a clock, and the roots in a folder."""

from pathlib import Path
from typing import Final

from sealservice.config import Settings
from sealservice.infra.sandbox import ForkedSandbox
from sealservice.kernel.clock import utc_now
from sealservice.verification.anchors import TrustAnchors, read_anchors
from sealservice.verification.service import VerificationService

ROOTS: Final = "roots"


def verifier(
    settings: Settings, roots: Path | None = None, sandbox: ForkedSandbox | None = None
) -> VerificationService:
    """Return a verifier that trusts the roots in a folder, by default those of the home.

    It works in a sandbox of its own, unless it is given one that runs already.

    Raises:
        AnchorFolderMissing, AnchorUnreadable: the folder given is not there or not all roots.
    """
    anchors = read_anchors(roots) if roots is not None else anchors_of(settings)
    confined = sandbox or ForkedSandbox(settings.limits)
    return VerificationService(confined, anchors, settings.limits, utc_now)


def anchors_of(settings: Settings) -> TrustAnchors:
    """Return the roots that the home trusts; none before its first ceremony.

    Raises:
        AnchorUnreadable: a file in the folder is no certificate.
    """
    folder = settings.home / ROOTS
    return read_anchors(folder) if folder.is_dir() else TrustAnchors(ROOTS)
