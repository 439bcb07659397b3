"""Slow down whoever guesses: so many failures from one address in a period, then no more.

1. An attempt counts before it is looked at, in a transaction of its own, so that attempts at the
   same time count as well; one that succeeds is taken back.
2. The address is the peer's, as the socket tells it; what a header says of it counts only when a
   proxy that the settings name has written it.
3. Whoever has one IPv6 address has all of its /64, so that counts; IPv4 in IPv6 counts as IPv4.
4. Only a digest of the address is kept, for some days.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import IPv6Address, ip_address
from typing import Final

from sealservice.identity.passkey_errors import TooManyAttempts
from sealservice.identity.ports import AttemptStore
from sealservice.kernel.clock import Clock
from sealservice.kernel.digests import sha256_hex
from sealservice.limits import Limits

_HOST_BITS: Final = 64


@dataclass(frozen=True, slots=True)
class Throttle:
    """Counts failures by address."""

    attempts: AttemptStore
    clock: Clock
    limits: Limits

    @contextmanager
    def counted(self, purpose: str, address: str) -> Iterator[None]:
        """Count what happens inside as a failure, unless it ends well.

        Raises:
            TooManyAttempts: there were too many from this address in this period.
        """
        subject, period = sha256_hex(f"{purpose}\0{_place(address)}".encode()), self._period()
        if self.attempts.add(subject, period) > self.limits.attempts:
            raise TooManyAttempts(minutes=self.limits.attempts_minutes)
        yield
        self.attempts.forgive(subject, period)

    def _period(self) -> datetime:
        length = self.limits.attempts_minutes * 60
        seconds = int(self.clock().timestamp())
        return datetime.fromtimestamp(seconds - seconds % length, UTC)


def _place(address: str) -> str:
    """Return what one party is taken to have of the addresses (rule 3)."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    if not isinstance(found, IPv6Address):
        return str(found)
    return str(found.ipv4_mapped or int(found) >> _HOST_BITS)
