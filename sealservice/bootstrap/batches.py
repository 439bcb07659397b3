"""Services of batches, without a key: of the web process, and of the worker that prepares."""

from sealservice.bootstrap.installation import Installation
from sealservice.bootstrap.queues import BatchJobs
from sealservice.bootstrap.stores import Stores
from sealservice.config import Settings
from sealservice.infra.signer_calls import HttpSignerNow
from sealservice.infra.sql.jobs import Jobs
from sealservice.kernel.clock import utc_now
from sealservice.sealing.batch_preparation import BatchPreparation
from sealservice.sealing.batches import BatchService
from sealservice.sealing.orders import OrderService
from sealservice.sealing.raw_seals import RawSealService


def preparation_of(stores: Stores, orders: OrderService) -> BatchPreparation:
    """Return the preparation of batches."""
    return BatchPreparation(
        batches=stores.batches,
        orders=orders,
        audit=stores.audit,
        transaction=stores.database.transaction,
    )


def batch_service(settings: Settings, stores: Stores, orders: OrderService) -> BatchService:
    """Return the use cases of whoever wants many documents sealed."""
    return BatchService(
        batches=stores.batches,
        orders=orders,
        seals=stores.seals,
        holders=stores.holders,
        queue=BatchJobs(Jobs(stores.database)),
        audit=stores.audit,
        transaction=stores.database.transaction,
        clock=utc_now,
        limits=settings.limits,
        environment=settings.environment,
    )


def raw_seals(installation: Installation, stores: Stores, orders: OrderService) -> RawSealService:
    """Return the use case of a program that holds an approved list."""
    settings = installation.settings
    return RawSealService(
        batches=batch_service(settings, stores, orders),
        orders=orders,
        archive=stores.archive(),
        signer=HttpSignerNow(installation.signer_url, settings.limits),
    )
