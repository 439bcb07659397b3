"""Several workers on a list of things; the results come in the order of the list.

The workers are daemon threads: what they wait for is done in child processes, and whoever ends this
process (Ctrl-C, a reader that went away) need not wait for any of them.
"""

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Final, TypeVar

Thing = TypeVar("Thing")
Result = TypeVar("Result")

_AHEAD: Final = 8
"""Things for each worker that may be done before their turn to be told comes."""


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0))


def in_order(
    work: Callable[[Thing], Result], things: Iterable[Thing], workers: int
) -> Iterator[Result]:
    """Yield ``work(thing)`` for each thing; what it raises is raised in its turn."""
    jobs: SimpleQueue[tuple[Thing, Future[Result]] | None] = SimpleQueue()
    for _ in range(workers):
        threading.Thread(target=_serve, args=(work, jobs), daemon=True).start()
    waiting: deque[Future[Result]] = deque()
    try:
        for thing in things:
            future: Future[Result] = Future()
            waiting.append(future)
            jobs.put((thing, future))
            if len(waiting) > workers * _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
    finally:
        for _ in range(workers):
            jobs.put(None)


def _serve(
    work: Callable[[Thing], Result], jobs: "SimpleQueue[tuple[Thing, Future[Result]] | None]"
) -> None:
    while (job := jobs.get()) is not None:
        thing, future = job
        try:
            future.set_result(work(thing))
        except BaseException as error:  # noqa: BLE001 - it is raised where the result is asked for
            future.set_exception(error)
