"""The clients of time-stamping authorities and of sources of status, for whoever completes PDFs."""

from sealservice.bootstrap.installation import Installation
from sealservice.bootstrap.offline import anchors_of, current_trust
from sealservice.bootstrap.stores import Stores
from sealservice.config import Settings, TsaPlace
from sealservice.infra.authorities import Authorities
from sealservice.infra.revocation import HttpRevocationSource
from sealservice.infra.sandbox import ForkedSandbox
from sealservice.infra.sql.seal_registry import SqlSealRegistry
from sealservice.infra.timestamps import HttpTimestampSource
from sealservice.kernel.clock import utc_now
from sealservice.sealing.augmentation import AugmentationService
from sealservice.sealing.ports import TimestampSource
from sealservice.sealing.pyhanko_press import PyHankoAdditions
from sealservice.verification.service import VerificationService


def trusted_roots(settings: Settings) -> tuple[bytes, ...]:
    """Return the DER of the roots that time-stamping units and seals must chain up to."""
    return tuple(anchor.der for anchor in anchors_of(settings).anchors)


def timestamp_client(settings: Settings, place: TsaPlace) -> HttpTimestampSource:
    """Return a client of one authority."""
    roots = trusted_roots(settings)
    return HttpTimestampSource(place.url, roots, settings.limits, utc_now, place.policies)


def timestamp_source(installation: Installation) -> TimestampSource:
    """Return a client of the external authorities, or of our own."""
    settings = installation.settings
    others = [timestamp_client(settings, place) for place in settings.tsa_places]
    if others:
        return Authorities(others, settings.limits)
    return timestamp_client(settings, TsaPlace(f"{installation.signer_url}/tsa"))


def revocation_source(installation: Installation) -> HttpRevocationSource:
    """Return a client of responders; our own addresses are reached on the signer's listener."""
    settings = installation.settings
    rewrite = {installation.public_url: installation.signer_url}
    allowed = tuple(place.rstrip("/") for place in settings.status_places)
    return HttpRevocationSource(rewrite, settings.limits, utc_now, allowed)


def augmentation(
    installation: Installation, stores: Stores, sandbox: ForkedSandbox
) -> AugmentationService:
    """Return the use case of raising levels; documents of others are only read in the sandbox."""
    settings, ours = installation.settings, SqlSealRegistry(stores.database)
    return AugmentationService(
        sandbox=sandbox,
        additions=PyHankoAdditions(sandbox, settings.limits),
        timestamps=timestamp_source(installation),
        revocation=revocation_source(installation),
        check=VerificationService(
            sandbox,
            current_trust(settings),
            settings.limits,
            utc_now,
            seals=ours,
            status_lists=ours,
        ),
        roots=trusted_roots(settings),
        audit=stores.audit,
        transaction=stores.database.transaction,
        clock=utc_now,
        limits=settings.limits,
    )
