"""Cuts strictly encoded time-stamp answers apart, as far as a quick check needs it.

Everything but the plainest form is a ``ValueError``; whoever catches it has the full check.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sealservice.infra.status_parts import children, whole_second
from sealservice.trust import der
from sealservice.trust.der_spans import Span, inner, raw, value, whole

_MESSAGE_DIGEST: Final = bytes.fromhex("06092a864886f70d010904")  # 1.2.840.113549.1.9.4
_SIGNING_TIME: Final = bytes.fromhex("06092a864886f70d010905")  # 1.2.840.113549.1.9.5
_FIRST: Final = 0xA0  # [0] constructed
_GRANTED: Final = bytes.fromhex("3003020100")
_VERSION: Final = bytes.fromhex("020101")
_IMPRINTS: Final = {
    49 + 2: bytes.fromhex("3031300d060960864801650304020105000420"),
    65 + 2: bytes.fromhex("3041300d060960864801650304020205000430"),
    81 + 2: bytes.fromhex("3051300d060960864801650304020305000440"),
}
"""How the MessageImprint of a SHA-256, -384 or -512 begins, by its length."""
_TSA_NAME: Final = 0xA0


@dataclass(frozen=True, slots=True)
class TokenParts:
    """A token cut apart; nothing is checked but its form."""

    constant: tuple[bytes, ...]
    """What is the same in all tokens of a unit."""
    tst_info: bytes
    attributes: bytes
    """DER SET OF, as it is signed."""
    message_digest: bytes
    digest_algorithm: bytes
    """DER, of the signer."""
    signature_algorithm: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class TstInfo:
    """What a TSTInfo says (RFC 3161 2.4.2)."""

    message_digest: bytes
    """SHA-256, SHA-384 or SHA-512."""
    policy: bytes
    """Encoded object identifier."""
    time: datetime
    nonce: int | None


def granted_token(reply: bytes) -> bytes:
    """Return the DER token of a TimeStampResp that says ``granted`` and nothing else.

    Raises:
        ValueError: it is another answer.
    """
    status, token = children(reply, whole(reply), 2)
    if raw(reply, status) != _GRANTED:
        raise ValueError("another status")
    return raw(reply, token)


def read_tst_info(encoded: bytes) -> TstInfo:
    """Read a TSTInfo over a SHA-2, without extensions, whose time is in whole seconds.

    Raises:
        ValueError: it is another one.
    """
    root = der.read(encoded)
    version, policy, imprint, serial, time, *rest = root.children()
    if (root.tag, version.raw) != (der.SEQUENCE, _VERSION):
        raise ValueError("no plain TSTInfo")
    beginning = _IMPRINTS.get(len(imprint.raw))
    if beginning is None or not imprint.raw.startswith(beginning):
        raise ValueError("another imprint")
    serial.integer()
    nonces = [element.integer() for element in rest if element.tag == der.INTEGER]
    known = {der.SEQUENCE, der.BOOLEAN, der.INTEGER, _TSA_NAME}
    if len(nonces) > 1 or any(element.tag not in known for element in rest):
        raise ValueError("something that it usually does not have")
    nonce = nonces[0] if nonces else None
    digest = imprint.raw[len(beginning) :]
    return TstInfo(digest, policy.identifier(), whole_second(time.tag, time.content), nonce)


def cut_apart(token: bytes) -> TokenParts:
    """Cut a token apart (RFC 3161 2.4.2, RFC 5652 5.1).

    Raises:
        ValueError: it is not strict DER, has several signers, unsigned attributes or CRLs.
    """
    kind, wrapped = children(token, whole(token), 2)
    (signed,) = inner(token, wrapped, _FIRST)
    version, digests, content, certificates, signers = children(token, signed, 5)
    (signer,) = inner(token, signers, der.SET)
    signer_version, name, digest, attributes, algorithm, signature = children(token, signer, 6)
    content_type, held = children(token, content, 2)
    (octets,) = inner(token, held, _FIRST)
    tags = (certificates[0], octets[0], signature[0])
    if tags != (_FIRST, der.OCTET_STRING, der.OCTET_STRING):
        raise ValueError("no such elements")
    message_digest, others = _attributes(token, attributes)
    same = (kind, version, digests, content_type, certificates, signer_version, name, digest)
    return TokenParts(
        constant=(*(raw(token, one) for one in (*same, algorithm)), *others),
        tst_info=value(token, octets),
        attributes=bytes((der.SET,)) + raw(token, attributes)[1:],
        message_digest=message_digest,
        digest_algorithm=raw(token, digest),
        signature_algorithm=raw(token, algorithm),
        signature=value(token, signature),
    )


def _attributes(token: bytes, attributes: Span) -> tuple[bytes, list[bytes]]:
    """Return the message digest, and the attributes that are the same in every token."""
    digests, others = [], []
    for attribute in inner(token, attributes, _FIRST):
        kind, values = children(token, attribute, 2)
        identifier = raw(token, kind)
        if identifier == _MESSAGE_DIGEST:
            (held,) = inner(token, values, der.SET)
            if held[0] != der.OCTET_STRING:
                raise ValueError("no message digest")
            digests.append(value(token, held))
        elif identifier != _SIGNING_TIME:
            others.append(raw(token, attribute))
    if len(digests) != 1:
        raise ValueError("not one message digest")
    return digests[0], others
