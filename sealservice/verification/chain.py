"""The chain of a certificate as its signatures say, from the leaf up; trust comes afterwards.

1. An issuer is a certificate at hand whose name matches and whose key verifies the signature.
2. Anchors are preferred, so that a chain ends where trust begins.
3. A chain ends at an anchor, at a self-signed certificate, or where no issuer is at hand.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA256

from sealservice.verification.anchors import DEMONSTRATION_MARK, TrustAnchors
from sealservice.verification.grounds import Grounds, Material
from sealservice.verification.model import ChainLink
from sealservice.verification.status import (
    BROKEN,
    StatusAnswer,
    answers_for,
    names_status_source,
    needs_no_status,
)

_LONGEST: Final = 10
_REMEMBERED: Final = 1_024
"""Certificates, of which a file has the same ones in each of its signatures."""


@dataclass(frozen=True, slots=True)
class Chain:
    """Certificates from the leaf up, and the anchor at the end if it is one of ours."""

    certificates: tuple[x509.Certificate, ...]
    anchor_sha256: str | None

    @property
    def links(self) -> tuple[ChainLink, ...]:
        """Return the chain as a report shows it."""
        trusted = len(self.certificates) - 1 if self.anchor_sha256 else None
        return tuple(
            _link(certificate, trusted=number == trusted)
            for number, certificate in enumerate(self.certificates)
        )

    @property
    def anchor(self) -> str | None:
        """Return the subject of the anchor."""
        return self.links[-1].subject if self.anchor_sha256 else None

    @property
    def is_demonstration(self) -> bool:
        """Return whether any certificate says that it has no legal effect."""
        names = (link.subject.replace("\\", "") for link in self.links)
        return any(DEMONSTRATION_MARK in name for name in names)

    @property
    def expires(self) -> datetime | None:
        """Return when the leaf ends."""
        return self.certificates[0].not_valid_after_utc if self.certificates else None

    def issued(self) -> Iterator[tuple[x509.Certificate, x509.Certificate]]:
        """Yield each certificate with its issuer."""
        yield from zip(self.certificates, self.certificates[1:], strict=False)

    def leaf_answers(self, material: Material) -> tuple[StatusAnswer, ...]:
        """Return the status answers about the leaf, oldest first."""
        for certificate, issuer in self.issued():
            return answers_for(certificate, issuer, material)
        return ()

    def answers(self, material: Material) -> tuple[StatusAnswer, ...]:
        """Return the status answers about all certificates below the top."""
        found = (
            answers_for(certificate, issuer, material) for certificate, issuer in self.issued()
        )
        return tuple(answer for answers in found for answer in answers)

    def is_in_force(self, moment: datetime) -> bool:
        """Return whether no certificate is outside its validity period."""
        return all(
            certificate.not_valid_before_utc <= moment <= certificate.not_valid_after_utc
            for certificate in self.certificates
        )

    def lacks_status(self, moment: datetime, material: Material) -> bool:
        """Return whether a certificate names a source of status and no answer is in force."""
        return any(
            names_status_source(certificate)
            and not any(
                answer.is_in_force(moment) for answer in answers_for(certificate, issuer, material)
            )
            for certificate, issuer in self.issued()
        )

    def is_covered(self, material: Material) -> bool:
        """Return whether there is a status answer for every certificate below the top.

        One that is an anchor itself, as time-stamping units on trusted lists are, needs none.
        """
        is_anchored = len(self.certificates) > 1 or self.anchor_sha256 is not None
        return is_anchored and all(
            needs_no_status(certificate) or answers_for(certificate, issuer, material)
            for certificate, issuer in self.issued()
        )


def chain_of(leaf: bytes, others: Iterable[bytes], grounds: Grounds) -> Chain:
    """Build the chain of a DER certificate from the certificates at hand."""
    anchors = _certificates(grounds.anchors)
    pool = [*anchors, *_loaded([*others, *sorted(grounds.material.certificates)])]
    chain = list(_loaded([leaf]))
    while chain and len(chain) < _LONGEST and chain[-1] not in anchors:
        issuer = _issuer(chain[-1], pool)
        if issuer is None or issuer in chain:
            break
        chain.append(issuer)
    ends_in_trust = bool(chain) and chain[-1] in anchors
    sha256 = chain[-1].fingerprint(SHA256()).hex() if ends_in_trust else None
    return Chain(tuple(chain), sha256)


def _certificates(anchors: TrustAnchors) -> list[x509.Certificate]:
    return list(_loaded(anchor.der for anchor in anchors.anchors))


def _loaded(ders: Iterable[bytes]) -> Iterator[x509.Certificate]:
    return filter(None, map(_certificate, ders))


@lru_cache(_REMEMBERED)
def _certificate(der: bytes) -> x509.Certificate | None:
    """Load a certificate; None: it is none that all of it can be read of."""
    try:
        certificate = x509.load_der_x509_certificate(der)
        _ = certificate.extensions, certificate.subject, certificate.not_valid_after_utc
    except BROKEN:
        return None
    return certificate


@lru_cache(_REMEMBERED)
def _link(certificate: x509.Certificate, *, trusted: bool) -> ChainLink:
    return ChainLink(
        certificate.subject.rfc4514_string(),
        trusted=trusted,
        sha256=certificate.fingerprint(SHA256()).hex(),
    )


def _issuer(
    certificate: x509.Certificate, pool: Iterable[x509.Certificate]
) -> x509.Certificate | None:
    return next((one for one in pool if _has_issued(one, certificate)), None)


@lru_cache(_REMEMBERED)
def _has_issued(candidate: x509.Certificate, certificate: x509.Certificate) -> bool:
    if candidate.subject != certificate.issuer:
        return False
    try:
        certificate.verify_directly_issued_by(candidate)
    except BROKEN:
        return False
    return True
