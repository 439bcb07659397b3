"""Organisations, staff, sign-in and API keys in PostgreSQL."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, func, insert, select, update

from sealservice.identity.model import ApiKey, Organisation, Role, Session, SigninLink, Staff
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.tables import api_keys, organisations, sessions, signin_links, staff
from sealservice.kernel.actor import Permission


@dataclass(frozen=True, slots=True)
class SqlOrganisationStore:
    """Implements ``OrganisationStore``."""

    database: Database

    def add(self, organisation: Organisation) -> None:
        """Insert an organisation."""
        row = {
            "id": organisation.id,
            "name": organisation.name,
            "created_at": organisation.created_at,
        }
        with self.database.transaction():
            self.database.connection().execute(insert(organisations).values(row))

    def by_id(self, organisation_id: str) -> Organisation | None:
        """Return one organisation."""
        found = self._all(select(organisations).where(organisations.c.id == organisation_id))
        return found[0] if found else None

    def page(self, after: str | None, limit: int) -> list[Organisation]:
        """Return up to ``limit`` organisations in the order of their ids, behind ``after``."""
        query = select(organisations).where(organisations.c.id > (after or ""))
        return self._all(query.order_by(organisations.c.id).limit(limit))

    def _all(self, query: Select[Any]) -> list[Organisation]:
        rows = _rows(self.database, query)
        return [Organisation(row["id"], row["name"], row["created_at"]) for row in rows]


@dataclass(frozen=True, slots=True)
class SqlStaffStore:
    """Implements ``StaffStore``."""

    database: Database

    def add(self, member: Staff) -> None:
        """Insert a member of staff."""
        row = {
            "id": member.id,
            "organisation_id": member.organisation_id,
            "name": member.name,
            "roles": sorted(member.roles),
            "created_at": member.created_at,
        }
        with self.database.transaction():
            self.database.connection().execute(insert(staff).values(row))

    def by_id(self, organisation_id: str, staff_id: str) -> Staff | None:
        """Return one member of an organisation's staff."""
        query = select(staff).where(staff.c.id == staff_id)
        rows = _rows(self.database, query.where(staff.c.organisation_id == organisation_id))
        return _staff(rows[0]) if rows else None


@dataclass(frozen=True, slots=True)
class SqlSigninStore:
    """Implements ``SigninStore``."""

    database: Database

    def add_link(self, link: SigninLink) -> None:
        """Insert a link."""
        row = {
            "digest": link.digest,
            "staff_id": link.staff_id,
            "organisation_id": link.organisation_id,
            "expires_at": link.expires_at,
        }
        with self.database.transaction():
            self.database.connection().execute(insert(signin_links).values(row))

    def burn_link(self, digest: str, now: datetime) -> Staff | None:
        """Mark a link as used and return whom it lets in; of two racing calls one gets None."""
        burn = (
            update(signin_links)
            .where(signin_links.c.digest == digest)
            .where(signin_links.c.used_at.is_(None), signin_links.c.expires_at > now)
            .values(used_at=now)
            .returning(signin_links.c.staff_id)
        )
        with self.database.transaction():
            staff_id = self.database.connection().execute(burn).scalar_one_or_none()
            rows = _rows(self.database, select(staff).where(staff.c.id == staff_id))
        return _staff(rows[0]) if rows else None

    def link(self, digest: str, now: datetime) -> Staff | None:
        """Return whom a link would let in; it is not burnt."""
        query = (
            select(staff)
            .join(signin_links, signin_links.c.staff_id == staff.c.id)
            .where(signin_links.c.digest == digest)
            .where(signin_links.c.used_at.is_(None), signin_links.c.expires_at > now)
        )
        rows = _rows(self.database, query)
        return _staff(rows[0]) if rows else None

    def add_session(self, session: Session) -> None:
        """Insert a session."""
        row = {
            "digest": session.digest,
            "staff_id": session.staff_id,
            "organisation_id": session.organisation_id,
            "created_at": session.created_at,
            "expires_at": session.expires_at,
        }
        with self.database.transaction():
            self.database.connection().execute(insert(sessions).values(row))

    def session(self, digest: str, now: datetime) -> Staff | None:
        """Return who is signed in with a session that neither ended nor expired."""
        query = (
            select(staff)
            .join(sessions, sessions.c.staff_id == staff.c.id)
            .where(sessions.c.digest == digest)
            .where(sessions.c.ended_at.is_(None), sessions.c.expires_at > now)
        )
        rows = _rows(self.database, query)
        return _staff(rows[0]) if rows else None

    def end_session(self, digest: str, now: datetime) -> None:
        """End a session; ending an unknown or ended one changes nothing."""
        end = (
            update(sessions)
            .where(sessions.c.digest == digest, sessions.c.ended_at.is_(None))
            .values(ended_at=now)
        )
        with self.database.transaction():
            self.database.connection().execute(end)

    def end_sessions_of(self, staff_id: str, now: datetime) -> None:
        """End every session of a person."""
        end = (
            update(sessions)
            .where(sessions.c.staff_id == staff_id, sessions.c.ended_at.is_(None))
            .values(ended_at=now)
        )
        with self.database.transaction():
            self.database.connection().execute(end)


