"""Whether a credential of a license is accepted, by all that has to be looked at.

1. Form: an SD-JWT with ``typ`` dc+sd-jwt, ES256; each disclosure stands once in ``_sd``, names a
   claim that is not there yet, and is none of the reserved names.
2. Signature: by the leaf of ``x5c``, whose usage is issuing licenses, up to an anchor that the
   caller trusts, all within their times.
3. ``vct`` and ``iss`` are the expected ones; ``nbf`` and ``iat`` are over, ``exp`` is not.
4. Status: the list at the address that the credential names, of the same issuer, fresh, says valid.
   A credential without a status is refused.
5. Key binding, when it is asked for: a KB-JWT by the key in ``cnf`` over exactly what is presented,
   for this verifier (``aud``) and this question (``nonce``), not older than five minutes. One that
   was not asked for is not looked at; one that is missing is refused.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec

from sealservice.kernel.json import JsonObject, JsonValue
from sealservice.kernel.text import Text
from sealservice.licenses import credential, status_list
from sealservice.licenses.credential_errors import CredentialInvalid
from sealservice.licenses.status_list import Status, status_at
from sealservice.trust.certificates import LICENSE_ISSUING
from sealservice.trust.jose import (
    NotAToken,
    Token,
    decoded,
    encoded,
    read_token,
    require_signed,
)

_SKEW: Final = timedelta(seconds=60)
_BINDING: Final = timedelta(minutes=5)
_LINKS: Final = 5
_DISCLOSURES: Final = 100
_LETTERS: Final = 64 * 1024
_RESERVED: Final = frozenset({"_sd", "...", "_sd_alg"})


@dataclass(frozen=True, slots=True)
class Expected:
    """What a verifier goes by."""

    issuer: str
    anchors: Sequence[x509.Certificate]
    fetch: Callable[[str], str]
    """Returns the status list at an address; raises ``NotAToken`` when there is none."""
    now: datetime
    nonce: str | None = None
    """Of our question; None: no key binding is asked for."""
    audience: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What an accepted credential says."""

    claims: JsonObject
    """What was disclosed, and what always is visible."""
    is_bound: bool
    """Whether whoever presented it proved to have the wallet's key."""


def check(presented: str, expected: Expected) -> Accepted:
    """Accept a presented credential.

    Raises:
        CredentialInvalid: it is not accepted, and why.
    """
    try:
        return _checked(presented, expected)
    except (NotAToken, KeyError, TypeError, ValueError) as error:
        told = str(error) or "malformed"
        raise _refused(Text(f"格式或签名不正确（{told}）", f"it is malformed ({told})")) from None


def _checked(presented: str, expected: Expected) -> Accepted:
    if len(presented) > _LETTERS or "~" not in presented:
        raise NotAToken("not an SD-JWT, or too long")
    jwt, *disclosures, binding = presented.split("~")
    token = read_token(jwt, credential.KIND)
    _require_issuer(token, expected)
    _require_times(token.payload, expected.now)
    if token.payload.get("vct") != credential.TYPE or token.payload.get("iss") != expected.issuer:
        raise _refused(Text("类型或签发者不符", "its type or its issuer is another"))
    claims = _disclosed(token.payload, disclosures)
    _require_status(token.payload, expected)
    if expected.nonce is not None:
        _require_binding(token.payload, presented, binding, expected)
    return Accepted(claims, expected.nonce is not None)


def _require_issuer(token: Token, expected: Expected) -> None:
    """Refuse what nobody has signed who may issue licenses (rule 2)."""
    written = token.header.get("x5c")
    if not isinstance(written, list) or not 0 < len(written) <= _LINKS:
        raise NotAToken("without its certificates")
    links = [x509.load_der_x509_certificate(_standard(one)) for one in written]
    leaf = links[0]
    usages = leaf.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    key = leaf.public_key()
    if LICENSE_ISSUING not in usages or not isinstance(key, ec.EllipticCurvePublicKey):
        raise _refused(Text("签名证书无权签发执照", "its certificate is none for issuing licenses"))
    require_signed(token, key)
    _require_path(links, expected)


def _require_path(links: list[x509.Certificate], expected: Expected) -> None:
    for below, above in pairwise(links):
        _require_issued(below, above)
    top = links[-1]
    anchors = [one for one in expected.anchors if one.subject == top.issuer]
    for anchor in anchors:
        try:
            _require_issued(top, anchor)
        except (InvalidSignature, NotAToken):
            continue
        outside = [
            one
            for one in (*links, anchor)
            if not one.not_valid_before_utc <= expected.now <= one.not_valid_after_utc
        ]
        if outside:
            raise _refused(Text("签发证书已过期", "a certificate is outside its time"))
        return
    raise _refused(Text("签发者不受信任", "its issuer is not trusted"))


