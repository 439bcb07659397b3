"""Do a thing once however often it is asked for (IETF draft-ietf-httpapi-idempotency-key).

The answer is kept in the very transaction that does the work: after a power cut either both are
there or neither is, so a caller that repeats its request can never do the work twice.
"""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """What was answered when a key was first used."""

    fingerprint: str
    """SHA-256 of the request, in hexadecimal."""
    status: int
    media_type: str
    body: bytes
    created_at: datetime


class IdempotencyStore(Protocol):
    """Answers by organisation and key; joins the caller's transaction."""

    def claimed(self, organisation_id: str, key: str) -> AbstractContextManager[bool]:
        """Hold a key while its work is done; gives False when somebody else holds it."""
        ...

    def answer(self, organisation_id: str, key: str, not_before: datetime) -> StoredAnswer | None:
        """Return the answer kept under a key, unless it is older than ``not_before``."""
        ...

    def keep(self, organisation_id: str, key: str, answer: StoredAnswer) -> None:
        """Keep an answer; one that is too old to be given again is replaced."""
        ...
