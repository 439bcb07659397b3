"""Second opinions on records in PostgreSQL; only the checker's role may add one."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import RowMapping, insert, select

from sealservice.archive.model import Record
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.records import record_of
from sealservice.infra.sql.report_tables import second_opinions
from sealservice.infra.sql.tables import records
from sealservice.verification.second_opinions import Disagreement, Opinion, SecondOpinion


@dataclass(frozen=True, slots=True)
class SqlOpinions:
    """Implements ``Opinions``."""

    database: Database

    def unchecked(self, since: datetime) -> Sequence[Record]:
        """Return the records archived since then that nobody has looked at, newest first."""
        known = select(second_opinions.c.record_id)
        query = select(records).where(records.c.created_at >= since, records.c.id.not_in(known))
        with self.database.transaction():
            rows = self.database.connection().execute(query.order_by(records.c.id.desc()))
            return [record_of(row) for row in rows.mappings()]

    def add(self, opinion: SecondOpinion) -> None:
        """Insert what was found out."""
        row = {
            "id": opinion.id,
            "record_id": opinion.record_id,
            "organisation_id": opinion.organisation_id,
            "judges": json.dumps([asdict(one) for one in opinion.judges]),
            "disagreements": json.dumps([asdict(one) for one in opinion.disagreements]),
            "agrees": not opinion.disagreements,
            "checked_at": opinion.checked_at,
        }
        with self.database.transaction():
            self.database.connection().execute(insert(second_opinions).values(row))

    def newest(self, limit: int, *, only_disagreements: bool = False) -> list[SecondOpinion]:
        """Return up to ``limit`` second opinions of all organisations, newest first."""
        query = select(second_opinions).order_by(second_opinions.c.id.desc()).limit(limit)
        if only_disagreements:
            query = query.where(second_opinions.c.agrees.is_(False))
        with self.database.transaction():
            rows = self.database.connection().execute(query).mappings().all()
        return [_opinion(row) for row in rows]

    def counted(self) -> tuple[int, int]:
        """Return how many records were looked at, and about how many somebody disagrees."""
        agrees = select(second_opinions.c.agrees)
        with self.database.transaction():
            said = self.database.connection().execute(agrees).scalars().all()
        return len(said), said.count(False)


def _opinion(row: RowMapping) -> SecondOpinion:
    return SecondOpinion(
        id=row["id"],
        record_id=row["record_id"],
        organisation_id=row["organisation_id"],
        judges=tuple(Opinion(**one) for one in json.loads(row["judges"])),
        disagreements=tuple(Disagreement(**one) for one in json.loads(row["disagreements"])),
        checked_at=row["checked_at"],
    )
