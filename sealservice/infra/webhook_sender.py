"""Posts notices into the public network, by the rules of ``egress`` and of ``exchange``."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Final

from sealservice.infra.egress import PublicTransport
from sealservice.infra.exchange import Exchange, ExchangeFailed, Query
from sealservice.limits import Limits
from sealservice.notifications.errors import NotDelivered

_JSON: Final = "application/json"


@dataclass(frozen=True, slots=True)
class GuardedSender:
    """Implements ``Sender``."""

    limits: Limits
    allowed: frozenset[str]
    """Places that the settings exempt from the rules of ``egress``."""

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Return the HTTP status of the answer; redirects are not followed.

        Raises:
            NotDelivered: there was no answer, or the address is not in the public network.
        """
        exchange = Exchange(self.limits, PublicTransport(self.limits.http_seconds, self.allowed))
        told = {**headers, "User-Agent": f"sealservice/{version('sealservice')}"}
        try:
            return exchange.tell(url, told, Query(body, _JSON))
        except ExchangeFailed as failure:
            reason = failure.reason
            raise NotDelivered(reason_zh=reason.zh, reason_en=reason.en) from None
        finally:
            exchange.close()
