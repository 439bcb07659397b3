"""Jobs of the worker about webhooks: send what is due; take up what is left, each minute."""

from typing import Final

from procrastinate import App

from sealservice.notifications.delivering import DeliveryService
from sealservice.workers.queue import PASSING, WORKER_QUEUE, Remainder

DELIVER: Final = "webhooks.deliver"
RESUME: Final = "webhooks.resume"


def add_tasks(queue: App, delivering: DeliveryService) -> Remainder:
    """Register the tasks on a queue; return what is left to do whenever a worker starts."""
    left = Remainder(DELIVER, "delivery_id", delivering.waiting)

    @queue.task(name=DELIVER, queue=WORKER_QUEUE, retry=PASSING)
    def deliver(delivery_id: str) -> None:
        delivering.deliver(delivery_id)

    @queue.periodic(cron="* * * * *")
    @queue.task(name=RESUME, queue=WORKER_QUEUE)
    async def resume(timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are handed it
        await left.take_up(queue)

    return left
