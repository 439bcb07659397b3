"""A client of OCSP responders and CRL distribution points, for the certificates of a sealing.

1. The leaf of each chain is asked about by OCSP (RFC 6960), or, when its certificate names no
   responder, by its CRL; the authorities above it by their issuers' CRLs, kept until nextUpdate.
2. The answer for a seal, a leaf of the first chains, must not be older than its signature
   timestamp, and is asked for each time. A responder whose second has not come yet is asked again,
   ``revocation_wait_seconds`` long. Answers for other leaves, which are time-stamping units, are
   kept ``status_seconds``, and never beyond their nextUpdate.
3. Each chain is then validated with these answers alone, every certificate below the root needing
   one (RFC 5280 6): signatures, authority of the responders, times, status good. A further answer
   of the same responder is then checked quickly for a while (``proven_chains``).
4. Only addresses from the configuration are asked (no server-side request forgery): those under a
   prefix of ``rewrite``, at the place it maps to, and those under ``allowed``; what follows the
   prefix is a plain path. Names are not looked up to decide this, so rebinding them gains nothing.
"""

import asyncio
import logging
import re
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from asn1crypto import crl, ocsp, x509
from cryptography import x509 as pyca
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.ocsp import OCSPRequestBuilder
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import PathBuildingError, RevokedError, ValidationError

from sealservice.infra.exchange import MALFORMED_SIGNS, Exchange, ExchangeFailed, Query
from sealservice.infra.proven_chains import Chain, ChainStatus, ProvenChains, good_until
from sealservice.infra.status_parts import StatusParts, cut_apart
from sealservice.kernel.clock import Clock
from sealservice.kernel.text import Text
from sealservice.limits import Limits
from sealservice.sealing.errors import CertificateRevoked, RevocationUnavailable
from sealservice.sealing.model import RevocationMaterial

_LOG: Final = logging.getLogger(__name__)
_OCSP_QUERY: Final = "application/ocsp-request"
_OCSP_REPLY: Final = frozenset({"application/ocsp-response"})
_CRL: Final = frozenset({"application/pkix-crl", "application/x-pkcs7-crl"})
_RETRY_SECONDS: Final = 0.25
_CHAINS_KEPT: Final = 4_096
_PLAIN_PATH: Final = re.compile(r"(/[A-Za-z0-9][A-Za-z0-9._-]*)+")

