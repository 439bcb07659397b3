"""The database's clock, which all processes share."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import DateTime, func, select

from sealservice.infra.sql.database import Database


@dataclass(frozen=True, slots=True)
class DatabaseClock:
    """Implements ``kernel.clock.Clock``."""

    database: Database

    def __call__(self) -> datetime:
        """Return the present, as the database sees it.

        Raises:
            DatabaseUnavailable, DatabaseBusy.
        """
        with self.database.transaction():
            query = select(func.clock_timestamp(type_=DateTime(timezone=True)))
            return self.database.connection().scalars(query).one()
