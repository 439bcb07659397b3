"""The signer's look at a signature that it has just made, before it goes anywhere.

It believes nothing that was computed on the way, but reads what was written:
1. The revision ends as a file must, its cross-references are where it says, and lead to objects
   that stand there, under their numbers (ISO 32000-2 7.5).
2. The signature dictionary in it says a /ByteRange of the whole file but /Contents, and that gap
   is the container in hexadecimal digits, zeroes behind it (12.8.1).
3. The container is strict DER (RFC 5652 5); the certificate of the seal is in it, and none but
   its issuers'; it names that certificate as the signer's, and the algorithms of the key.
4. Its message digest is that of the bytes as written, by the digest that goes with the key. The
   document itself is not hashed again: the state that it was fed to is copied (sealing/fed.py).
5. The signature over the signed attributes holds under the key of that certificate.
A timestamp was checked when it came; trust, status and level are looked at when the whole document
is verified, before release.
"""

import re
from binascii import unhexlify
from functools import lru_cache
from typing import Final

from asn1crypto import algos, cms, x509
from cryptography.exceptions import InvalidSignature

from sealservice.limits import Limits
from sealservice.sealing.errors import OutputInvalid
from sealservice.sealing.fed import Fed, State
from sealservice.sealing.model import Die, Prepared, Waiting
from sealservice.sealing.press.declined import Declined
from sealservice.sealing.press.sections import require_written
from sealservice.sealing.press.signed_parts import SignedParts, cut_apart
from sealservice.sealing.tails import earlier_tails, filled_tail
from sealservice.trust.der_spans import span
from sealservice.trust.model import KeyAlgorithm
from sealservice.trust.public_keys import require_signed
from sealservice.trust.signature_algorithms import signature_algorithm

_BYTE_RANGE: Final = re.compile(
    rb"/ByteRange[ ]?\[[ ]?(\d+) (\d+) (\d+) (\d+)[ ]?\]\s*+(/Contents\s?)?"
)
_KEY: Final = b"/ByteRange"
_CONTENTS: Final = (b"/Contents", b"/Contents ")
_DIGITS_PER_BYTE: Final = 2
_HEAD_DIGITS: Final = 10
"""Of a tag and a length, at most."""
_SEALS_KEPT: Final = 1024
_AROUND: Final = b"<>"


def check(fed: Fed, waiting: Waiting, container: bytes, die: Die, limits: Limits) -> bytes:
    """Return the revision with its container, as it is to be written; it was looked at.

    Raises:
        OutputInvalid: it would not hold.
        BytesChanged, SignatureTooLarge.
    """
    state, size = fed.state(die.algorithm.digest), len(fed.source)
    for earlier in earlier_tails(waiting):
        state.update(earlier)
        size += len(earlier)
    tail = filled_tail(size, waiting.prepared, container)
    try:
        _look(tail, size, waiting.prepared, state, die, limits)
    except (Declined, ValueError, InvalidSignature) as failure:
        raise OutputInvalid(reason="self-check") from failure
    return tail


def _look(
    tail: bytes, size: int, prepared: Prepared, state: State, die: Die, limits: Limits
) -> None:
    require_written(tail, size, limits)
    start, end = _gap(tail, size)
    if (start + size, end + size) != prepared.byte_range[1:3]:
        raise ValueError("another gap than the one that was approved")
    parts = cut_apart(_container(tail[start + 1 : end - 1]))
    if parts.constant != _constant(die.certificate, die.algorithm):
        raise ValueError("another signer, or other algorithms")
    known = (die.certificate, *die.chain)
    if die.certificate not in parts.certificates or set(parts.certificates) - set(known):
        raise ValueError("without the certificate of the seal, or with strange ones")
    state.update(memoryview(tail)[:start])
    state.update(memoryview(tail)[end:])
    _require_signed(parts, state.digest(), die)


def _require_signed(parts: SignedParts, digest: bytes, die: Die) -> None:
    if parts.message_digest != digest:
        raise ValueError("another digest")
    require_signed(die.certificate, die.algorithm, parts.signature, parts.attributes)


def _gap(tail: bytes, size: int) -> tuple[int, int]:
    """Return where the value of /Contents begins and ends in a tail, as the tail itself says.

    Raises:
        ValueError: it does not say so, or more than once.
    """
    at = tail.find(_KEY)
    found = _BYTE_RANGE.match(tail, at) if at >= 0 else None
    if found is None:
        raise ValueError("no /ByteRange")
    first, begin, end, rest = (int(number) for number in found.groups()[:4])
    begin, end = begin - size, end - size
    if first or end + rest != len(tail) or not 0 < begin < end:
        raise ValueError("a /ByteRange that is not of the whole file")
    if tail.count(_KEY, 0, begin) + tail.count(_KEY, end) != 1:
        raise ValueError("not one /ByteRange")
    is_beside = found.end() == begin if found[5] else not tail[end : found.start()].strip()
    if not (is_beside and tail[:begin].endswith(_CONTENTS)):
        raise ValueError("a /ByteRange that is not beside its /Contents")
    if (tail[begin], tail[end - 1]) != tuple(_AROUND):
        raise ValueError("a gap that is not /Contents")
    return begin, end


@lru_cache(maxsize=_SEALS_KEPT)
def _constant(certificate: bytes, algorithm: KeyAlgorithm) -> tuple[bytes, ...]:
    """Return what all signatures of a seal have in common, as asn1crypto writes it."""
    parsed = x509.Certificate.load(certificate)
    name = {"issuer": parsed.issuer, "serial_number": parsed.serial_number}
    digest = algos.DigestAlgorithm({"algorithm": algorithm.digest})
    version = cms.CMSVersion("v1")
    values = (
        version,
        cms.DigestAlgorithms([digest]),
        version,
        cms.IssuerAndSerialNumber(name),
        digest,
        signature_algorithm(algorithm),
    )
    return tuple(value.dump() for value in values)


def _container(digits: bytes) -> bytes:
    """Return the container in hexadecimal digits; zeroes fill the place kept for it."""
    head = unhexlify(digits[:_HEAD_DIGITS])
    size = _DIGITS_PER_BYTE * span(head, 0, len(digits))[3]
    if digits[size:] != b"0" * (len(digits) - size):
        raise ValueError("something behind the container")
    return unhexlify(digits[:size])
