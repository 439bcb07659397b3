"""JSON Web Signatures in compact form by keys on P-256 (ES256): made by a stored key, and checked.

Signatures are the two numbers one behind the other (RFC 7518 3.4), not DER. The certificates stand
in ``x5c``, leaf first, without the root, which whoever checks must have from elsewhere.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)

from sealservice.kernel.json import JsonObject
from sealservice.trust.model import IssuedCertificate, KeyAlgorithm
from sealservice.trust.ports import SigningKey

_NUMBER_BYTES: Final = 32
_PARTS: Final = 3


class NotAToken(Exception):
    """That is no such token, or nobody who may has signed it; ``args`` say in English why."""


@dataclass(frozen=True, slots=True)
class Token:
    """A token as it was read; nothing is checked yet."""

    header: JsonObject
    payload: JsonObject
    signed: bytes
    signature: bytes


def encoded(data: bytes) -> str:
    """Encode as RFC 7515 2 does: base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Decode base64url without padding.

    Raises:
        NotAToken: it is none.
    """
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise NotAToken("not base64url") from None
    if encoded(data) != text:
        raise NotAToken("not base64url in its one form")
    return data


def signed_token(
    kind: str, payload: JsonObject, key: SigningKey, chain: Sequence[IssuedCertificate]
) -> str:
    """Sign a payload; ``kind`` becomes the header's ``typ``."""
    if key.algorithm is not KeyAlgorithm.P256:
        raise TypeError("tokens of licenses are signed by keys on P-256 only")
    links = [base64.b64encode(one.der).decode() for one in chain if not one.is_root]
    header: JsonObject = {"alg": "ES256", "typ": kind, "x5c": [*links]}
    signed = f"{_json(header)}.{_json(payload)}"
    return f"{signed}.{encoded(_two_numbers(key.sign(signed.encode())))}"


def read_token(text: str, kind: str) -> Token:
    """Take a token apart whose algorithm is ES256 and whose kind is this one.

    Raises:
        NotAToken: it is none, or another kind.
    """
    parts = text.split(".")
    if len(parts) != _PARTS:
        raise NotAToken("not of three parts")
    header, payload = (read_object(decoded(part)) for part in parts[:2])
    if header.get("alg") != "ES256" or header.get("typ") != kind or "crit" in header:
        raise NotAToken("its algorithm or type is another")
    signed = f"{parts[0]}.{parts[1]}".encode()
    return Token(header, payload, signed, decoded(parts[2]))


def require_signed(token: Token, key: ec.EllipticCurvePublicKey) -> None:
    """Refuse a token that this key has not signed.

    Raises:
        NotAToken: it has not.
    """
    if len(token.signature) != 2 * _NUMBER_BYTES or not isinstance(key.curve, ec.SECP256R1):
        raise NotAToken("the signature is of another length, or the key of another curve")
    r, s = token.signature[:_NUMBER_BYTES], token.signature[_NUMBER_BYTES:]
    der = encode_dss_signature(int.from_bytes(r), int.from_bytes(s))
    try:
        key.verify(der, token.signed, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise NotAToken("the signature is wrong") from None


def read_object(data: bytes) -> JsonObject:
    """Read a JSON object in which no name stands twice.

    Raises:
        NotAToken: it is none.
    """
    try:
        value = json.loads(data, object_pairs_hook=_unique, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise NotAToken("not JSON") from None
    if not isinstance(value, dict):
        raise NotAToken("not a JSON object")
    return value


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _no_number(text: str) -> object:
    raise ValueError(text)


def _json(value: JsonObject) -> str:
    return encoded(json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode())


def _two_numbers(der: bytes) -> bytes:
    return b"".join(number.to_bytes(_NUMBER_BYTES) for number in decode_dss_signature(der))
