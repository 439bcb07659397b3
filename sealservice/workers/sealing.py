"""Jobs of the signer: seal an approved order; take up what a crash left."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from procrastinate import App
from procrastinate.exceptions import AlreadyEnqueued

from sealservice.kernel.clock import Clock
from sealservice.sealing.ports import OrderStore
from sealservice.sealing.service import SealingService
from sealservice.workers.queue import PASSING, SIGNER_QUEUE

SEAL: Final = "sealing.seal"
RESUME: Final = "sealing.resume"
PATIENCE: Final = timedelta(seconds=60)
"""How long a run may take before it is thought dead."""


def add_tasks(queue: App, sealing: SealingService, orders: OrderStore, clock: Clock) -> None:
    """Register the tasks on a queue."""

    @queue.task(name=SEAL, queue=SIGNER_QUEUE, retry=PASSING)
    def seal(order_id: str) -> None:
        sealing.seal(order_id)

    @queue.periodic(cron="* * * * *")
    @queue.task(name=RESUME, queue=SIGNER_QUEUE)
    def resume(timestamp: int) -> None:  # noqa: ARG001 - procrastinate hands it to periodic tasks
        for order_id in orders.unfinished(clock() - PATIENCE):
            again(queue, SEAL, order_id=order_id)


def again(queue: App, task: str, **arguments: str) -> None:
    """Enqueue a job unless the same one is waiting already."""
    lock = f"{task} {' '.join(arguments.values())}"
    defer: Callable[..., object] = queue.configure_task(task, queueing_lock=lock).defer
    try:
        defer(**arguments)
    except AlreadyEnqueued:
        return
