"""Whether a database is at this version, asked without the machinery of migrations."""

from typing import Final

from sqlalchemy import create_engine, pool, text
from sqlalchemy.exc import ProgrammingError

from sealservice.infra.sql.database import CONNECT_SECONDS, translated_errors
from sealservice.kernel.resources import resource

_AT: Final = text("SELECT version_num FROM alembic_version")


def is_current(url: str) -> bool:
    """Return whether the newest migration that ships has been applied.

    Raises:
        DatabaseUnavailable: the database did not answer, or hung up.
    """
    engine = create_engine(
        url, poolclass=pool.NullPool, connect_args={"connect_timeout": CONNECT_SECONDS}
    )
    try:
        with translated_errors(), engine.connect() as connection:
            applied: str | None = connection.scalar(_AT)
            return applied == _newest()
    except ProgrammingError:  # nothing was ever applied
        return False


def _newest() -> str:
    """Return the revision of the newest migration, which is its file's name."""
    return max(file.stem for file in resource("storage/migrations/versions").glob("[0-9]*.py"))
