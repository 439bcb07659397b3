"""What sealing needs from outside, each port by the few verbs it is used for."""

from datetime import datetime
from typing import Protocol

from sealservice.kernel.json import JsonObject
from sealservice.sealing.layout import Layout, SearchResult
from sealservice.sealing.model import (
    Container,
    Die,
    Document,
    Impression,
    KeptSignature,
    Level,
    Mark,
    Order,
    PlacedSeal,
    Prepared,
    PreparedSignature,
    RevocationMaterial,
    SignedAttributes,
    Timestamp,
    Waiting,
)
from sealservice.sealing.terms import UNRESTRICTED, Restrictions
from sealservice.seals.approval import Approved, Assertion
from sealservice.verification.model import Report


class DocumentInspector(Protocol):
    """Looks into hostile PDFs, in a sandbox."""

    def pages(self, pdf: bytes) -> int:
        """Return the number of pages of a document that may be sealed.

        Raises:
            NotAPdf, DocumentEncrypted, ChangesForbidden, ActiveContent, DocumentTooLarge.
        """
        ...

    def locate(
        self, pdf: bytes, seals: tuple[PlacedSeal, ...]
    ) -> tuple[tuple[Impression, ...], ...]:
        """Return where each seal shows, in the order of its placements.

        Raises:
            PlacementInvalid, PageSetInvalid, PlacementOutside, KeywordNotFound,
            OccurrenceNotFound, StraddleImpossible, FieldNotFound, FieldUnusable,
            TooManyImpressions, SealsCollide.
        """
        ...

    def layout(self, pdf: bytes) -> Layout:
        """Return how the pages lie, and the signature fields that are there."""
        ...

    def search(self, pdf: bytes, text: str, pages: str = "all") -> SearchResult:
        """Return where a text stands on a set of pages.

        Raises:
            PageSetInvalid, PlacementOutside.
        """
        ...

    def picture(self, pdf: bytes, page: int, width_px: int) -> bytes:
        """Return a page (1 for the first) as displayed, so many pixels wide, as WebP.

        Raises:
            PlacementOutside: there is no such page.
        """
        ...


class SealKey(Protocol):
    """A seal's private key. It signs revisions, never digests it is given."""

    def sign(self, approved: Approved, waiting: Waiting) -> SignedAttributes:
        """Rebuild ByteRange digest and signed attributes from the bytes, and sign those.

        The attributes are content-type (id-data), message-digest and signing-certificate-v2, and
        nothing else (ETSI EN 319 142-1 6.3; no signing-time).
        """
        ...


class SealKeys(Protocol):
    """Opens seal keys; only the signer process has one."""

    def open(self, key_id: str, certificate: bytes) -> SealKey:
        """Return the key that belongs to a seal's certificate."""
        ...


class TimestampSource(Protocol):
    """A client of a time-stamping authority, RFC 3161."""

    def stamp(self, message_digest: bytes) -> Timestamp:
        """Return a token over a SHA-256 digest, checked in every respect.

        Raises:
            TimestampUnavailable: no token, or not an acceptable one.
        """
        ...


class RevocationSource(Protocol):
    """A client of OCSP responders and CRL distribution points."""

    def material(
        self, chains: tuple[tuple[bytes, ...], ...], not_before: datetime, fresh: int = 1
    ) -> RevocationMaterial:
        """Return status answers for every certificate below the root of each chain.

        Each chain is DER, leaf first, root last. The leaves of the first ``fresh`` chains (the
        seals) get an OCSP answer with thisUpdate >= ``not_before`` (genTime of the last signature
        timestamp).

        Raises:
            RevocationUnavailable: a status cannot be had, or is not fresh enough.
        """
        ...


class Preparation(Protocol):
    """The half of a press that needs neither key nor network; any process may have it."""

    def prepare(
        self,
        source: bytes,
        marks: tuple[Mark, ...],
        moment: datetime,
        level: Level = Level.B_LTA,
        restrictions: Restrictions = UNRESTRICTED,
    ) -> tuple[PreparedSignature, ...]:
        """Return the tails that make ``source`` a document waiting for its signatures, in order."""
        ...


