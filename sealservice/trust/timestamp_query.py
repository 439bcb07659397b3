"""Reads a time-stamp query (RFC 3161 2.4.1), and says by which rule it is refused.

In this order:

1. longer than the limit, not DER, or not a TimeStampReq to its last byte: badDataFormat;
2. a version other than 1: badRequest;
3. a digest algorithm other than SHA-256, SHA-384 or SHA-512, or with parameters: badAlg;
4. a digest whose length is not its algorithm's: badDataFormat;
5. any extension, we know none: unacceptedExtension;
6. a policy that is not ours: unacceptedPolicy.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sealservice.trust import der

_HASH_ALGORITHMS: Final = bytes.fromhex("6086480165030402")  # 2.16.840.1.101.3.4.2
_DIGEST_BYTES: Final = {
    _HASH_ALGORITHMS + b"\x01": 32,
    _HASH_ALGORITHMS + b"\x02": 48,
    _HASH_ALGORITHMS + b"\x03": 64,
}
"""SHA-256, SHA-384 and SHA-512 by their encoded object identifiers."""
_NULL: Final = bytes((der.NULL, 0))
_EXTENSIONS: Final = 0xA0  # [0] IMPLICIT SEQUENCE OF


class Failure(StrEnum):
    """PKIFailureInfo, by the names that asn1crypto gives to its bits."""

    BAD_ALGORITHM = "bad_alg"
    BAD_REQUEST = "bad_request"
    BAD_DATA_FORMAT = "bad_data_format"
    TIME_NOT_AVAILABLE = "time_not_available"
    UNACCEPTED_POLICY = "unaccepted_policy"
    UNACCEPTED_EXTENSION = "unaccepted_extensions"
    SYSTEM_FAILURE = "system_failure"


class QueryRefused(Exception):
    """The query gets no token."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.value)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class TimestampQuery:
    """An acceptable query."""

    imprint: bytes
    """DER MessageImprint, to be repeated in the token as it came."""
    nonce: int | None
    wants_certificates: bool


@dataclass(frozen=True, slots=True)
class _Fields:
    version: int
    imprint: der.Element
    policy: bytes | None = None
    nonce: int | None = None
    wants_certificates: bool = False
    has_extensions: bool = False


def read_query(data: bytes, policy: bytes, greatest: int) -> TimestampQuery:
    """Read a query of at most ``greatest`` bytes; ``policy`` is our encoded object identifier.

    Raises:
        QueryRefused: by one of the rules above.
    """
    if len(data) > greatest:
        raise QueryRefused(Failure.BAD_DATA_FORMAT)
    try:
        fields = _fields(data)
        algorithm, parameters, digest = _imprint(fields.imprint)
    except ValueError as error:
        raise QueryRefused(Failure.BAD_DATA_FORMAT) from error
    if fields.version != 1:
        raise QueryRefused(Failure.BAD_REQUEST)
    if algorithm not in _DIGEST_BYTES or parameters not in {b"", _NULL}:
        raise QueryRefused(Failure.BAD_ALGORITHM)
    if len(digest) != _DIGEST_BYTES[algorithm]:
        raise QueryRefused(Failure.BAD_DATA_FORMAT)
    if fields.has_extensions:
        raise QueryRefused(Failure.UNACCEPTED_EXTENSION)
    if fields.policy not in {None, policy}:
        raise QueryRefused(Failure.UNACCEPTED_POLICY)
    return TimestampQuery(fields.imprint.raw, fields.nonce, fields.wants_certificates)


def _fields(data: bytes) -> _Fields:
    """Take the fields in their order; the four optional ones are told apart by their tags."""
    rest = _children(der.read(data), least=2)
    version, imprint = rest.pop(0), rest.pop(0)
    policy = _take(rest, der.OBJECT_IDENTIFIER)
    nonce = _take(rest, der.INTEGER)
    wants_certificates = _take(rest, der.BOOLEAN)
    extensions = _take(rest, _EXTENSIONS)
    if rest:
        raise ValueError("an element that has no place here")
    return _Fields(
        version=version.integer(),
        imprint=imprint,
        policy=None if policy is None else policy.identifier(),
        nonce=None if nonce is None else nonce.integer(),
        wants_certificates=wants_certificates is not None and wants_certificates.boolean(),
        has_extensions=extensions is not None,
    )


def _take(rest: list[der.Element], tag: int) -> der.Element | None:
    return rest.pop(0) if rest and rest[0].tag == tag else None


def _imprint(imprint: der.Element) -> tuple[bytes, bytes, bytes]:
    """Return algorithm, its parameters as DER (empty when absent) and digest."""
    algorithm, digest = _children(imprint, least=2, most=2)
    identifier, *parameters = _children(algorithm, least=1, most=2)
    if digest.tag != der.OCTET_STRING:
        raise ValueError("no octet string")
    return identifier.identifier(), b"".join(p.raw for p in parameters), digest.content


def _children(element: der.Element, least: int, most: int = 6) -> list[der.Element]:
    if element.tag != der.SEQUENCE:
        raise ValueError("no sequence")
    children = element.children()
    if not least <= len(children) <= most:
        raise ValueError("too few or too many elements")
    return children
