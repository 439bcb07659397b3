"""Jobs about batches: the worker prepares, the signer seals; both take up what is left."""

from typing import Final

from procrastinate import App

from sealservice.kernel.clock import Clock
from sealservice.sealing.batch_preparation import BatchPreparation
from sealservice.sealing.batch_sealing import BatchSealing
from sealservice.workers.queue import PASSING, SIGNER_QUEUE, WORKER_QUEUE, Remainder, bury_dead

PREPARE: Final = "batches.prepare"
SEAL: Final = "batches.seal"
_RESUME_PREPARING: Final = "batches.resume_preparing"
_RESUME_SEALING: Final = "batches.resume_sealing"


def add_preparing(queue: App, preparation: BatchPreparation) -> Remainder:
    """Register the worker's task; return what is left to do whenever a worker starts."""
    left = Remainder(PREPARE, "batch_id", preparation.batches.unprepared_batches)

    @queue.task(name=PREPARE, queue=WORKER_QUEUE, retry=PASSING)
    def prepare(batch_id: str) -> None:
        preparation.run(batch_id)

    @queue.periodic(cron="* * * * *")
    @queue.task(name=_RESUME_PREPARING, queue=WORKER_QUEUE)
    async def resume(timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are handed it
        await bury_dead(queue)
        await left.take_up(queue)

    return left


def add_sealing(queue: App, sealing: BatchSealing, clock: Clock) -> Remainder:
    """Register the signer's task; return what is left to do whenever a signer starts."""
    left = Remainder(SEAL, "batch_id", lambda: sealing.batches.unsealed_batches(clock()))

    @queue.task(name=SEAL, queue=SIGNER_QUEUE, retry=PASSING)
    def seal(batch_id: str, after: int = 0) -> None:
        sealing.run(batch_id, after)

    @queue.periodic(cron="* * * * *")
    @queue.task(name=_RESUME_SEALING, queue=SIGNER_QUEUE)
    async def resume(timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are handed it
        await bury_dead(queue)
        await left.take_up(queue)

    return left
