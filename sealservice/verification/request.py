"""What is asked: one file, anchors, moment, policy. Plain values that go into a sandbox."""

from dataclasses import dataclass
from datetime import datetime

from sealservice.verification.anchors import TrustAnchors
from sealservice.verification.policy import Policy


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
    policy: Policy
