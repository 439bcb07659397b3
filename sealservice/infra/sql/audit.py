"""The audit log in PostgreSQL; its table refuses changes, see storage/migrations."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import RowMapping, insert, select

from sealservice.audit.model import AuditFact
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.tables import audit_facts
from sealservice.kernel.actor import Actor
from sealservice.kernel.clock import Clock
from sealservice.kernel.facts import Fact
from sealservice.kernel.ids import new_id
from sealservice.kernel.json import JsonValue


@dataclass(frozen=True, slots=True)
class SqlAuditLog:
    """Implements ``AuditLog`` and ``AuditReader``."""

    database: Database
    clock: Clock

    def append(
        self, actor: Actor, fact: Fact, subject: str, detail: Mapping[str, JsonValue]
    ) -> None:
        """Insert a fact in the caller's transaction."""
        row = {
            "id": new_id("fact"),
            "at": self.clock(),
            "organisation_id": actor.organisation_id or None,
            "actor_kind": actor.kind.value,
            "actor_id": actor.id,
            "fact": fact.value,
            "subject": subject,
            "detail": dict(detail),
        }
        self.database.connection().execute(insert(audit_facts).values(row))

    def about(self, organisation_id: str, subjects: tuple[str, ...]) -> list[AuditFact]:
        """Return all facts about the given ids, oldest first."""
        query = (
            select(audit_facts)
            .where(audit_facts.c.organisation_id == organisation_id)
            .where(audit_facts.c.subject.in_(subjects))
            .order_by(audit_facts.c.sequence)
        )
        with self.database.transaction():
            rows = self.database.connection().execute(query).mappings().all()
        return [fact_of(row) for row in rows]


def fact_of(row: RowMapping) -> AuditFact:
    """Return the fact of a row."""
    return AuditFact(
        id=row["id"],
        at=row["at"],
        organisation_id=row["organisation_id"],
        actor_kind=row["actor_kind"],
        actor_id=row["actor_id"],
        fact=Fact(row["fact"]),
        subject=row["subject"],
        detail=row["detail"],
    )
