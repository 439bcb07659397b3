"""Jobs of the signer about seals: make, answer what was asked, revoke; take up what is left."""

from dataclasses import dataclass
from typing import Final

from procrastinate import App

from sealservice.seals.answering import SealAnsweringService
from sealservice.seals.making import SealMakingService
from sealservice.workers.queue import PASSING, SIGNER_QUEUE, Remainder

MAKE: Final = "seals.make"
ANSWER: Final = "seals.answer"
REVOKE: Final = "seals.revoke"
RESUME: Final = "seals.resume"


@dataclass(frozen=True, slots=True)
class Remainders:
    """What the tasks about seals have left to do."""

    all: tuple[Remainder, ...]

    async def take_up(self, queue: App, *, at_start: bool = False) -> None:
        """Enqueue each task for every subject that has no job."""
        for left in self.all:
            await left.take_up(queue, at_start=at_start)


def add_tasks(queue: App, making: SealMakingService, answering: SealAnsweringService) -> Remainders:
    """Register the tasks on a queue; return what is left to do whenever a worker starts."""
    left = Remainders(
        (
            Remainder(MAKE, "seal_id", making.seals.unmade),
            Remainder(ANSWER, "request_id", answering.history.unanswered),
            Remainder(REVOKE, "seal_id", answering.seals.unrevoked),
        )
    )

    @queue.task(name=MAKE, queue=SIGNER_QUEUE, retry=PASSING)
    def make(seal_id: str) -> None:
        making.make(seal_id)

    @queue.task(name=ANSWER, queue=SIGNER_QUEUE, retry=PASSING)
    def answer(request_id: str) -> None:
        answering.answer(request_id)

    @queue.task(name=REVOKE, queue=SIGNER_QUEUE, retry=PASSING)
    def revoke(seal_id: str) -> None:
        answering.revoke(seal_id)

    @queue.periodic(cron="* * * * *")
    @queue.task(name=RESUME, queue=SIGNER_QUEUE)
    async def resume(timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are handed it
        await left.take_up(queue)

    return left
