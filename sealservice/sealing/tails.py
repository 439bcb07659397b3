"""The tails of an order's signatures: kept as one object, put behind their source one by one.

Each revision begins where the one before it ends, and its offsets do not change when the digits of
an earlier /Contents are filled in; so all of them can be made, approved and stored beforehand.
"""

from binascii import hexlify
from collections.abc import Iterable

from sealservice.kernel.digests import sha256_hex
from sealservice.sealing.errors import BytesChanged, SignatureTooLarge
from sealservice.sealing.model import Order, Prepared, Waiting


def prepared_of(order: Order, source_size: int, tails: bytes) -> tuple[Prepared, ...]:
    """Cut the stored tails of an order apart, one revision for each signature.

    Raises:
        BytesChanged: they are not the ones that the order names.

    """
    begin, revisions = source_size, []
    for signature in order.signatures:
        tail = tails[begin - source_size : signature.end - source_size]
        if sha256_hex(tail) != signature.tail_sha256:
            raise BytesChanged
        revisions.append(
            Prepared(tail, signature.byte_range, signature.field, signature.claimed_time)
        )
        begin = signature.end
    if begin - source_size != len(tails):
        raise BytesChanged
    return tuple(revisions)


def earlier_tails(waiting: Waiting) -> tuple[bytes, ...]:
    """Return the revisions before the one that waits, with their containers.

    Raises:
        BytesChanged: the revisions do not follow each other.
        SignatureTooLarge: a container does not fit the place kept for it.

    """
    return _filled(len(waiting.source), waiting.earlier)


def assembled(
    source: bytes, revisions: tuple[Prepared, ...], containers: tuple[bytes, ...]
) -> bytes:
    """Return a source with revisions behind it, each with its DER container in /Contents.

    Raises:
        BytesChanged: the revisions do not follow each other.
        SignatureTooLarge: a container does not fit the place kept for it.

    """
    pairs = tuple(zip(revisions, containers, strict=True))
    return b"".join((source, *_filled(len(source), pairs)))


def _filled(size: int, pairs: Iterable[tuple[Prepared, bytes]]) -> tuple[bytes, ...]:
    """Return tails, one behind the other behind so many bytes, each with its container."""
    tails: list[bytes] = []
    for prepared, container in pairs:
        _, length, resumption, _ = prepared.byte_range
        if not size < length < resumption <= size + len(prepared.tail):
            raise BytesChanged
        tails.append(filled_tail(size, prepared, container))
        size += len(tails[-1])
    return tuple(tails)


def filled_tail(size: int, prepared: Prepared, container: bytes) -> bytes:
    """Return a tail, that stands behind so many bytes, with a DER container in /Contents.

    Raises:
        SignatureTooLarge: the container does not fit the place kept for it.

    """
    _, start, end, _ = prepared.byte_range
    room, digits = end - start - 2, hexlify(container)
    if len(digits) > room:
        raise SignatureTooLarge(needed=len(container), reserved=room // 2)
    tail, filling = prepared.tail, digits.ljust(room, b"0")
    return b"%b<%b>%b" % (tail[: start - size], filling, tail[end - size :])
