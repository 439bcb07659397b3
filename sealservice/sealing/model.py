"""Values of sealing: one type per stage, so that the wrong order does not type-check.

``Document`` -> ``PreparedSignature``, one after the other (tails made, nothing signed) ->
``Approved`` (seals/approval.py) -> for each ``Waiting`` -> ``SignedAttributes`` (the key has been
used) -> ``Container`` (with its timestamp) -> sealed bytes at the level asked for.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from sealservice.kernel.json import JsonObject
from sealservice.sealing.terms import UNRESTRICTED, OnTsaFailure, Restrictions
from sealservice.seals.artwork import Artwork
from sealservice.trust.model import KeyAlgorithm


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


class Origin(StrEnum):
    """From which point of the page as displayed a place is measured, always into the page."""

    BOTTOM_LEFT = "bottom-left"
    BOTTOM_RIGHT = "bottom-right"
    TOP_LEFT = "top-left"
    TOP_RIGHT = "top-right"
    CENTRE = "centre"
    """x to the right and y upwards, also below zero."""


class Edge(StrEnum):
    """An edge of the page as displayed."""

    LEFT = "left"
    RIGHT = "right"
    TOP = "top"
    BOTTOM = "bottom"


@dataclass(frozen=True, slots=True)
class KeywordPlacement:
    """Centre the seal on a text of the document."""

    keyword: str
    occurrence: Literal["first", "last", "all"] | int = "last"
    """In reading order over all pages of the set; n for the n-th, from 1; -1 for the last."""
    dx_mm: float = 0.0
    dy_mm: float = 0.0
    """Shift to the right and upwards, on the page as displayed."""
    pages: str = "all"
    """A page set, see sealing/page_sets.py."""
    clamp: bool = False
    """Move the seal into the page where it would stand over; otherwise that is refused."""


@dataclass(frozen=True, slots=True)
class CoordinatePlacement:
    """Centre the seal on a point of each page of a set, measured on the page as displayed."""

    pages: str
    """A page set, see sealing/page_sets.py: ``1``, ``-1`` or ``last``, ``1,3-5``, ``all``."""
    x_mm: float
    y_mm: float
    origin: Origin = Origin.BOTTOM_LEFT
    clamp: bool = False


@dataclass(frozen=True, slots=True)
class StraddlePlacement:
    """Cut the seal into slices, one on each page, whole again when the edges meet (骑缝)."""

    edge: Edge = Edge.RIGHT
    pages: str = "all"
    at_mm: float | None = None
    """Of the seal's centre along the edge: from the bottom, or from the left; None: the middle."""
    pages_per_seal: int = 20
    """At most; more pages carry several seals, their numbers as even as can be, none alone."""
    duplex: bool = False
    """Printed on both sides: fronts make up seals, and backs others, on the same paper edges."""
    margin_mm: float = 0.0
    """Between the edge and the slice, for printers that cannot print up to it."""
    smallest_slice_mm: float = 1.0
    """A seal cut thinner than this is refused."""


@dataclass(frozen=True, slots=True)
class FieldPlacement:
    """Fill an empty signature field that the document was prepared with."""

    field: str
    """Its full name."""


Placement = KeywordPlacement | CoordinatePlacement | StraddlePlacement | FieldPlacement


@dataclass(frozen=True, slots=True)
class PlacedSeal:
    """A seal's size, and where it is wanted."""

    width_mm: float
    height_mm: float
    placements: tuple[Placement, ...]


@dataclass(frozen=True, slots=True)
class Window:
    """The part of a drawing that shows, mm from the lower left corner of the upright seal."""

    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, slots=True)
class Impression:
    """One place where a seal, or a slice of it, shows."""

    box: "Box"
    """Exactly what shows: of the whole seal, or of the slice."""
    window: Window | None = None
    """None for the whole seal."""
    field: str | None = None
    """The prepared field that it fills; None for a new one, or for page content."""


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
    algorithm: KeyAlgorithm
    """How its key signs; that is approved, too."""
    artwork: Artwork
    label: str = "电子印章"
    """What it is called by readers who do not see it."""


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
class Terms:
    """On what terms revisions are prepared."""

    moment: datetime
    """/M of the signature dictionaries."""
    level: Level
    restrictions: Restrictions
    reserved_bytes: int
    """For the CMS of each signature."""
    most_signatures: int


@dataclass(frozen=True, slots=True)
class Mark:
    """One seal, and everywhere it shows on a document."""

    die: Die
    impressions: tuple[Impression, ...]


