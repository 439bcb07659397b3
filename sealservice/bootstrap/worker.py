"""The worker process: background jobs that need no key."""

import asyncio
import signal
from contextlib import suppress
from datetime import timedelta
from typing import Final

from sealservice.bootstrap.installation import Installation
from sealservice.bootstrap.mail import letter_service
from sealservice.bootstrap.services import batch_preparation, license_imports
from sealservice.bootstrap.stores import Stores, open_stores
from sealservice.infra.keys.webhook_key import provide_webhook_key
from sealservice.infra.processes import ProcessKind
from sealservice.infra.sandbox import ForkedSandbox
from sealservice.infra.sql.housekeeping import SqlHousekeeping
from sealservice.infra.sql.license_notices import SqlNoticeStore
from sealservice.infra.sql.webhook_outbox import SqlOutbox
from sealservice.infra.sql.webhooks import SqlDeliveryStore, SqlEndpointStore
from sealservice.infra.webhook_sender import GuardedSender
from sealservice.kernel.clock import utc_now
from sealservice.kernel.log_lines import log_as_lines
from sealservice.licenses.warning import WarningService
from sealservice.notifications.delivering import DeliveryService
from sealservice.workers import batches, housekeeping, licenses, mail, webhooks
from sealservice.workers.queue import (
    MAIL_QUEUE,
    WEBHOOK_QUEUE,
    WORKER_QUEUE,
    bury_dead,
    create_queue,
    work_off,
)

_RECEIVERS: Final = 4
"""Receivers of webhooks that are told at once."""


def serve_worker(installation: Installation) -> None:
    """Work until told to stop."""
    log_as_lines()
    asyncio.run(_serve(installation))


async def _serve(installation: Installation) -> None:
    stores = open_stores(installation, ProcessKind.WORKER)
    database = stores.database
    sandbox = ForkedSandbox(installation.settings.limits)
    queue = create_queue(installation.queue_url(ProcessKind.WORKER))
    kept = timedelta(days=installation.settings.limits.webhook_days)
    housekeeping.add_tasks(queue, SqlHousekeeping(database, utc_now, kept).sweep)
    housekeeping.add_warnings(queue, _warnings(installation, stores).sweep)
    importing = license_imports(installation.settings, stores, sandbox)
    left = licenses.add_tasks(queue, importing)
    preparation = batch_preparation(installation.settings, stores, sandbox)
    unprepared = batches.add_preparing(queue, preparation)
    untold = webhooks.add_tasks(queue, _delivering(installation, stores))
    mail.add_tasks(queue, letter_service(installation))

    async def starting() -> None:
        await bury_dead(queue)
        await left.take_up(queue, at_start=True)
        await unprepared.take_up(queue, at_start=True)

    async def untold_first() -> None:
        await untold.take_up(queue, at_start=True)

    async with queue.open_async():
        work = asyncio.gather(
            work_off(queue, WORKER_QUEUE, concurrency=1, starting=starting),
            work_off(queue, WEBHOOK_QUEUE, concurrency=_RECEIVERS, starting=untold_first),
            work_off(queue, MAIL_QUEUE, concurrency=1),
        )
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, work.cancel)
        with suppress(asyncio.CancelledError):
            await work
    sandbox.close()
    stores.close()


def _warnings(installation: Installation, stores: Stores) -> WarningService:
    return WarningService(
        mandates=stores.mandates,
        notices=SqlNoticeStore(stores.database),
        audit=stores.audit,
        transaction=stores.database.transaction,
        clock=utc_now,
        limits=installation.settings.limits,
    )


def _delivering(installation: Installation, stores: Stores) -> DeliveryService:
    """Return who delivers; the key that only the worker has is published at once."""
    settings, database = installation.settings, stores.database
    key = provide_webhook_key(settings)
    key.publish(database, utc_now)
    return DeliveryService(
        due=SqlOutbox(database),
        deliveries=SqlDeliveryStore(database),
        endpoints=SqlEndpointStore(database),
        opener=key,
        sender=GuardedSender(settings.limits, settings.webhook_places),
        audit=stores.audit,
        transaction=database.transaction,
        clock=utc_now,
        plain_http=not settings.is_production,
    )
