"""What a person finds in their wallet, in PostgreSQL."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql

from sealservice.identity.wallet import Card, HolderKey, WalletSession
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.licenses import license_of
from sealservice.infra.sql.mandate_rows import holder_of, labelled, names_of
from sealservice.infra.sql.mandate_tables import license_holders, persons
from sealservice.infra.sql.tables import licenses
from sealservice.infra.sql.wallet_tables import holder_keys, passkeys, wallet_sessions
from sealservice.licenses.persons import Person

_WHOLE: Final = "whole"


@dataclass(frozen=True, slots=True)
class SqlWalletStore:
    """Implements ``WalletStore``."""

    database: Database

    def person(self, organisation_id: str, person_id: str) -> Person | None:
        """Return a person of an organisation."""
        query = (
            select(persons)
            .where(persons.c.id == person_id)
            .where(persons.c.organisation_id == organisation_id)
        )
        with self.database.transaction():
            row = self.database.connection().execute(query).mappings().one_or_none()
        return Person(**row) if row else None

    def cards(self, organisation_id: str, person_id: str) -> list[Card]:
        """Return the licenses in which a person has a role that has not ended, oldest first."""
        query = (
            select(
                *labelled("holder", license_holders, persons),
                *(column.label(f"{_WHOLE}_{column.name}") for column in licenses.c),
            )
            .join(persons, persons.c.id == license_holders.c.person_id)
            .join(licenses, licenses.c.id == license_holders.c.license_id)
            .where(license_holders.c.organisation_id == organisation_id)
            .where(license_holders.c.person_id == person_id)
            .where(license_holders.c.ended_at.is_(None))
            .order_by(license_holders.c.created_at, license_holders.c.id)
        )
        with self.database.transaction():
            rows = self.database.connection().execute(query).mappings().all()
        names = names_of(licenses)
        return [
            Card(
                holder_of(row, "holder"),
                license_of({name: row[f"{_WHOLE}_{name}"] for name in names}),
            )
            for row in rows
        ]

    def add_session(self, session: WalletSession) -> None:
        """Insert a session."""
        names = [name for name in names_of(wallet_sessions) if name != "ended_at"]
        row = {name: getattr(session, name) for name in names}
        with self.database.transaction():
            self.database.connection().execute(insert(wallet_sessions).values(row))

    def session(self, digest: str, now: datetime) -> WalletSession | None:
        """Return a session that neither ended nor expired, and whose passkey is not frozen."""
        table = wallet_sessions
        query = (
            select(*(column for column in table.c if column.name != "ended_at"))
            .join(passkeys, passkeys.c.id == table.c.passkey_id)
            .where(table.c.digest == digest, table.c.ended_at.is_(None))
            .where(table.c.expires_at > now, passkeys.c.frozen_at.is_(None))
        )
        with self.database.transaction():
            row = self.database.connection().execute(query).mappings().one_or_none()
        return WalletSession(**row) if row else None

    def end_session(self, digest: str, now: datetime) -> None:
        """End a session; ending an unknown or ended one changes nothing."""
        end = (
            update(wallet_sessions)
            .where(wallet_sessions.c.digest == digest, wallet_sessions.c.ended_at.is_(None))
            .values(ended_at=now)
        )
        with self.database.transaction():
            self.database.connection().execute(end)

    def add_key(self, key: HolderKey) -> None:
        """Insert a holder's key; one that is there stays as it is."""
        row = {name: getattr(key, name) for name in names_of(holder_keys)}
        insertion = (
            postgresql.insert(holder_keys)
            .values(row)
            .on_conflict_do_nothing(index_elements=["holder_id", "thumbprint"])
        )
        with self.database.transaction():
            self.database.connection().execute(insertion)

    def keys(self, holder_id: str) -> list[HolderKey]:
        """Return the keys of a role whose passkeys are not frozen, newest first."""
        query = (
            select(holder_keys)
            .join(passkeys, passkeys.c.id == holder_keys.c.passkey_id)
            .where(holder_keys.c.holder_id == holder_id, passkeys.c.frozen_at.is_(None))
            .order_by(holder_keys.c.created_at.desc(), holder_keys.c.id.desc())
        )
        with self.database.transaction():
            rows = self.database.connection().execute(query).mappings().all()
        return [HolderKey(**row) for row in rows]
