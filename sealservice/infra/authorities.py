"""Several time-stamping authorities in the place of one.

1. They are asked in the order of the settings: the first is the preferred one.
2. Of one authority no more than ``timestamps_per_second`` are asked, with one second's worth in
   reserve. When the preferred one has its share the next is asked; when all have, the request waits
   for the first turn, but never longer than ``http_seconds``.
3. Whoever gives no acceptable token is set aside for ``timestamp_aside_seconds``: it is then asked
   only if all others fail, too. The next one is asked at once.
4. If nobody gives one, the failure of the authority that was asked first is told; all are logged.
"""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from sealservice.kernel.text import Text
from sealservice.limits import Limits
from sealservice.sealing.errors import TimestampUnavailable
from sealservice.sealing.model import Timestamp

_LOG: Final = logging.getLogger(__name__)
_BUSY: Final = Text("请求过多，已达到每秒上限", "too many requests wait for it already")
_RESERVE_SECONDS: Final = 1.0


class ClosingSource(Protocol):
    """A ``sealing.ports.TimestampSource`` that keeps connections."""

    url: str
    """Where the authority is."""

    def stamp(self, message_digest: bytes) -> Timestamp:
        """Return a checked token over a SHA-256 digest."""
        ...

    def close(self) -> None:
        """Close kept connections."""
        ...


@dataclass
class _Authority:
    source: ClosingSource
    per_second: float
    next_turn: float = field(default=float("-inf"))
    aside_until: float = field(default=float("-inf"))

    def wait(self, now: float) -> float:
        """Return how many seconds until it may be asked."""
        return max(0.0, self.next_turn - _RESERVE_SECONDS - now)

    def take_turn(self, now: float) -> None:
        """Use up a turn."""
        self.next_turn = max(now, self.next_turn) + 1 / self.per_second


@dataclass(frozen=True, slots=True)
class Watch:
    """Time that passes, and waiting for it; tests have one of their own."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


class Authorities:
    """A ``sealing.ports.TimestampSource``; may be used from any thread."""

    def __init__(
        self, sources: Sequence[ClosingSource], limits: Limits, watch: Watch | None = None
    ) -> None:
        rate = limits.timestamps_per_second
        self._authorities = [_Authority(source, rate) for source in sources]
        self._limits = limits
        self._watch = watch or Watch()
        self._lock = threading.Lock()

    def stamp(self, message_digest: bytes) -> Timestamp:
        """Return a token of the first authority that gives an acceptable one.

        Raises:
            TimestampUnavailable: none does; it names the one that was asked first.

        """
        failures: list[TimestampUnavailable] = []
        left = list(self._authorities)
        while left:
            authority, wait = self._turn(left)
            left.remove(authority)
            try:
                return self._asked(authority, wait, message_digest)
            except TimestampUnavailable as failure:
                _LOG.warning("%s", failure.message.en)
                failures.append(failure)
        raise failures[0]

    def close(self) -> None:
        """Close kept connections."""
        for authority in self._authorities:
            authority.source.close()

    def _turn(self, left: list[_Authority]) -> tuple[_Authority, float]:
        """Choose who is asked next, and return how long to wait for that."""
        with self._lock:
            now = self._watch.now()
            chosen = min(left, key=lambda one: (one.aside_until > now, one.wait(now)))
            wait = chosen.wait(now)
            if wait <= self._limits.http_seconds:
                chosen.take_turn(now)
        return chosen, wait

    def _asked(self, authority: _Authority, wait: float, message_digest: bytes) -> Timestamp:
        if wait > self._limits.http_seconds:
            url = authority.source.url
            raise TimestampUnavailable(url=url, reason_zh=_BUSY.zh, reason_en=_BUSY.en)
        if wait:
            self._watch.sleep(wait)
        try:
            stamped = authority.source.stamp(message_digest)
        except TimestampUnavailable:
            aside = self._limits.timestamp_aside_seconds
            authority.aside_until = self._watch.now() + aside
            raise
        authority.aside_until = float("-inf")
        return stamped
