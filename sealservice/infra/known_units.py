"""Time-stamping units that have proved themselves, whose further tokens are checked quickly.

1. A unit is known after one of its tokens was checked in full, path validation included. What is
   kept is everything in that token that is the same in all of the unit's: versions, algorithms,
   certificates, the signer's name, and the signed attributes other than message-digest and
   signing-time; and the path to the root.
2. Another token is of a known unit when all of that is the same to the byte. Its path then is the
   one found before, if its time lies within the validity of every certificate in it.
3. What remains is checked each time: the message digest is that of the TSTInfo, and the signature
   over the signed attributes holds under the unit's key.
4. The quick check only ever accepts. A token that differs, that is not strict DER, that does not
   hold, or whose algorithms are not RSA by PKCS#1 or ECDSA with SHA-2 is for the full check. A
   unit is forgotten after ``timestamp_unit_seconds``.
"""

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from asn1crypto import algos
from cryptography import x509
from cryptography.exceptions import InvalidSignature

from sealservice.infra.quick_signatures import verifier
from sealservice.infra.token_parts import TokenParts, cut_apart

_UNITS_KEPT: Final = 64
Verify = Callable[[TokenParts], None]
"""Raises ``InvalidSignature`` for a token that does not hold."""


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit one of whose tokens was checked in full."""

    chain: tuple[bytes, ...]
    """DER: the unit's certificate first, the trusted root last."""
    not_before: datetime
    not_after: datetime
    """When the first certificate of the chain ends."""
    forgotten_at: datetime
    verify: Verify


class KnownUnits:
    """Remembers units; may be used from any thread."""

    def __init__(self, kept_for: timedelta) -> None:
        self._kept_for = kept_for
        self._lock = threading.Lock()
        self._units: dict[tuple[bytes, ...], KnownUnit] = {}

    def chain_of(self, parts: TokenParts, moment: datetime, now: datetime) -> tuple[bytes, ...]:
        """Return the chain of the unit whose token, of a moment, this is.

        Raises:
            ValueError: the token is for the full check.
        """
        with self._lock:
            unit = self._units.get(parts.constant)
        if unit is None or now >= unit.forgotten_at:
            raise ValueError("not a known unit")
        if not unit.not_before <= moment <= unit.not_after:
            raise ValueError("outside the validity of the chain")
        try:
            unit.verify(parts)
        except InvalidSignature:
            raise ValueError("the token does not hold") from None
        return unit.chain

    def learn(self, token: bytes, chain: tuple[bytes, ...], now: datetime) -> None:
        """Remember the unit of a token that was checked in full just now."""
        try:
            parts = cut_apart(token)
            unit = _known(parts, chain, now + self._kept_for)
            unit.verify(parts)
        except (ValueError, InvalidSignature):
            return  # its tokens stay with the full check
        with self._lock:
            if len(self._units) >= _UNITS_KEPT:
                self._units.clear()
            self._units[parts.constant] = unit


def _known(parts: TokenParts, chain: tuple[bytes, ...], until: datetime) -> KnownUnit:
    links = [x509.load_der_x509_certificate(link) for link in chain]
    return KnownUnit(
        chain,
        max(link.not_valid_before_utc for link in links),
        min(link.not_valid_after_utc for link in links),
        until,
        _verifier(parts, chain[0]),
    )


def _verifier(parts: TokenParts, unit: bytes) -> Verify:
    """Return what verifies tokens of a unit.

    Raises:
        ValueError: its algorithms are for the full check.
    """
    digest = algos.DigestAlgorithm.load(parts.digest_algorithm)["algorithm"].native
    holds = verifier(parts.signature_algorithm, unit, digest)

    def verify(token: TokenParts) -> None:
        if hashlib.new(digest, token.tst_info).digest() != token.message_digest:
            raise InvalidSignature
        holds(token.signature, token.attributes)

    return verify
