"""SHA-256 digests, written as 64 lower-case hexadecimal letters everywhere."""

import hashlib


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 digest of some bytes in lower-case hexadecimal."""
    return hashlib.sha256(data).hexdigest()
