"""How people prove who they are: passkeys, and what slows down whoever guesses."""

from sealservice.bootstrap.installation import Installation
from sealservice.bootstrap.stores import Stores
from sealservice.identity.ceremonies import PasskeyService
from sealservice.identity.passkeys import Site
from sealservice.identity.service import StaffService
from sealservice.identity.staff_passkeys import StaffPasskeys
from sealservice.identity.throttle import Throttle
from sealservice.infra.sql.passkeys import SqlAttemptStore, SqlChallengeStore, SqlPasskeyStore
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
