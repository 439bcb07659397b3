"""Verification without any engine: a sandbox, a clock, and the roots in a folder."""

from functools import cached_property, partial
from pathlib import Path
from typing import Final

from sealservice.config import Settings
from sealservice.infra.sandbox import ForkedSandbox
from sealservice.kernel.clock import utc_now
from sealservice.verification.anchors import TrustAnchors, read_anchors
from sealservice.verification.current_trust import CurrentTrust
from sealservice.verification.ports import Fetcher
from sealservice.verification.request import Supplement, Want
from sealservice.verification.service import VerificationService
from sealservice.verification.trust_store import TrustStore

ROOTS: Final = "roots"
TRUST: Final = "trust"


def verifier(
    settings: Settings,
    roots: Path | None = None,
    sandbox: ForkedSandbox | None = None,
    *,
    may_fetch: bool = False,
) -> VerificationService:
    """Return a verifier that trusts the roots in a folder, by default what the home trusts.

    It works in a sandbox of its own, unless it is given one that runs already. With ``may_fetch``
    it asks the network for what a file lacks.

    Raises:
        AnchorFolderMissing, AnchorUnreadable: the folder given is not there or not all roots.
        TrustStoreBroken: what was added cannot be read.
    """
    anchors = read_anchors(roots) if roots is not None else trusted(settings)
    confined = sandbox or ForkedSandbox(settings.limits)
    service = VerificationService(confined, anchors, settings.limits, utc_now)
    if may_fetch:
        service.fetch_with(LateFetcher(settings))
    return service


class LateFetcher:
    """A fetcher that is made when something is lacking, for most files lack nothing."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def fetch(self, wants: tuple[Want, ...]) -> Supplement:
        """Return what could be had."""
        return self._made.fetch(wants)

    @cached_property
    def _made(self) -> Fetcher:
        # The HTTP client takes a tenth of a second to import.
        from sealservice.infra.status_fetcher import HttpFetcher  # noqa: PLC0415

        settings = self._settings
        return HttpFetcher(settings.limits, utc_now, settings.verify_fetch_places)


def trust_store(settings: Settings) -> TrustStore:
    """Return what was added to the home's own roots."""
    return TrustStore(settings.home / TRUST, utc_now)


def trusted(settings: Settings) -> TrustAnchors:
    """Return whom verification trusts: the home's roots, and what was added to them.

    Raises:
        AnchorUnreadable, TrustStoreBroken: part of it cannot be read.
    """
    return trust_store(settings).with_roots(anchors_of(settings))


def current_trust(settings: Settings) -> CurrentTrust:
    """Return the same for a process that runs on while lists go stale, or are replaced."""
    return CurrentTrust(partial(trusted, settings), utc_now)


def anchors_of(settings: Settings) -> TrustAnchors:
    """Return the roots that the home trusts; none before its first ceremony.

    Raises:
        AnchorUnreadable: a file in the folder is no certificate.
    """
    folder = settings.home / ROOTS
    return read_anchors(folder) if folder.is_dir() else TrustAnchors(ROOTS)
