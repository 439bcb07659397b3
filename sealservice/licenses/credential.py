"""The face of a license as an SD-JWT VC (RFC 9901; SD-JWT VC draft), made.

1. Each line of the face is a disclosure of its own, with 128 random bits of salt; who presents the
   credential chooses which to show. Always visible: issuer, times, type, the wallet's key, the
   address of the status, and version and digest of the face, by which all bound forms agree.
2. The digest is the SHA-256 of the face's canonical JSON (RFC 8785), in hexadecimal letters.
3. It is bound to the wallet's key (``cnf``), a public P-256 key of which nothing else is kept.
"""

import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec

from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.json import JsonObject, JsonValue, canonical
from sealservice.licenses.credential_errors import WalletKeyInvalid
from sealservice.licenses.model import License, LicenseFace, face_to_json
from sealservice.trust.jose import NotAToken, decoded, encoded, signed_token
from sealservice.trust.model import IssuedCertificate
from sealservice.trust.ports import SigningKey

KIND: Final = "dc+sd-jwt"
TYPE: Final = "urn:sealservice:license:1"
"""``vct``; the name of our own schema of the face, and its version."""
_SALT_BYTES: Final = 16
_COORDINATE_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Credential:
    """A credential that somebody asked for; what is signed is not kept."""

    id: str
    organisation_id: str
    license_id: str
    version: int
    """Of the face."""
    holder: JsonObject
    """Public JWK of the wallet."""
    list: int
    place: int
    """Where its status stands."""
    created_at: datetime
    expires_at: datetime
    signed_at: datetime | None = None


def face_digest(face: LicenseFace) -> str:
    """Return the digest by which the bound forms of a license agree (rule 2)."""
    return sha256_hex(canonical(face_to_json(face)))


def wallet_key(jwk: object) -> JsonObject:
    """Return the public key of a wallet as far as it is kept.

    Raises:
        WalletKeyInvalid: it is no public key on P-256, or holds a private part.
    """
    if not isinstance(jwk, dict) or (jwk.get("kty"), jwk.get("crv")) != ("EC", "P-256"):
        raise WalletKeyInvalid
    key: JsonObject = {"kty": "EC", "crv": "P-256", "x": jwk.get("x"), "y": jwk.get("y")}
    if "d" in jwk or not all(isinstance(value, str) for value in key.values()):
        raise WalletKeyInvalid
    try:
        public_key(key)
    except (NotAToken, ValueError):
        raise WalletKeyInvalid from None
    return key


def public_key(jwk: JsonObject) -> ec.EllipticCurvePublicKey:
    """Return the key of a JWK on P-256.

    Raises:
        NotAToken, ValueError: its coordinates are no point of the curve.
    """
    x, y = (decoded(str(jwk.get(name))) for name in ("x", "y"))
    if {len(x), len(y)} != {_COORDINATE_BYTES}:
        raise NotAToken("a coordinate is of another length")
    numbers = ec.EllipticCurvePublicNumbers(int.from_bytes(x), int.from_bytes(y), ec.SECP256R1())
    return numbers.public_key()


def credential_text(
    wanted: Credential,
    license_: License,
    public_url: str,
    key: SigningKey,
    chain: Sequence[IssuedCertificate],
) -> str:
    """Return a signed credential with all its disclosures: ``JWT~disclosure~…~``."""
    disclosures = [_disclosure(*item) for item in face_to_json(license_.face).items()]
    digests = sorted(disclosure_digest(one) for one in disclosures)
    payload: JsonObject = {
        "iss": public_url,
        "sub": license_.id,
        "vct": TYPE,
        "iat": int(wanted.created_at.timestamp()),
        "nbf": int(wanted.created_at.timestamp()),
        "exp": int(wanted.expires_at.timestamp()),
        "cnf": {"jwk": wanted.holder},
        "status": {
            "status_list": {"idx": wanted.place, "uri": list_address(public_url, wanted.list)}
        },
        "version": license_.version,
        "digest": face_digest(license_.face),
        "_sd_alg": "sha-256",
        "_sd": [*digests],
    }
    return "~".join([signed_token(KIND, payload, key, chain), *disclosures, ""])


def list_address(public_url: str, number: int) -> str:
    """Return where a status list is published."""
    return f"{public_url}/status-lists/{number}"


def disclosure_digest(disclosure: str) -> str:
    """Return the digest of a disclosure as it stands in ``_sd`` (RFC 9901 4.2.3)."""
    return encoded(hashlib.sha256(disclosure.encode()).digest())


def _disclosure(name: str, value: JsonValue) -> str:
    salt = encoded(secrets.token_bytes(_SALT_BYTES))
    return encoded(json.dumps([salt, name, value], ensure_ascii=False).encode())
