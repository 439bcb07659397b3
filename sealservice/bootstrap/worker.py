"""The worker process: background jobs that need no key."""

import asyncio
import signal
from contextlib import suppress

from sealservice.bootstrap.installation import Installation
from sealservice.bootstrap.services import batch_preparation, license_imports
from sealservice.bootstrap.stores import open_stores
from sealservice.infra.processes import ProcessKind
from sealservice.infra.sandbox import ForkedSandbox
from sealservice.infra.sql.housekeeping import SqlHousekeeping
from sealservice.kernel.clock import utc_now
from sealservice.kernel.log_lines import log_as_lines
from sealservice.workers import batches, housekeeping, licenses
from sealservice.workers.queue import WORKER_QUEUE, bury_dead, create_queue, work_off


def serve_worker(installation: Installation) -> None:
    """Work until told to stop."""
    log_as_lines()
    asyncio.run(_serve(installation))


async def _serve(installation: Installation) -> None:
    stores = open_stores(installation, ProcessKind.WORKER)
    database = stores.database
    sandbox = ForkedSandbox(installation.settings.limits)
    queue = create_queue(installation.queue_url(ProcessKind.WORKER))
    housekeeping.add_tasks(queue, SqlHousekeeping(database, utc_now).sweep)
    importing = license_imports(installation.settings, stores, sandbox)
    left = licenses.add_tasks(queue, importing)
    preparation = batch_preparation(installation.settings, stores, sandbox)
    unprepared = batches.add_preparing(queue, preparation)

    async def starting() -> None:
        await bury_dead(queue)
        await left.take_up(queue, at_start=True)
        await unprepared.take_up(queue, at_start=True)

    async with queue.open_async():
        work = asyncio.create_task(work_off(queue, WORKER_QUEUE, concurrency=1, starting=starting))
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, work.cancel)
        with suppress(asyncio.CancelledError):
            await work
    sandbox.close()
    stores.close()
