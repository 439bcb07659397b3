"""Gets status answers and issuers' certificates for the verification of others' files.

1. What an authority under a trusted anchor vouches for is asked wherever it says, in the public
   network (``egress``); what anybody may have written, only at places that the settings allow.
2. A responder is asked before a revocation list is fetched; the first answer that parses is taken.
   Whether it is authentic and current is judged afterwards, in the sandbox.
3. No redirects; one call and all calls for one look are limited in time, and answers in size.
4. Answers are kept until their next update, an hour at most, failures for a minute, so that a
   thousand files of one issuer cause one call. What cannot be had is left out and logged; the
   report then says so.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp

from sealservice.infra.egress import PublicTransport
from sealservice.infra.exchange import Exchange, ExchangeFailed, Query
from sealservice.kernel.clock import Clock
from sealservice.limits import Limits
from sealservice.verification.request import Supplement, Want

_LOG: Final = logging.getLogger(__name__)
_ANY: Final = "application/octet-stream"
_OCSP: Final = frozenset({"application/ocsp-response"})
_CRL: Final = frozenset({"application/pkix-crl", "application/x-pkcs7-crl", _ANY})
_CERTIFICATE: Final = frozenset({"application/pkix-cert", "application/x-x509-ca-cert", _ANY})
_FAILURE_LASTS: Final = timedelta(minutes=1)
_CERTIFICATE_LASTS: Final = timedelta(hours=1)
_LONGEST_KEPT: Final = timedelta(hours=1)
"""Nobody has looked at its signature yet: a forged answer must not stay in the way for long."""
_MOST_KEPT: Final = 50

Read = Callable[[bytes], tuple[bytes, datetime | None]]
"""Returns DER and until when it may be kept; raises ValueError."""


@dataclass(frozen=True, slots=True)
class _Kept:
    der: bytes | None
    """None: it could not be had."""
    since: datetime
    until: datetime

    def counts(self, now: datetime) -> bool:
        """Return whether it need not be asked for again; not if the clock went back behind it."""
        return self.since <= now < self.until


class HttpFetcher:
    """A ``verification.ports.Fetcher``; may be used from any thread.

    ``allowed`` are places (``host`` or ``host:port``) that may be asked whoever names them, also
    such as are not in the public network.
    """

    def __init__(
        self,
        limits: Limits,
        clock: Clock,
        allowed: frozenset[str] = frozenset(),
        transport: PublicTransport | None = None,
    ) -> None:
        self._limits = limits
        self._clock = clock
        self._allowed = allowed
        bounds = replace(
            limits, http_seconds=limits.fetch_seconds, http_response_bytes=limits.fetch_bytes
        )
        public = transport or PublicTransport(limits.fetch_seconds, allowed)
        self._exchange = Exchange(bounds, public)
        self._lock = threading.Lock()
        self._kept: dict[tuple[str, bytes], _Kept] = {}

    def fetch(self, wants: tuple[Want, ...]) -> Supplement:
        """Return what could be had; what cannot be had is left out."""
        deadline = time.monotonic() + self._limits.fetch_all_seconds
        found = Supplement()
        for want in wants:
            if time.monotonic() >= deadline:
                _LOG.warning("there is no time left to fetch what a file lacks")
                break
            found |= self._one(want, deadline)
        return found

    def close(self) -> None:
        """Close kept connections."""
        self._exchange.close()

    def _one(self, want: Want, deadline: float) -> Supplement:
        for url in self._permitted(want.ocsp, want, deadline):
            query = Query(want.ocsp_query, "application/ocsp-request")
            answer = self._had(url, _OCSP, _read_ocsp, query)
            if answer is not None:
                return Supplement(ocsps=(answer,))
        for url in self._permitted(want.crls, want, deadline):
            answer = self._had(url, _CRL, _read_crl)
            if answer is not None:
                return Supplement(crls=(answer,))
        for url in self._permitted(want.issuers, want, deadline):
            answer = self._had(url, _CERTIFICATE, self._read_certificate)
            if answer is not None:
                return Supplement(certificates=(answer,))
        return Supplement()

    def _permitted(self, urls: tuple[str, ...], want: Want, deadline: float) -> Iterator[str]:
        """Yield the addresses that may be asked, as long as there is time left."""
        for url in urls:
            if time.monotonic() < deadline and (want.is_vouched_for or self._is_allowed(url)):
                yield url

    def _is_allowed(self, url: str) -> bool:
        try:
            parts = urlsplit(url)
            return bool({str(parts.hostname), f"{parts.hostname}:{parts.port}"} & self._allowed)
        except ValueError:
            return False

    def _had(
        self, url: str, types: frozenset[str], read: Read, query: Query | None = None
    ) -> bytes | None:
        place = (url, query.body if query else b"")
        now = self._clock()
        with self._lock:
            kept = self._kept.get(place)
        if kept is None or not kept.counts(now):
            kept = self._asked(url, types, read, query)
            with self._lock:
                if len(self._kept) >= _MOST_KEPT:
                    self._kept.clear()
                self._kept[place] = kept
        return kept.der

    def _asked(self, url: str, types: frozenset[str], read: Read, query: Query | None) -> _Kept:
        now = self._clock()
        try:
            der, until = read(self._exchange.ask(url, types, query))
        except ExchangeFailed as failure:
            _LOG.warning("%r: %s", url, failure.reason.en)
        except ValueError:
            _LOG.warning("%r: its answer is malformed", url)
        else:
            return _Kept(der, now, min(until or now, now + _LONGEST_KEPT))
        return _Kept(None, now, now + _FAILURE_LASTS)

    def _read_certificate(self, answer: bytes) -> tuple[bytes, datetime | None]:
        is_pem = answer.lstrip().startswith(b"-----")
        load = x509.load_pem_x509_certificate if is_pem else x509.load_der_x509_certificate
        der = load(answer).public_bytes(Encoding.DER)
        return der, self._clock() + _CERTIFICATE_LASTS


def _read_ocsp(answer: bytes) -> tuple[bytes, datetime | None]:
    response = ocsp.load_der_ocsp_response(answer)
    if response.response_status is not ocsp.OCSPResponseStatus.SUCCESSFUL:
        raise ValueError(response.response_status)
    updates = [single.next_update_utc for single in response.responses]
    known = [update for update in updates if update is not None]
    return answer, min(known) if len(known) == len(updates) and known else None


def _read_crl(answer: bytes) -> tuple[bytes, datetime | None]:
    is_pem = answer.lstrip().startswith(b"-----")
    crl = x509.load_pem_x509_crl(answer) if is_pem else x509.load_der_x509_crl(answer)
    return crl.public_bytes(Encoding.DER), crl.next_update_utc
