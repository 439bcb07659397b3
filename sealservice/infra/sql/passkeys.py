"""Passkeys, their challenges and attempts, in PostgreSQL."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import RowMapping, and_, insert, literal, or_, select, update
from sqlalchemy.dialects import postgresql

from sealservice.identity.passkey_errors import PasskeyKnown
from sealservice.identity.passkeys import (
    Ceremony,
    Challenge,
    FreezeReason,
    OwnerKind,
    Passkey,
)
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.wallet_tables import attempts, passkey_challenges, passkeys

_OWNERS = {OwnerKind.STAFF: passkeys.c.staff_id, OwnerKind.PERSON: passkeys.c.person_id}


@dataclass(frozen=True, slots=True)
class SqlPasskeyStore:
    """Implements ``PasskeyStore``."""

    database: Database

    def add(self, passkey: Passkey) -> None:
        """Insert a passkey.

        Raises:
            PasskeyKnown: its credential was enrolled before, by whomever.
        """
        row = {
            "id": passkey.id,
            "organisation_id": passkey.organisation_id,
            _OWNERS[passkey.owner_kind].name: passkey.owner_id,
            "credential_id": passkey.credential_id,
            "public_key": passkey.public_key,
            "sign_count": passkey.sign_count,
            "name": passkey.name,
            "aaguid": passkey.aaguid,
            "is_synced": passkey.is_synced,
            "created_at": passkey.created_at,
        }
        insertion = (
            postgresql.insert(passkeys)
            .values(row)
            .on_conflict_do_nothing(index_elements=["credential_id"])
            .returning(passkeys.c.id)
        )
        with self.database.transaction():
            if self.database.connection().execute(insertion).first() is None:
                raise PasskeyKnown

    def by_credential(self, credential_id: str) -> Passkey | None:
        """Return the passkey of a credential, also a frozen one."""
        query = select(passkeys).where(passkeys.c.credential_id == credential_id)
        with self.database.transaction():
            row = self.database.connection().execute(query).mappings().one_or_none()
        return _passkey(row) if row else None

    def of_owner(self, kind: OwnerKind, owner_id: str) -> list[Passkey]:
        """Return an owner's passkeys in order of birth, frozen ones included."""
        query = select(passkeys).where(_OWNERS[kind] == owner_id).order_by(passkeys.c.id)
        with self.database.transaction():
            return [_passkey(row) for row in self.database.connection().execute(query).mappings()]

    def advance(self, passkey_id: str, count: int, now: datetime) -> bool:
        """Write the counter of a use; False, and nothing is written, when it is not above."""
        none_counts = and_(passkeys.c.sign_count == 0, literal(count) == 0)
        change = (
            update(passkeys)
            .where(passkeys.c.id == passkey_id, passkeys.c.frozen_at.is_(None))
            .where(or_(passkeys.c.sign_count < count, none_counts))
            .values(sign_count=count, last_used_at=now)
        )
        with self.database.transaction():
            return self.database.connection().execute(change).rowcount == 1

    def freeze(self, passkey_id: str, reason: FreezeReason, now: datetime) -> bool:
        """Freeze a passkey for good; False: it was frozen before."""
        change = (
            update(passkeys)
            .where(passkeys.c.id == passkey_id, passkeys.c.frozen_at.is_(None))
            .values(frozen_at=now, frozen_reason=reason.value)
        )
        with self.database.transaction():
            return self.database.connection().execute(change).rowcount == 1


@dataclass(frozen=True, slots=True)
class SqlChallengeStore:
    """Implements ``ChallengeStore``."""

    database: Database

    def add(self, challenge: Challenge) -> None:
        """Insert a challenge."""
        row = {
            "digest": challenge.digest,
            "ceremony": challenge.ceremony.value,
            "owner_kind": challenge.owner_kind.value,
            "owner_id": challenge.owner_id,
            "expires_at": challenge.expires_at,
        }
        with self.database.transaction():
            self.database.connection().execute(insert(passkey_challenges).values(row))

    def burn(self, digest: str, ceremony: Ceremony, now: datetime) -> Challenge | None:
        """Mark a challenge as used and return it; of two racing calls one gets None."""
        table = passkey_challenges
        change = (
            update(table)
            .where(table.c.digest == digest, table.c.ceremony == ceremony.value)
            .where(table.c.used_at.is_(None), table.c.expires_at > now)
            .values(used_at=now)
            .returning(*table.c)
        )
        with self.database.transaction():
            row = self.database.connection().execute(change).mappings().one_or_none()
        if row is None:
            return None
        kind = OwnerKind(row["owner_kind"])
        return Challenge(digest, ceremony, kind, row["owner_id"], row["expires_at"])


@dataclass(frozen=True, slots=True)
class SqlAttemptStore:
    """Implements ``AttemptStore``."""

    database: Database

    def add(self, subject: str, period: datetime) -> int:
        """Count one more of a subject in a period, at once, and return how many there are."""
        insertion = postgresql.insert(attempts).values(subject=subject, period=period, count=1)
        counted = insertion.on_conflict_do_update(
            index_elements=["subject", "period"], set_={"count": attempts.c.count + 1}
        ).returning(attempts.c.count)
        with self.database.transaction():
            return int(self.database.connection().execute(counted).scalar_one())

    def forgive(self, subject: str, period: datetime) -> None:
        """Take one back, because it succeeded."""
        change = (
            update(attempts)
            .where(attempts.c.subject == subject, attempts.c.period == period)
            .values(count=attempts.c.count - 1)
        )
        with self.database.transaction():
            self.database.connection().execute(change)


def _passkey(row: RowMapping) -> Passkey:
    kind = OwnerKind.STAFF if row["staff_id"] else OwnerKind.PERSON
    return Passkey(
        id=row["id"],
        owner_kind=kind,
        owner_id=row["staff_id"] or row["person_id"],
        organisation_id=row["organisation_id"],
        credential_id=row["credential_id"],
        public_key=bytes(row["public_key"]),
        sign_count=row["sign_count"],
        name=row["name"],
        aaguid=row["aaguid"],
        is_synced=row["is_synced"],
        created_at=row["created_at"],
        last_used_at=row["last_used_at"],
        frozen_at=row["frozen_at"],
        frozen_reason=FreezeReason(row["frozen_reason"]) if row["frozen_reason"] else None,
    )
