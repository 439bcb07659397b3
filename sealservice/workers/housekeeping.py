"""Jobs of the worker: the hourly sweep."""

from collections.abc import Callable
from typing import Final

from procrastinate import App

from sealservice.workers.queue import WORKER_QUEUE

SWEEP: Final = "housekeeping.sweep"


def add_tasks(queue: App, sweep: Callable[[], int]) -> None:
    """Register the tasks on a queue."""

    @queue.periodic(cron="17 * * * *")
    @queue.task(name=SWEEP, queue=WORKER_QUEUE)
    def swept(timestamp: int) -> int:  # noqa: ARG001 - procrastinate hands it to periodic tasks
        return sweep()
