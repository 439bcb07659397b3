"""Jobs of the signer: seal an approved order; take up what a crash left."""

from typing import Final

from procrastinate import App

from sealservice.kernel.clock import Clock
from sealservice.sealing.ports import OrderStore
from sealservice.sealing.service import SealingService
from sealservice.workers.queue import PASSING, SIGNER_QUEUE, Remainder, bury_dead

SEAL: Final = "sealing.seal"
RESUME: Final = "sealing.resume"


def add_tasks(queue: App, sealing: SealingService, orders: OrderStore, clock: Clock) -> Remainder:
    """Register the tasks on a queue; return what is left to do whenever a worker starts."""
    left = Remainder(SEAL, "order_id", lambda: orders.unfinished(clock()))

    @queue.task(name=SEAL, queue=SIGNER_QUEUE, retry=PASSING)
    def seal(order_id: str) -> None:
        sealing.seal(order_id)

    @queue.periodic(cron="* * * * *")
    @queue.task(name=RESUME, queue=SIGNER_QUEUE)
    async def resume(timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are handed it
        await bury_dead(queue)
        await left.take_up(queue)

    return left
