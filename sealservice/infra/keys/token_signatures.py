"""How a token signs, by which mechanisms; and whether what it gave is a signature.

1. P-256 and P-384: CKM_ECDSA over our SHA-256 or SHA-384, since raw ECDSA is what every token has.
   Ed25519: CKM_EDDSA (PKCS#11 3.0 2.3.14).
2. RSA, PKCS#1 v1.5: CKM_SHA256_RSA_PKCS.
3. RSA, PSS: CKM_SHA256_RSA_PKCS_PSS; where the token lacks that, CKM_RSA_PKCS_PSS over our SHA-256.
   Both give the same kind of signature: hash and MGF1 by SHA-256, 32 bytes of salt.

A token that has none of a key's mechanisms is refused by name, when the key is made and when it
signs. Another algorithm never takes the place of the one that the key was made for.
"""

import hashlib
from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from pkcs11 import MGF, Mechanism, SignMixin, exceptions
from pkcs11.util.ec import encode_ecdsa_signature

from sealservice.infra.keys.errors import TokenMechanismMissing
from sealservice.infra.keys.opened import rsa_padding
from sealservice.infra.keys.token import Login
from sealservice.trust.errors import KeyUnreadable
from sealservice.trust.model import PSS_SALT_BYTES, KeyAlgorithm, StoredKey

_RSA_PAIRS: Final = (Mechanism.RSA_PKCS_KEY_PAIR_GEN,)
_PSS_PARAMETERS: Final = (Mechanism.SHA256, MGF.SHA256, PSS_SALT_BYTES)
_PublicKey = ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | rsa.RSAPublicKey
_ECDSA: Final = {
    KeyAlgorithm.P256: ec.ECDSA(hashes.SHA256()),
    KeyAlgorithm.P384: ec.ECDSA(hashes.SHA384()),
}
_NOT_SO: Final = (exceptions.MechanismInvalid, exceptions.MechanismParamInvalid)
_PUBLIC_KEYS: Final = 256
"""How many parsed public keys are kept."""


def require_mechanisms(login: Login, algorithm: KeyAlgorithm) -> None:
    """Refuse to make a key that the token could not make, or not use.

    Raises:
        TokenMechanismMissing: naming the mechanisms of which one is needed.
        PKCS11Error: the token does not say what it has.
    """
    present = login.session.token.slot.get_mechanisms()
    for group in _needed(algorithm):
        if present.isdisjoint(group):
            raise _missing(login, algorithm, group)


def sign_in(login: Login, key: StoredKey, data: bytes) -> bytes:
    """Have the token sign.

    Raises:
        TokenMechanismMissing: it cannot sign in the way of this key.
        KeyNotInToken, PKCS11Error.
    """
    private = login.private_key(key)
    try:
        return _signed(private, key.algorithm, data)
    except _NOT_SO as error:
        raise _missing(login, key.algorithm, _needed(key.algorithm)[-1]) from error


def require_genuine(key: StoredKey, data: bytes, signature: bytes) -> None:
    """Verify a signature before anybody gets it.

    Raises:
        KeyUnreadable: it was not made by this key, or not in its way.
    """
    public = _public(key.spki)
    try:
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(signature, data, rsa_padding(key.algorithm), hashes.SHA256())
        elif isinstance(public, ed25519.Ed25519PublicKey):
            public.verify(signature, data)
        else:
            public.verify(signature, data, _ECDSA[key.algorithm])
    except InvalidSignature as error:
        raise KeyUnreadable(key_id=key.id) from error


def _signed(private: SignMixin, algorithm: KeyAlgorithm, data: bytes) -> bytes:
    if algorithm.is_pss:
        return _signed_by_pss(private, data)
    if algorithm.rsa_bits is not None:
        return private.sign(data, mechanism=Mechanism.SHA256_RSA_PKCS)
    if algorithm is KeyAlgorithm.ED25519:
        return private.sign(data, mechanism=Mechanism.EDDSA)
    digest = hashlib.new(algorithm.digest, data).digest()
    return encode_ecdsa_signature(private.sign(digest, mechanism=Mechanism.ECDSA))


def _signed_by_pss(private: SignMixin, data: bytes) -> bytes:
    hashing, bare = Mechanism.SHA256_RSA_PKCS_PSS, Mechanism.RSA_PKCS_PSS
    try:
        return private.sign(data, mechanism=hashing, mechanism_param=_PSS_PARAMETERS)
    except _NOT_SO:
        digest = hashlib.sha256(data).digest()
        return private.sign(digest, mechanism=bare, mechanism_param=_PSS_PARAMETERS)


def _needed(algorithm: KeyAlgorithm) -> tuple[tuple[Mechanism, ...], ...]:
    """Return groups of mechanisms, of each of which the token must have one."""
    if algorithm.is_pss:
        return _RSA_PAIRS, (Mechanism.SHA256_RSA_PKCS_PSS, Mechanism.RSA_PKCS_PSS)
    if algorithm.rsa_bits is not None:
        return _RSA_PAIRS, (Mechanism.SHA256_RSA_PKCS,)
    if algorithm is KeyAlgorithm.ED25519:
        return (Mechanism.EC_EDWARDS_KEY_PAIR_GEN,), (Mechanism.EDDSA,)
    return (Mechanism.EC_KEY_PAIR_GEN,), (Mechanism.ECDSA,)


def _missing(
    login: Login, algorithm: KeyAlgorithm, group: tuple[Mechanism, ...]
) -> TokenMechanismMissing:
    names = ", ".join(f"CKM_{mechanism.name}" for mechanism in group)
    return TokenMechanismMissing(token=login.token, algorithm=algorithm.value, missing=names)


@lru_cache(maxsize=_PUBLIC_KEYS)
def _public(spki: bytes) -> _PublicKey:
    public = serialization.load_der_public_key(spki)
    if not isinstance(public, _PublicKey):
        raise TypeError("no such kind of key is made here")
    return public
