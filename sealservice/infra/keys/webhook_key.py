"""The worker's own key, to which webhook secrets are encrypted.

It is no key of the trust domain and comes from a place of its own, so that the worker needs nothing
that opens those: the setting ``webhook_key``, else the file ``webhook-key`` in the home (0600),
which the first worker makes. The worker publishes the public half when it starts.
"""

import base64
import binascii
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from sqlalchemy.dialects import postgresql

from sealservice.config import SettingInvalid, Settings
from sealservice.infra.keys.private_file import create_private_file, read_private_file
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.webhook_tables import webhook_recipients
from sealservice.infra.webhook_secrets import SUITE, bound_to, recipient_id
from sealservice.kernel.clock import Clock
from sealservice.notifications.errors import SecretUnreadable
from sealservice.notifications.model import SealedSecret
from sealservice.trust.errors import KeyEncryptionKeyExposed

_FILE: Final = "webhook-key"
_SETTING: Final = f"{Settings.PREFIX}WEBHOOK_KEY"
_MOST_BYTES: Final = 128


@dataclass(frozen=True, slots=True)
class WorkerKey:
    """Implements ``SecretOpener``."""

    private: X25519PrivateKey

    @property
    def id(self) -> str:
        """Return the name of this key."""
        return recipient_id(self.private.public_key().public_bytes_raw())

    def opened(self, secret: SealedSecret) -> bytes:
        """Return a secret.

        Raises:
            SecretUnreadable: it was encrypted to another key.
        """
        try:
            return SUITE.decrypt(secret.sealed, self.private, bound_to(secret.id))
        except (InvalidTag, ValueError):
            raise SecretUnreadable from None

    def publish(self, database: Database, clock: Clock) -> None:
        """Let the others know to which key secrets are encrypted from now on."""
        public = self.private.public_key().public_bytes_raw()
        row = {"id": self.id, "public_key": public, "created_at": clock()}
        with database.transaction():
            new = postgresql.insert(webhook_recipients).values(row).on_conflict_do_nothing()
            database.connection().execute(new)


def provide_webhook_key(settings: Settings) -> WorkerKey:
    """Return the worker's key, made first where there is none.

    Raises:
        KeyEncryptionKeyExposed: the file can be reached by others, or is no plain file.
        SettingInvalid: it is not 32 bytes in Base64.
    """
    if settings.webhook_key is not None:
        return _decoded(settings.webhook_key.encode(), _SETTING)
    path = settings.home / _FILE
    if not path.exists():
        made = X25519PrivateKey.generate().private_bytes_raw()
        create_private_file(path, base64.b64encode(made) + b"\n")
    return _decoded(_content(path), str(path))


def _content(path: Path) -> bytes:
    try:
        return read_private_file(path, _MOST_BYTES)
    except OSError as error:
        raise KeyEncryptionKeyExposed(path=path, mode=error.strerror) from error


def _decoded(written: bytes, source: str) -> WorkerKey:
    try:
        secret = base64.b64decode(written.strip(), validate=True)
        return WorkerKey(X25519PrivateKey.from_private_bytes(secret))
    except (binascii.Error, ValueError):
        raise SettingInvalid(name=source, value="…") from None
