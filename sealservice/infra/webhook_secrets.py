"""Signing secrets, encrypted to the worker with HPKE (RFC 9180: X25519, HKDF-SHA256, AES-256-GCM).

Whoever makes a secret (web, the command line) needs the worker's public key only, which the worker
publishes in the database, and cannot open what it has encrypted. The id of the secret's row is
bound into it: a ciphertext moved to another row does not open.
"""

import hashlib
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from sqlalchemy import select

from sealservice.infra.sql.database import Database
from sealservice.infra.sql.webhook_tables import webhook_recipients
from sealservice.notifications.errors import WorkerUnknown

SUITE: Final = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
_ID_LETTERS: Final = 16


def bound_to(secret_id: str) -> bytes:
    """Return what ties a ciphertext to its row."""
    return f"sealservice-webhook-secret-v1|{secret_id}".encode()


def recipient_id(public_key: bytes) -> str:
    """Return the name of a worker's key."""
    return "whk_" + hashlib.sha256(public_key).hexdigest()[:_ID_LETTERS]


@dataclass(frozen=True, slots=True)
class PublishedKeySealer:
    """Implements ``SecretSealer`` by the key that a worker published last."""

    database: Database

    def sealed(self, secret_id: str, secret: bytes) -> tuple[bytes, str]:
        """Return the ciphertext and the id of the key that opens it.

        Raises:
            WorkerUnknown: no worker has published its key.
        """
        newest = select(webhook_recipients).order_by(webhook_recipients.c.created_at.desc())
        with self.database.transaction():
            row = self.database.connection().execute(newest.limit(1)).mappings().first()
        if row is None:
            raise WorkerUnknown
        key = X25519PublicKey.from_public_bytes(row["public_key"])
        return SUITE.encrypt(secret, key, bound_to(secret_id)), row["id"]
