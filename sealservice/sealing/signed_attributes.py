"""What a seal's key signs, rebuilt from the bytes of a prepared document.

1. The ByteRange digest: SHA-256 over everything but /Contents (ISO 32000-2 12.8.1).
2. The signed attributes (RFC 5652 5.3, ETSI EN 319 142-1 6.3), and nothing else: content-type
   (id-data), message-digest (that digest), signing-certificate-v2 (RFC 5035) naming the seal's
   certificate by SHA-256 and by issuer and serial number. No signing-time: PAdES has it in /M.
3. Their DER encoding as a SET OF, sorted (RFC 5652 5.4): that is hashed and signed.

All of it but the digest is the same for every document of a seal, and encoded once.
"""

import hashlib
from functools import lru_cache
from typing import Final

from sealservice.sealing.errors import BytesChanged
from sealservice.sealing.model import Prepared
from sealservice.trust.attribute_frame import AttributeFrame, attribute_frame
from sealservice.trust.der import SET
from sealservice.trust.der_writing import element

_CERTIFICATES_KEPT: Final = 1024
"""How many seals' attributes are kept encoded; each takes a few hundred bytes."""


def signed_attributes_of(source: bytes, prepared: Prepared, certificate: bytes) -> bytes:
    """Return the DER SET OF attributes to be signed with the key of a DER certificate.

    Raises:
        BytesChanged: the ByteRange does not fit the bytes.
    """
    return attributes_with(byte_range_digest(source, prepared), certificate)


def attributes_with(digest: bytes, certificate: bytes) -> bytes:
    """Return the DER SET OF attributes with a ByteRange digest of 32 bytes."""
    return element(SET, _frame(certificate).filled(digest))


@lru_cache(maxsize=_CERTIFICATES_KEPT)
def _frame(certificate: bytes) -> AttributeFrame:
    return attribute_frame("data", certificate)


def byte_range_digest(source: bytes, prepared: Prepared) -> bytes:
    """Return the SHA-256 over the ByteRange of source + tail, without joining the two.

    Raises:
        BytesChanged: the ByteRange does not leave out exactly one value inside the tail.
    """
    start, length, resumption, rest = prepared.byte_range
    tail = memoryview(prepared.tail)
    gap_start, gap_end = length - len(source), resumption - len(source)
    if start or not 0 < gap_start < gap_end or gap_end + rest != len(tail):
        raise BytesChanged
    if not _is_blank(tail[gap_start:gap_end]):
        raise BytesChanged
    digest = hashlib.sha256(source)
    digest.update(tail[:gap_start])
    digest.update(tail[gap_end:])
    return digest.digest()


def _is_blank(contents: memoryview) -> bool:
    """Return whether the bytes left out are ``<000…0>``, waiting for a signature."""
    digits = len(contents) - 2
    return bytes(contents) == b"<" + b"0" * digits + b">"