@dataclass(frozen=True, slots=True)
class SqlApiKeyStore:
    """Implements ``ApiKeyStore``."""

    database: Database

    def add(self, key: ApiKey) -> None:
        """Insert a key."""
        row = {
            "id": key.id,
            "organisation_id": key.organisation_id,
            "name": key.name,
            "digest": key.digest,
            "hint": key.hint,
            "scopes": sorted(key.scopes),
            "created_at": key.created_at,
            "expires_at": key.expires_at,
            "revoked_at": key.revoked_at,
        }
        with self.database.transaction():
            self.database.connection().execute(insert(api_keys).values(row))

    def by_digest(self, digest: str) -> ApiKey | None:
        """Return the key with this digest, expired and revoked ones included."""
        rows = _rows(self.database, select(api_keys).where(api_keys.c.digest == digest))
        return _api_key(rows[0]) if rows else None

    def page(self, organisation_id: str, after: str | None, limit: int) -> list[ApiKey]:
        """Return up to ``limit`` keys in the order of their ids, after the id ``after``."""
        query = (
            select(api_keys)
            .where(api_keys.c.organisation_id == organisation_id)
            .where(api_keys.c.id > (after or ""))
        )
        rows = _rows(self.database, query.order_by(api_keys.c.id).limit(limit))
        return [_api_key(row) for row in rows]

    def revoke(self, organisation_id: str, key_id: str, now: datetime) -> bool:
        """Revoke a key; a revoked one keeps its time. False when there is none of that id."""
        change = (
            update(api_keys)
            .where(api_keys.c.organisation_id == organisation_id, api_keys.c.id == key_id)
            .values(revoked_at=func.coalesce(api_keys.c.revoked_at, now))
        )
        with self.database.transaction():
            return self.database.connection().execute(change).rowcount == 1


def _rows(database: Database, query: Select[Any]) -> list[RowMapping]:
    with database.transaction():
        return [*database.connection().execute(query).mappings()]


def _staff(row: RowMapping) -> Staff:
    return Staff(
        id=row["id"],
        organisation_id=row["organisation_id"],
        name=row["name"],
        roles=frozenset(map(Role, row["roles"])),
        created_at=row["created_at"],
    )


def _api_key(row: RowMapping) -> ApiKey:
    return ApiKey(
        id=row["id"],
        organisation_id=row["organisation_id"],
        name=row["name"],
        digest=row["digest"],
        hint=row["hint"],
        scopes=frozenset(map(Permission, row["scopes"])),
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        revoked_at=row["revoked_at"],
    )
