"""What all tokens of a time-stamping unit have in common, as DER with places to fill in.

A token (RFC 3161 2.4.2) is a SignedData (RFC 5652 5) over a TSTInfo. The same in all of them are
policy, accuracy, algorithms, the unit's certificates, and of its signed attributes all but the
digest of the TSTInfo. asn1crypto encodes that, once; what is filled in has minimal lengths.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from asn1crypto import algos, cms, core, tsp, x509

from sealservice.trust.attribute_frame import AttributeFrame, attribute_frame
from sealservice.trust.der import OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, SET
from sealservice.trust.der_writing import element, generalized_time, integer
from sealservice.trust.model import IssuedCertificate, KeyAlgorithm
from sealservice.trust.signature_algorithms import signature_algorithm
from sealservice.trust.timestamp_query import TimestampQuery

_ACCURACY_SECONDS: Final = 1
_FIRST: Final = 0xA0  # [0] constructed
_TST_INFO: Final[bytes] = cms.ContentType("tst_info").dump()
_SIGNED_DATA: Final[bytes] = cms.ContentType("signed_data").dump()
_GRANTED: Final[bytes] = tsp.PKIStatusInfo({"status": "granted"}).dump()


@dataclass(frozen=True, slots=True)
class TokenFrame:
    """DER of everything about a unit's tokens that does not change."""

    policy: bytes
    """With the version before it: how a TSTInfo begins."""
    accuracy: bytes
    attributes: AttributeFrame
    head: bytes
    """Of the SignedData: version and digest algorithm."""
    certificates: bytes
    """[0] of the unit and its issuers, the root left out."""
    signer: bytes
    """Of the SignerInfo: version, issuer and serial number, digest algorithm."""
    signature_algorithm: bytes
    digest: str
    """As hashlib names it."""

    def tst_info(self, query: TimestampQuery, serial_number: int, moment: datetime) -> bytes:
        """Return the TSTInfo that answers a query at a moment in UTC."""
        nonce = b"" if query.nonce is None else integer(query.nonce)
        varying = (query.imprint, integer(serial_number), generalized_time(moment))
        return element(SEQUENCE, self.policy, *varying, self.accuracy, nonce)

    def signed_attributes(self, tst_info: bytes) -> bytes:
        """Return the DER SET OF attributes that is signed for a TSTInfo."""
        return element(SET, self.attributes.filled(hashlib.new(self.digest, tst_info).digest()))

    def granted(self, signed: "SignedInfo", *, with_certificates: bool) -> bytes:
        """Return the TimeStampResp with a token."""
        content = element(_FIRST, element(OCTET_STRING, signed.tst_info))
        added = self.certificates if with_certificates else b""
        data = element(
            SEQUENCE,
            self.head,
            element(SEQUENCE, _TST_INFO, content),
            added,
            element(SET, self._signer_info(signed)),
        )
        token = element(SEQUENCE, _SIGNED_DATA, element(_FIRST, data))
        return element(SEQUENCE, _GRANTED, token)

    def _signer_info(self, signed: "SignedInfo") -> bytes:
        return element(
            SEQUENCE,
            self.signer,
            bytes((_FIRST,)) + signed.attributes[1:],  # [0] IMPLICIT in the place of SET OF
            self.signature_algorithm,
            element(OCTET_STRING, signed.signature),
        )


@dataclass(frozen=True, slots=True)
class SignedInfo:
    """A TSTInfo with the attributes that were signed for it, and the signature."""

    tst_info: bytes
    attributes: bytes
    """DER SET OF."""
    signature: bytes


def token_frame(
    certificate: IssuedCertificate,
    issuers: Sequence[IssuedCertificate],
    policy: bytes,
    algorithm: KeyAlgorithm,
) -> TokenFrame:
    """Encode what all tokens of a unit share; ``policy`` is an encoded object identifier."""
    unit = x509.Certificate.load(certificate.der)
    links = [certificate.der, *(issuer.der for issuer in issuers if not issuer.is_root)]
    named = element(SEQUENCE, unit.issuer.dump(), integer(unit.serial_number))
    hashing = algos.DigestAlgorithm({"algorithm": algorithm.digest, "parameters": core.Null()})
    digest: bytes = hashing.dump()
    return TokenFrame(
        policy=integer(1) + element(OBJECT_IDENTIFIER, policy),
        accuracy=tsp.Accuracy({"seconds": _ACCURACY_SECONDS}).dump(),
        attributes=attribute_frame(
            "tst_info", certificate.der, hashlib.new(algorithm.digest).digest_size
        ),
        head=integer(3) + element(SET, digest),
        certificates=element(_FIRST, *sorted(links)),
        signer=integer(1) + named + digest,
        signature_algorithm=signature_algorithm(algorithm).dump(),
        digest=algorithm.digest,
    )
