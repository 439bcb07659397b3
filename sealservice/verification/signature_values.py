"""Signature values that the library refuses, although they can be verified.

1. Plain ECDSA (BSI TR-03111 5.2.2) writes the two numbers one behind the other, not as DER.
2. Some cards' certificates write their RSA modulus as a negative number, for want of a leading
   zero. The bits are the right ones, and their owners sign with the key they mean.

Only whether the value verifies is told here; whether such a certificate is to be relied on is
judged as for any other.
"""

from typing import Final

from asn1crypto import cms, core, x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_public_key

_PLAIN_ECDSA: Final = "0.4.0.127.0.7.1.1.4.1."
_SET_OF: Final = b"\x31"
_RSA: Final = "rsassa_pkcs1v15"
_DIGESTS: Final[dict[str, hashes.HashAlgorithm]] = {
    "sha1": hashes.SHA1(),  # noqa: S303 - old signatures are told to be old elsewhere  # nosec B303
    "sha224": hashes.SHA224(),
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


def is_peculiar(signer: cms.SignerInfo, certificate: x509.Certificate) -> bool:
    """Return whether a signature is of one of these kinds."""
    return _is_plain(signer) or _is_negative(certificate)


def peculiar_holds(signer: cms.SignerInfo, certificate: x509.Certificate, digest: bytes) -> bool:
    """Return whether a signature with signed attributes is intact (RFC 5652 5.4).

    Args:
        signer: the SignerInfo.
        certificate: the signer's.
        digest: of the content, with the SignerInfo's digest algorithm.

    Raises:
        KeyError: an algorithm that is not known here, or no signed attributes.
        ValueError: a key that is none.
    """
    attributes = signer["signed_attrs"]
    if attributes is core.VOID:
        raise KeyError("signed_attrs")
    values = {one["type"].native: one["values"].native for one in attributes}
    if values["message_digest"] != [digest]:
        return False
    name = signer["digest_algorithm"]["algorithm"].native
    # As they stand, with the tag of a SET OF: not every signer sorts them.
    signed, algorithm = _SET_OF + attributes.dump()[1:], _DIGESTS[name]
    if _is_plain(signer):
        return _plain_holds(signer["signature"].native, signed, certificate, algorithm)
    return _rsa_holds(signer, signed, certificate, algorithm)


def _is_plain(signer: cms.SignerInfo) -> bool:
    return str(signer["signature_algorithm"]["algorithm"].dotted).startswith(_PLAIN_ECDSA)


def _is_negative(certificate: x509.Certificate) -> bool:
    key = certificate.public_key
    return str(key.algorithm) == "rsa" and int(key["public_key"].parsed["modulus"].native) < 0


def _plain_holds(
    value: bytes, signed: bytes, certificate: x509.Certificate, algorithm: hashes.HashAlgorithm
) -> bool:
    key = load_der_public_key(certificate.public_key.dump())
    half = len(value) // 2
    if not isinstance(key, ec.EllipticCurvePublicKey) or len(value) != 2 * half:
        return False
    r, s = (int.from_bytes(part, "big") for part in (value[:half], value[half:]))
    try:
        key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(algorithm))
    except InvalidSignature:
        return False
    return True


def _rsa_holds(
    signer: cms.SignerInfo,
    signed: bytes,
    certificate: x509.Certificate,
    algorithm: hashes.HashAlgorithm,
) -> bool:
    if signer["signature_algorithm"].signature_algo != _RSA:
        raise KeyError(signer["signature_algorithm"].signature_algo)
    numbers = certificate.public_key["public_key"].parsed
    modulus = int.from_bytes(numbers["modulus"].contents, "big")
    key = rsa.RSAPublicNumbers(numbers["public_exponent"].native, modulus).public_key()
    try:
        key.verify(signer["signature"].native, signed, padding.PKCS1v15(), algorithm)
    except InvalidSignature:
        return False
    return True
