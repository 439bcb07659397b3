"""The signed attributes of our signatures and tokens, with a place for the digest of the content.

There are three and no more (RFC 5652 5.3, 11; RFC 5035): content-type, message-digest, and
signing-certificate-v2, which names the certificate by SHA-256, its default, and by issuer and
serial number. They are a SET OF in DER, hence sorted by their bytes (X.690 11.6). These differ
before their values begin, so the digest's place is the same whatever it is.
"""

import hashlib
from dataclasses import dataclass

from asn1crypto import cms, tsp, x509


@dataclass(frozen=True, slots=True)
class AttributeFrame:
    """DER of the attributes, one behind the other, without the head of their set."""

    before: bytes
    """Up to the digest."""
    behind: bytes

    def filled(self, digest: bytes) -> bytes:
        """Return the attributes with a digest as long as was said."""
        return b"".join((self.before, digest, self.behind))


def attribute_frame(content_type: str, certificate: bytes, digest_bytes: int) -> AttributeFrame:
    """Encode everything but the digest.

    ``content_type`` is asn1crypto's name of it, ``certificate`` the DER of the signer's,
    ``digest_bytes`` the length of the digest.
    """
    digest = _attribute("message_digest", bytes(digest_bytes))
    others = sorted(
        (
            _attribute("content_type", content_type),
            _attribute("signing_certificate_v2", _named(certificate)),
        )
    )
    before = [*(other for other in others if other < digest), digest[:-digest_bytes]]
    return AttributeFrame(b"".join(before), b"".join(other for other in others if other > digest))


def _attribute(kind: str, value: object) -> bytes:
    encoded: bytes = cms.CMSAttribute({"type": kind, "values": [value]}).dump()
    return encoded


def _named(certificate: bytes) -> tsp.SigningCertificateV2:
    parsed = x509.Certificate.load(certificate)
    issuer_serial = {
        "issuer": [x509.GeneralName("directory_name", parsed.issuer)],
        "serial_number": parsed.serial_number,
    }
    digest = hashlib.sha256(certificate).digest()
    identifier = tsp.ESSCertIDv2({"cert_hash": digest, "issuer_serial": issuer_serial})
    return tsp.SigningCertificateV2({"certs": [identifier]})
