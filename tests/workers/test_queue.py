"""What a dead worker leaves: a row without an outcome, and a job that nobody works on."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator

import pytest
from procrastinate import App
from sqlalchemy import make_url, text

from sealservice.bootstrap.embedded.engines import Engines
from sealservice.infra.processes import ProcessKind
from sealservice.infra.sql.database import Database
from sealservice.workers.queue import Remainder, bury_dead, create_queue

pytestmark = pytest.mark.engines

TASK = "tests.work"
JOBS = "SELECT args ->> 'subject', status::text FROM procrastinate_jobs WHERE task_name = :task"


@pytest.fixture
def rows(database: Database) -> Iterator[Callable[..., list[tuple[str, ...]]]]:
    """Give a function that runs a statement as the owner; forget this module's jobs afterwards."""

    def run(statement: str, **values: object) -> list[tuple[str, ...]]:
        with database.transaction():
            done = database.connection().execute(text(statement), {"task": TASK, **values})
            return [tuple(row) for row in done] if done.returns_rows else []

    yield run
    run("DELETE FROM procrastinate_jobs WHERE task_name = :task")


@pytest.fixture
def in_queue(engines: Engines) -> Callable[[Callable[[App], Awaitable[None]]], None]:
    """Give a function that does something with an open queue, as the signer."""
    url = make_url(engines.database_urls[ProcessKind.SIGNER]).set(drivername="postgresql")

    def do(work: Callable[[App], Awaitable[None]]) -> None:
        async def opened() -> None:
            queue = create_queue(url.render_as_string(hide_password=False))
            queue.task(name=TASK, queue="tests")(lambda subject: subject)
            async with queue.open_async():
                await work(queue)

        asyncio.run(opened())

    return do


def job(
    rows: Callable[..., list[tuple[str, ...]]], subject: str, status: str, due: str = "0 s"
) -> None:
    """Insert a job as procrastinate does, due in an interval."""
    rows(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, scheduled_at) VALUES "
        "('tests', :task, jsonb_build_object('subject', CAST(:subject AS text)), "
        "CAST(:status AS procrastinate_job_status), now() + CAST(:due AS interval))",
        subject=subject,
        status=status,
        due=due,
    )


REMAINDER = Remainder(TASK, "subject", lambda: ["none", "waiting", "running", "put off", "far off"])
JOB_OF = {"waiting": ("todo", "0 s"), "running": ("doing", "0 s"), "put off": ("todo", "60 s")}


@pytest.mark.parametrize(
    ("at_start", "taken_up"),
    [(False, {"none", "far off"}), (True, {"none", "running", "put off", "far off"})],
)
def test_what_has_no_job_gets_one(rows, in_queue, at_start, taken_up) -> None:  # noqa: ANN001
    """Every minute only what nobody cares for is enqueued; at a start, all that is not due."""
    for subject, (status, due) in {**JOB_OF, "far off": ("todo", "1 day")}.items():
        job(rows, subject, status, due)
    before = rows(JOBS)
    in_queue(lambda queue: REMAINDER.take_up(queue, at_start=at_start))
    added = rows(JOBS)
    for old in before:
        added.remove(old)
    assert set(added) == {(subject, "todo") for subject in taken_up}


def test_jobs_of_the_dead_are_buried(rows, in_queue) -> None:  # noqa: ANN001
    """A job whose worker is gone, or was not heard of for long, is deleted; others are not."""
    job(rows, "gone", "doing")
    for subject, silence in (("silent", "1 hour"), ("alive", "0 s")):
        job(rows, subject, "doing")
        rows(
            "WITH w AS (INSERT INTO procrastinate_workers (last_heartbeat) "
            "VALUES (now() - CAST(:silence AS interval)) RETURNING id) "
            "UPDATE procrastinate_jobs SET worker_id = w.id FROM w "
            "WHERE task_name = :task AND args ->> 'subject' = :subject",
            silence=silence,
            subject=subject,
        )
    job(rows, "waiting", "todo")
    in_queue(bury_dead)
    assert set(rows(JOBS)) == {("alive", "doing"), ("waiting", "todo")}
