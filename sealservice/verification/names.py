"""Who a certificate says signed, and with which algorithms."""

from typing import Final

from asn1crypto import cms, x509

from sealservice.kernel.digests import sha256_hex
from sealservice.verification.model import Algorithms, SignerName

_CREDIT_CODE: Final = "NTRCN-"
"""Legal person semantics identifier of ETSI EN 319 412-1 5.1.4, before the credit code."""


def signer_name(certificate: x509.Certificate) -> SignerName:
    """Return the signer's names; a field that stands there twice counts as it stands last."""
    names = {
        attribute["type"].native: str(attribute["value"].native)
        for part in certificate.subject.chosen
        for attribute in part
    }
    identifier = names.get("organization_identifier", "")
    is_chinese = identifier.startswith(_CREDIT_CODE)
    return SignerName(
        common_name=names.get("common_name"),
        organization=names.get("organization_name"),
        uscc=identifier.removeprefix(_CREDIT_CODE) if is_chinese else None,
        certificate_sha256=sha256_hex(certificate.dump()),
    )


def algorithms(signer_info: cms.SignerInfo, certificate: x509.Certificate) -> Algorithms | None:
    """Return what a signature was made with; None when the key is of an unknown kind."""
    try:
        return Algorithms(
            digest=str(signer_info["digest_algorithm"]["algorithm"].native),
            signature=str(signer_info["signature_algorithm"]["algorithm"].native),
            key_bits=_key_bits(certificate),
        )
    except (ValueError, TypeError, KeyError):
        return None


def _key_bits(certificate: x509.Certificate) -> int | None:
    key = certificate.public_key
    return None if key.algorithm in {"ed25519", "ed448"} else int(key.bit_size)
