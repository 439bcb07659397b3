"""Jobs of the worker: the hourly sweep, and warnings of what ends soon."""

from collections.abc import Callable
from typing import Final

from procrastinate import App

from sealservice.workers.queue import WORKER_QUEUE

SWEEP: Final = "housekeeping.sweep"
WARN: Final = "housekeeping.warn"


def add_tasks(queue: App, sweep: Callable[[], int]) -> None:
    """Register the tasks on a queue."""

    @queue.periodic(cron="17 * * * *")
    @queue.task(name=SWEEP, queue=WORKER_QUEUE)
    def swept(timestamp: int) -> int:  # noqa: ARG001 - procrastinate hands it to periodic tasks
        return sweep()


def add_warnings(queue: App, warn: Callable[[], int]) -> None:
    """Register the task that warns of what ends soon, every hour."""

    @queue.periodic(cron="47 * * * *")
    @queue.task(name=WARN, queue=WORKER_QUEUE)
    def warned(timestamp: int) -> int:  # noqa: ARG001 - procrastinate hands it to periodic tasks
        return warn()
