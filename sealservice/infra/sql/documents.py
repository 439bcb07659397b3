"""Documents in PostgreSQL: the rows; their bytes are in the object store."""

from dataclasses import asdict, dataclass

from sqlalchemy import insert, select

from sealservice.infra.sql.database import Database
from sealservice.infra.sql.tables import documents
from sealservice.sealing.model import Document


@dataclass(frozen=True, slots=True)
class SqlDocumentStore:
    """Implements ``DocumentStore``."""

    database: Database

    def add(self, document: Document) -> None:
        """Insert a document."""
        with self.database.transaction():
            self.database.connection().execute(insert(documents).values(asdict(document)))

    def by_id(self, document_id: str, organisation_id: str | None = None) -> Document | None:
        """Return a document; with an organisation given, only if it belongs to that one."""
        query = select(documents).where(documents.c.id == document_id)
        if organisation_id is not None:
            query = query.where(documents.c.organisation_id == organisation_id)
        with self.database.transaction():
            row = self.database.connection().execute(query).mappings().first()
        return None if row is None else Document(**row)
