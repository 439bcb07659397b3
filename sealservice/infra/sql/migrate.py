"""Bring a database to this version: tables, roles and rights, job queue.

Everything happens in one transaction under one advisory lock: two commands at once take turns,
and a power cut leaves the old version or the new one. Running it again changes nothing.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import psycopg
from alembic import command
from alembic.config import Config
from psycopg import sql
from sqlalchemy import Connection, create_engine, pool, text

from sealservice.infra.sql.database import CONNECT_SECONDS, translated_errors
from sealservice.kernel.resources import resource

_LOCK: Final = 0x5EA15E41
"""Any number of our own."""
_LOCK_SECONDS: Final = 120
_NO_PASSWORDS: Final[Mapping[str, str]] = MappingProxyType({})


def migrate(owner_url: str, passwords: Mapping[str, str] | None = None) -> None:
    """Migrate as the owner of the tables, and let roles log in with passwords.

    Args:
        owner_url: SQLAlchemy URL of a role that owns the database and may create roles.
        passwords: role -> password; a role not named here is left as it is (at first: no login).

    Raises:
        DatabaseUnavailable: the database did not answer, or hung up.
        DatabaseBusy: another migration holds the lock for too long.
    """
    engine = create_engine(
        owner_url, poolclass=pool.NullPool, connect_args={"connect_timeout": CONNECT_SECONDS}
    )
    with translated_errors(), engine.begin() as connection:
        connection.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_SECONDS}s'"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        _upgrade(connection)
        for role, password in (passwords or _NO_PASSWORDS).items():
            _give_password(connection, role, password)


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(resource("storage/migrations")))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _give_password(connection: Connection, role: str, password: str) -> None:
    raw = connection.connection.driver_connection
    if not isinstance(raw, psycopg.Connection):
        raise TypeError(raw)
    secret = raw.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
    statement = sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}")
    raw.execute(statement.format(sql.Identifier(role), sql.Literal(secret.decode())))
