"""A job of the signer: prolong, once a day, what proves archived documents."""

from collections.abc import Callable
from typing import Final

from procrastinate import App

from sealservice.workers.queue import SIGNER_QUEUE

RENEW: Final = "archive.renew"


def add_tasks(queue: App, renew: Callable[[], object]) -> None:
    """Register the task on a queue; a failure is logged, and the next day comes."""

    @queue.periodic(cron="23 2 * * *")
    @queue.task(name=RENEW, queue=SIGNER_QUEUE)
    def renewed(timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are handed it
        renew()
