r"""The intent: what exactly a holder approves, in canonical bytes.

Its challenge is ``SHA-256("eseal-intent-v1\\0" || JCS(intent))``: whoever signs the challenge has
approved these documents, this seal, these places, this purpose, and nothing else.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from sealservice.kernel.clock import rfc3339
from sealservice.kernel.json import JsonObject, canonical

PREFIX: Final = b"eseal-intent-v1\0"


@dataclass(frozen=True, slots=True)
class Intent:
    """A seal use as its holder is asked to approve it."""

    body: bytes
    """RFC 8785 canonical JSON."""
    nonce: str
    """Names the single use this intent allows."""
    expires_at: datetime

    @classmethod
    def of(cls, facts: JsonObject, nonce: str, expires_at: datetime) -> Self:
        """Make an intent out of its facts, its nonce and its end."""
        whole = {"version": 1, **facts, "nonce": nonce, "expires_at": rfc3339(expires_at)}
        return cls(canonical(whole), nonce, expires_at)

    @property
    def challenge(self) -> bytes:
        """The 32 bytes the holder signs."""
        return hashlib.sha256(PREFIX + self.body).digest()

    @property
    def sha256(self) -> str:
        """The digest of the canonical bytes, in hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()
