"""The signer's half of an edge world's seals: makes them, and answers what was asked about them."""

from sealservice.config import SealFiling
from sealservice.kernel.clock import utc_now
from sealservice.seals.answering import SealAnsweringService
from sealservice.seals.issuer import CertifiedSealIssuer
from sealservice.seals.making import SealMakingService
from sealservice.trust.authority import CertificateAuthority
from sealservice.trust.revocation import RevocationService
from tests.world_archive import no_transaction
from tests.world_edges import EdgeWorld
from tests.world_seals import drawn


def sign_all(world: EdgeWorld, filing: SealFiling = SealFiling.REQUIRED) -> None:
    """Make every seal that was applied for, and answer every request, as the signer does."""
    for seal_id in world.seals.unmade():
        _making(world, filing).make(seal_id)
    for request_id in world.seal_history.unanswered():
        _answering(world).answer(request_id)


def _making(world: EdgeWorld, filing: SealFiling) -> SealMakingService:
    trust = world._trust
    return SealMakingService(
        seals=world.seals,
        licenses=world.licenses,
        issuer=CertifiedSealIssuer(CertificateAuthority(trust.domain, trust.plan)),
        maker=world.seal_queue,
        draw=drawn,
        chronicle=world.chronicle,
        transaction=no_transaction,
        clock=utc_now,
        filing=filing,
    )


def _answering(world: EdgeWorld) -> SealAnsweringService:
    trust = world._trust
    return SealAnsweringService(
        seals=world.seals,
        history=world.seal_history,
        licenses=world.licenses,
        certificates=trust.certificates,
        revoker=RevocationService(trust.domain, trust.crls()),
        chronicle=world.chronicle,
        audit=world.identity.audit,
        transaction=no_transaction,
        clock=utc_now,
    )
