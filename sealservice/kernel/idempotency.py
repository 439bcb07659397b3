"""Do a thing once however often it is asked for (IETF draft-ietf-httpapi-idempotency-key).

The answer is kept in the very transaction that does the work: after a power cut either both are
there or neither is, so a caller that repeats its request can never do the work twice.
"""

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True)
class KeysInHand:
    """The keys that this process works on just now; a process that dies holds none."""

    _keys: set[tuple[str, str]] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @contextmanager
    def taken(self, organisation_id: str, key: str) -> Iterator[bool]:
        """Hold a key; gives False when another request of this process holds it."""
        name = (organisation_id, key)
        with self._lock:
            is_ours = name not in self._keys
            self._keys.add(name)
        try:
            yield is_ours
        finally:
            if is_ours:
                self._keys.discard(name)
