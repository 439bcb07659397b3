"""The objects of a key pair inside a token: how they are made, and what is demanded of them."""

from typing import Final

from asn1crypto.core import OctetString, PrintableString
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from pkcs11 import Attribute, KeyType, MechanismFlag, PublicKey
from pkcs11.util.ec import encode_named_curve_parameters

from sealservice.infra.keys.errors import TokenKeyExposed
from sealservice.infra.keys.token import Login, identity
from sealservice.infra.keys.token_signatures import require_mechanisms
from sealservice.trust.model import KeyAlgorithm, StoredKey

_CURVES: Final = {
    KeyAlgorithm.P256: encode_named_curve_parameters("secp256r1"),
    KeyAlgorithm.P384: encode_named_curve_parameters("secp384r1"),
    KeyAlgorithm.ED25519: PrintableString("edwards25519").dump(),
}
"""PKCS#11 3.0 2.3.3 and 2.3.5."""
_UNCHANGEABLE: Final = {Attribute.MODIFIABLE: False}
_INSIDE: Final = {Attribute.SENSITIVE: True, Attribute.EXTRACTABLE: False}
_DEMANDED: Final = {
    Attribute.TOKEN: True,
    Attribute.LOCAL: True,
    Attribute.SENSITIVE: True,
    Attribute.ALWAYS_SENSITIVE: True,
    Attribute.EXTRACTABLE: False,
    Attribute.NEVER_EXTRACTABLE: True,
}


def make_pair(login: Login, key: StoredKey) -> bytes:
    """Generate a key pair in the token; return its DER SubjectPublicKeyInfo.

    Raises:
        TokenMechanismMissing: the token could not use it.
        PKCS11Error: the token did not.
    """
    require_mechanisms(login, key.algorithm)
    bits = key.algorithm.rsa_bits
    kind = _kind(key.algorithm)
    parameters = {} if bits else {Attribute.EC_PARAMS: _CURVES[key.algorithm]}
    named = identity(key)
    with login.to_change() as writing:
        public, _ = writing.session.generate_keypair(
            kind,
            bits,
            id=named[Attribute.ID],
            label=named[Attribute.LABEL],
            store=True,
            capabilities=MechanismFlag.SIGN | MechanismFlag.VERIFY,
            public_template=parameters | _UNCHANGEABLE,
            private_template=_INSIDE | _UNCHANGEABLE,
        )
        return _public_number(public, key.algorithm).public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )


def require_protected(login: Login, key: StoredKey) -> None:
    """Delete a key that could leave the token, or that was not made in it.

    Raises:
        TokenKeyExposed: naming the first attribute that is not as demanded.
        KeyNotInToken, PKCS11Error: the token does not have it, or does not say.
    """
    with login.to_change() as writing:
        private = writing.private_key(key)
        for attribute, value in _DEMANDED.items():
            if private[attribute] is not value:
                private.destroy()
                found = f"{attribute.name} = {not value}"
                raise TokenKeyExposed(token=login.token, attribute=found)


def _kind(algorithm: KeyAlgorithm) -> KeyType:
    if algorithm is KeyAlgorithm.ED25519:
        return KeyType.EC_EDWARDS
    return KeyType.EC if algorithm.rsa_bits is None else KeyType.RSA


def _public_number(
    public: PublicKey, algorithm: KeyAlgorithm
) -> ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | rsa.RSAPublicKey:
    if public.key_type is KeyType.RSA:
        exponent = int.from_bytes(public[Attribute.PUBLIC_EXPONENT])
        return rsa.RSAPublicNumbers(
            exponent, int.from_bytes(public[Attribute.MODULUS])
        ).public_key()
    point = OctetString.load(public[Attribute.EC_POINT]).native
    if algorithm is KeyAlgorithm.ED25519:
        return ed25519.Ed25519PublicKey.from_public_bytes(point)
    curve = ec.SECP384R1() if algorithm is KeyAlgorithm.P384 else ec.SECP256R1()
    return ec.EllipticCurvePublicKey.from_encoded_point(curve, point)
