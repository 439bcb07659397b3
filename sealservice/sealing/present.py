"""What a document that others made is signed with."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PresentSignature:
    """One signature, or document timestamp, that a document has."""

    field: str
    is_timestamp: bool
    """Whether it is a document timestamp."""
    chain: tuple[bytes, ...]
    """DER, the signer's first, a trusted root last; empty: it does not reach one."""
    stamps: tuple[tuple[bytes, ...], ...]
    """The same of each timestamp in its CMS."""
