"""Whoever prolongs what proves archived documents, as the signer, who alone writes records."""

from sealservice.bootstrap.installation import Installation
from sealservice.bootstrap.outside import augmentation
from sealservice.bootstrap.stores import Stores
from sealservice.infra.sandbox import ForkedSandbox
from sealservice.infra.sql.renewals import SqlRenewalStore
from sealservice.kernel.clock import utc_now
from sealservice.sealing.renewal import RenewalService


def renewing(installation: Installation, stores: Stores, sandbox: ForkedSandbox) -> RenewalService:
    """Return the use case."""
    return RenewalService(
        archive=stores.archive(),
        renewals=SqlRenewalStore(stores.database),
        augmentation=augmentation(installation, stores, sandbox),
        audit=stores.audit,
        transaction=stores.database.transaction,
        clock=utc_now,
        limits=installation.settings.limits,
    )
