"""Kept answers in PostgreSQL: written by the transaction that does the work, see kernel."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert

from sealservice.infra.sql.database import Database
from sealservice.infra.sql.tables import idempotency
from sealservice.kernel.idempotency import StoredAnswer


@dataclass(frozen=True, slots=True)
class SqlIdempotencyStore:
    """Implements ``IdempotencyStore``."""

    database: Database

    @contextmanager
    def claimed(self, organisation_id: str, key: str) -> Iterator[bool]:
        """Hold a key until the caller's transaction ends; gives False when it is held."""
        name = func.hashtextextended(f"idempotency {organisation_id} {key}", 0)
        query = select(func.pg_try_advisory_xact_lock(name))
        yield bool(self.database.connection().execute(query).scalar_one())

    def answer(self, organisation_id: str, key: str, not_before: datetime) -> StoredAnswer | None:
        """Return the answer kept under a key, unless it is older than ``not_before``."""
        query = (
            select(idempotency)
            .where(idempotency.c.organisation_id == organisation_id, idempotency.c.key == key)
            .where(idempotency.c.created_at >= not_before)
        )
        row = self.database.connection().execute(query).mappings().one_or_none()
        if row is None:
            return None
        return StoredAnswer(
            fingerprint=row["request_digest"],
            status=row["status"],
            media_type=row["media_type"],
            body=row["body"],
            created_at=row["created_at"],
        )

    def keep(self, organisation_id: str, key: str, answer: StoredAnswer) -> None:
        """Keep an answer; one that is too old to be given again is replaced."""
        values = {
            "request_digest": answer.fingerprint,
            "status": answer.status,
            "media_type": answer.media_type,
            "body": answer.body,
            "created_at": answer.created_at,
        }
        upsert = insert(idempotency).values(organisation_id=organisation_id, key=key, **values)
        self.database.connection().execute(
            upsert.on_conflict_do_update(constraint=idempotency.primary_key, set_=values)
        )
