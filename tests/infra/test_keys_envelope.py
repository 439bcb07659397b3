"""Envelopes: a private key opens in its own row, with its own key-encryption key, or not at all."""

import base64
import os
import stat
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from sealservice.config import Settings
from sealservice.infra.keys.envelope import (
    Envelope,
    KeyEncryptionKey,
    open_envelope,
    public_bytes,
    seal_envelope,
)
from sealservice.infra.keys.kek import provide_key_encryption_key, read_key_encryption_key
from sealservice.infra.keys.opened import OpenKey, generate_private_key
from sealservice.trust.errors import (
    KeyEncryptionKeyExposed,
    KeyEncryptionKeyInvalid,
    KeyEncryptionKeyMissing,
    KeyEncryptionKeyWrong,
    KeyUnreadable,
)
from sealservice.trust.model import KeyAlgorithm, KeyPurpose, StoredKey

pytestmark = pytest.mark.security

KEK = KeyEncryptionKey(bytes(range(32)))
PRIVATE = ec.generate_private_key(ec.SECP256R1())
STORED = StoredKey("key_1", KeyPurpose.SEAL, KeyAlgorithm.P256, "envelope", public_bytes(PRIVATE))
ENVELOPE = seal_envelope(KEK, STORED, PRIVATE)


def test_an_envelope_opens_in_its_row() -> None:
    """What was sealed comes out, and nothing of it is readable from outside."""
    opened = open_envelope(KEK, STORED, ENVELOPE)
    assert opened.private_numbers() == PRIVATE.private_numbers()
    secret = PRIVATE.private_numbers().private_value.to_bytes(32)
    assert secret not in ENVELOPE.wrapped


@pytest.mark.parametrize(
    "row",
    [
        replace(STORED, id="key_2"),
        replace(STORED, purpose=KeyPurpose.TIMESTAMP),
        replace(STORED, algorithm=KeyAlgorithm.RSA3072),
        replace(STORED, spki=public_bytes(ec.generate_private_key(ec.SECP256R1()))),
    ],
    ids=["id", "purpose", "algorithm", "public key"],
)
def test_a_ciphertext_in_another_row_does_not_open(row: StoredKey) -> None:
    """Copied to another id, or its row given another purpose or public key: refused."""
    with pytest.raises(KeyUnreadable, match=row.id):
        open_envelope(KEK, row, ENVELOPE)


def test_a_row_given_another_padding_does_not_open() -> None:
    """RSA keys for PKCS#1 and for PSS look alike; the envelope knows which one it holds."""
    private = generate_private_key(KeyAlgorithm.RSA3072_PSS)
    made = replace(STORED, algorithm=KeyAlgorithm.RSA3072_PSS, spki=public_bytes(private))
    envelope = seal_envelope(KEK, made, private)
    assert open_envelope(KEK, made, envelope)
    with pytest.raises(KeyUnreadable):
        open_envelope(KEK, replace(made, algorithm=KeyAlgorithm.RSA3072), envelope)


@pytest.mark.parametrize(
    "damaged",
    [
        replace(ENVELOPE, wrapped=ENVELOPE.wrapped[:-1] + b"?"),
        replace(ENVELOPE, wrapped=ENVELOPE.wrapped[:10]),
        replace(ENVELOPE, wrapped=b""),
        replace(ENVELOPE, nonce=bytes(12)),
    ],
    ids=["tag", "cut", "empty", "nonce"],
)
def test_a_damaged_envelope_does_not_open(damaged: Envelope) -> None:
    """Any change of ciphertext or nonce is noticed."""
    with pytest.raises(KeyUnreadable):
        open_envelope(KEK, STORED, damaged)


def test_another_kek_is_named() -> None:
    """With the wrong key-encryption key the error names the right one and the one given."""
    other = KeyEncryptionKey(bytes(32))
    with pytest.raises(KeyEncryptionKeyWrong) as refused:
        open_envelope(other, STORED, ENVELOPE)
    assert KEK.id in str(refused.value)
    assert other.id in refused.value.message.zh


def test_no_two_envelopes_share_a_nonce() -> None:
    """Each sealing draws a fresh nonce, so equal keys give different ciphertexts."""
    envelopes = [seal_envelope(KEK, STORED, PRIVATE) for _ in range(100)]
    assert len({e.nonce for e in envelopes}) == len({e.wrapped for e in envelopes}) == 100


def test_nothing_secret_is_printed() -> None:
    """Neither the key-encryption key nor an open key shows its secret when printed."""
    assert "secret" not in repr(KEK)
    assert "private" not in repr(OpenKey(STORED, PRIVATE))


def test_a_ceremony_makes_the_file_once(tmp_path: Path) -> None:
    """The file appears whole with mode 0600, is never replaced, and leaves nothing beside it."""
    settings = Settings(home=tmp_path)
    with pytest.raises(KeyEncryptionKeyMissing):
        read_key_encryption_key(settings)
    made = provide_key_encryption_key(settings)
    assert stat.S_IMODE((tmp_path / "kek").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["kek"]
    assert provide_key_encryption_key(settings) == read_key_encryption_key(settings) == made


def test_the_mode_does_not_depend_on_the_umask(tmp_path: Path) -> None:
    """Also under a permissive umask nobody else can reach the file."""
    before = os.umask(0)
    try:
        provide_key_encryption_key(Settings(home=tmp_path))
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "kek").stat().st_mode) == 0o600


def test_the_setting_wins_over_the_file(tmp_path: Path) -> None:
    """A key-encryption key from the environment is used, and no file is made."""
    settings = Settings(tmp_path, key_encryption_key=base64.b64encode(KEK.secret).decode())
    assert provide_key_encryption_key(settings) == KEK
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o666, 0o610])
def test_a_file_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    """Any permission of group or others is refused, also by a ceremony."""
    settings = Settings(home=tmp_path)
    provide_key_encryption_key(settings)
    (tmp_path / "kek").chmod(mode)
    for read in (read_key_encryption_key, provide_key_encryption_key):
        with pytest.raises(KeyEncryptionKeyExposed, match="kek"):
            read(settings)


def _link(path: Path) -> None:
    (path.parent / "elsewhere").write_text("")
    path.symlink_to(path.parent / "elsewhere")


@pytest.mark.parametrize("make", [_link, Path.mkdir, os.mkfifo], ids=["link", "folder", "pipe"])
def test_only_a_plain_file_is_read(tmp_path: Path, make: Callable[[Path], None]) -> None:
    """A symbolic link, a folder and a pipe are refused, and nobody waits for the pipe."""
    make(tmp_path / "kek")
    with pytest.raises(KeyEncryptionKeyExposed):
        read_key_encryption_key(Settings(home=tmp_path))


@pytest.mark.parametrize("content", ["", "not base64!", base64.b64encode(bytes(31)).decode()])
def test_what_is_not_32_bytes_is_refused(tmp_path: Path, content: str) -> None:
    """Empty, not Base64, or too short: the error names the source, not the content."""
    path = tmp_path / "kek"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(KeyEncryptionKeyInvalid, match="kek"):
        read_key_encryption_key(Settings(home=tmp_path))
    with pytest.raises(KeyEncryptionKeyInvalid, match="SEALSERVICE_KEY_ENCRYPTION_KEY"):
        read_key_encryption_key(Settings(tmp_path, key_encryption_key=content))
