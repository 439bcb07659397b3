"""Cuts a strictly encoded OCSP answer apart, as far as a quick check needs it (RFC 6960 4.2.1).

Everything but the plainest form is a ``ValueError``; whoever catches it has the full check.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from sealservice.trust import der
from sealservice.trust.der_spans import Span, inner, raw, value, whole

_SUCCESSFUL: Final = bytes.fromhex("0a0100")
_GOOD: Final = bytes.fromhex("8000")  # [0] IMPLICIT NULL
_FIRST: Final = 0xA0  # [0] constructed
_BIT_STRING: Final = 0x03
_FIELDS: Final = ((0, 4), (4, 6), (6, 8), (8, 10), (10, 12), (12, 14))
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
    status, wrapped = children(answer, whole(answer), 2)
    (response_bytes,) = inner(answer, wrapped, _FIRST)
    kind, octets = children(answer, response_bytes, 2)
    if raw(answer, status) != _SUCCESSFUL or octets[0] != der.OCTET_STRING:
        raise ValueError("not a successful answer")
    basic = value(answer, octets)
    data, algorithm, signature, held = children(basic, whole(basic), 4)
    responder, _produced, responses = children(basic, data, 3)
    (single,) = inner(basic, responses, der.SEQUENCE)
    name, state, this_update, next_update = children(basic, single, 4)
    if raw(basic, state) != _GOOD:
        raise ValueError("not good, or not in the plain form")
    signed = value(basic, signature)
    if signature[0] != _BIT_STRING or signed[:1] != b"\0":
        raise ValueError("no whole bytes of a signature")
    (until,) = inner(basic, next_update, _FIRST)
    (certificates,) = inner(basic, held, _FIRST)
    same = (raw(basic, one) for one in (responder, name, algorithm, held))
    return StatusParts(
        constant=(raw(answer, kind), *same),
        this_update=whole_second(this_update[0], value(basic, this_update)),
        next_update=whole_second(until[0], value(basic, until)),
        signed=raw(basic, data),
        algorithm=raw(basic, algorithm),
        signature=signed[1:],
        certificates=tuple(raw(basic, one) for one in inner(basic, certificates, der.SEQUENCE)),
    )


def children(data: bytes, outer: Span, count: int) -> list[Span]:
    """Return the elements of a SEQUENCE that has so many.

    Raises:
        ValueError: it is another one.
    """
    found = inner(data, outer, der.SEQUENCE)
    if len(found) != count:
        raise ValueError("another number of elements")
    return found


def whole_second(tag: int, encoded: bytes) -> datetime:
    """Return a GeneralizedTime, by its tag and value, in whole seconds of UTC.

    Raises:
        ValueError: it is another one.
    """
    text = encoded.decode("ascii")
    is_plain = len(text) == _SECONDS and text[:-1].isdigit() and text[-1] == "Z"
    if tag != der.GENERALIZED_TIME or not is_plain:
        raise ValueError("no time, a fraction, or another zone")
    year, month, day, hour, minute, second = (int(text[begin:end]) for begin, end in _FIELDS)
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)
