"""Trust anchors: the roots that were given to us, and no others.

1. A folder holds PEM or DER certificates; every file with a certificate's suffix must be readable,
   because an anchor that is silently left out changes verdicts.
2. The operating system's list, made for web servers, is never used.
3. An anchor whose subject says that it is for tests is a demonstration root. Reports say so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from sealservice.kernel.digests import sha256_hex
from sealservice.verification.errors import (
    AnchorFolderMissing,
    AnchorTooLarge,
    AnchorUnreadable,
)

DEMONSTRATION_MARK: Final = "TEST, NO LEGAL EFFECT"
"""Stands in the subject of every demonstration certificate."""

_SUFFIXES: Final = frozenset({".pem", ".crt", ".cer", ".der"})
_FILE_BYTES: Final = 1 << 20
_PEM_MARK: Final = b"-----BEGIN"


@dataclass(frozen=True, slots=True)
class TrustAnchor:
    """A certificate that is trusted because we were told so."""

    subject: str
    """RFC 4514."""
    sha256: str
    der: bytes

    @property
    def is_demonstration(self) -> bool:
        """Return whether the subject says that nothing under it has legal effect."""
        return DEMONSTRATION_MARK in self.subject.replace("\\", "")


@dataclass(frozen=True, slots=True)
class TrustAnchors:
    """A named list of anchors."""

    name: str
    anchors: tuple[TrustAnchor, ...] = ()
    sequence: int | None = None
    """Of a published list."""
    issued: str | None = None
    """When a published list was issued, RFC 3339."""
    left_out: str | None = None
    """Names of published lists that are stale, so that nothing of them counts."""
    until: str | None = None
    """When the first of the published lists is stale, RFC 3339; None: there is none."""


def trust_anchors(name: str, certificates: Iterable[bytes]) -> TrustAnchors:
    """Make a list of anchors out of PEM or DER certificates; each certificate counts once.

    Raises:
        AnchorUnreadable: one of them is no certificate.
    """
    found = (anchor for data in certificates for anchor in _anchors_in(data, name))
    return TrustAnchors(name, tuple({anchor.sha256: anchor for anchor in found}.values()))


def read_anchors(folder: Path) -> TrustAnchors:
    """Read all anchors of a folder (``*.pem *.crt *.cer *.der``), which gives the list its name.

    Raises:
        AnchorFolderMissing: there is no such folder.
        AnchorTooLarge: a file is over 1 MiB.
        AnchorUnreadable: a file holds no valid certificate.
    """
    if not folder.is_dir():
        raise AnchorFolderMissing(folder=folder)
    files = sorted(file for file in folder.iterdir() if file.suffix.lower() in _SUFFIXES)
    found = (anchor for file in files for anchor in _anchors_in(_content(file), file.name))
    return TrustAnchors(folder.name, tuple({a.sha256: a for a in found}.values()))


def _content(file: Path) -> bytes:
    with file.open("rb") as stream:
        content = stream.read(_FILE_BYTES + 1)
    if len(content) > _FILE_BYTES:
        raise AnchorTooLarge(file=file.name, limit=_FILE_BYTES)
    return content


def _anchors_in(data: bytes, name: str) -> list[TrustAnchor]:
    try:
        if _PEM_MARK in data:
            certificates = x509.load_pem_x509_certificates(data)
        else:
            certificates = [x509.load_der_x509_certificate(data)]
        return [_anchor(certificate) for certificate in certificates]
    except ValueError:
        raise AnchorUnreadable(file=name) from None


def _anchor(certificate: x509.Certificate) -> TrustAnchor:
    der = certificate.public_bytes(Encoding.DER)
    return TrustAnchor(certificate.subject.rfc4514_string(), sha256_hex(der), der)
