"""What verification consumes from elsewhere, when it is there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sealservice.verification.request import Supplement, Want


@dataclass(frozen=True, slots=True)
class RegisteredSeal:
    """A seal of ours and how it stood at one moment."""

    seal_id: str
    type: str
    status: str
    """``active`` when it might be used."""
    uscc: str
    license_status: str
    picture_sha256: str | None = None
    """Of the drawing that it is registered with."""


class SealRegistry(Protocol):
    """Knows which certificate belongs to which seal."""

    def seal_of(self, certificate_sha256: str, at: datetime) -> RegisteredSeal | None:
        """Return the seal of a certificate as it stood at a moment, or None: not ours."""
        ...

    def shown(self, pictures_sha256: frozenset[str]) -> frozenset[str]:
        """Return those of some pictures that a seal is registered with."""
        ...

    def is_recorded(self, seal_id: str, signature_sha256: str, document_sha256: str) -> bool:
        """Return whether a use of a seal was recorded: this signature, or this very file."""
        ...


class Fetcher(Protocol):
    """Gets from the network what a verification lacks, within its rules."""

    def fetch(self, wants: tuple[Want, ...]) -> Supplement:
        """Return what could be had; what cannot be had is left out."""
        ...


class StatusLists(Protocol):
    """Hands in revocation lists that are fresher than what a file embeds."""

    def crls(self) -> tuple[bytes, ...]:
        """Return the newest DER CRLs at hand."""
        ...
