"""Trust lists in JSON (ETSI TS 119 602), signed as a compact JWS (JAdES, RFC 7515).

The signature itself is checked by joserfc, with the key of the certificate that was handed over.
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.registry import HeaderParameter

from sealservice.kernel.text import Text
from sealservice.verification.errors import TrustListInvalid
from sealservice.verification.trust_lists import LIST_BYTES, Service, SignedContent

_ALGORITHMS: Final = (
    "ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "Ed25519",
    "EdDSA",
)  # fmt: skip
_KEYS: Final = (ECKey, RSAKey, OKPKey)
_HEADER: Final = {
    "sigT": HeaderParameter("Claimed signing time (ETSI TS 119 182-1 5.2.1)", "str"),
    "iat": HeaderParameter("Claimed signing time", "int"),
}
_HEADER_BYTES: Final = 64 * 1024
"""The header carries the signer's certificates."""
_BROKEN: Final = (KeyError, TypeError, ValueError, AttributeError, RecursionError)


class _Registry(jws.JWSRegistry):
    """Lets lists be as large as they are; joserfc's own limits are for tokens."""

    max_header_length = _HEADER_BYTES
    max_payload_length = LIST_BYTES


def read_jws(data: bytes, signer: x509.Certificate) -> SignedContent:
    """Read a list that a certificate signed.

    Raises:
        TrustListInvalid: form or signature does not hold.
    """
    payload = _payload(data.strip(), signer)
    try:
        content = json.loads(payload)
        return _content(content.get("LoTE", content))
    except _BROKEN:
        problem = Text("JSON 内容不符合 TS 119 602", "its JSON is not as TS 119 602 has it")
        raise TrustListInvalid(problem) from None


def _payload(data: bytes, signer: x509.Certificate) -> bytes:
    pem = signer.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    registry = _Registry(header_registry=_HEADER, algorithms=_ALGORITHMS, strict_check_header=False)
    for kind in _KEYS:
        try:
            key = kind.import_key(pem)
        except (ValueError, JoseError):
            continue
        try:
            return bytes(jws.deserialize_compact(data, key, registry=registry).payload)
        except (JoseError, *_BROKEN):
            break
    raise TrustListInvalid(
        Text(
            "签名不成立，或不是指定的签发者所签", "its signature does not hold for the signer named"
        )
    )


def _content(lote: dict[str, Any]) -> SignedContent:
    about = lote["ListAndSchemeInformation"]
    names = about.get("SchemeName") or about["SchemeOperatorName"]
    following = about.get("NextUpdate")
    return SignedContent(
        territory=str(about["SchemeTerritory"]),
        scheme=str(names[0]["value"]),
        sequence=_number(about["LoTESequenceNumber"]),
        issued=_moment(about["ListIssueDateTime"]),
        next_update=_moment(following) if following else None,
        services=tuple(_services(lote.get("TrustedEntitiesList") or [])),
    )


def _services(entities: list[dict[str, Any]]) -> Iterator[Service]:
    for entity in entities:
        for one in entity["TrustedEntityServices"]:
            about = one["ServiceInformation"]
            identity = about["ServiceDigitalIdentity"]
            held = identity.get("X509Certificates") or []
            yield Service(
                kind=str(about["ServiceTypeIdentifier"]),
                status=about.get("ServiceStatus"),
                certificates=tuple(_certificate(each["val"]) for each in held),
            )


def _certificate(written: str) -> bytes:
    lines = "".join(written.split())
    pem = f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n"
    return x509.load_pem_x509_certificate(pem.encode()).public_bytes(Encoding.DER)


def _number(value: object) -> int:
    if type(value) is not int or value < 1:
        raise ValueError(value)
    return value


def _moment(written: str) -> datetime:
    moment = datetime.fromisoformat(written)
    if moment.tzinfo is None:
        raise ValueError(written)
    return moment.astimezone(UTC)
