"""Cuts the CMS of a seal apart, as far as a look at it needs that (RFC 5652 5).

Everything but the plain form that seals have, or bytes that are not strict DER, is a ValueError.
"""

from dataclasses import dataclass
from typing import Final

from sealservice.trust.der import OCTET_STRING, SEQUENCE, SET
from sealservice.trust.der_spans import Span, inner, raw, value, whole

_FIRST: Final = 0xA0  # [0] constructed
_SIGNED_DATA: Final = bytes.fromhex("06092a864886f70d010702")
_DATA: Final = bytes.fromhex("06092a864886f70d010701")
_MESSAGE_DIGEST: Final = bytes.fromhex("06092a864886f70d010904")
_PLAIN, _STAMPED = 6, 7
"""Elements of a SignerInfo without and with unsigned attributes."""


@dataclass(frozen=True, slots=True)
class SignedParts:
    """A CMS cut apart; nothing is checked but its form."""

    constant: tuple[bytes, ...]
    """What is the same in all of a seal: version and digest algorithms of the whole; version, name,
    digest algorithm and signature algorithm of the signer. DER."""
    certificates: tuple[bytes, ...]
    """DER."""
    attributes: bytes
    """DER SET OF, as it is signed."""
    message_digest: bytes
    signature: bytes


def cut_apart(container: bytes) -> SignedParts:
    """Cut a detached SignedData with certificates and one signer apart.

    Raises:
        ValueError: it is another one, or not strict DER.
    """
    kind, wrapped = inner(container, whole(container), SEQUENCE)
    (signed,) = inner(container, wrapped, _FIRST)
    version, digests, content, held, signers = inner(container, signed, SEQUENCE)
    (content_type,) = inner(container, content, SEQUENCE)
    if (raw(container, kind), raw(container, content_type)) != (_SIGNED_DATA, _DATA):
        raise ValueError("no detached signature")
    certificates = inner(container, held, _FIRST)
    (signer,) = inner(container, signers, SET)
    parts = inner(container, signer, SEQUENCE)
    if len(parts) not in (_PLAIN, _STAMPED) or parts[5][0] != OCTET_STRING:
        raise ValueError("no such signer")
    attributes, signature = parts[3], parts[5]
    constant = (version, digests, *parts[:3], parts[4])
    return SignedParts(
        tuple(raw(container, one) for one in constant),
        tuple(raw(container, one) for one in certificates),
        bytes((SET,)) + raw(container, attributes)[1:],
        _message_digest(container, attributes),
        value(container, signature),
    )


def _message_digest(container: bytes, attributes: Span) -> bytes:
    found = []
    for attribute in inner(container, attributes, _FIRST):
        kind, values = inner(container, attribute, SEQUENCE)
        if raw(container, kind) == _MESSAGE_DIGEST:
            (held,) = inner(container, values, SET)
            found.append(value(container, held))
    if len(found) != 1:
        raise ValueError("not one message digest")
    return found[0]
