"""Requests to end licenses, in PostgreSQL."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from sealservice.infra.sql.database import Database
from sealservice.infra.sql.mandate_tables import license_endings
from sealservice.kernel.actor import Actor
from sealservice.licenses.endings import Ending, Outcome
from sealservice.licenses.model import LicenseStatus


@dataclass(frozen=True, slots=True)
class SqlEndingStore:
    """Implements ``EndingStore``."""

    database: Database

    def add(self, ending: Ending) -> None:
        """Insert a request."""
        row = {column.name: getattr(ending, column.name) for column in license_endings.c}
        row |= {"status": ending.status.value}
        with self.database.transaction():
            self.database.connection().execute(insert(license_endings).values(row))

    def of_license(self, organisation_id: str, license_id: str) -> list[Ending]:
        """Return the requests about a license, newest first."""
        query = (
            select(license_endings)
            .where(license_endings.c.organisation_id == organisation_id)
            .where(license_endings.c.license_id == license_id)
            .order_by(license_endings.c.id.desc())
        )
        with self.database.transaction():
            rows = self.database.connection().execute(query).mappings().all()
        return [
            Ending(
                **{
                    **row,
                    "status": LicenseStatus(row["status"]),
                    "outcome": Outcome(row["outcome"]) if row["outcome"] else None,
                }
            )
            for row in rows
        ]

    def settle(self, ending_id: str, outcome: Outcome, actor: Actor, at: datetime) -> bool:
        """Write what became of a request; False: somebody else did."""
        change = (
            update(license_endings)
            .where(license_endings.c.id == ending_id, license_endings.c.outcome.is_(None))
            .values(
                outcome=outcome.value,
                settled_at=at,
                settled_kind=actor.kind.value,
                settled_by=actor.id,
            )
        )
        with self.database.transaction():
            return self.database.connection().execute(change).rowcount == 1
