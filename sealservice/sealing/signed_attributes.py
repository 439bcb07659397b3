"""What a seal's key signs, rebuilt from the bytes of a prepared document.

1. The ByteRange digest: SHA-256 over everything but /Contents (ISO 32000-2 12.8.1).
2. The signed attributes (RFC 5652 5.3, ETSI EN 319 142-1 6.3), and nothing else: content-type
   (id-data), message-digest (that digest), signing-certificate-v2 (RFC 5035) naming the seal's
   certificate by SHA-256 and by issuer and serial number. No signing-time: PAdES has it in /M.
3. Their DER encoding as a SET OF, sorted (RFC 5652 5.4): that is hashed and signed.

All of it but the digest is the same for every document of a seal, and encoded once.
"""

import hashlib
from functools import lru_cache
from typing import Final

from asn1crypto import cms, tsp, x509

from sealservice.sealing.errors import BytesChanged
from sealservice.sealing.model import Prepared
from sealservice.trust.der import SET
from sealservice.trust.der_writing import element

_DIGEST_BYTES: Final = 32
_CERTIFICATES_KEPT: Final = 1024
"""How many seals' attributes are kept encoded; each takes a few hundred bytes."""


def signed_attributes_of(source: bytes, prepared: Prepared, certificate: bytes) -> bytes:
    """Return the DER SET OF attributes to be signed with the key of a DER certificate.

    Raises:
        BytesChanged: the ByteRange does not fit the bytes.
    """
    return attributes_with(byte_range_digest(source, prepared), certificate)


def attributes_with(digest: bytes, certificate: bytes) -> bytes:
    """Return the DER SET OF attributes with a ByteRange digest of 32 bytes."""
    before, behind = _frame(certificate)
    return b"".join((before, digest, behind))


@lru_cache(maxsize=_CERTIFICATES_KEPT)
def _frame(certificate: bytes) -> tuple[bytes, bytes]:
    """Return what stands before and behind the digest, which ends its attribute.

    Its place does not depend on it: attributes are sorted by their bytes (X.690 11.6), and these
    differ before their values begin.
    """
    digest = _attribute("message_digest", bytes(_DIGEST_BYTES))
    others = (
        _attribute("content_type", "data"),
        _attribute("signing_certificate_v2", _named(certificate)),
    )
    earlier = b"".join(sorted(other for other in others if other < digest))
    later = b"".join(sorted(other for other in others if other > digest))
    whole = element(SET, earlier, digest, later)
    return whole[: -_DIGEST_BYTES - len(later)], later


def _attribute(kind: str, value: object) -> bytes:
    encoded: bytes = cms.CMSAttribute({"type": kind, "values": [value]}).dump()
    return encoded


def _named(certificate: bytes) -> tsp.SigningCertificateV2:
    """Name a certificate by its SHA-256, ESSCertIDv2's default, and its issuer and serial."""
    parsed = x509.Certificate.load(certificate)
    issuer_serial = {
        "issuer": [x509.GeneralName("directory_name", parsed.issuer)],
        "serial_number": parsed.serial_number,
    }
    digest = hashlib.sha256(certificate).digest()
    identifier = tsp.ESSCertIDv2({"cert_hash": digest, "issuer_serial": issuer_serial})
    return tsp.SigningCertificateV2({"certs": [identifier]})


def byte_range_digest(source: bytes, prepared: Prepared) -> bytes:
    """Return the SHA-256 over the ByteRange of source + tail, without joining the two.

    Raises:
        BytesChanged: the ByteRange does not leave out exactly one value inside the tail.
    """
    start, length, resumption, rest = prepared.byte_range
    tail = memoryview(prepared.tail)
    gap_start, gap_end = length - len(source), resumption - len(source)
    if start or not 0 < gap_start < gap_end or gap_end + rest != len(tail):
        raise BytesChanged
    if not _is_blank(tail[gap_start:gap_end]):
        raise BytesChanged
    digest = hashlib.sha256(source)
    digest.update(tail[:gap_start])
    digest.update(tail[gap_end:])
    return digest.digest()


def _is_blank(contents: memoryview) -> bool:
    """Return whether the bytes left out are ``<000…0>``, waiting for a signature."""
    digits = len(contents) - 2
    return bytes(contents) == b"<" + b"0" * digits + b">"
