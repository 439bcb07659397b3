"""Imports of licenses in PostgreSQL."""

from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from sqlalchemy import Select, insert, select, update

from sealservice.infra.sql.database import Database
from sealservice.infra.sql.license_tables import import_failures, license_imports
from sealservice.licenses.model import ImportFailure, LicenseImport

_COLUMNS: Final = [license_imports.c[field.name] for field in fields(LicenseImport)]
"""All but the file, which is large."""
_PROGRESS: Final = ("done", "registered", "unchanged", "failed", "finished_at")


@dataclass(frozen=True, slots=True)
class SqlImportStore:
    """Implements ``ImportStore``."""

    database: Database

    def add(self, one: LicenseImport, packed: bytes) -> None:
        """Insert an import with its packed file."""
        row = insert(license_imports).values({**asdict(one), "file": packed})
        with self.database.transaction():
            self.database.connection().execute(row)

    def get(self, import_id: str) -> LicenseImport | None:
        """Return an import."""
        found = self._all(select(*_COLUMNS).where(license_imports.c.id == import_id))
        return found[0] if found else None

    def page(self, organisation_id: str, before: str | None, limit: int) -> list[LicenseImport]:
        """Return up to ``limit`` imports, newest first, older than the id ``before``."""
        query = select(*_COLUMNS).where(license_imports.c.organisation_id == organisation_id)
        older = query.where(license_imports.c.id < before) if before else query
        return self._all(older.order_by(license_imports.c.id.desc()).limit(limit))

    def lock(self, import_id: str) -> LicenseImport | None:
        """Return an import and keep others out of it until the transaction ends."""
        query = select(*_COLUMNS).where(license_imports.c.id == import_id)
        found = self._all(query.with_for_update())
        return found[0] if found else None

    def file(self, import_id: str) -> bytes | None:
        """Return the packed file; None when the import is over."""
        query = select(license_imports.c.file).where(license_imports.c.id == import_id)
        with self.database.transaction():
            packed: bytes | None = self.database.connection().execute(query).scalar()
        return packed

    def advance(self, one: LicenseImport) -> None:
        """Write how far an import got; the file of one that is over is dropped."""
        progress: dict[str, object] = {name: getattr(one, name) for name in _PROGRESS}
        if one.finished_at is not None:
            progress["file"] = None
        change = update(license_imports).where(license_imports.c.id == one.id).values(progress)
        with self.database.transaction():
            self.database.connection().execute(change)

    def add_failures(self, import_id: str, failures: list[ImportFailure]) -> None:
        """Keep refused rows."""
        rows = [{"import_id": import_id, **asdict(failure)} for failure in failures]
        with self.database.transaction():
            if rows:
                self.database.connection().execute(insert(import_failures), rows)

    def failures(self, import_id: str, after: int, limit: int) -> list[ImportFailure]:
        """Return up to ``limit`` refused rows behind row ``after``, in order."""
        table = import_failures.c
        query = (
            select(table.row, table.uscc, table.refusal)
            .where(table.import_id == import_id)
            .where(table.row > after)
            .order_by(table.row)
            .limit(limit)
        )
        with self.database.transaction():
            rows = self.database.connection().execute(query).mappings().all()
        return [ImportFailure(**row) for row in rows]

    def unfinished(self) -> list[str]:
        """Return the ids of imports that are not over."""
        query = select(license_imports.c.id).where(license_imports.c.finished_at.is_(None))
        with self.database.transaction():
            return list(self.database.connection().execute(query.order_by("id")).scalars())

    def _all(self, query: Select[Any]) -> list[LicenseImport]:
        with self.database.transaction():
            rows = self.database.connection().execute(query).mappings().all()
        return [LicenseImport(**row) for row in rows]
