"""What is in a wallet: licenses by role, the session that shows them, and holder keys.

1. A wallet is a person's, in one organisation. A license is in it as long as the person's role in
   the license has not ended; a suspended or revoked one shows as what it is.
2. A session is bound to the passkey that began it, and dies in the moment that is frozen.
3. A holder key is a P-256 key that a browser made and cannot export. Its public part is registered
   by a signature over role, key and session, so whoever registers it holds it. A browser that lost
   its key makes another.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from sealservice.identity.activation_errors import HolderKeyInvalid
from sealservice.kernel.json import JsonObject, canonical
from sealservice.licenses.model import License
from sealservice.licenses.persons import LicenseHolder

_COORDINATE: Final = 32
_USE: Final = "sealservice-holder-key-v1"
_MEMBERS: Final = frozenset({"kty", "crv", "x", "y"})


@dataclass(frozen=True, slots=True)
class Card:
    """A license as somebody holds it."""

    holder: LicenseHolder
    license: License


@dataclass(frozen=True, slots=True)
class WalletSession:
    """A phone in which a person is signed in."""

    digest: str
    person_id: str
    organisation_id: str
    passkey_id: str
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class HolderKey:
    """The public part of a key that a wallet holds for a license."""

    id: str
    organisation_id: str
    holder_id: str
    passkey_id: str
    jwk: JsonObject
    thumbprint: str
    """RFC 7638, base64url."""
    created_at: datetime


def holder_jwk(given: JsonObject) -> JsonObject:
    """Return a JWK on P-256, RFC 7517, with the members that its thumbprint covers.

    Raises:
        HolderKeyInvalid: it is no such key, or holds more.
    """
    if set(given) != _MEMBERS or (given["kty"], given["crv"]) != ("EC", "P-256"):
        raise HolderKeyInvalid
    _public_key(given)
    return {name: str(given[name]) for name in sorted(_MEMBERS)}


def thumbprint(jwk: JsonObject) -> str:
    """Return the thumbprint of a key, RFC 7638 3."""
    return bytes_to_base64url(hashlib.sha256(canonical(jwk)).digest())


def require_possession(jwk: JsonObject, holder_id: str, token: str, proof: str) -> None:
    """Refuse a key whose private part did not sign role, key and session.

    ``proof`` is base64url of r and s, 32 bytes each.

    Raises:
        HolderKeyInvalid: it did not.
    """
    signed = "\0".join((_USE, holder_id, str(jwk["x"]), str(jwk["y"]), token)).encode()
    try:
        raw = base64url_to_bytes(proof)
        if len(raw) != 2 * _COORDINATE:
            raise HolderKeyInvalid
        r, s = (int.from_bytes(raw[i : i + _COORDINATE], "big") for i in (0, _COORDINATE))
        _public_key(jwk).verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))
    except (ValueError, InvalidSignature) as error:
        raise HolderKeyInvalid from error


def _public_key(jwk: JsonObject) -> ec.EllipticCurvePublicKey:
    try:
        x, y = (base64url_to_bytes(str(jwk[name])) for name in ("x", "y"))
        if (len(x), len(y)) != (_COORDINATE, _COORDINATE):
            raise HolderKeyInvalid
        across, up = int.from_bytes(x, "big"), int.from_bytes(y, "big")
        return ec.EllipticCurvePublicNumbers(across, up, ec.SECP256R1()).public_key()
    except ValueError as error:
        raise HolderKeyInvalid from error
