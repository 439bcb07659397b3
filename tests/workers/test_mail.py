"""Letters through the real queue, as the worker's role: with the fact or not at all, and kept.

All in one test: whoever works on this queue takes whatever letters are there.
"""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

import pytest
from procrastinate import App
from sqlalchemy import make_url, text

from sealservice.bootstrap.embedded.engines import Engines
from sealservice.bootstrap.queues import MailQueue, WebhookQueue
from sealservice.infra.processes import ProcessKind
from sealservice.infra.sql.audit import SqlAuditLog
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.jobs import Jobs
from sealservice.infra.sql.webhook_outbox import SqlOutbox
from sealservice.kernel.actor import process
from sealservice.kernel.clock import utc_now
from sealservice.kernel.facts import Fact
from sealservice.notifications.announcing import AnnouncingAuditLog
from sealservice.notifications.errors import MailNotSent
from sealservice.notifications.letters import Letterhead, LetterService, Mailer
from sealservice.workers import mail
from sealservice.workers.queue import MAIL_QUEUE, bury_dead, create_queue
from tests.world_webhooks import founded

HEAD = Letterhead("seal@registry.example", ("one@registry.example",), "https://seal.example")
JOBS = (
    "SELECT status::text, attempts, scheduled_at > now() FROM procrastinate_jobs "
    "WHERE queue_name = 'mail'"
)


@dataclass
class Post:
    """Implements ``Mailer``: away, then there."""

    away: bool = True
    sent: list[str] = field(default_factory=list)

    def send(self, letter_id: str, message: EmailMessage) -> None:
        """Take a letter."""
        if self.away:
            raise MailNotSent(place="mail.example:587", reason="away")
        self.sent.append(f"{letter_id} {message['Subject']}")


class Fatal:
    """Implements ``Mailer`` by dying."""

    def send(self, *_: object) -> None:
        """Kill this process."""
        os.kill(os.getpid(), signal.SIGKILL)


def work(
    address: str, mailer: Mailer, first: Callable[[App], Awaitable[None]] | None = None
) -> None:
    """Work on all letters that are due."""

    async def run() -> None:
        queue = create_queue(address)
        mail.add_tasks(queue, LetterService(mailer, HEAD))
        async with queue.open_async():
            if first is not None:
                await first(queue)
            await queue.run_worker_async(
                queues=[MAIL_QUEUE], wait=False, delete_jobs="always",
                install_signal_handlers=False,
            )  # fmt: skip

    asyncio.run(run())


@pytest.fixture
def address(engines: Engines) -> str:
    """Give the address of the database for the worker."""
    url = make_url(engines.database_urls[ProcessKind.WORKER]).set(drivername="postgresql")
    return url.render_as_string(hide_password=False)


@pytest.mark.engines
def test_a_letter_comes_with_its_fact_and_is_kept_until_it_is_sent(
    database: Database, database_as: Callable[[ProcessKind], Database], address: str
) -> None:
    """Undone with its fact; put off while the server is away; sent after a SIGKILL; then gone."""
    worker, actor = database_as(ProcessKind.WORKER), process("worker", founded(database))
    log, jobs = SqlAuditLog(worker, utc_now), Jobs(worker)
    audit = AnnouncingAuditLog(
        log, log, SqlOutbox(worker), WebhookQueue(jobs), utc_now, MailQueue(jobs)
    )
    told = {"license_id": "lic_1", "ends_at": utc_now().isoformat()}
    with suppress(ZeroDivisionError), worker.transaction():
        audit.append(actor, Fact.MANDATE_ENDS_SOON, "mnd_1", told)
        raise ZeroDivisionError
    assert _rows(database) == []
    with worker.transaction():
        audit.append(actor, Fact.MANDATE_ENDS_SOON, "mnd_1", told)
        audit.append(actor, Fact.MANDATE_REVOKED, "mnd_1", {"reason": "-", **told})
    work(address, post := Post())
    assert _rows(database) == [("todo", 1, True)]
    _make_due(database)
    _die(address)
    assert _rows(database)[0][0] == "doing"
    _silence(database)
    post.away = False
    work(address, post, bury_dead)
    assert _rows(database) == []
    (sent,) = post.sent
    assert "mnd_1" in sent


def _rows(database: Database) -> list[tuple[object, ...]]:
    with database.transaction():
        return [tuple(row) for row in database.connection().execute(text(JOBS))]


def _make_due(database: Database) -> None:
    due = "UPDATE procrastinate_jobs SET scheduled_at = now() WHERE queue_name = 'mail'"
    with database.transaction():
        database.connection().execute(text(due))


def _silence(database: Database) -> None:
    """Let the dead worker have been silent for an hour."""
    late = (
        "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 hour' WHERE id IN "
        "(SELECT worker_id FROM procrastinate_jobs WHERE queue_name = 'mail')"
    )
    with database.transaction():
        database.connection().execute(text(late))


def _die(address: str) -> None:
    command = [sys.executable, "-m", "tests.workers.test_mail"]
    environment = {**os.environ, "ADDRESS": address}
    root = Path(__file__).parents[2]
    ended = subprocess.run(command, cwd=root, env=environment, check=False)
    assert ended.returncode == -signal.SIGKILL


if __name__ == "__main__":
    work(os.environ["ADDRESS"], Fatal())
