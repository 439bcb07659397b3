"""Jobs of the signer: make a seal that was applied for; take up what a crash left."""

from typing import Final

from procrastinate import App

from sealservice.seals.ports import SealStore
from sealservice.seals.service import SealMakingService
from sealservice.workers.queue import PASSING, SIGNER_QUEUE
from sealservice.workers.sealing import again

MAKE: Final = "seals.make"
RESUME: Final = "seals.resume"


def add_tasks(queue: App, making: SealMakingService, seals: SealStore) -> None:
    """Register the tasks on a queue."""

    @queue.task(name=MAKE, queue=SIGNER_QUEUE, retry=PASSING)
    def make(seal_id: str) -> None:
        making.make(seal_id)

    @queue.periodic(cron="* * * * *")
    @queue.task(name=RESUME, queue=SIGNER_QUEUE)
    def resume(timestamp: int) -> None:  # noqa: ARG001 - procrastinate hands it to periodic tasks
        for seal_id in seals.unmade():
            again(queue, MAKE, seal_id=seal_id)
