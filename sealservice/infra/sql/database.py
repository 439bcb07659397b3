"""One database, one unit of work at a time per context.

1. ``transaction`` opens a connection, or joins the transaction that is already open in this
   context; only the outermost block commits.
2. Stores take the connection from ``connection()``; without an open transaction that is a mistake
   in our own code and says so.
3. A block that swallowed an SQL error is not committed: PostgreSQL would roll it back silently.
   A statement that may fail belongs in ``connection().begin_nested()``.
4. Errors of the connection become kernel errors here, once: gone or unreachable is
   ``DatabaseUnavailable``, in another transaction's way is ``DatabaseBusy``.
5. A transaction whose owner stands still is ended by PostgreSQL, so that it holds no lock for ever.
6. An error tells its statement and never the values, which would end up in logs.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Final

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Connection, create_engine, exc

from sealservice.infra.sql.errors import DatabaseBusy, DatabaseUnavailable

CONNECT_SECONDS: Final = 5
STATEMENT_MILLISECONDS: Final = 60_000
LOCK_MILLISECONDS: Final = 15_000
IDLE_MILLISECONDS: Final = 60_000
"""An open transaction that says nothing for so long is ended, and its locks with it. Longer than
any call that a transaction waits for (a token's, ``Limits.token_wait_seconds``)."""
POOL_WAIT_SECONDS: Final = 10
_BUSY: Final = frozenset({"40001", "40P01", "55P03", "57014"})
"""SQLSTATEs: serialization failure, deadlock, lock not available, statement cancelled."""

_open: ContextVar[Mapping["Database", Connection]] = ContextVar(
    "open_transactions", default=MappingProxyType({})
)


class Database:
    """A pool of connections as one role, and the transaction of the present context."""

    def __init__(self, url: str, pool_size: int = 8) -> None:
        self._engine = create_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=POOL_WAIT_SECONDS,
            pool_pre_ping=True,
            hide_parameters=True,
            connect_args={
                "connect_timeout": CONNECT_SECONDS,
                "options": f"-c statement_timeout={STATEMENT_MILLISECONDS}"
                f" -c lock_timeout={LOCK_MILLISECONDS}"
                f" -c idle_in_transaction_session_timeout={IDLE_MILLISECONDS} -c timezone=UTC",
            },
        )

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Commit everything written inside together, or nothing of it.

        Raises:
            DatabaseUnavailable: the database did not answer, or hung up.
            DatabaseBusy: no connection came free, or another transaction was in the way.
        """
        if self in _open.get():
            yield
            return
        with translated_errors(), self._engine.begin() as connection:
            token = _open.set({**_open.get(), self: connection})
            try:
                yield
            finally:
                _open.reset(token)
            _refuse_aborted(connection)

    def connection(self) -> Connection:
        """Return the connection of the transaction that is open in this context."""
        try:
            return _open.get()[self]
        except KeyError:
            message = "no transaction is open here; wrap the call in `with transaction():`"
            raise RuntimeError(message) from None

    def close(self) -> None:
        """Close the pooled connections."""
        self._engine.dispose()


def _refuse_aborted(connection: Connection) -> None:
    raw = connection.connection.driver_connection
    status = raw.info.transaction_status if isinstance(raw, psycopg.Connection) else None
    if status is TransactionStatus.INERROR:
        message = "an SQL error was swallowed; the transaction cannot be committed"
        raise RuntimeError(message)


@contextmanager
def translated_errors() -> Iterator[None]:
    """Turn errors of the connection into kernel errors; others pass.

    Raises:
        DatabaseUnavailable: the database did not answer, or hung up.
        DatabaseBusy: no connection came free, or another transaction was in the way.
    """
    try:
        yield
    except exc.TimeoutError as error:
        raise DatabaseBusy from error
    except exc.DBAPIError as error:
        state = getattr(error.orig, "sqlstate", None)
        if state in _BUSY:
            raise DatabaseBusy from error
        if isinstance(error, exc.OperationalError) or error.connection_invalidated:
            reason = str(error.orig).strip().splitlines()[0:1]
            raise DatabaseUnavailable(reason=reason[0] if reason else "?") from error
        raise
