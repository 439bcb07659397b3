"""What a seal's key signs, rebuilt from the bytes of a prepared document.

1. The ByteRange digest, by the digest that goes with the key, over everything but /Contents
   (ISO 32000-2 12.8.1): SHA-256, for P-384 SHA-384, for Ed25519 SHA-512 (RFC 8419 3.1).
2. The signed attributes (RFC 5652 5.3, ETSI EN 319 142-1 6.3), and nothing else: content-type
   (id-data), message-digest (that digest), signing-certificate-v2 (RFC 5035) naming the seal's
   certificate by SHA-256 and by issuer and serial number. No signing-time: PAdES has it in /M.
3. Their DER encoding as a SET OF, sorted (RFC 5652 5.4): that is hashed and signed.

All of it but the digest is the same for every document of a seal, and encoded once.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from sealservice.sealing.errors import BytesChanged
from sealservice.sealing.fed import Fed
from sealservice.sealing.model import Prepared
from sealservice.trust.attribute_frame import AttributeFrame, attribute_frame
from sealservice.trust.der import SET
from sealservice.trust.der_writing import element

_CERTIFICATES_KEPT: Final = 1024
"""How many seals' attributes are kept encoded; each takes a few hundred bytes."""


def signed_attributes_of(
    source: bytes, prepared: Prepared, certificate: bytes, digest: str = "sha256"
) -> bytes:
    """Return the DER SET OF attributes to be signed with the key of a DER certificate.

    Raises:
        BytesChanged: the ByteRange does not fit the bytes.
    """
    return attributes_with(byte_range_digest(source, prepared, digest), certificate)


def attributes_with(digest: bytes, certificate: bytes) -> bytes:
    """Return the DER SET OF attributes with a ByteRange digest."""
    return element(SET, _frame(certificate, len(digest)).filled(digest))


@lru_cache(maxsize=_CERTIFICATES_KEPT)
def _frame(certificate: bytes, digest_bytes: int) -> AttributeFrame:
    return attribute_frame("data", certificate, digest_bytes)


def byte_range_digest(source: bytes, prepared: Prepared, digest: str = "sha256") -> bytes:
    """Return the digest over the ByteRange of source + tail, without joining the two.

    Raises:
        BytesChanged: the ByteRange does not leave out exactly one value inside the tail.
    """
    return digest_behind(Fed(source), prepared, digest)


def digest_behind(
    fed: Fed, prepared: Prepared, digest: str = "sha256", earlier: Sequence[bytes] = ()
) -> bytes:
    """Return the same for a document that was fed to the digest, earlier revisions behind it.

    Raises:
        BytesChanged: the ByteRange does not leave out exactly one value inside the tail.
    """
    size = len(fed.source) + sum(map(len, earlier))
    start, length, resumption, rest = prepared.byte_range
    tail = memoryview(prepared.tail)
    gap_start, gap_end = length - size, resumption - size
    if start or not 0 < gap_start < gap_end or gap_end + rest != len(tail):
        raise BytesChanged
    if not _is_blank(tail[gap_start:gap_end]):
        raise BytesChanged
    state = fed.state(digest)
    for one in earlier:
        state.update(one)
    state.update(tail[:gap_start])
    state.update(tail[gap_end:])
    return state.digest()


def _is_blank(contents: memoryview) -> bool:
    """Return whether the bytes left out are ``<000…0>``, waiting for a signature."""
    return bytes(contents) == _blank(len(contents))


@lru_cache(maxsize=8)
def _blank(size: int) -> bytes:
    return b"<%b>" % (b"0" * (size - 2))
