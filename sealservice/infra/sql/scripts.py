"""SQL files that a migration runs, word for word, on Alembic's connection."""

from importlib.resources import files
from pathlib import Path

import psycopg
from alembic import op


def run_scripts(migration: str) -> None:
    """Run the SQL files of the folder named like a migration file, in order of their names."""
    for script in sorted(Path(migration).with_suffix("").glob("*.sql")):
        _run(script.read_text("utf-8"))


def run_procrastinate(after: str, up_to: str) -> None:
    """Run procrastinate's own migrations whose names lie in ``(after, up_to…]``.

    Its releases only ever add files, so the same bounds mean the same tables for ever.
    """
    folder = files("procrastinate.sql").joinpath("migrations")
    for script in sorted(folder.iterdir(), key=lambda file: file.name):
        stamp = script.name[: len(up_to)]
        if script.name.endswith(".sql") and after < stamp <= up_to:
            _run(script.read_text("utf-8"))


def _run(script: str) -> None:
    connection = op.get_bind().connection.driver_connection
    if not isinstance(connection, psycopg.Connection):
        raise TypeError(connection)
    connection.execute(script)