_NO_ADDRESS: Final = Text("证书未写明查询地址", "the certificate does not say where to ask")
_FORBIDDEN: Final = Text("该地址不在允许范围内", "that address is not allowed by the settings")
_MALFORMED: Final = Text("答复格式有误", "its answer is malformed")
_DECLINED: Final = Text("答复为 {status}", "it answered {status}")
_STALE: Final = Text(
    "状态早于签名时间戳（{found}）", "the status is older than the signature timestamp ({found})"
)
_UNPROVEN: Final = Text("证书链的状态未能确认", "the status of the chain is not proven by it")


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was found about a chain that need not be asked about again."""

    status: ChainStatus
    since: datetime
    until: datetime

    def counts(self, now: datetime) -> bool:
        """Return whether it still holds; not if the clock went back behind it."""
        return self.since <= now < self.until


@dataclass(frozen=True, slots=True)
class _Questions:
    """What there is to ask about a chain."""

    leaf: str
    """Its name."""
    responder: str
    """Where the OCSP query about it goes; empty without one."""
    query: Query | None
    lists: tuple[str, ...]
    """Addresses of the CRLs that say the rest."""


class HttpRevocationSource:
    """A ``sealing.ports.RevocationSource``.

    ``rewrite`` maps public prefixes of addresses to where they are asked inside, for the signer
    talks to its own listener; ``allowed`` are prefixes asked as they stand. A prefix ends before
    a slash.
    """

    def __init__(
        self,
        rewrite: Mapping[str, str],
        limits: Limits,
        clock: Clock,
        allowed: tuple[str, ...] = (),
    ) -> None:
        self._places = {prefix: prefix for prefix in allowed} | dict(rewrite)
        self._limits = limits
        self._clock = clock
        self._exchange = Exchange(limits)
        self._lock = threading.Lock()
        self._crls: dict[str, tuple[bytes, datetime]] = {}
        self._statuses: dict[Chain, _Kept] = {}
        self._kept_for = timedelta(seconds=limits.status_seconds)
        self._tolerance = timedelta(seconds=limits.timestamp_skew_seconds)
        self._proven = ProvenChains(self._kept_for, self._tolerance)

    def material(
        self, chains: tuple[tuple[bytes, ...], ...], not_before: datetime, fresh: int = 1
    ) -> RevocationMaterial:
        """Return status answers for every certificate below the root of each chain.

        Raises:
            RevocationUnavailable: a status cannot be had, or is not fresh enough.
            CertificateRevoked: one of the certificates is revoked.

        """
        found = [
            self._status(chain, not_before if position < fresh else None)
            for position, chain in enumerate(chains)
        ]
        return _material(chains, found)

    def close(self) -> None:
        """Close kept connections."""
        self._exchange.close()

    def _status(self, chain: Chain, oldest: datetime | None) -> ChainStatus:
        """Return proven answers about a chain; about a leaf, none older than asked for."""
        if oldest is None and (kept := self._kept_status(chain)):
            return kept
        status, addresses = self._asked(chain, oldest)
        now = self._clock()
        if not self._proven.holds(chain, status, now):
            self._validate(chain, status)
            self._proven.learn(chain, status, now)
        self._keep(dict(zip(addresses, status.crls, strict=True)))
        until = None if oldest is not None else good_until(status, chain)
        if until is not None:
            with self._lock:
                self._statuses[chain] = _Kept(status, now, min(until, now + self._kept_for))
        return status

    def _kept_status(self, chain: Chain) -> ChainStatus | None:
        with self._lock:
            kept = self._statuses.get(chain)
        return kept.status if kept is not None and kept.counts(self._clock()) else None

    def _asked(self, chain: Chain, oldest: datetime | None) -> tuple[ChainStatus, tuple[str, ...]]:
        """Ask about each certificate below the root; return where the CRLs came from, too."""
        questions = _questions(chain)
        if questions.query is None and oldest is not None:
            raise _unavailable(questions.leaf, _NO_ADDRESS)
        answer = None if questions.query is None else self._ocsp(questions, oldest)
        lists = tuple(map(self._crl, questions.lists))
        answers, parts = ((), None) if answer is None else ((answer[0],), answer[1])
        return ChainStatus(answers, lists, parts), questions.lists

    def _ocsp(
        self, questions: "_Questions", oldest: datetime | None
    ) -> tuple[bytes, StatusParts | None]:
        """Return an OCSP response that is not older than asked for, cut apart if it is plain."""
        address, query = questions.responder, questions.query
        deadline = time.monotonic() + self._limits.revocation_wait_seconds
        while True:
            answer = self._ask(address, _OCSP_REPLY, query)
            parts = _parts(answer)
            this_update = parts.this_update if parts else _this_update(answer, address)
            if oldest is None or this_update >= oldest:
                return answer, parts
            if time.monotonic() + _RETRY_SECONDS > deadline:
                raise _unavailable(address, _STALE.filled(found=this_update.isoformat()))
            time.sleep(_RETRY_SECONDS)

    def _crl(self, address: str) -> bytes:
        """Return a CRL, the kept one until its nextUpdate."""
        with self._lock:
            kept = self._crls.get(address)
        if kept is None or kept[1] <= self._clock():
            return self._ask(address, _CRL)
        return kept[0]

    def _keep(self, crls: Mapping[str, bytes]) -> None:
        """Keep CRLs that were found good, until their nextUpdate."""
        for address, der in crls.items():
            with self._lock:
                is_kept = address in self._crls and self._crls[address][0] == der
            until = None if is_kept else _next_update(crl.CertificateList.load(der))
            if until is not None:
                with self._lock:
                    self._crls[address] = der, until

    def _ask(self, address: str, expected: frozenset[str], query: Query | None = None) -> bytes:
        place = self._place(address)
        try:
            return self._exchange.ask(place, expected, query)
        except ExchangeFailed as failure:
            raise _unavailable(address, failure.reason) from None

    def _place(self, address: str) -> str:
        """Return where an address of a certificate is asked."""
        for prefix, place in self._places.items():
            path = address.removeprefix(prefix)
            if address.startswith(prefix) and _PLAIN_PATH.fullmatch(path):
                return place + path
        raise _unavailable(address, _FORBIDDEN)

    def _validate(self, chain: Chain, status: ChainStatus) -> None:
        """Validate a chain with the answers about it, and with nothing else."""
        leaf, *issuers = (x509.Certificate.load(der) for der in chain)
        try:
            context = ValidationContext(
                trust_roots=[issuers[-1]],
                moment=self._clock(),
                ocsps=list(status.ocsps),
                crls=list(status.crls),
                allow_fetching=False,
                revocation_mode="require",
                time_tolerance=self._tolerance,
            )
            validator = CertificateValidator(leaf, issuers[:-1], validation_context=context)
            asyncio.run(validator.async_validate_path())
        except RevokedError:
            raise CertificateRevoked(name=_name(leaf)) from None
        except (ValidationError, PathBuildingError, *MALFORMED_SIGNS):
            _LOG.exception("the status of %s is not proven", _name(leaf))
            raise _unavailable(_name(leaf), _UNPROVEN) from None


def _unavailable(address: str, reason: Text) -> RevocationUnavailable:
    return RevocationUnavailable(url=address, reason_zh=reason.zh, reason_en=reason.en)


def _name(certificate: x509.Certificate) -> str:
    name: str = certificate.subject.human_friendly
    return name


@lru_cache(maxsize=_CHAINS_KEPT)
def _questions(chain: Chain) -> _Questions:
    links = [x509.Certificate.load(der) for der in chain]
    leaf, *authorities = links[:-1]
    listed = authorities if leaf.ocsp_urls else [leaf, *authorities]
    lists = tuple(dict.fromkeys(map(_crl_address, listed)))
    if not leaf.ocsp_urls:
        return _Questions(_name(leaf), "", None, lists)
    query = Query(_ocsp_request(leaf, links[1]), _OCSP_QUERY)
    return _Questions(_name(leaf), leaf.ocsp_urls[0], query, lists)


def _ocsp_request(certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
    subject = pyca.load_der_x509_certificate(certificate.dump())
    authority = pyca.load_der_x509_certificate(issuer.dump())
    builder = OCSPRequestBuilder().add_certificate(subject, authority, hashes.SHA256())
    return builder.build().public_bytes(Encoding.DER)


def _this_update(answer: bytes, address: str) -> datetime:
    """Return the time an OCSP response's status was known to be true."""
    try:
        response = ocsp.OCSPResponse.load(answer, strict=True)
        status = response["response_status"].native
        if status != "successful":
            raise _unavailable(address, _DECLINED.filled(status=status))
        single = response.response_data["responses"][0]
        moment: datetime = single["this_update"].native
    except MALFORMED_SIGNS:
        raise _unavailable(address, _MALFORMED) from None
    return moment


