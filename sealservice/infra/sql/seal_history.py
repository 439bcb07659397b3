"""The lines of seals' lives, and the requests that the signer answers, in PostgreSQL."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, insert, null, select, update

from sealservice.infra.sql.database import Database
from sealservice.infra.sql.tables import seal_events, seal_requests
from sealservice.kernel.json import JsonObject
from sealservice.seals.model import Grounds, SealChange, SealEvent, SealRequest, SealState


@dataclass(frozen=True, slots=True)
class SqlSealHistory:
    """Implements ``SealHistory``."""

    database: Database

    def add_event(self, event: SealEvent) -> None:
        """Add a line; the database lets nobody change it."""
        row = {
            "id": event.id,
            "organisation_id": event.organisation_id,
            "seal_id": event.seal_id,
            "change": event.change.value,
            "before": event.before.value if event.before else None,
            "after": event.after.value,
            "reason": event.grounds.reason,
            "evidence": event.grounds.evidence,
            "actor_kind": event.actor_kind,
            "actor_id": event.actor_id,
            "at": event.at,
        }
        with self.database.transaction():
            self.database.connection().execute(insert(seal_events).values(row))

    def events(self, seal_id: str) -> list[SealEvent]:
        """Return the lines of a seal, oldest first."""
        query = select(seal_events).where(seal_events.c.seal_id == seal_id)
        with self.database.transaction():
            ordered = query.order_by(seal_events.c.sequence)
            rows = self.database.connection().execute(ordered).mappings().all()
        return [_event(row) for row in rows]

    def add_request(self, request: SealRequest) -> None:
        """Insert a request that waits for its answer."""
        row = {
            "id": request.id,
            "organisation_id": request.organisation_id,
            "seal_id": request.seal_id,
            "change": request.change.value,
            "reason": request.grounds.reason,
            "evidence": request.grounds.evidence,
            "actor_kind": request.actor_kind,
            "actor_id": request.actor_id,
            "created_at": request.created_at,
        }
        with self.database.transaction():
            self.database.connection().execute(insert(seal_requests).values(row))

    def request(self, request_id: str, *, lock: bool = False) -> SealRequest | None:
        """Return a request; locked, nobody else answers it meanwhile."""
        query = select(seal_requests).where(seal_requests.c.id == request_id)
        with self.database.transaction():
            wanted = query.with_for_update() if lock else query
            row = self.database.connection().execute(wanted).mappings().first()
        return None if row is None else _request(row)

    def answer(self, request_id: str, at: datetime, failure: JsonObject | None) -> None:
        """Write what became of a request."""
        change = (
            update(seal_requests)
            .where(seal_requests.c.id == request_id)
            .values(answered_at=at, failure=null() if failure is None else failure)
        )
        with self.database.transaction():
            self.database.connection().execute(change)

    def requests(self, seal_id: str) -> list[SealRequest]:
        """Return the requests about a seal, oldest first."""
        query = select(seal_requests).where(seal_requests.c.seal_id == seal_id)
        with self.database.transaction():
            ordered = query.order_by(seal_requests.c.created_at, seal_requests.c.id)
            rows = self.database.connection().execute(ordered).mappings().all()
        return [_request(row) for row in rows]

    def unanswered(self) -> list[str]:
        """Return the ids of requests without an answer, oldest first."""
        query = select(seal_requests.c.id).where(seal_requests.c.answered_at.is_(None))
        with self.database.transaction():
            return list(self.database.connection().scalars(query.order_by(seal_requests.c.id)))


def _event(row: RowMapping) -> SealEvent:
    return SealEvent(
        id=row["id"],
        organisation_id=row["organisation_id"],
        seal_id=row["seal_id"],
        change=SealChange(row["change"]),
        before=SealState(row["before"]) if row["before"] else None,
        after=SealState(row["after"]),
        grounds=Grounds(row["reason"], row["evidence"]),
        actor_kind=row["actor_kind"],
        actor_id=row["actor_id"],
        at=row["at"],
    )


def _request(row: RowMapping) -> SealRequest:
    return SealRequest(
        id=row["id"],
        organisation_id=row["organisation_id"],
        seal_id=row["seal_id"],
        change=SealChange(row["change"]),
        grounds=Grounds(row["reason"], row["evidence"]),
        actor_kind=row["actor_kind"],
        actor_id=row["actor_id"],
        created_at=row["created_at"],
        answered_at=row["answered_at"],
        failure=row["failure"],
    )
