"""Current revocation lists for whoever asks again and again: read once in so many seconds."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sealservice.kernel.clock import Clock
from sealservice.trust.crl import PublishedLists

_KEPT: Final = timedelta(seconds=2)
"""Our own results are checked by them; whether a seal may be used is asked beside the key."""


@dataclass(slots=True)
class RecentLists:
    """Has what ``PublishedLists`` has, or had a moment ago."""

    lists: PublishedLists
    clock: Clock
    _read: tuple[datetime, tuple[bytes, ...]] | None = field(default=None, init=False)

    def crls(self) -> tuple[bytes, ...]:
        """Return one DER CertificateList for each authority of the plan.

        Raises:
            UnitMissing: an authority has no live certificate.
        """
        known, now = self._read, self.clock()
        if known is not None and abs(now - known[0]) < _KEPT:
            return known[1]
        found = self.lists.crls()
        self._read = (now, found)
        return found
