"""Records in PostgreSQL: the rows; their bytes are locked in the object store."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import RowMapping, Select, insert, select

from sealservice.archive.model import Record, RecordFacts, StoredVersion
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.jsonb import storable
from sealservice.infra.sql.tables import records


@dataclass(frozen=True, slots=True)
class SqlRecordStore:
    """Implements ``RecordStore``."""

    database: Database

    def add(self, record: Record) -> None:
        """Insert a record; its order may have only one."""
        row = {
            "id": record.id,
            "organisation_id": record.organisation_id,
            "sha256": record.sha256,
            "size": record.size,
            "created_at": record.created_at,
            **asdict(record.stored),
            **asdict(record.facts),
            "report": storable(record.facts.report),
        }
        with self.database.transaction():
            self.database.connection().execute(insert(records).values(row))

    def by_id(self, organisation_id: str, record_id: str) -> Record | None:
        """Return one record of an organisation."""
        query = select(records).where(records.c.id == record_id)
        return self._one(query.where(records.c.organisation_id == organisation_id))

    def by_order(self, order_id: str) -> Record | None:
        """Return the record of an order, if it has one yet."""
        return self._one(select(records).where(records.c.order_id == order_id))

    def page(self, organisation_id: str, before: str | None, limit: int) -> list[Record]:
        """Return up to ``limit`` records, newest first, older than the id ``before``."""
        query = select(records).where(records.c.organisation_id == organisation_id)
        if before is not None:
            query = query.where(records.c.id < before)
        return self._all(query.order_by(records.c.id.desc()).limit(limit))

    def _one(self, query: Select[Any]) -> Record | None:
        found = self._all(query)
        return found[0] if found else None

    def _all(self, query: Select[Any]) -> list[Record]:
        with self.database.transaction():
            rows = self.database.connection().execute(query).mappings().all()
        return [record_of(row) for row in rows]


def record_of(row: RowMapping) -> Record:
    """Return the record of a row."""
    """Return the record that a row holds."""
    return Record(
        id=row["id"],
        organisation_id=row["organisation_id"],
        stored=StoredVersion(**{f.name: row[f.name] for f in fields(StoredVersion)}),
        sha256=row["sha256"],
        size=row["size"],
        facts=RecordFacts(**{f.name: row[f.name] for f in fields(RecordFacts)}),
        created_at=row["created_at"],
    )
