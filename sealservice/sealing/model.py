"""Values of sealing: one type per stage, so that the wrong order does not type-check.

``Document`` -> ``Prepared`` (tail made, nothing signed) -> ``Approved`` (seals/approval.py) ->
``Signed`` (the key has been used) -> sealed bytes at the level asked for.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from sealservice.kernel.json import JsonObject
from sealservice.seals.artwork import Artwork


class Level(StrEnum):
    """PAdES baseline levels, ETSI EN 319 142-1 clause 6."""

    B_B = "B-B"
    B_T = "B-T"
    B_LT = "B-LT"
    B_LTA = "B-LTA"


class OrderState(StrEnum):
    """Where an order is. Only the signer moves it on from ``pending``."""

    PENDING = "pending"
    SEALING = "sealing"
    """Its approval is consumed; a run is at work or will be."""
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class KeywordPlacement:
    """Centre the seal on a text of the document."""

    keyword: str
    occurrence: Literal["first", "last"] = "last"
    dx_mm: float = 0.0
    dy_mm: float = 0.0
    """Shift to the right and upwards, on the page as displayed."""


@dataclass(frozen=True, slots=True)
class CoordinatePlacement:
    """Centre the seal on a point of a page as displayed, origin at its bottom left."""

    page: int
    """1 for the first page; -1 for the last."""
    x_mm: float
    y_mm: float


Placement = KeywordPlacement | CoordinatePlacement


@dataclass(frozen=True, slots=True)
class Box:
    """Where a seal lies, in default user space (points) of one page, ISO 32000-2 8.3.2.3."""

    page: int
    """0 for the first page."""
    left: float
    bottom: float
    right: float
    top: float
    rotation: int
    """The page's /Rotate (0, 90, 180, 270): the seal is turned back by it, so it looks upright."""


@dataclass(frozen=True, slots=True)
class Document:
    """A PDF that was stored and found fit to be sealed."""

    id: str
    organisation_id: str
    filename: str
    sha256: str
    size: int
    pages: int
    object_key: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Die:
    """What is constant about one seal."""

    seal_id: str
    certificate: bytes
    """DER of the seal's certificate."""
    chain: tuple[bytes, ...]
    """DER of its issuers, nearest first, root included."""
    artwork: Artwork


@dataclass(frozen=True, slots=True)
class Prepared:
    """A revision ready to be signed: source + tail is the file with /Contents zeroed."""

    tail: bytes
    """Bytes appended to the source."""
    byte_range: tuple[int, int, int, int]
    """As written in the file; [length of first part, start of second] encloses /Contents."""
    field: str
    claimed_time: datetime
    """/M of the signature dictionary."""


@dataclass(frozen=True, slots=True)
class SignedAttributes:
    """What the key signed, and the signature."""

    der: bytes
    """DER of the SET OF signed attributes, ready to be hashed (RFC 5652 5.4)."""
    signature: bytes


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A time-stamp token that was checked in every respect."""

    token: bytes
    """DER ContentInfo, RFC 3161 2.4.2."""
    time: datetime
    """Its genTime."""
    chain: tuple[bytes, ...]
    """DER of the certificates it was checked by: the unit's first, the trusted root last."""


@dataclass(frozen=True, slots=True)
class RevocationMaterial:
    """Status answers and certificates that go into the DSS, ISO 32000-2 12.8.4.3."""

    certificates: tuple[bytes, ...]
    ocsps: tuple[bytes, ...]
    """DER OCSPResponse."""
    crls: tuple[bytes, ...]
    """DER CertificateList."""


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """What somebody asks to have sealed."""

    document_id: str
    seal_id: str
    placement: Placement
    level: Level = Level.B_LTA
    purpose: str = ""
    """In the requester's words; shown to the holder."""


@dataclass(frozen=True, slots=True)
class Order:
    """A sealing order with the intent its holder approves."""

    id: str
    organisation_id: str
    document_id: str
    seal_id: str
    level: Level
    state: OrderState
    placement: JsonObject
    byte_range: tuple[int, int, int, int]
    field: str
    claimed_time: datetime
    tail_key: str
    tail_sha256: str
    intent: bytes
    nonce: str
    expires_at: datetime
    purpose: str
    created_at: datetime
    record_id: str | None = None
    failure: JsonObject | None = None
    """``code``, ``zh``, ``en`` of the error that ended it."""
