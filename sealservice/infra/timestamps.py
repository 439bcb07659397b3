"""A client of a time-stamping authority, RFC 3161.

A token is only returned when

1. it came as ``application/timestamp-reply`` within the limits, and was granted;
2. it is a SignedData with one signer over a TSTInfo with our imprint and our nonce;
3. its policy is one of those that are accepted of this authority; if that is one only, it was asked
   for by name (``reqPolicy``), and in any case no other is taken;
4. its genTime is within ``timestamp_skew_seconds`` of our clock;
5. it names its signer by signing-certificate-v2 (RFC 5816), whose certificate says
   ``timeStamping`` as its sole and critical extended key usage (RFC 3161 2.3);
6. the signature holds, and the certificate chains up to a trusted root at genTime.

Each of these has a reason text of its own. Revocation is asked for by ``RevocationSource``. Once a
unit has passed all of it, its next tokens are checked quickly (``known_units``); whatever is not
accepted that way is checked in full.
"""

import asyncio
import logging
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar, Final

from asn1crypto import algos, cms, core, tsp, x509
from pyhanko.sign.general import (
    CMSExtractionError,
    CMSStructuralError,
    extract_certificate_info,
    extract_signer_info,
)
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko_certvalidator import ValidationContext

from sealservice.infra.exchange import MALFORMED_SIGNS, Exchange, ExchangeFailed, Query
from sealservice.infra.known_units import KnownUnits
from sealservice.infra.token_parts import cut_apart, granted_token, read_tst_info
from sealservice.kernel.clock import Clock
from sealservice.kernel.text import Text
from sealservice.limits import Limits
from sealservice.sealing.errors import TimestampUnavailable
from sealservice.sealing.model import Timestamp
from sealservice.trust.der import OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE
from sealservice.trust.der_writing import element, integer

_LOG: Final = logging.getLogger(__name__)
_QUERY: Final = "application/timestamp-query"
_REPLY: Final = frozenset({"application/timestamp-reply"})
_NONCE_BITS: Final = 64
_DIGESTS: Final = {32: "sha256", 48: "sha384", 64: "sha512"}
"""By the bytes of a digest, what made it."""
_ALGORITHMS: Final[dict[int, bytes]] = {
    size: algos.DigestAlgorithm({"algorithm": name}).dump() for size, name in _DIGESTS.items()
}
_TRUE: Final = bytes.fromhex("0101ff")
_GRANTED: Final = frozenset({"granted", "granted_with_mods"})

_MALFORMED: Final = Text("答复格式有误", "its answer is malformed")
_REFUSED: Final = Text("请求被拒绝（{failure}）", "it refused the request ({failure})")
_WRONG_IMPRINT: Final = Text("时间戳对应的不是所提交的摘要", "the token is over another digest")
_WRONG_NONCE: Final = Text("时间戳的随机数与请求不符", "the token has another nonce")
_WRONG_POLICY: Final = Text(
    "时间戳的策略是 {policy}，不在设置所接受的范围内",
    "its policy {policy} is not among those that the settings accept",
)
_TOKEN_TOO_LARGE: Final = Text(
    "时间戳有 {size} 字节，超过预留的 {reserved} 字节",
    "its token has {size} bytes, more than the {reserved} that are reserved",
)
_WRONG_TIME: Final = Text(
    "时间戳时间 {time} 与本机时钟相差过大", "its time {time} is too far from our clock"
)
_NO_REFERENCE: Final = Text(
    "时间戳未标明签名证书（signing-certificate-v2）", "the token lacks signing-certificate-v2"
)
_WRONG_USAGE: Final = Text(
    "证书的扩展密钥用法不是唯一且关键的 timeStamping",
    "its certificate's extended key usage is not timeStamping alone, and critical",
)
_BROKEN: Final = Text("时间戳签名无效", "the signature of the token does not hold")
_UNTRUSTED: Final = Text(
    "证书未能追溯到受信任的根", "its certificate does not chain up to a trusted root"
)