def _crl_address(certificate: x509.Certificate) -> str:
    points = certificate.crl_distribution_points
    address: str | None = points[0].url if points else None
    if address is None:
        raise _unavailable(_name(certificate), _NO_ADDRESS)
    return address


def _next_update(kept: crl.CertificateList) -> datetime | None:
    moment: datetime | None = kept["tbs_cert_list"]["next_update"].native
    return moment


def _material(chains: tuple[Chain, ...], found: list[ChainStatus]) -> RevocationMaterial:
    """Gather answers and all certificates, those of OCSP responders included, without doubles."""
    certificates = dict.fromkeys(der for chain in chains for der in chain)
    ocsps = dict.fromkeys(answer for status in found for answer in status.ocsps)
    crls = dict.fromkeys(one for status in found for one in status.crls)
    for status in found:
        certificates |= dict.fromkeys(_responders(status))
    return RevocationMaterial(tuple(certificates), tuple(ocsps), tuple(crls))


def _responders(status: ChainStatus) -> tuple[bytes, ...]:
    if status.parts is not None:
        return status.parts.certificates
    answers = (ocsp.OCSPResponse.load(answer).basic_ocsp_response for answer in status.ocsps)
    return tuple(one.dump() for answer in answers for one in answer["certs"] or ())


def _parts(answer: bytes) -> StatusParts | None:
    try:
        return cut_apart(answer)
    except ValueError:
        return None
