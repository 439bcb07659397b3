r"""The intent: what exactly a holder approves, in canonical bytes.

Its challenge is ``SHA-256("eseal-intent-v1\\0" || JCS(intent))``: whoever signs the challenge has
approved these documents, this seal, these places, this purpose, and nothing else.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Self

from sealservice.kernel.clock import rfc3339
from sealservice.kernel.json import JsonObject, canonical
from sealservice.seals.errors import ApprovalInvalid

PREFIX: Final = b"eseal-intent-v1\0"


@dataclass(frozen=True, slots=True)
class Intent:
    """A seal use as its holder is asked to approve it; nonce and end are those in its body."""

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

    @classmethod
    def read(cls, body: bytes) -> Self:
        """Read an intent from its canonical bytes: only what these say was approved.

        Raises:
            ApprovalInvalid: they are not canonical, or name no nonce or no end.
        """
        try:
            facts = json.loads(body)
            intent = cls(body, str(facts["nonce"]), datetime.fromisoformat(facts["expires_at"]))
        except (ValueError, KeyError, TypeError):
            raise ApprovalInvalid from None
        if canonical(facts) != body or intent.expires_at.tzinfo is None:
            raise ApprovalInvalid
        return intent

    @property
    def challenge(self) -> bytes:
        """The 32 bytes the holder signs."""
        return hashlib.sha256(PREFIX + self.body).digest()

    @property
    def sha256(self) -> str:
        """The digest of the canonical bytes, in hexadecimal."""
        return hashlib.sha256(self.body).hexdigest()
