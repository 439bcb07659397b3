"""Whom a running process trusts: what is in the home now, not when the process began.

1. What was read is kept for a minute, for reading takes longer than most verifications.
2. It is read again at once when one of the lists goes stale, or when the clock went back behind the
   moment of reading: a list that is stale by then, or is not in force yet, must not count.
3. What cannot be read trusts nobody: the error is handed on.
"""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from sealservice.kernel.clock import Clock
from sealservice.verification.anchors import TrustAnchors

_KEPT: Final = timedelta(minutes=1)


class CurrentTrust:
    """Gives the anchors that count now; may be used from any thread."""

    def __init__(self, read: Callable[[], TrustAnchors], clock: Clock) -> None:
        self._read, self._clock = read, clock
        self._lock = threading.Lock()
        self._kept: tuple[TrustAnchors, datetime] | None = None

    def __call__(self) -> TrustAnchors:
        """Return the anchors.

        Raises:
            AnchorUnreadable, TrustStoreBroken: part of them cannot be read.
        """
        now = self._clock()
        with self._lock:
            if self._kept is None or not _counts(*self._kept, now):
                self._kept = (self._read(), now)
            return self._kept[0]


def _counts(anchors: TrustAnchors, since: datetime, now: datetime) -> bool:
    is_recent = since <= now < since + _KEPT
    return is_recent and (anchors.until is None or now < datetime.fromisoformat(anchors.until))
