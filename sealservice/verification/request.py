"""What is asked: one file, anchors, moment, policy. Plain values that go into a sandbox."""

from dataclasses import dataclass, field
from datetime import datetime

from sealservice.verification.anchors import TrustAnchors
from sealservice.verification.policy import Policy


@dataclass(frozen=True, slots=True)
class Want:
    """Something that was lacking, and where it may be had."""

    ocsp: tuple[str, ...] = ()
    """Addresses of responders."""
    ocsp_query: bytes = b""
    """DER of what they are asked."""
    crls: tuple[str, ...] = ()
    """Addresses of revocation lists, asked when no responder answers."""
    issuers: tuple[str, ...] = ()
    """Addresses of the issuer's certificate."""
    is_vouched_for: bool = False
    """Whether an authority that we trust wrote the addresses; else anybody may have."""


@dataclass(frozen=True, slots=True)
class Supplement:
    """Material that the file does not embed, as DER; it lifts no level."""

    certificates: tuple[bytes, ...] = ()
    crls: tuple[bytes, ...] = ()
    ocsps: tuple[bytes, ...] = ()

    def __or__(self, other: "Supplement") -> "Supplement":
        return Supplement(
            tuple(dict.fromkeys(self.certificates + other.certificates)),
            tuple(dict.fromkeys(self.crls + other.crls)),
            tuple(dict.fromkeys(self.ocsps + other.ocsps)),
        )


@dataclass(frozen=True, slots=True)
class Request:
    """One file to examine."""

    filename: str
    data: bytes
    anchors: TrustAnchors
    at: datetime
    """The validation time."""
    crls: tuple[bytes, ...]
    """Revocation lists that are fresher than what the file embeds, as DER."""
    most_pages: int
    most_signatures: int
    most_revisions: int
    policy: Policy
    supplement: Supplement = field(default=Supplement())
    """What was fetched for it."""
    is_read: bool = True
    """Whether ``data`` is what the file holds; not, when nobody could read it."""
