"""Where the key-encryption key comes from.

1. The setting ``key_encryption_key`` wins: 32 bytes in Base64.
2. Otherwise the file ``kek`` in the home, with the same content. It must be a plain file that only
   its owner can reach (mode 0600 or stricter); anything else is refused.
3. Only a ceremony creates the file, and never over one that is there: it is written beside, made
   durable, and then linked to its name in one step. After a power cut there is either no file or
   the whole file.
"""

import base64
import binascii
import secrets
from pathlib import Path
from typing import Final

from sealservice.config import Settings
from sealservice.infra.keys.envelope import KEK_BYTES, KeyEncryptionKey
from sealservice.infra.keys.private_file import create_private_file, read_private_file
from sealservice.trust.errors import (
    KeyEncryptionKeyExposed,
    KeyEncryptionKeyInvalid,
    KeyEncryptionKeyMissing,
)

_FILE: Final = "kek"
_SETTING: Final = f"{Settings.PREFIX}KEY_ENCRYPTION_KEY"
_MOST_BYTES: Final = 128


def read_key_encryption_key(settings: Settings) -> KeyEncryptionKey:
    """Return the key-encryption key of an installation.

    Raises:
        KeyEncryptionKeyMissing: there is neither the setting nor the file.
        KeyEncryptionKeyExposed: the file can be reached by others, or is no plain file.
        KeyEncryptionKeyInvalid: it is not 32 bytes in Base64.
    """
    if settings.key_encryption_key is not None:
        return _decoded(settings.key_encryption_key.encode(), _SETTING)
    path = settings.home / _FILE
    return _decoded(_content(path), str(path))


def provide_key_encryption_key(settings: Settings) -> KeyEncryptionKey:
    """Return the key-encryption key, created first where there is none; for ceremonies.

    Raises:
        KeyEncryptionKeyExposed: the file can be reached by others, or is no plain file.
        KeyEncryptionKeyInvalid: it is not 32 bytes in Base64.
    """
    try:
        return read_key_encryption_key(settings)
    except KeyEncryptionKeyMissing:
        made = base64.b64encode(secrets.token_bytes(KEK_BYTES))
        create_private_file(settings.home / _FILE, made + b"\n")
    return read_key_encryption_key(settings)


def _content(path: Path) -> bytes:
    try:
        return read_private_file(path, _MOST_BYTES)
    except FileNotFoundError as error:
        raise KeyEncryptionKeyMissing(path=path) from error
    except OSError as error:
        raise KeyEncryptionKeyExposed(path=path, mode=error.strerror) from error


def _decoded(text: bytes, source: str) -> KeyEncryptionKey:
    try:
        secret = base64.b64decode(text.strip(), validate=True)
    except binascii.Error as error:
        raise KeyEncryptionKeyInvalid(source=source) from error
    if len(secret) != KEK_BYTES:
        raise KeyEncryptionKeyInvalid(source=source)
    return KeyEncryptionKey(secret)
