"""The rows of all keys, wherever their private parts are."""

from dataclasses import dataclass

from sqlalchemy import RowMapping, insert, select

from sealservice.infra.sql.database import Database
from sealservice.infra.sql.tables import keys
from sealservice.kernel.clock import Clock
from sealservice.trust.errors import KeyPurposeMismatch, KeyUnknown
from sealservice.trust.model import KeyAlgorithm, KeyPurpose, StoredKey


@dataclass(frozen=True, slots=True)
class KeyRows:
    """The table ``keys``; takes part in the caller's transaction."""

    database: Database
    clock: Clock

    def add(self, key: StoredKey) -> None:
        """Insert a key."""
        row = {
            "id": key.id,
            "purpose": key.purpose.value,
            "algorithm": key.algorithm.value,
            "location": key.location,
            "spki": key.spki,
            "created_at": self.clock(),
        }
        with self.database.transaction():
            self.database.connection().execute(insert(keys).values(row))

    def get(self, key_id: str) -> StoredKey:
        """Return a key.

        Raises:
            KeyUnknown: there is no such key.
        """
        query = select(keys).where(keys.c.id == key_id)
        with self.database.transaction():
            row = self.database.connection().execute(query).mappings().first()
        if row is None:
            raise KeyUnknown(key_id=key_id)
        return stored_key(row)

    def list(self) -> tuple[StoredKey, ...]:
        """Return all keys, oldest first."""
        query = select(keys).order_by(keys.c.created_at, keys.c.id)
        with self.database.transaction():
            rows = self.database.connection().execute(query).mappings().all()
        return tuple(stored_key(row) for row in rows)


def stored_key(row: RowMapping) -> StoredKey:
    """Return the key that a row of ``keys`` describes."""
    return StoredKey(
        id=row["id"],
        purpose=KeyPurpose(row["purpose"]),
        algorithm=KeyAlgorithm(row["algorithm"]),
        location=row["location"],
        spki=row["spki"],
    )


def require_purpose(key: StoredKey, wanted: KeyPurpose) -> None:
    """Refuse to use a key for what it was not made for.

    Raises:
        KeyPurposeMismatch: it was made for another purpose.
    """
    if key.purpose is not wanted:
        raise KeyPurposeMismatch(key_id=key.id, purpose=key.purpose.value, wanted=wanted.value)