@dataclass(frozen=True, slots=True)
class PreparedSignature:
    """One signature of an order, prepared over the ones before it."""

    seal_id: str
    impressions: tuple[Impression, ...]
    """The first is its field; the others are content of their pages, in the same revision."""
    revision: Prepared
    restrictions: Restrictions = UNRESTRICTED
    """Of this very signature."""


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
class Container:
    """What goes into /Contents."""

    der: bytes
    """ContentInfo, RFC 5652 3."""
    timestamp: Timestamp | None
    """The signature timestamp in it."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """A document whose last revision waits for its signature."""

    source: bytes
    earlier: tuple[tuple[Prepared, bytes], ...]
    """The signatures of the order that are there, each with its DER container, in order."""
    prepared: Prepared

    @property
    def position(self) -> int:
        """Return which signature of its order it waits for, from 0."""
        return len(self.earlier)


@dataclass(frozen=True, slots=True)
class KeptSignature:
    """A signature of an order as an earlier run, or this one, made it."""

    signed: SignedAttributes
    container: Container | None
    """None: its timestamp was not had yet."""


@dataclass(frozen=True, slots=True)
class RevocationMaterial:
    """Status answers and certificates that go into the DSS, ISO 32000-2 12.8.4.3."""

    certificates: tuple[bytes, ...]
    ocsps: tuple[bytes, ...]
    """DER OCSPResponse."""
    crls: tuple[bytes, ...]
    """DER CertificateList."""


@dataclass(frozen=True, slots=True)
class SealUse:
    """One seal and all the places where it is to show."""

    seal_id: str
    placements: tuple[Placement, ...]


def uses(wanted: Iterable[tuple[str, Placement]]) -> tuple[SealUse, ...]:
    """Return seals, each with its placements, in the order in which they are first named."""
    by_seal: dict[str, list[Placement]] = {}
    for seal_id, placement in wanted:
        by_seal.setdefault(seal_id, []).append(placement)
    return tuple(SealUse(seal_id, tuple(placements)) for seal_id, placements in by_seal.items())


@dataclass(frozen=True, slots=True)
class OrderRequest:
    """What somebody asks to have sealed."""

    document_id: str
    seals: tuple[SealUse, ...]
    """In the order in which they sign."""
    level: Level = Level.B_LTA
    purpose: str = ""
    """In the requester's words; shown to the holder."""
    restrictions: Restrictions = UNRESTRICTED
    on_tsa_failure: OnTsaFailure = OnTsaFailure.FAIL


@dataclass(frozen=True, slots=True)
class OrderSignature:
    """One signature that an order makes: by which seal, where it shows, in which revision."""

    seal_id: str
    impressions: tuple[Impression, ...]
    """The first is its field; the others are content of their pages, in the same revision."""
    field: str
    byte_range: tuple[int, int, int, int]
    claimed_time: datetime
    tail_sha256: str
    restrictions: Restrictions = UNRESTRICTED

    @property
    def end(self) -> int:
        """Return how many bytes the document has with this revision."""
        return self.byte_range[2] + self.byte_range[3]


@dataclass(frozen=True, slots=True)
class Order:
    """A sealing order with the intent its holder approves."""

    id: str
    organisation_id: str
    document_id: str
    seals: tuple[SealUse, ...]
    """As asked for."""
    signatures: tuple[OrderSignature, ...]
    """As resolved; in the order in which they are made."""
    level: Level
    state: OrderState
    tail_key: str
    """Where the tails of all signatures lie, one behind the other."""
    intent: bytes
    nonce: str
    expires_at: datetime
    purpose: str
    created_at: datetime
    record_id: str | None = None
    failure: JsonObject | None = None
    """``code``, ``zh``, ``en`` of the error that ended it."""
    batch_id: str | None = None
    """The batch that it is part of: approved with the whole list, not alone."""
    position: int | None = None
    """Its place there, 1 for the first document that was asked for."""
    hindrance: JsonObject | None = None
    """The same of what it waits for: signed, its timestamp or status pending."""

    @property
    def seal_id(self) -> str:
        """Return the seal that signs first."""
        return self.signatures[0].seal_id

    @property
    def seal_ids(self) -> tuple[str, ...]:
        """Return its seals, each once, in the order in which they sign."""
        return tuple(dict.fromkeys(signature.seal_id for signature in self.signatures))
