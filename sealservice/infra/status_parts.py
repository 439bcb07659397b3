"""Cuts a strictly encoded OCSP answer apart, as far as a quick check needs it (RFC 6960 4.2.1).

Everything but the plainest form is a ``ValueError``; whoever catches it has the full check.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sealservice.trust import der

_SUCCESSFUL: Final = bytes.fromhex("0a0100")
_GOOD: Final = bytes.fromhex("8000")  # [0] IMPLICIT NULL
_FIRST: Final = 0xA0  # [0] constructed
_BIT_STRING: Final = 0x03
_SECONDS: Final = len("20260101000000Z")


@dataclass(frozen=True, slots=True)
class StatusParts:
    """An answer that says of one certificate that it is good."""

    constant: tuple[bytes, ...]
    """What is the same in all answers of a responder about a certificate."""
    this_update: datetime
    next_update: datetime
    signed: bytes
    """DER ResponseData."""
    algorithm: bytes
    """DER AlgorithmIdentifier of the signature."""
    signature: bytes
    certificates: tuple[bytes, ...]
    """DER, that the answer brings."""


def cut_apart(answer: bytes) -> StatusParts:
    """Cut an answer apart: one certificate, good, with nextUpdate, and no extensions.

    Raises:
        ValueError: it is another one, or not strict DER.
    """
    status, wrapped = _children(der.read(answer), 2)
    (response_bytes,) = wrapped.children()
    kind, octets = _children(response_bytes, 2)
    tags = (wrapped.tag, octets.tag)
    if status.raw != _SUCCESSFUL or tags != (_FIRST, der.OCTET_STRING):
        raise ValueError("not a successful answer")
    data, algorithm, signature, held = _children(der.read(octets.content), 4)
    responder, _produced, responses = _children(data, 3)
    (single,) = responses.children()
    name, state, this_update, next_update = _children(single, 4)
    if state.raw != _GOOD or (held.tag, next_update.tag) != (_FIRST, _FIRST):
        raise ValueError("not good, or not in the plain form")
    if signature.tag != _BIT_STRING or signature.content[:1] != b"\0":
        raise ValueError("no whole bytes of a signature")
    (until,), (certificates,) = next_update.children(), held.children()
    return StatusParts(
        constant=tuple(one.raw for one in (kind, responder, name, algorithm, held)),
        this_update=whole_second(this_update),
        next_update=whole_second(until),
        signed=data.raw,
        algorithm=algorithm.raw,
        signature=signature.content[1:],
        certificates=tuple(one.raw for one in certificates.children()),
    )


def _children(element: der.Element, count: int) -> list[der.Element]:
    children = element.children()
    if element.tag != der.SEQUENCE or len(children) != count:
        raise ValueError("another number of elements")
    return children


def whole_second(element: der.Element) -> datetime:
    """Return a GeneralizedTime in whole seconds of UTC.

    Raises:
        ValueError: it is another one.
    """
    text = element.content.decode("ascii")
    is_plain = len(text) == _SECONDS and text[:-1].isdigit() and text[-1] == "Z"
    if element.tag != der.GENERALIZED_TIME or not is_plain:
        raise ValueError("no time, a fraction, or another zone")
    return datetime.strptime(text, "%Y%m%d%H%M%S%z")