class _Response(core.Sequence):  # type: ignore[misc]
    """TimeStampResp, which has no token when it is a refusal (RFC 3161 2.4.2)."""

    _fields: ClassVar = [
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


class _Unacceptable(Exception):
    """Becomes ``TimestampUnavailable`` in ``stamp``."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


class HttpTimestampSource:
    """A ``sealing.ports.TimestampSource``.

    ``trusted_roots`` are DER certificates; ``policies`` are dotted object identifiers, none: any.
    """

    def __init__(
        self,
        url: str,
        trusted_roots: Sequence[bytes],
        limits: Limits,
        clock: Clock,
        policies: Sequence[str] = (),
    ) -> None:
        self.url = url
        self._roots = [x509.Certificate.load(root) for root in trusted_roots]
        self._exchange = Exchange(limits)
        self._skew = timedelta(seconds=limits.timestamp_skew_seconds)
        self._clock = clock
        self._policies = {core.ObjectIdentifier(one).contents: one for one in policies}
        self._reserved = limits.signature_bytes
        self._known = KnownUnits(timedelta(seconds=limits.timestamp_unit_seconds))

    def stamp(self, message_digest: bytes) -> Timestamp:
        """Return a token over a SHA-256, -384 or -512 digest, checked in every respect.

        Raises:
            TimestampUnavailable: no token, or not an acceptable one.

        """
        nonce = secrets.randbits(_NONCE_BITS)
        query = Query(_request(message_digest, nonce, tuple(self._policies)), _QUERY)
        try:
            reply = self._exchange.ask(self.url, _REPLY, query)
            return self._quickly(reply, message_digest, nonce) or self._checked(
                reply, message_digest, nonce
            )
        except (ExchangeFailed, _Unacceptable) as failure:
            raise self._unavailable(failure.reason) from None
        except MALFORMED_SIGNS:
            _LOG.exception("unreadable answer of %s", self.url)
            raise self._unavailable(_MALFORMED) from None

    def close(self) -> None:
        """Close kept connections."""
        self._exchange.close()

    def _unavailable(self, reason: Text) -> TimestampUnavailable:
        return TimestampUnavailable(url=self.url, reason_zh=reason.zh, reason_en=reason.en)

    def _quickly(self, reply: bytes, digest: bytes, nonce: int) -> Timestamp | None:
        """Return the token if a known unit made it and all is as it should be."""
        try:
            token = granted_token(reply)
            self._require_fitting(token)
            parts = cut_apart(token)
            info, now = read_tst_info(parts.tst_info), self._clock()
            is_ours = (info.message_digest, info.nonce) == (digest, nonce)
            is_ours &= not self._policies or info.policy in self._policies
            if not is_ours or abs(info.time - now) > self._skew:
                return None
            return Timestamp(token, info.time, self._known.chain_of(parts, info.time, now))
        except ValueError:
            return None

    def _checked(self, reply: bytes, digest: bytes, nonce: int) -> Timestamp:
        response = _Response.load(reply, strict=True)
        _require_granted(response["status"])
        token = response["time_stamp_token"]
        self._require_fitting(token.dump())
        if token["content_type"].native != "signed_data":
            raise _Unacceptable(_MALFORMED)
        info = _tst_info(token["content"])
        _require_ours(info, digest, nonce)
        self._require_policy(info)
        time: datetime = info["gen_time"].native
        if abs(time - self._clock()) > self._skew:
            raise _Unacceptable(_WRONG_TIME.filled(time=time.isoformat()))
        _require_named_unit(token["content"])
        chain = self._chain(token["content"], digest, time)
        encoded: bytes = token.dump()
        self._known.learn(encoded, chain, self._clock())
        return Timestamp(encoded, time, chain)

    def _require_policy(self, info: tsp.TSTInfo) -> None:
        if self._policies and info["policy"].contents not in self._policies:
            raise _Unacceptable(_WRONG_POLICY.filled(policy=info["policy"].dotted))

    def _require_fitting(self, token: bytes) -> None:
        """Refuse what could never go into /Contents: another authority may have a smaller one."""
        if len(token) > self._reserved:
            problem = _TOKEN_TOO_LARGE.filled(size=len(token), reserved=self._reserved)
            raise _Unacceptable(problem)

    def _chain(self, signed: cms.SignedData, digest: bytes, time: datetime) -> tuple[bytes, ...]:
        """Return the certificates the token was checked by, its unit's first, the root last."""
        context = ValidationContext(trust_roots=self._roots, moment=time, allow_fetching=False)
        try:
            status: dict[str, Any] = asyncio.run(
                validate_tst_signed_data(signed, context, lambda _: digest)
            )
        except (SignatureValidationError, CMSStructuralError):
            raise _Unacceptable(_BROKEN) from None
        if not (status["intact"] and status["valid"]):
            raise _Unacceptable(_BROKEN)
        path = status["validation_path"]
        if status["trust_problem_indic"] is not None or path is None:
            raise _Unacceptable(_UNTRUSTED)
        links = [certificate.dump() for certificate in path.iter_certs(include_root=True)]
        return tuple(reversed(links))


def _request(message_digest: bytes, nonce: int, policies: tuple[bytes, ...] = ()) -> bytes:
    """Return a TimeStampReq (RFC 3161 2.4.1) that asks for the certificates, too."""
    algorithm = _ALGORITHMS[len(message_digest)]
    imprint = element(SEQUENCE, algorithm, element(OCTET_STRING, message_digest))
    policy = element(OBJECT_IDENTIFIER, *policies) if len(policies) == 1 else b""
    return element(SEQUENCE, integer(1), imprint, policy, integer(nonce), _TRUE)


def _require_granted(status: tsp.PKIStatusInfo) -> None:
    if status["status"].native not in _GRANTED:
        failures = sorted(status["fail_info"].native or {status["status"].native})
        raise _Unacceptable(_REFUSED.filled(failure=", ".join(failures)))


def _tst_info(signed: cms.SignedData) -> tsp.TSTInfo:
    content = signed["encap_content_info"]
    if content["content_type"].native != "tst_info" or len(signed["signer_infos"]) != 1:
        raise _Unacceptable(_MALFORMED)
    return content["content"].parsed


def _require_ours(info: tsp.TSTInfo, digest: bytes, nonce: int) -> None:
    imprint = info["message_imprint"]
    name = imprint["hash_algorithm"]["algorithm"].native
    if name != _DIGESTS[len(digest)] or imprint["hashed_message"].native != digest:
        raise _Unacceptable(_WRONG_IMPRINT)
    if info["nonce"].native != nonce:
        raise _Unacceptable(_WRONG_NONCE)


def _require_named_unit(signed: cms.SignedData) -> None:
    try:
        attributes = extract_signer_info(signed)["signed_attrs"]
        unit = extract_certificate_info(signed).signer_cert
    except (CMSExtractionError, CMSStructuralError):
        raise _Unacceptable(_NO_REFERENCE) from None
    if all(attribute["type"].native != "signing_certificate_v2" for attribute in attributes):
        raise _Unacceptable(_NO_REFERENCE)
    usage = unit.extended_key_usage_value
    is_sole = usage is not None and usage.native == ["time_stamping"]
    if not is_sole or "extended_key_usage" not in unit.critical_extensions:
        raise _Unacceptable(_WRONG_USAGE)
