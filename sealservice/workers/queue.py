"""The queue of jobs in PostgreSQL (procrastinate).

A job is enqueued in the transaction that makes it necessary (``infra/sql/jobs.py``) and tried again
when it meets a passing hindrance. A worker that dies in the middle leaves its work unfinished in
the database; ``resume`` tasks, at start and every minute, take it up again. All work is repeatable.
"""

from typing import Final

from procrastinate import App, PsycopgConnector, RetryStrategy

from sealservice.kernel.errors import TryAgain, Unavailable

SIGNER_QUEUE: Final = "signer"
WORKER_QUEUE: Final = "worker"

PASSING: Final = RetryStrategy(
    max_attempts=8, exponential_wait=2, retry_exceptions=(Unavailable, TryAgain)
)
"""Waits 2, 4, 8 ... seconds, about four minutes in all; ``resume`` goes on after that."""


def create_queue(conninfo: str) -> App:
    """Return a procrastinate app on a libpq connection string, without tasks yet."""
    connector = PsycopgConnector(conninfo=conninfo, min_size=1, max_size=4)
    return App(connector=connector)
