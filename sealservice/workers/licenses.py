"""Jobs of the worker about licenses: register what a file holds; take up what is left."""

from typing import Final

from procrastinate import App

from sealservice.licenses.importing import ImportService
from sealservice.workers.queue import PASSING, WORKER_QUEUE, Remainder, bury_dead

IMPORT: Final = "licenses.import"
RESUME: Final = "licenses.resume"


def add_tasks(queue: App, importing: ImportService) -> Remainder:
    """Register the tasks on a queue; return what is left to do whenever a worker starts."""
    left = Remainder(IMPORT, "import_id", importing.imports.unfinished)

    @queue.task(name=IMPORT, queue=WORKER_QUEUE, retry=PASSING)
    def run(import_id: str) -> None:
        importing.run(import_id)

    @queue.periodic(cron="* * * * *")
    @queue.task(name=RESUME, queue=WORKER_QUEUE)
    async def resume(timestamp: int) -> None:  # noqa: ARG001 - periodic tasks are handed it
        await bury_dead(queue)
        await left.take_up(queue)

    return left
