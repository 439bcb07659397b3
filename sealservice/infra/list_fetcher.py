"""Gets trust lists from where they are published, over TLS or not: their signature is what counts.

The rules of ``egress`` hold: the public network and what the settings allow, no redirects, bounded
in time and size.
"""

from dataclasses import replace
from typing import Final

from sealservice.infra.egress import PublicTransport
from sealservice.infra.exchange import Exchange, ExchangeFailed
from sealservice.limits import Limits
from sealservice.verification.errors import TrustListUnreachable
from sealservice.verification.trust_lists import LIST_BYTES

_TYPES: Final = frozenset(
    {
        "application/vnd.etsi.tsl+xml", "application/xml", "text/xml", "application/jose",
        "application/jwt", "application/octet-stream",
    }
)  # fmt: skip
_SECONDS: Final = 60.0
"""A large list may take its time."""


def fetch_list(name: str, url: str, limits: Limits, allowed: frozenset[str]) -> bytes:
    """Return what is published at an address.

    Raises:
        TrustListUnreachable: there is no acceptable answer.
    """
    bounds = replace(limits, http_seconds=_SECONDS, http_response_bytes=LIST_BYTES)
    exchange = Exchange(bounds, PublicTransport(limits.http_seconds, allowed))
    try:
        return exchange.ask(url, _TYPES)
    except ExchangeFailed as failure:
        raise TrustListUnreachable(name, url, failure.reason) from None
    finally:
        exchange.close()
