"""Persons of licenses, their mandates and the uses of these, in PostgreSQL.

Whether somebody may do something is read by one statement (``standing``): license, seal, the
person's role and every link of every mandate of theirs, all of one snapshot. Nothing is cached.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, and_, exists, insert, literal, or_, select, true, update
from sqlalchemy.dialects import postgresql

from sealservice.infra.sql.audit import SqlAuditLog
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.licenses import license_of
from sealservice.infra.sql.mandate_rows import (
    chains_from,
    chains_of,
    holder_of,
    labelled,
    mandate_row,
    names_of,
)
from sealservice.infra.sql.mandate_tables import (
    license_holders,
    license_notices,
    mandate_uses,
    mandates,
    persons,
)
from sealservice.infra.sql.seal_tables import seals
from sealservice.infra.sql.tables import licenses
from sealservice.kernel.actor import Actor
from sealservice.kernel.clock import Clock
from sealservice.kernel.facts import Fact
from sealservice.kernel.json import JsonObject
from sealservice.licenses.delegation import Standing, Use
from sealservice.licenses.mandate import Chain, Mandate
from sealservice.licenses.persons import LicenseHolder, Person

_USABLE_SEAL: Final = "active"
_WHOLE: Final = "whole"
"""Prefix of the columns of a license in a row that holds others, too."""


@dataclass(frozen=True, slots=True)
class SqlPersonStore:
    """Implements ``PersonStore``."""

    database: Database

    def person(self, person: Person) -> Person:
        """Insert a person, or return the one whom the organisation knows by this document."""
        row = {name: getattr(person, name) for name in names_of(persons)}
        insertion = (
            postgresql.insert(persons)
            .values(row)
            .on_conflict_do_nothing(index_elements=["organisation_id", "document_digest"])
        )
        known = (
            select(persons)
            .where(persons.c.organisation_id == person.organisation_id)
            .where(persons.c.document_digest == person.document_digest)
        )
        with self.database.transaction():
            self.database.connection().execute(insertion)
            found = self.database.connection().execute(known).mappings().one()
        return Person(**found)

    def add(self, holder: LicenseHolder) -> None:
        """Insert a person in their role."""
        row = {
            "id": holder.id,
            "organisation_id": holder.organisation_id,
            "license_id": holder.license_id,
            "person_id": holder.person.id,
            "role": holder.role.value,
            "created_at": holder.created_at,
            "ended_at": holder.ended_at,
            "ended_reason": holder.ended_reason,
        }
        with self.database.transaction():
            self.database.connection().execute(insert(license_holders).values(row))

    def get(self, organisation_id: str, holder_id: str) -> LicenseHolder | None:
        """Return one holder of an organisation, ended or not."""
        found = self._all(_holders_of(organisation_id).where(license_holders.c.id == holder_id))
        return found[0] if found else None

    def of_license(self, organisation_id: str, license_id: str) -> list[LicenseHolder]:
        """Return the holders of a license in order of birth, ended ones included."""
        query = _holders_of(organisation_id).where(license_holders.c.license_id == license_id)
        return self._all(query.order_by(license_holders.c.id))

    def end(self, holder_id: str, at: datetime, reason: str) -> bool:
        """End a role, waiting for whoever has it locked; False: it had ended."""
        change = (
            update(license_holders)
            .where(license_holders.c.id == holder_id, license_holders.c.ended_at.is_(None))
            .values(ended_at=at, ended_reason=reason)
        )
        with self.database.transaction():
            return self.database.connection().execute(change).rowcount == 1

    def _all(self, query: Select[Any]) -> list[LicenseHolder]:
        with self.database.transaction():
            rows = self.database.connection().execute(query).mappings().all()
        return [holder_of(row, "holder") for row in rows]


def _holders_of(organisation_id: str) -> Select[Any]:
    return (
        select(*labelled("holder", license_holders, persons))
        .join(persons, persons.c.id == license_holders.c.person_id)
        .where(license_holders.c.organisation_id == organisation_id)
    )


@dataclass(frozen=True, slots=True)
class SqlMandateStore:
    """Implements ``MandateStore``."""

    database: Database

    def add(self, mandate: Mandate) -> None:
        """Insert a mandate."""
        with self.database.transaction():
            self.database.connection().execute(insert(mandates).values(mandate_row(mandate)))

    def chain(self, organisation_id: str, mandate_id: str) -> Chain | None:
        """Return a mandate with everything that it was given out of."""
        ours = mandates.c.organisation_id == organisation_id
        found = self._chains(chains_from(and_(ours, mandates.c.id == mandate_id)))
        return found[0] if found else None

    def of_license(self, organisation_id: str, license_id: str) -> list[Chain]:
        """Return every mandate of a license, newest first."""
        ours = mandates.c.organisation_id == organisation_id
        return self._chains(chains_from(and_(ours, mandates.c.license_id == license_id)))

    def standing(self, use: Use, now: datetime) -> Standing | None:
        """Return what decides about a use, read by one query; None: there is no such license."""
        with self.database.transaction():
            query = _standing_query(use, now)
            rows = list(self.database.connection().execute(query).mappings())
        if not rows:
            return None
        first = rows[0]
        whole = {name: first[f"{_WHOLE}_{name}"] for name in names_of(licenses)}
        holder = holder_of(first, "holder") if first["holder_id"] is not None else None
        linked = [row for row in rows if row["leaf"] is not None]
        chains = tuple(chains_of(linked))
        return Standing(license_of(whole), holder, chains, first["seal_is_usable"])

    def lock(self, organisation_id: str, holder_id: str, mandate_ids: Sequence[str]) -> None:
        """Hold a holder, mandates and their givers until the transaction ends."""
        chosen = and_(mandates.c.organisation_id == organisation_id, mandates.c.id.in_(mandate_ids))
        givers = select(mandates.c.giver_id).where(chosen)
        people = (
            select(license_holders.c.id)
            .where(license_holders.c.organisation_id == organisation_id)
            .where(or_(license_holders.c.id == holder_id, license_holders.c.id.in_(givers)))
            .order_by(license_holders.c.id)
            .with_for_update(read=True)
        )
        rows = select(mandates.c.id).where(chosen).order_by(mandates.c.id)
        counted = select(exists().where(chosen, mandates.c.uses.is_not(None)))
        with self.database.transaction():
            connection = self.database.connection()
            connection.execute(people)
            is_counted = bool(connection.scalar(counted))
            connection.execute(rows.with_for_update(read=not is_counted))

    def count_use(self, mandate_ids: Sequence[str], subject: str, at: datetime) -> None:
        """Count one use, named by what was done; the same subject counts once."""
        rows = [{"mandate_id": one, "subject": subject, "at": at} for one in mandate_ids]
        with self.database.transaction():
            insertion = postgresql.insert(mandate_uses).values(rows).on_conflict_do_nothing()
            self.database.connection().execute(insertion)

    def revoke(self, mandate_id: str, at: datetime, reason: str) -> bool:
        """Revoke a mandate, waiting for whoever has it locked; False: it was revoked before."""
        change = (
            update(mandates)
            .where(mandates.c.id == mandate_id, mandates.c.revoked_at.is_(None))
            .values(revoked_at=at, revoked_reason=reason)
        )
        with self.database.transaction():
            return self.database.connection().execute(change).rowcount == 1

    def ending_before(self, now: datetime, until: datetime, limit: int) -> list[Chain]:
        """Return live mandates that end until a moment and were not warned of, the first first."""
        warned = exists().where(
            license_notices.c.mandate_id == mandates.c.id,
            license_notices.c.ends_at == mandates.c.ends_at,
        )
        soon = (
            select(mandates.c.id)
            .where(mandates.c.ends_at > now, mandates.c.ends_at <= until)
            .where(mandates.c.revoked_at.is_(None), ~warned)
            .order_by(mandates.c.ends_at, mandates.c.id)
            .limit(limit)
        )
        found = self._chains(chains_from(mandates.c.id.in_(soon)))
        return sorted(found, key=lambda chain: chain.mandate.scope.ends_at)

    def _chains(self, query: Select[Any]) -> list[Chain]:
        with self.database.transaction():
            return chains_of(list(self.database.connection().execute(query).mappings()))


def _standing_query(use: Use, now: datetime) -> Select[Any]:
    mine = and_(
        mandates.c.organisation_id == use.organisation_id,
        mandates.c.license_id == use.license_id,
        mandates.c.receiver_id == use.holder_id,
    )
    links = chains_from(mine, use.subject).subquery("links")
    usable = exists().where(
        seals.c.id == use.seal_id,
        seals.c.license_id == licenses.c.id,
        seals.c.state == _USABLE_SEAL,
        or_(seals.c.expires_at.is_(None), seals.c.expires_at > now),
    )
    is_usable = literal(True) if use.seal_id is None else usable  # noqa: FBT003 - an SQL value
    holder = and_(
        license_holders.c.id == use.holder_id, license_holders.c.license_id == licenses.c.id
    )
    return (
        select(
            *(column.label(f"{_WHOLE}_{column.name}") for column in licenses.c),
            *labelled("holder", license_holders, persons),
            is_usable.label("seal_is_usable"),
            links,
        )
        .select_from(licenses)
        .outerjoin(license_holders, holder)
        .outerjoin(persons, persons.c.id == license_holders.c.person_id)
        .outerjoin(links, true())
        .where(licenses.c.organisation_id == use.organisation_id)
        .where(licenses.c.id == use.license_id)
    )


@dataclass(frozen=True, slots=True)
class SqlDenials:
    """Implements ``Denials``; its database is a pool of its own.

    The caller's transaction is about to be undone, and holds a connection: one more out of the same
    pool would be waited for by everybody who is turned away at the same time.
    """

    database: Database
    clock: Clock

    def denied(self, actor: Actor, subject: str, detail: JsonObject) -> None:
        """Write the fact, in a transaction of its own."""
        with self.database.transaction():
            log = SqlAuditLog(self.database, self.clock)
            log.append(actor, Fact.LICENSE_USE_DENIED, subject, detail)
