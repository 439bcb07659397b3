"""The CMS and signed attributes of a seal as asn1crypto writes them from their values."""

import hashlib

from asn1crypto import algos, cms, tsp, x509

from sealservice.sealing.model import Die, SignedAttributes, Timestamp
from sealservice.trust.signature_algorithms import signature_algorithm


def reference_attributes(digest: bytes, certificate: bytes) -> bytes:
    """Return the DER SET OF of the three attributes of a seal's signature."""
    parsed = x509.Certificate.load(certificate)
    issuer_serial = {
        "issuer": [x509.GeneralName("directory_name", parsed.issuer)],
        "serial_number": parsed.serial_number,
    }
    named = tsp.ESSCertIDv2(
        {"cert_hash": hashlib.sha256(certificate).digest(), "issuer_serial": issuer_serial}
    )
    attributes = cms.CMSAttributes(
        [
            {"type": "content_type", "values": ["data"]},
            {"type": "message_digest", "values": [digest]},
            {
                "type": "signing_certificate_v2",
                "values": [tsp.SigningCertificateV2({"certs": [named]})],
            },
        ]
    )
    der: bytes = attributes.dump()
    return der


def reference_signed_data(die: Die, signed: SignedAttributes, timestamp: Timestamp | None) -> bytes:
    """Return the DER ContentInfo of a seal's signature."""
    chain = [*map(x509.Certificate.load, (die.certificate, *die.chain))]
    content = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [algos.DigestAlgorithm({"algorithm": die.algorithm.digest})],
            "encap_content_info": {"content_type": "data"},
            "certificates": [link for link in chain if link.issuer != link.subject],
            "signer_infos": [_signer_info(die, chain[0], signed, timestamp)],
        }
    )
    der: bytes = cms.ContentInfo({"content_type": "signed_data", "content": content}).dump()
    return der


def _signer_info(
    die: Die, certificate: x509.Certificate, signed: SignedAttributes, timestamp: Timestamp | None
) -> cms.SignerInfo:
    named = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
    sid = cms.SignerIdentifier("issuer_and_serial_number", cms.IssuerAndSerialNumber(named))
    signer_info = cms.SignerInfo(
        {
            "version": "v1",
            "sid": sid,
            "digest_algorithm": algos.DigestAlgorithm({"algorithm": die.algorithm.digest}),
            "signed_attrs": cms.CMSAttributes.load(signed.der),
            "signature_algorithm": signature_algorithm(die.algorithm),
            "signature": signed.signature,
        }
    )
    if timestamp is not None:
        token = cms.ContentInfo.load(timestamp.token)
        attribute = {"type": "signature_time_stamp_token", "values": [token]}
        signer_info["unsigned_attrs"] = cms.CMSAttributes([attribute])
    return signer_info
