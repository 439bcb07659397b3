"""Renewed copies of records in PostgreSQL: the rows; their bytes are locked in the object store."""

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Final

from sqlalchemy import RowMapping, insert, select, text

from sealservice.archive.model import Record, Renewal, StoredVersion
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.records import record_of
from sealservice.infra.sql.tables import record_renewals, records

_DUE: Final = text("""
    records.level = 'B-LTA' AND COALESCE(
      (SELECT renewal.renew_before FROM record_renewals AS renewal
       WHERE renewal.record_id = records.id ORDER BY renewal.number DESC LIMIT 1),
      (SELECT min((signature->>'augment_before')::timestamptz)
       FROM jsonb_array_elements(records.report->'signatures') AS signature
       WHERE signature->>'kind' = 'signature')
    ) < :before
""")


@dataclass(frozen=True, slots=True)
class SqlRenewalStore:
    """Implements ``RenewalStore``."""

    database: Database

    def due(self, before: datetime, after: str, limit: int) -> list[Record]:
        """Return up to ``limit`` B-LTA records whose proof ends before a moment, by id."""
        query = select(records).where(_DUE.bindparams(before=before)).where(records.c.id > after)
        with self.database.transaction():
            rows = self.database.connection().execute(query.order_by(records.c.id).limit(limit))
            return [record_of(row) for row in rows.mappings()]

    def of_record(self, record_id: str) -> list[Renewal]:
        """Return the renewed copies of a record, oldest first."""
        query = select(record_renewals).where(record_renewals.c.record_id == record_id)
        with self.database.transaction():
            rows = self.database.connection().execute(query.order_by(record_renewals.c.number))
            return [_renewal(row) for row in rows.mappings()]

    def add(self, renewal: Renewal) -> None:
        """Insert a renewed copy; a record has one of each number."""
        values = {f.name: getattr(renewal, f.name) for f in fields(Renewal) if f.name != "stored"}
        row = values | asdict(renewal.stored)
        with self.database.transaction():
            self.database.connection().execute(insert(record_renewals).values(row))


def _renewal(row: RowMapping) -> Renewal:
    stored = StoredVersion(**{f.name: row[f.name] for f in fields(StoredVersion)})
    others = {f.name: row[f.name] for f in fields(Renewal) if f.name != "stored"}
    return Renewal(stored=stored, **others)
