"""Migrations make what ``tables.py`` says, once, and again harmlessly."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, create_engine, inspect, make_url, pool, text

from sealservice.bootstrap.embedded.engines import Engines
from sealservice.bootstrap.embedded.home import open_home
from sealservice.infra.processes import ProcessKind
from sealservice.infra.sql.migrate import migrate
from sealservice.infra.sql.tables import metadata
from sealservice.kernel.ids import new_id

pytestmark = pytest.mark.engines


@pytest.fixture
def empty_database(engines: Engines, engines_home: Path) -> Iterator[str]:
    """Give the owner's URL of a database in which nothing was made yet."""
    url = make_url(engines.database_urls[ProcessKind.ADMIN])
    name = new_id("test")
    password = open_home(engines_home).postgres_password
    superuser = url.set(username="postgres", database="postgres", password=password)
    engine = create_engine(superuser, isolation_level="AUTOCOMMIT", poolclass=pool.NullPool)
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} OWNER {url.username}"))
        yield url.set(database=name).render_as_string(hide_password=False)
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))


def test_migrated_schema_is_the_one_in_python(empty_database: str) -> None:
    """Tables, columns, types, keys and indexes are the same in SQL and in ``tables.py``."""
    migrate(empty_database)
    engine = create_engine(empty_database, poolclass=pool.NullPool)
    options = {"compare_type": True, "compare_server_default": True, "include_name": _is_ours}
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_migrated_checks_are_the_ones_in_python(empty_database: str) -> None:
    """CHECK constraints, which Alembic does not compare, are the same in both as well."""
    migrate(empty_database)
    engine = create_engine(empty_database, poolclass=pool.NullPool)
    with engine.connect() as connection:
        connection.execute(text("CREATE SCHEMA python"))
        metadata.create_all(
            connection.execution_options(schema_translate_map={None: "python"}), checkfirst=False
        )
        assert _checks(connection, "public") == _checks(connection, "python")


def test_two_migrations_at_once_take_turns(empty_database: str) -> None:
    """Commands that start together do not make anything twice."""
    with ThreadPoolExecutor(2) as pair:
        for done in [pair.submit(migrate, empty_database) for _ in range(2)]:
            done.result()


def test_migrating_again_changes_nothing(engines: Engines) -> None:
    """A migrated database is migrated again without harm, passwords included."""
    for _ in range(2):
        migrate(engines.database_urls[ProcessKind.ADMIN], engines.passwords)
    engine = create_engine(engines.database_urls[ProcessKind.WEB], poolclass=pool.NullPool)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) >= 0 FROM organisations")).scalar_one()


def _is_ours(name: str | None, kind: str, _parents: object) -> bool:
    return kind != "table" or not (name or "").startswith(("procrastinate_", "alembic_"))


def _checks(connection: Connection, schema: str) -> set[tuple[str, str, str]]:
    look = inspect(connection)
    return {
        (table, str(check["name"]), check["sqltext"])
        for table in metadata.tables
        for check in look.get_check_constraints(table, schema)
    }
