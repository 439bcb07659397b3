"""The CMS of a seal signature: detached SignedData with one SignerInfo (RFC 5652 5).

It holds the seal's certificate and its issuers, but not the root: whoever verifies must have that
from elsewhere, and finds a copy in the DSS. The signature timestamp, if any, is an unsigned
attribute (RFC 3161 appendix A, ETSI EN 319 122-1 5.3).
"""

from typing import Final

from asn1crypto import algos, cms, x509

from sealservice.sealing.errors import SignatureTooLarge
from sealservice.sealing.model import Die, Prepared, SignedAttributes, Timestamp
from sealservice.trust.signature_algorithms import signature_algorithm

_DIGEST: Final = algos.DigestAlgorithm({"algorithm": "sha256"})


def signed_data(die: Die, signed: SignedAttributes, timestamp: Timestamp | None) -> bytes:
    """Return the DER ContentInfo of a seal signature."""
    certificate = x509.Certificate.load(die.certificate)
    chain = [certificate, *map(x509.Certificate.load, die.chain)]
    content = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [_DIGEST],
            "encap_content_info": {"content_type": "data"},
            "certificates": [link for link in chain if link.issuer != link.subject],
            "signer_infos": [_signer_info(die, certificate, signed, timestamp)],
        }
    )
    der: bytes = cms.ContentInfo({"content_type": "signed_data", "content": content}).dump()
    return der


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


def _signer_info(
    die: Die,
    certificate: x509.Certificate,
    signed: SignedAttributes,
    timestamp: Timestamp | None,
) -> cms.SignerInfo:
    issuer_and_serial = cms.IssuerAndSerialNumber(
        {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    )
    signer_info = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier("issuer_and_serial_number", issuer_and_serial),
            "digest_algorithm": _DIGEST,
            "signed_attrs": cms.CMSAttributes.load(signed.der),
            "signature_algorithm": signature_algorithm(die.algorithm),
            "signature": signed.signature,
        }
    )
    if timestamp is not None:
        token = cms.ContentInfo.load(timestamp.token)
        attribute = cms.CMSAttribute({"type": "signature_time_stamp_token", "values": [token]})
        signer_info["unsigned_attrs"] = cms.CMSAttributes([attribute])
    return signer_info
