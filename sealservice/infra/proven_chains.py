"""Chains of certificates whose status was proven in full, and what that spares a while later.

1. A chain is proven when it was validated with an OCSP answer about its leaf and with the CRLs of
   its authorities. That holds for ``status_seconds``, and no longer than any of these CRLs and any
   certificate involved, the responder's included.
2. For a proven chain, a further answer of the same responder about the same certificate (the same
   to the byte: names, algorithm, responder's certificate) is checked quickly: it says good, its
   times fit, and its signature holds under the responder's key.
3. The quick check only ever accepts; all else, and every word but "good", is for the full one.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from asn1crypto import crl
from cryptography import x509
from cryptography.exceptions import InvalidSignature

from sealservice.infra.quick_signatures import Verify, verifier
from sealservice.infra.status_parts import StatusParts

Chain = tuple[bytes, ...]
_CHAINS_KEPT: Final = 4_096


@dataclass(frozen=True, slots=True)
class ChainStatus:
    """The answers about the certificates of one chain."""

    ocsps: tuple[bytes, ...]
    crls: tuple[bytes, ...]
    parts: StatusParts | None
    """Of the one answer among ``ocsps``; None if it is not in the plain form."""


@dataclass(frozen=True, slots=True)
class _Proof:
    constant: tuple[bytes, ...]
    """Of the answer about the leaf."""
    crls: tuple[bytes, ...]
    until: datetime
    verify: Verify


class ProvenChains:
    """Remembers proofs; may be used from any thread."""

    def __init__(self, kept_for: timedelta, tolerance: timedelta) -> None:
        self._kept_for, self._tolerance = kept_for, tolerance
        self._lock = threading.Lock()
        self._proofs: dict[Chain, _Proof] = {}

    def holds(self, chain: Chain, status: ChainStatus, now: datetime) -> bool:
        """Return whether a new answer about a proven chain holds as well."""
        with self._lock:
            proof = self._proofs.get(chain)
        if proof is None or now >= proof.until or status.crls != proof.crls:
            return False
        parts = status.parts
        if parts is None:
            return False
        try:
            is_timely = parts.this_update <= now + self._tolerance and now <= parts.next_update
            if parts.constant != proof.constant or not is_timely:
                return False
            proof.verify(parts.signature, parts.signed)
        except InvalidSignature:
            return False
        return True

    def learn(self, chain: Chain, status: ChainStatus, now: datetime) -> None:
        """Remember a chain whose status was proven in full just now."""
        parts = status.parts
        if parts is None:
            return
        try:
            (responder,) = parts.certificates
            verify = verifier(parts.algorithm, responder)
            verify(parts.signature, parts.signed)
            until = min(now + self._kept_for, _end((*chain, responder), status.crls))
        except (ValueError, InvalidSignature):
            return  # its answers stay with the full check
        with self._lock:
            if len(self._proofs) >= _CHAINS_KEPT:
                self._proofs.clear()
            self._proofs[chain] = _Proof(parts.constant, status.crls, until, verify)


def good_until(status: ChainStatus, chain: Chain) -> datetime | None:
    """Return until when answers may be used again; None: they do not say."""
    if status.ocsps and status.parts is None:
        return None
    try:
        end = _end(chain, status.crls)
    except ValueError:
        return None
    return end if status.parts is None else min(end, status.parts.next_update)


def _end(certificates: Iterable[bytes], crls: Iterable[bytes]) -> datetime:
    """Return when the first of them ends.

    Raises:
        ValueError: a CRL does not say.
    """
    links = map(x509.load_der_x509_certificate, certificates)
    ends = [link.not_valid_after_utc for link in links]
    for one in crls:
        until = crl.CertificateList.load(one)["tbs_cert_list"]["next_update"].native
        if until is None:
            raise ValueError("a CRL without nextUpdate")
        ends.append(until)
    return min(ends)
