"""The worker process: background jobs that need no key."""

import asyncio
import signal
from contextlib import suppress

from sealservice.bootstrap.installation import Installation
from sealservice.infra.processes import ProcessKind
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.housekeeping import SqlHousekeeping
from sealservice.kernel.clock import utc_now
from sealservice.kernel.log_lines import log_as_lines
from sealservice.workers import housekeeping
from sealservice.workers.queue import WORKER_QUEUE, create_queue, work_off


def serve_worker(installation: Installation) -> None:
    """Work until told to stop."""
    log_as_lines()
    asyncio.run(_serve(installation))


async def _serve(installation: Installation) -> None:
    database = Database(installation.database_urls[ProcessKind.WORKER])
    queue = create_queue(installation.queue_url(ProcessKind.WORKER))
    housekeeping.add_tasks(queue, SqlHousekeeping(database, utc_now).sweep)
    async with queue.open_async():
        work = asyncio.create_task(work_off(queue, WORKER_QUEUE, concurrency=1))
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, work.cancel)
        with suppress(asyncio.CancelledError):
            await work
    database.close()