class Additions(Protocol):
    """What a press adds behind the signatures."""

    def status(self, pdf: bytes, material: RevocationMaterial) -> bytes:
        """Return the tail with a DSS that holds the material and what an earlier one held."""
        ...

    def timestamp(self, pdf: bytes, moment: datetime) -> Prepared:
        """Return the tail with a document timestamp whose token is missing.

        ``moment`` is when it is made, for whoever asks; the document does not say it.
        """
        ...


class Press(Preparation, Protocol):
    """Makes sealed PDFs by appending revisions; never rewrites what is there."""

    def enclose(self, die: Die, signed: SignedAttributes, level: Level) -> Container:
        """Return what goes into /Contents of one signature, with the timestamp its level wants.

        Raises:
            TimestampUnavailable.
        """
        ...

    def complete(self, pdf: bytes, made: tuple[tuple[Die, Container], ...], level: Level) -> bytes:
        """Bring a document whose signatures were ``made`` to exactly the level asked for.

        Raises:
            TimestampUnavailable, RevocationUnavailable, LevelNotReached.
        """
        ...


class SelfCheck(Protocol):
    """Verifies our output from its bytes before anybody receives it."""

    def verify(self, filename: str, data: bytes) -> Report:
        """Return the verification report of a PDF."""
        ...


class WorkingStore(Protocol):
    """Holds sources and tails under keys that are never reused."""

    def put(self, object_key: str, data: bytes) -> None:
        """Store bytes; storing the same bytes again changes nothing."""
        ...

    def get(self, object_key: str) -> bytes:
        """Return stored bytes."""
        ...


class DocumentStore(Protocol):
    """The rows of documents."""

    def add(self, document: Document) -> None:
        """Insert a document."""
        ...

    def by_id(self, document_id: str, organisation_id: str | None = None) -> Document | None:
        """Return a document; with an organisation given, only if it belongs to that one."""
        ...


class OrderStore(Protocol):
    """The rows of orders."""

    def add(self, order: Order) -> None:
        """Insert a pending order."""
        ...

    def by_id(self, order_id: str, organisation_id: str | None = None) -> Order | None:
        """Return an order; with an organisation given, only if it belongs to that one."""
        ...

    def page(self, organisation_id: str, before: str | None, limit: int) -> list[Order]:
        """Return up to ``limit`` orders of no batch, newest first, older than ``before``."""
        ...

    def unfinished(self, asserted_before: datetime) -> list[str]:
        """Return ids of orders asserted before a moment that have no outcome, or may have another.

        The latter failed when a run had been released to archive its result.
        """
        ...

    def add_assertion(self, order: Order, assertion: Assertion) -> None:
        """Store the holder's assertion; an order takes one.

        Raises:
            OrderNotPending: it has one already.
        """
        ...

    def assertion(self, order_id: str) -> Assertion | None:
        """Return the stored assertion of an order."""
        ...

    def consume(self, order: Order) -> bool:
        """Burn the nonce and move pending -> sealing; False when it was burnt or is too late."""
        ...

    def lock(self, order_id: str) -> Order | None:
        """Return an order and keep other runs of it out until the transaction ends."""
        ...

    def kept(self, order_id: str) -> tuple[KeptSignature, ...]:
        """Return the signatures that were made for an order, in order."""
        ...

    def keep_signature(self, order: Order, position: int, signed: SignedAttributes) -> None:
        """Keep a signature for good, beside what the audit log says of it."""
        ...

    def keep_container(self, order_id: str, position: int, container: Container) -> Container:
        """Keep what goes into /Contents for good; return what another run kept before, if any."""
        ...

    def hinder(self, order_id: str, hindrance: JsonObject) -> bool:
        """Note what an order waits for; False when it was noted before, or has an outcome."""
        ...

    def release(self, order_id: str) -> bool:
        """Note that a result is about to be archived; False when the order has an outcome."""
        ...

    def finish(self, order_id: str, record_id: str) -> bool:
        """Move an order to done, also one that another run failed; False when it was done."""
        ...

    def fail(self, order_id: str, failure: JsonObject) -> bool:
        """Move an open order to failed, with the reason; False when it has an outcome."""
        ...


class Signer(Protocol):
    """The signer process, asked through its queue."""

    def ask(self, order_id: str, /) -> None:
        """Enqueue the sealing of an order, in the caller's transaction."""
        ...
