"""The key table in PostgreSQL: rows cannot be exchanged, and no secret lies about anywhere."""

import base64
import secrets
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select, update

from sealservice.config import Settings
from sealservice.infra.keys.envelope import KeyEncryptionKey
from sealservice.infra.keys.kek import provide_key_encryption_key
from sealservice.infra.keys.table import SqlKeyStore
from sealservice.infra.processes import ProcessKind
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.tables import key_material, keys
from sealservice.kernel.clock import utc_now
from sealservice.trust.errors import KeyEncryptionKeyWrong, KeyUnreadable
from sealservice.trust.model import KeyAlgorithm, KeyPurpose, StoredKey

pytestmark = [pytest.mark.engines, pytest.mark.security]

Opener = Callable[[ProcessKind], Database]


@pytest.fixture
def kek(engines_home: Path) -> KeyEncryptionKey:
    """Give the key-encryption key of the run's home."""
    return provide_key_encryption_key(Settings(home=engines_home))


@pytest.fixture
def signer(database_as: Opener) -> Database:
    """Give the database as the signer."""
    return database_as(ProcessKind.SIGNER)


def _store(database: Database, kek: KeyEncryptionKey) -> SqlKeyStore:
    """Return a store that has no key open, as after a restart."""
    return SqlKeyStore(database, kek, utc_now)


def _generate(database: Database, kek: KeyEncryptionKey) -> StoredKey:
    return _store(database, kek).generate(KeyPurpose.SEAL, KeyAlgorithm.P256)


def test_a_key_survives_a_restart(signer: Database, kek: KeyEncryptionKey) -> None:
    """Another process with the same key-encryption key opens what this one stored."""
    stored = _generate(signer, kek)
    assert _store(signer, kek).open(stored.id, KeyPurpose.SEAL).spki == stored.spki


def test_a_copied_ciphertext_is_refused(
    signer: Database, database: Database, kek: KeyEncryptionKey
) -> None:
    """Whoever writes one key's ciphertext into another key's row gets no signature."""
    one, other = _generate(signer, kek), _generate(signer, kek)
    row = select(key_material).where(key_material.c.key_id == one.id)
    with database.transaction():
        copied = database.connection().execute(row).mappings().one()
        change = update(key_material).where(key_material.c.key_id == other.id)
        database.connection().execute(
            change.values(wrapped=copied["wrapped"], nonce=copied["nonce"])
        )
    with pytest.raises(KeyUnreadable, match=other.id):
        _store(signer, kek).open(other.id, KeyPurpose.SEAL)


def test_a_row_given_another_purpose_is_refused(
    signer: Database, database: Database, kek: KeyEncryptionKey
) -> None:
    """A seal key cannot be made a time-stamping key in the database."""
    stored = _generate(signer, kek)
    change = update(keys).where(keys.c.id == stored.id).values(purpose=KeyPurpose.TIMESTAMP.value)
    with database.transaction():
        database.connection().execute(change)
    with pytest.raises(KeyUnreadable, match=stored.id):
        _store(signer, kek).open(stored.id, KeyPurpose.TIMESTAMP)


def test_another_kek_opens_and_adds_nothing(signer: Database, kek: KeyEncryptionKey) -> None:
    """With the wrong key-encryption key old keys stay shut, and no new key is mixed in."""
    stored = _generate(signer, kek)
    wrong = _store(signer, KeyEncryptionKey(secrets.token_bytes(32)))
    with pytest.raises(KeyEncryptionKeyWrong, match=kek.id):
        wrong.open(stored.id, KeyPurpose.SEAL)
    before = wrong.list()
    with pytest.raises(KeyEncryptionKeyWrong, match=kek.id):
        wrong.generate(KeyPurpose.SEAL, KeyAlgorithm.P256)
    assert wrong.list() == before


def test_secrets_are_in_no_table_and_no_file(
    signer: Database, kek: KeyEncryptionKey, engines_home: Path
) -> None:
    """The private number is nowhere in the home; the key-encryption key only in its own file.

    The home holds the whole database: its tables and its write-ahead log.
    """
    stored = _generate(signer, kek)
    private = _store(signer, kek).open(stored.id, KeyPurpose.SEAL).private
    assert isinstance(private, ec.EllipticCurvePrivateKey)
    number = private.private_numbers().private_value.to_bytes(32)
    files = dict(_contents(engines_home))
    assert any(stored.id.encode() in content for content in files.values())  # rows are found
    assert [path for path, content in files.items() if _holds(content, number)] == []
    assert [path.name for path, content in files.items() if _holds(content, kek.secret)] == ["kek"]


def _contents(home: Path) -> Iterator[tuple[Path, bytes]]:
    for path in home.rglob("*"):
        with suppress(FileNotFoundError):  # the database removes files while we look
            if path.is_file() and not path.is_symlink():
                yield path, path.read_bytes()


def _holds(content: bytes, secret: bytes) -> bool:
    written = (secret, secret.hex().encode(), base64.b64encode(secret))
    return any(form in content for form in written)
