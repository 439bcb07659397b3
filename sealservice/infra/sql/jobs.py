"""Put work on the queue inside the caller's own transaction.

The job becomes visible to the worker when the transaction commits, and never when it does not.
"""

from sqlalchemy import JSON, bindparam, text

from sealservice.infra.sql.database import Database

_DEFER = text(
    """
    SELECT procrastinate_defer_jobs_v1(ARRAY[
      ROW(:queue, :task, 0, NULL, NULL, CAST(:arguments AS jsonb), NULL)
    ]::procrastinate_job_to_defer_v1[])
    """
).bindparams(bindparam("arguments", type_=JSON))


class Jobs:
    """The queue that procrastinate's workers read."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def enqueue(self, task: str, queue: str, **arguments: object) -> int:
        """Add a job for the named task and return its number; the arguments must be JSON."""
        values = {"queue": queue, "task": task, "arguments": arguments}
        numbers: list[int] = self._database.connection().execute(_DEFER, values).scalar_one()
        return numbers[0]
