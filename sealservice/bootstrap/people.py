"""How people prove who they are: passkeys, and what slows down whoever guesses."""

from sealservice.bootstrap.installation import Installation
from sealservice.bootstrap.stores import Stores
from sealservice.config import FaceProvider, Settings
from sealservice.identity.activating import ActivationService
from sealservice.identity.ceremonies import PasskeyService
from sealservice.identity.passkeys import Site
from sealservice.identity.proofing import CounterProofing, DemonstrationProofing, FaceProofing
from sealservice.identity.service import StaffService
from sealservice.identity.staff_passkeys import StaffPasskeys
from sealservice.identity.throttle import Throttle
from sealservice.identity.wallets import WalletService
from sealservice.infra.sql.activations import SqlActivationStore
from sealservice.infra.sql.passkeys import SqlAttemptStore, SqlChallengeStore, SqlPasskeyStore
from sealservice.infra.sql.wallets import SqlWalletStore
from sealservice.kernel.clock import utc_now


def passkeys(installation: Installation, stores: Stores) -> PasskeyService:
    """Return the ceremonies at this installation's address."""
    return PasskeyService(
        passkeys=SqlPasskeyStore(stores.database),
        challenges=SqlChallengeStore(stores.database),
        audit=stores.audit,
        transaction=stores.database.transaction,
        clock=utc_now,
        limits=installation.settings.limits,
        site=Site(installation.public_url),
    )


def throttle(installation: Installation, stores: Stores) -> Throttle:
    """Return who counts failures."""
    return Throttle(SqlAttemptStore(stores.database), utc_now, installation.settings.limits)


def staff_passkeys(
    installation: Installation, stores: Stores, staff: StaffService
) -> StaffPasskeys:
    """Return how staff enrol passkeys and sign in with them."""
    return StaffPasskeys(
        staff=staff,
        passkeys=passkeys(installation, stores),
        throttle=throttle(installation, stores),
        environment=installation.settings.environment,
    )


def wallets(installation: Installation, stores: Stores) -> WalletService:
    """Return what a person does in their wallet."""
    return WalletService(
        wallets=SqlWalletStore(stores.database),
        passkeys=passkeys(installation, stores),
        throttle=throttle(installation, stores),
        audit=stores.audit,
        transaction=stores.database.transaction,
        clock=utc_now,
        limits=installation.settings.limits,
    )


def activations(installation: Installation, stores: Stores) -> ActivationService:
    """Return how licenses come into phones: confirmed at the counter.

    A provider that compares faces is another word of ``FaceProvider`` and another case below.
    """
    return ActivationService(
        activations=SqlActivationStore(stores.database),
        licenses=stores.licenses,
        persons=stores.persons,
        wallets=wallets(installation, stores),
        counter=CounterProofing(utc_now),
        face=_face(installation.settings),
        audit=stores.audit,
        transaction=stores.database.transaction,
        clock=utc_now,
        limits=installation.settings.limits,
    )


def _face(settings: Settings) -> FaceProofing | None:
    match settings.face_provider:
        case FaceProvider.NONE:
            return None
        case FaceProvider.DEMONSTRATION:
            return DemonstrationProofing(utc_now, settings.environment)
