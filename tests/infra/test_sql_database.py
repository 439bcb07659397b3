"""Units of work: joined, undone together, and honest about failure."""

from collections.abc import Callable
from contextlib import suppress
from functools import partial

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from sealservice.bootstrap.embedded.child import wait_until
from sealservice.infra.processes import ProcessKind
from sealservice.infra.sql.database import IDLE_MILLISECONDS, Database
from sealservice.infra.sql.errors import DatabaseBusy, DatabaseUnavailable
from sealservice.infra.sql.jobs import Jobs
from sealservice.kernel.ids import new_id

pytestmark = pytest.mark.engines

SECONDS = 30.0


def _add(database: Database, organisation_id: str) -> None:
    statement = text("INSERT INTO organisations VALUES (:id, 'name', now())")
    database.connection().execute(statement, {"id": organisation_id})


def _count(database: Database, organisation_id: str) -> int:
    statement = text("SELECT count(*) FROM organisations WHERE id = :id")
    with database.transaction():
        found: int = database.connection().execute(statement, {"id": organisation_id}).scalar_one()
    return found


def test_inner_block_joins_the_outer_one(database: Database) -> None:
    """What an inner block wrote is undone when the outer one fails afterwards."""
    inner = new_id("org")

    def failing() -> None:
        with database.transaction():
            with database.transaction():
                _add(database, inner)
            raise LookupError

    with pytest.raises(LookupError):
        failing()
    assert _count(database, inner) == 0


def test_outermost_block_commits(database: Database) -> None:
    """Leaving the outermost block commits what all inner ones wrote."""
    first, second = new_id("org"), new_id("org")
    with database.transaction():
        _add(database, first)
        with database.transaction():
            _add(database, second)
        assert database.connection() is database.connection()
    assert _count(database, first) == _count(database, second) == 1


def test_two_databases_have_their_own_transactions(
    database_as: Callable[[ProcessKind], Database],
) -> None:
    """A transaction of one database is not joined by another one's stores."""
    web, signer = database_as(ProcessKind.WEB), database_as(ProcessKind.SIGNER)
    with web.transaction(), signer.transaction():
        assert web.connection() is not signer.connection()


def test_connection_without_a_transaction_is_a_mistake(database: Database) -> None:
    """A store called outside any transaction does not write on its own."""
    with pytest.raises(RuntimeError, match="no transaction is open"):
        database.connection()


def test_swallowed_sql_error_is_not_committed_silently(database: Database) -> None:
    """PostgreSQL would turn the commit into a rollback without a word; we say so."""
    organisation_id = new_id("org")

    def swallowing() -> None:
        with database.transaction():
            _add(database, organisation_id)
            with suppress(IntegrityError):
                _add(database, organisation_id)

    with pytest.raises(RuntimeError, match="swallowed"):
        swallowing()
    assert _count(database, organisation_id) == 0


def test_unreachable_database_is_unavailable() -> None:
    """A socket that is not there is an error in both languages that names the reason."""
    nowhere = Database("postgresql+psycopg://nobody@/sealservice?host=/nonexistent")
    with pytest.raises(DatabaseUnavailable) as refused, nowhere.transaction():
        pass
    assert "/nonexistent" in refused.value.message.zh
    nowhere.close()


def test_wrong_password_is_refused(database_as: Callable[[ProcessKind], Database]) -> None:
    """The socket alone opens nothing: a role needs its password."""
    url = database_as(ProcessKind.WEB)._engine.url.set(password="guessed")
    stranger = Database(url.render_as_string(hide_password=False))
    with pytest.raises(DatabaseUnavailable, match="password"), stranger.transaction():
        pass
    stranger.close()


def test_lost_connection_is_unavailable_and_the_next_one_works(database: Database) -> None:
    """A connection that the server closes fails its transaction, not the ones after it."""
    end = text("SELECT pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(DatabaseUnavailable), database.transaction():
        database.connection().execute(end)
    assert _count(database, "none") == 0


def test_a_transaction_that_stands_still_is_ended(
    database: Database, database_as: Callable[[ProcessKind], Database]
) -> None:
    """Every connection has the bound; past it the transaction is undone and says so."""
    organisation_id = new_id("org")
    alive = text("SELECT count(*) FROM pg_stat_activity WHERE pid = :pid")
    onlooker = database_as(ProcessKind.ADMIN)

    def is_gone(pid: int) -> bool:
        with onlooker.transaction():
            return not onlooker.connection().execute(alive, {"pid": pid}).scalar_one()

    def standing_still() -> None:
        with database.transaction():
            _add(database, organisation_id)
            connection = database.connection()
            bound = connection.exec_driver_sql("SHOW idle_in_transaction_session_timeout")
            assert bound.scalar_one() == f"{IDLE_MILLISECONDS // 60_000}min"
            pid = connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            connection.exec_driver_sql("SET LOCAL idle_in_transaction_session_timeout = '20ms'")
            wait_until(partial(is_gone, pid), SECONDS)
            connection.exec_driver_sql("SELECT 1")

    with pytest.raises(DatabaseUnavailable):
        standing_still()
    assert _count(database, organisation_id) == 0


def test_lock_in_the_way_is_busy(database: Database) -> None:
    """Waiting for somebody else's lock ends, and may be tried again."""
    organisation_id = new_id("org")
    with database.transaction():
        _add(database, organisation_id)
    url = database._engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    lock = "SELECT 1 FROM organisations WHERE id = %s FOR UPDATE"

    def waiting() -> None:
        with database.transaction():
            database.connection().execute(text("SET LOCAL lock_timeout = '50ms'"))
            database.connection().exec_driver_sql(lock, (organisation_id,))

    with psycopg.connect(url) as other:
        other.execute(lock, (organisation_id,))
        with pytest.raises(DatabaseBusy):
            waiting()


def test_job_is_there_when_the_transaction_commits(
    database_as: Callable[[ProcessKind], Database],
) -> None:
    """A job enqueued by web is seen after the commit, with its arguments, and never without."""
    web, signer = database_as(ProcessKind.WEB), database_as(ProcessKind.SIGNER)
    with web.transaction():
        kept = Jobs(web).enqueue("demo.task", "tests", order_id="ord_1", pages=[1, 2])

    def undone() -> None:
        with web.transaction():
            Jobs(web).enqueue("demo.task", "tests", order_id="undone")
            raise LookupError

    with pytest.raises(LookupError):
        undone()
    query = text("SELECT id, args, status::text FROM procrastinate_jobs WHERE queue_name = 'tests'")
    with signer.transaction():
        rows = signer.connection().execute(query).all()
    assert (kept, {"order_id": "ord_1", "pages": [1, 2]}, "todo") in [tuple(r) for r in rows]
    assert "undone" not in str(rows)
