"""The envelope-encrypted key table, readable by the signer's role only.

Opened keys stay in the process: opening an RSA key costs 46 ms. The purpose is compared at each
opening, with what the row said when the key was read.
"""

from typing import Final

from sqlalchemy import insert, select

from sealservice.infra.keys.envelope import (
    Envelope,
    KeyEncryptionKey,
    open_envelope,
    public_bytes,
    seal_envelope,
)
from sealservice.infra.keys.opened import OpenKey, generate_private_key
from sealservice.infra.keys.rows import KeyRows, require_purpose, stored_key
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.tables import key_material, keys
from sealservice.kernel.clock import Clock
from sealservice.kernel.ids import new_id
from sealservice.trust.errors import KeyEncryptionKeyWrong, KeyUnknown
from sealservice.trust.model import KeyAlgorithm, KeyPurpose, StoredKey

LOCATION: Final = "envelope"
"""What ``keys.location`` says of a key in this table."""


class SqlKeyStore:
    """Implements ``KeyStore``."""

    def __init__(self, database: Database, kek: KeyEncryptionKey, clock: Clock) -> None:
        self._database = database
        self._rows = KeyRows(database, clock)
        self._kek = kek
        self._opened: dict[str, OpenKey] = {}

    def generate(self, purpose: KeyPurpose, algorithm: KeyAlgorithm) -> StoredKey:
        """Make a new key pair that will only ever serve ``purpose``.

        Raises:
            KeyEncryptionKeyWrong: the keys in the table are wrapped by another one; a second would
                leave an installation that no single key-encryption key can open.
        """
        private = generate_private_key(algorithm)
        stored = StoredKey(new_id("key"), purpose, algorithm, LOCATION, public_bytes(private))
        envelope = seal_envelope(self._kek, stored, private)
        with self._database.transaction():
            self._require_same_kek()
            self._rows.add(stored)
            self._database.connection().execute(
                insert(key_material).values(
                    key_id=stored.id,
                    wrapped=envelope.wrapped,
                    nonce=envelope.nonce,
                    kek_id=envelope.kek_id,
                )
            )
        return stored

    def open(self, key_id: str, purpose: KeyPurpose) -> OpenKey:
        """Open a key for its purpose.

        Raises:
            KeyUnknown: there is no such key.
            KeyPurposeMismatch: the key was made for another purpose.
            KeyEncryptionKeyWrong: it was wrapped by another key-encryption key.
            KeyUnreadable: what is stored cannot be decrypted, or is not this key.
        """
        opened = self._opened.get(key_id)
        if opened is None:  # two threads may both read it; no lock is held while the database works
            opened = self._opened.setdefault(key_id, self._read(key_id))
        require_purpose(opened.stored, purpose)
        return opened

    def list(self) -> tuple[StoredKey, ...]:
        """Return all keys, oldest first."""
        return self._rows.list()

    def _read(self, key_id: str) -> OpenKey:
        query = select(keys, key_material).join(key_material).where(keys.c.id == key_id)
        with self._database.transaction():
            row = self._database.connection().execute(query).mappings().first()
        if row is None:
            raise KeyUnknown(key_id=key_id)
        stored = stored_key(row)
        envelope = Envelope(row["wrapped"], row["nonce"], row["kek_id"])
        return OpenKey(stored, open_envelope(self._kek, stored, envelope))

    def _require_same_kek(self) -> None:
        query = select(key_material).where(key_material.c.kek_id != self._kek.id).limit(1)
        row = self._database.connection().execute(query).mappings().first()
        if row is not None:
            raise KeyEncryptionKeyWrong(
                key_id=row["key_id"], expected=row["kek_id"], present=self._kek.id
            )
