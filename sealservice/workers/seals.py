"""Jobs of the signer: make a seal that was applied for; take up what a crash left."""

from typing import Final

from procrastinate import App

from sealservice.seals.ports import SealStore
from sealservice.seals.service import SealMakingService
from sealservice.workers.queue import PASSING, SIGNER_QUEUE, Remainder

MAKE: Final = "seals.make"
RESUME: Final = "seals.resume"


def add_tasks(queue: App, making: SealMakingService, seals: SealStore) -> Remainder:
    """Register the tasks on a queue; return what is left to do whenever a worker starts."""
    left = Remainder(MAKE, "seal_id", seals.unmade)

    @queue.task(name=MAKE, queue=SIGNER_QUEUE, retry=PASSING)
    def make(seal_id: str) -> None:
        making.make(seal_id)

    @queue.periodic(cron="* * * * *")
    @queue.task(name=RESUME, queue=SIGNER_QUEUE)
    async def resume(timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are handed it
        await left.take_up(queue)

    return left
