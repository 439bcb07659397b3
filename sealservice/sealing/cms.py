"""The CMS of a seal signature: detached SignedData with one SignerInfo (RFC 5652 5).

It holds the seal's certificate and its issuers, but not the root: whoever verifies must have that
from elsewhere, and finds a copy in the DSS. The signature timestamp, if any, is an unsigned
attribute (RFC 3161 appendix A, ETSI EN 319 122-1 5.3).

What all signatures of a seal have in common is encoded once, as its frame: certificates, the
signer's name and the algorithms. What is filled in for each document, with the lengths around it:
the signed attributes, the signature, and the timestamp.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from asn1crypto import (
    algos,
    cms,
    tsp,  # noqa: F401 - adds content types, which must be there before the first one is used
    x509,
)

from sealservice.sealing.errors import SignatureTooLarge
from sealservice.sealing.model import Die, Prepared, SignedAttributes, Timestamp
from sealservice.trust.der import OCTET_STRING, SEQUENCE, SET
from sealservice.trust.der_writing import element, integer
from sealservice.trust.model import KeyAlgorithm
from sealservice.trust.signature_algorithms import signature_algorithm

_FIRST: Final = 0xA0  # [0] constructed
_SECOND: Final = 0xA1  # [1] constructed
_VERSION: Final = integer(1)
_DETACHED: Final = element(SEQUENCE, cms.ContentType("data").dump())
_SIGNED_DATA: Final[bytes] = cms.ContentType("signed_data").dump()
_TIMESTAMP: Final[bytes] = cms.CMSAttributeType("signature_time_stamp_token").dump()
_FRAMES_KEPT: Final = 1024
"""How many seals' frames are kept; each takes a few kilobytes."""


def signed_data(die: Die, signed: SignedAttributes, timestamp: Timestamp | None) -> bytes:
    """Return the DER ContentInfo of a seal signature."""
    frame = _frame(die.certificate, die.chain, die.algorithm)
    content = element(SEQUENCE, frame.head, element(SET, _signer_info(frame, signed, timestamp)))
    return element(SEQUENCE, _SIGNED_DATA, element(_FIRST, content))


def filled(source: bytes, prepared: Prepared, container: bytes) -> bytes:
    """Return source + tail with a DER container in /Contents; nothing else changes.

    Raises:
        SignatureTooLarge: the container does not fit the place kept for it.

    """
    _, start, end, _ = prepared.byte_range
    room = end - start - 2
    digits = container.hex().encode("ascii")
    if len(digits) > room:
        raise SignatureTooLarge(needed=len(container), reserved=room // 2)
    start, end = start - len(source), end - len(source)
    contents = b"<" + digits.ljust(room, b"0") + b">"
    return b"".join((source, prepared.tail[:start], contents, prepared.tail[end:]))


@dataclass(frozen=True, slots=True)
class _Frame:
    """What is the same in every signature of a seal, as DER."""

    head: bytes
    """Of the SignedData: version, digest algorithm, content type, certificates."""
    signer: bytes
    """Of the SignerInfo: version, issuer and serial number, digest algorithm."""
    signature_algorithm: bytes


@lru_cache(maxsize=_FRAMES_KEPT)
def _frame(certificate: bytes, issuers: tuple[bytes, ...], algorithm: KeyAlgorithm) -> _Frame:
    chain = [x509.Certificate.load(der) for der in (certificate, *issuers)]
    added = sorted(link.dump() for link in chain if link.issuer != link.subject)
    signer = element(SEQUENCE, chain[0].issuer.dump(), integer(chain[0].serial_number))
    digest: bytes = algos.DigestAlgorithm({"algorithm": algorithm.digest}).dump()
    return _Frame(
        head=b"".join((_VERSION, element(SET, digest), _DETACHED, element(_FIRST, *added))),
        signer=b"".join((_VERSION, signer, digest)),
        signature_algorithm=signature_algorithm(algorithm).dump(),
    )


def _signer_info(frame: _Frame, signed: SignedAttributes, timestamp: Timestamp | None) -> bytes:
    attributes = bytes((_FIRST,)) + signed.der[1:]  # [0] IMPLICIT in the place of SET OF
    signature = element(OCTET_STRING, signed.signature)
    known = (frame.signer, attributes, frame.signature_algorithm, signature)
    if timestamp is None:
        return element(SEQUENCE, *known)
    attribute = element(SEQUENCE, _TIMESTAMP, element(SET, timestamp.token))
    return element(SEQUENCE, *known, element(_SECOND, attribute))
