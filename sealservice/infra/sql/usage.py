"""The usage log of a license, out of the audit log in PostgreSQL."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select

from sealservice.audit.model import AuditFact
from sealservice.infra.sql.audit import fact_of
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.tables import audit_facts
from sealservice.licenses.usage import UsageAsked

_PEOPLE = ("holder_id", "receiver_id", "giver_id")


@dataclass(frozen=True, slots=True)
class SqlUsageFacts:
    """Implements ``UsageFacts``."""

    database: Database

    def usage(
        self, organisation_id: str, asked: UsageAsked, before: str | None, limit: int
    ) -> list[AuditFact]:
        """Return up to ``limit`` facts, newest first, older than the id ``before``."""
        query = _asked(organisation_id, asked)
        if before is not None:
            query = query.where(audit_facts.c.id < before)
        with self.database.transaction():
            ordered = query.order_by(audit_facts.c.id.desc()).limit(limit)
            rows = self.database.connection().execute(ordered).mappings().all()
        return [fact_of(row) for row in rows]


def _asked(organisation_id: str, asked: UsageAsked) -> Select[Any]:
    columns, detail = audit_facts.c, audit_facts.c.detail
    names = func.jsonb_extract_path_text
    query = (
        select(audit_facts)
        .where(columns.organisation_id == organisation_id)
        .where(columns.fact.in_([fact.value for fact in asked.facts]))
        .where(
            or_(
                columns.subject == asked.license_id,
                names(detail, "license_id") == asked.license_id,
            )
        )
    )
    if asked.holder_id is not None:
        people = (names(detail, one) == asked.holder_id for one in _PEOPLE)
        query = query.where(or_(columns.subject == asked.holder_id, *people))
    if asked.since is not None:
        query = query.where(columns.at >= asked.since)
    if asked.until is not None:
        query = query.where(columns.at < asked.until)
    return query