def _require_issued(below: x509.Certificate, above: x509.Certificate) -> None:
    constraints = above.extensions.get_extension_for_class(x509.BasicConstraints).value
    usage = above.extensions.get_extension_for_class(x509.KeyUsage).value
    if not (constraints.ca and usage.key_cert_sign):
        raise NotAToken("a certificate is no authority's")
    try:
        below.verify_directly_issued_by(above)
    except InvalidSignature:
        raise NotAToken("a certificate is not signed by the next") from None


def _require_times(payload: JsonObject, now: datetime) -> None:
    moment = now.timestamp()
    skew = _SKEW.total_seconds()
    if _number(payload, "exp") <= moment:
        raise _refused(Text("凭证已过期", "it has expired"))
    if max(_number(payload, "iat"), _number(payload, "nbf")) > moment + skew:
        raise _refused(Text("凭证尚未生效", "it is not valid yet"))


def _disclosed(payload: JsonObject, disclosures: list[str]) -> JsonObject:
    digests = payload.get("_sd")
    if payload.get("_sd_alg") != "sha-256" or not isinstance(digests, list):
        raise NotAToken("its digests are of another kind")
    if len(disclosures) > _DISCLOSURES or len({*map(str, digests)}) != len(digests):
        raise NotAToken("a digest stands twice, or there are too many disclosures")
    claims = {name: value for name, value in payload.items() if name not in _RESERVED}
    for disclosure in disclosures:
        if credential.disclosure_digest(disclosure) not in digests:
            raise NotAToken("a disclosure is none of this credential")
        name, value = _named(disclosure)
        if name in claims or name in _RESERVED:
            raise NotAToken("a disclosure names what is there")
        claims[name] = value
    return claims


def _named(disclosure: str) -> tuple[str, JsonValue]:
    _salt, name, value = json.loads(decoded(disclosure))
    if not isinstance(name, str):
        raise NotAToken("a disclosure has no name")
    return name, value


def _require_status(payload: JsonObject, expected: Expected) -> None:
    """Refuse what its list does not call valid (rule 4)."""
    told = payload["status"]
    place = told["status_list"] if isinstance(told, dict) else None
    if not isinstance(place, dict):
        raise NotAToken("without a status")
    address, index = place.get("uri"), place.get("idx")
    if not isinstance(index, int) or not str(address).startswith(f"{expected.issuer}/"):
        raise NotAToken("its status is elsewhere")
    token = read_token(expected.fetch(str(address)), status_list.KIND)
    _require_issuer(token, expected)
    if token.payload.get("sub") != address:
        raise NotAToken("that is the status of others")
    age = expected.now.timestamp() - _number(token.payload, "iat")
    is_fresh = -_SKEW.total_seconds() <= age <= status_list.SECONDS
    if not is_fresh or _number(token.payload, "exp") <= expected.now.timestamp():
        raise _refused(Text("状态列表已过时", "its status list is not fresh"))
    match status_at(token, index):
        case Status.INVALID:
            raise _refused(Text("凭证已失效", "it is not valid any more"))
        case Status.SUSPENDED:
            raise _refused(Text("执照已暂停使用", "the license is suspended"))


def _require_binding(payload: JsonObject, presented: str, binding: str, expected: Expected) -> None:
    """Refuse whoever has not proved to have the wallet's key (rule 5)."""
    if not binding:
        raise _refused(Text("缺少持有人证明", "the proof of its holder is missing"))
    token, bound = read_token(binding, "kb+jwt"), payload["cnf"]
    jwk = bound.get("jwk") if isinstance(bound, dict) else None
    if not isinstance(jwk, dict):
        raise NotAToken("bound to no key")
    require_signed(token, credential.public_key(jwk))
    shown = presented[: len(presented) - len(binding)]
    over = encoded(hashlib.sha256(shown.encode()).digest())
    age = abs(expected.now.timestamp() - _number(token.payload, "iat"))
    is_ours = (
        hmac.compare_digest(str(token.payload.get("nonce")), str(expected.nonce))
        and token.payload.get("aud") == expected.audience
        and token.payload.get("sd_hash") == over
        and age <= _BINDING.total_seconds()
    )
    if not is_ours:
        raise _refused(Text("持有人证明不是针对本次查验的", "its proof answers another question"))


def _number(payload: JsonObject, name: str) -> float:
    value = payload[name]
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise NotAToken(name, "is no number")
    return value


def _standard(written: object) -> bytes:
    text = str(written).rstrip("=").replace("+", "-").replace("/", "_")
    return decoded(text)


def _refused(reason: Text) -> CredentialInvalid:
    return CredentialInvalid(reason_zh=reason.zh, reason_en=reason.en)
