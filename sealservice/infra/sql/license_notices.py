"""Notices of what ends soon, in PostgreSQL."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects import postgresql

from sealservice.infra.sql.database import Database
from sealservice.infra.sql.licenses import license_of
from sealservice.infra.sql.mandate_tables import license_notices
from sealservice.infra.sql.tables import licenses
from sealservice.licenses.model import License, LicenseStatus
from sealservice.licenses.warning import Notice


@dataclass(frozen=True, slots=True)
class SqlNoticeStore:
    """Implements ``NoticeStore``."""

    database: Database

    def add(self, notice: Notice) -> bool:
        """Insert a notice; False: there is one of the same end."""
        row = {column.name: getattr(notice, column.name) for column in license_notices.c}
        insertion = (
            postgresql.insert(license_notices)
            .values(row)
            .on_conflict_do_nothing()
            .returning(license_notices.c.id)
        )
        with self.database.transaction():
            return self.database.connection().execute(insertion).first() is not None

    def with_terms(self, after: str | None, limit: int) -> list[License]:
        """Return licenses in force whose face has a term, in the order of their ids."""
        query = (
            select(licenses)
            .where(licenses.c.status == LicenseStatus.ACTIVE.value)
            .where(licenses.c.face.has_key("term"))
            .where(licenses.c.id > (after or ""))
            .order_by(licenses.c.id)
            .limit(limit)
        )
        with self.database.transaction():
            rows = self.database.connection().execute(query).mappings().all()
        return [license_of(row) for row in rows]
