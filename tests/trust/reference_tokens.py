"""Time-stamp answers as asn1crypto writes them from their values."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import algos, cms, core, tsp, x509

from sealservice.trust.model import IssuedCertificate
from sealservice.trust.ports import SigningKey
from sealservice.trust.signature_algorithms import signature_algorithm


@dataclass(frozen=True)
class ReferenceUnit:
    """A time-stamping unit."""

    key: SigningKey
    certificate: IssuedCertificate
    issuers: Sequence[IssuedCertificate]
    policy: str

    def granted(self, query: bytes, serial_number: int, moment: datetime) -> bytes:
        """Return the TimeStampResp to an acceptable query."""
        asked = tsp.TimeStampReq.load(query)
        info = tsp.TSTInfo(
            {
                "version": "v1",
                "policy": self.policy,
                "message_imprint": asked["message_imprint"],
                "serial_number": serial_number,
                "gen_time": moment,
                "accuracy": tsp.Accuracy({"seconds": 1}),
                "nonce": asked["nonce"].native,
            }
        )
        token = self._token(info.dump(), with_certificates=asked["cert_req"].native)
        status = {"status": "granted"}
        der: bytes = tsp.TimeStampResp({"status": status, "time_stamp_token": token}).dump()
        return der

    def _token(self, content: bytes, *, with_certificates: bool) -> cms.ContentInfo:
        held = {"content_type": "tst_info", "content": cms.ParsableOctetString(content)}
        signed = cms.SignedData(
            {
                "version": "v3",
                "digest_algorithms": [_sha256()],
                "encap_content_info": held,
                "signer_infos": [self._signer_info(content)],
            }
        )
        if with_certificates:
            links = [self.certificate, *(one for one in self.issuers if not one.is_root)]
            signed["certificates"] = [x509.Certificate.load(link.der) for link in links]
        return cms.ContentInfo({"content_type": "signed_data", "content": signed})

    def _signer_info(self, content: bytes) -> cms.SignerInfo:
        unit = x509.Certificate.load(self.certificate.der)
        named = {"issuer": unit.issuer, "serial_number": unit.serial_number}
        attributes = _attributes(content, unit)
        return cms.SignerInfo(
            {
                "version": "v1",
                "sid": cms.SignerIdentifier(
                    "issuer_and_serial_number", cms.IssuerAndSerialNumber(named)
                ),
                "digest_algorithm": _sha256(),
                "signed_attrs": attributes,
                "signature_algorithm": signature_algorithm(self.key.algorithm),
                "signature": self.key.sign(attributes.dump()),
            }
        )


def _attributes(content: bytes, unit: x509.Certificate) -> cms.CMSAttributes:
    issuer = [x509.GeneralName("directory_name", unit.issuer)]
    identifier = tsp.ESSCertIDv2(
        {
            "cert_hash": hashlib.sha256(unit.dump()).digest(),
            "issuer_serial": {"issuer": issuer, "serial_number": unit.serial_number},
        }
    )
    named = tsp.SigningCertificateV2({"certs": [identifier]})
    values = {
        "content_type": "tst_info",
        "message_digest": hashlib.sha256(content).digest(),
        "signing_certificate_v2": named,
    }
    return cms.CMSAttributes([{"type": kind, "values": [it]} for kind, it in values.items()])


def _sha256() -> algos.DigestAlgorithm:
    return algos.DigestAlgorithm({"algorithm": "sha256", "parameters": core.Null()})
