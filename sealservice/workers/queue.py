"""The queue of jobs in PostgreSQL (procrastinate).

1. A job is enqueued in the transaction that makes it necessary (``infra/sql/jobs.py``) and tried
   again when it meets a passing hindrance.
2. What must be done stands in the feature's own rows; a job only says that it is time. A worker
   that dies leaves rows without an outcome and a job that nobody works on: when a worker starts
   and every minute, ``bury_dead`` deletes that job and ``take_up`` enqueues another. All work is
   repeatable.
3. A worker that loses the database starts again, until it is told to stop.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from procrastinate import App, PsycopgConnector, RetryStrategy
from procrastinate.jobs import Job, Status

from sealservice.kernel.clock import utc_now
from sealservice.kernel.errors import TryAgain, Unavailable

SIGNER_QUEUE: Final = "signer"
MAIL_QUEUE: Final = "mail"
"""The worker's: a mail server that is slow holds nothing else up."""
LETTER: Final = "mail.letter"
"""The task whose jobs have no rows besides themselves: it is run again, never deleted unsent."""
WORKER_QUEUE: Final = "worker"
WEBHOOK_QUEUE: Final = "webhooks"
"""Also the worker's: receivers that are slow hold nothing else up."""

PASSING: Final = RetryStrategy(
    max_attempts=8, exponential_wait=2, retry_exceptions=(Unavailable, TryAgain)
)
"""Waits 2, 4, 8 ... seconds, about four minutes in all; ``take_up`` goes on after that."""

_LONGEST_WAIT: Final = timedelta(minutes=5)
"""Longer than any wait of these."""
_LOG: Final = logging.getLogger(__name__)
_POLL_SECONDS: Final = 1.0
"""Jobs are announced when they are enqueued; those that were put off are found by looking."""
_HEARTBEAT_SECONDS: Final = 5.0
_DEAD_SECONDS: Final = 20.0
"""A worker that was not heard of for so long is dead."""
_PAUSE_SECONDS: Final = 1.0
"""Before a worker that ended starts again."""


def create_queue(conninfo: str) -> App:
    """Return a procrastinate app on a libpq connection string, without tasks yet."""
    connector = PsycopgConnector(conninfo=conninfo, min_size=1, max_size=4)
    return App(connector=connector)


async def work_off(
    queue: App, name: str, concurrency: int, starting: Callable[[], Awaitable[None]] | None = None
) -> None:
    """Run the jobs of one queue until cancelled; jobs that are being run are then waited for.

    ``starting`` is called before the first job, and again whenever the worker had to start anew.
    """
    while True:
        try:
            if starting is not None:
                await starting()
            await queue.run_worker_async(
                queues=[name],
                concurrency=concurrency,
                fetch_job_polling_interval=_POLL_SECONDS,
                install_signal_handlers=False,
                delete_jobs="always",
                update_heartbeat_interval=_HEARTBEAT_SECONDS,
                stalled_worker_timeout=_DEAD_SECONDS,
            )
        except Exception:  # noqa: BLE001 - whatever it was is logged, and work must go on
            _LOG.exception("the worker of queue %s ended; it starts again", name)
        await asyncio.sleep(_PAUSE_SECONDS)


@dataclass(frozen=True, slots=True)
class Remainder:
    """What one task has left to do, known from the rows of its feature."""

    task: str
    parameter: str
    """What the task calls the id of its subject."""
    unfinished: Callable[[], list[str]]
    """Returns the ids of subjects without an outcome."""

    async def take_up(self, queue: App, *, at_start: bool = False) -> None:
        """Enqueue the task for every subject that has no job.

        At the start of a worker only jobs that are due count. One that is being run may well be
        that of the run before, which died; should it live, two runs do the work of one. One that
        was put off may have met the very hindrance that ended the run before.
        """
        subjects = await asyncio.to_thread(self.unfinished)
        jobs = await queue.job_manager.list_jobs_async(task=self.task)
        cared_for = {
            job.task_kwargs[self.parameter] for job in jobs if _counts(job, at_start=at_start)
        }
        for subject in subjects:
            if subject not in cared_for:
                await queue.configure_task(self.task).defer_async(**{self.parameter: subject})


def _counts(job: Job, *, at_start: bool) -> bool:
    """Return whether a job will do its work; a wrong clock may have put it off for too long."""
    if job.status == Status.DOING.value:
        return not at_start
    latest = utc_now() if at_start else utc_now() + _LONGEST_WAIT
    return job.status == Status.TODO.value and (job.scheduled_at or latest) <= latest


async def bury_dead(queue: App) -> None:
    """Delete the jobs of dead workers, which nobody would ever end; letters are sent again."""
    manager = queue.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=_DEAD_SECONDS):
        if job.task_name == LETTER:
            await manager.retry_job(job)
        else:
            await manager.finish_job(job, Status.FAILED, delete_job=True)
