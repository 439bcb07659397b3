"""The whole outside world of sealing: rows and objects in memory, everything else real.

Press, sandbox, TSA, OCSP, CRLs (over HTTP) and verification are the real ones; ``World`` gives the
web process's half (``orders``) and the signer's (``sealing``) on shared stores.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sealservice.archive.service import ArchiveService
from sealservice.config import Environment
from sealservice.kernel.actor import Actor, operator
from sealservice.kernel.clock import utc_now
from sealservice.licenses.model import Holder, HolderKind
from sealservice.limits import Limits
from sealservice.sealing.batch_listing import Listings
from sealservice.sealing.batch_model import Batch
from sealservice.sealing.batch_preparation import BatchPreparation
from sealservice.sealing.batch_sealing import BatchSealing
from sealservice.sealing.batches import BatchService
from sealservice.sealing.dies import Dies
from sealservice.sealing.model import (
    Document,
    KeywordPlacement,
    Level,
    Order,
    OrderRequest,
    SealUse,
)
from sealservice.sealing.orders import OrderService
from sealservice.sealing.rights import Rights
from sealservice.sealing.service import SealingService
from sealservice.seals.approval import Assertion
from sealservice.seals.intent import Intent
from sealservice.seals.model import Seal, SealKind, SealState
from sealservice.trust.crl import PublishedLists
from sealservice.verification.anchors import trust_anchors
from sealservice.verification.service import VerificationService
from tests.sealing.pages import typeset
from tests.world_archive import (
    MemoryAuditLog,
    MemoryLockedStore,
    MemoryRecordStore,
    no_transaction,
)
from tests.world_batches import MemoryBatchQueue, MemoryBatchStore
from tests.world_licenses import MemoryHolderStore, MemoryLicenseStore, sample_license
from tests.world_mandates import MemoryMandateStore, MemoryPersonStore, mandate_service
from tests.world_press import KEYWORD, PressWorld
from tests.world_sealing import (
    MemoryDocumentStore,
    MemoryOrderStore,
    MemoryQueue,
    MemorySealStore,
    MemoryWorkingStore,
)

CLERK = operator("clerk", "org_a")


class Clock:
    """Real time, with a shift that a test may set."""

    shift = timedelta()

    def __call__(self) -> datetime:
        """Return the shifted present."""
        return utc_now() + self.shift


@dataclass
class World:
    """One organisation with one license, its holder and its seal."""

    press: PressWorld
    clock: Clock = field(default_factory=Clock)
    environment: Environment = Environment.DEMONSTRATION
    audit: MemoryAuditLog = field(default_factory=MemoryAuditLog)
    licenses: MemoryLicenseStore = field(default_factory=MemoryLicenseStore)
    holders: MemoryHolderStore = field(default_factory=MemoryHolderStore)
    people: MemoryPersonStore = field(default_factory=MemoryPersonStore)
    seals: MemorySealStore = field(default_factory=MemorySealStore)
    documents: MemoryDocumentStore = field(default_factory=MemoryDocumentStore)
    working: MemoryWorkingStore = field(default_factory=MemoryWorkingStore)
    locked: MemoryLockedStore = field(default_factory=MemoryLockedStore)
    records: MemoryRecordStore = field(default_factory=MemoryRecordStore)
    queue: MemoryQueue = field(default_factory=MemoryQueue)
    batch_queue: MemoryBatchQueue = field(default_factory=MemoryBatchQueue)
    holder_key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def __post_init__(self) -> None:
        """Register the license, its holder and its seal."""
        license_ = sample_license()
        self.licenses.add(license_)
        self.holders.add(self._holder("hld_1", license_.id))
        certificates = self.press.trust.certificates.list()
        (certificate,) = [one for one in certificates if one.der == self.press.die.certificate]
        self.seal = Seal(
            id=self.press.die.seal_id,
            organisation_id=CLERK.organisation_id,
            license_id=license_.id,
            kind=SealKind.OFFICIAL,
            name=license_.name,
            state=SealState.ACTIVE,
            seal_code="4190010000001",
            created_at=self.clock(),
            width_mm=40.0,
            height_mm=40.0,
            artwork_sha256=self.press.die.artwork.sha256,
            key_id=certificate.key_id,
            certificate_sha256=certificate.sha256,
        )
        self.seals.make(self.seal, self.press.die.artwork)

    @cached_property
    def order_rows(self) -> MemoryOrderStore:
        """Return the rows of orders."""
        return MemoryOrderStore(self.clock)

    @cached_property
    def check(self) -> VerificationService:
        """Return the verifier of what comes in and of what goes out."""
        anchors = trust_anchors("world", [self.press.root])
        lists = PublishedLists(self.press.trust.crls())
        return VerificationService(
            self.press.press.sandbox, anchors, Limits(), self.clock, status_lists=lists
        )

    @cached_property
    def mandates(self) -> MemoryMandateStore:
        """Return the rows of mandates."""
        return MemoryMandateStore(self.licenses, self.people, self.seals)

    @cached_property
    def rights(self) -> Rights:
        """Return whoever asks by what right seals are used."""
        service = mandate_service(self.mandates, self.audit, self.clock, Limits())
        return Rights(service, self.environment)

    @cached_property
    def orders(self) -> OrderService:
        """Return the half of whoever wants a document sealed."""
        return OrderService(
            documents=self.documents,
            orders=self.order_rows,
            seals=self.seals,
            licenses=self.licenses,
            holders=self.holders,
            rights=self.rights,
            dies=Dies(self.press.trust.certificates, self.seals),
            working=self.working,
            inspector=self.press.inspector,
            press=self.press.press,
            check=self.check,
            signer=self.queue,
            audit=self.audit,
            transaction=no_transaction,
            clock=self.clock,
            limits=Limits(),
            environment=self.environment,
        )

    @cached_property
    def archive(self) -> ArchiveService:
        """Return the archive."""
        return ArchiveService(
            store=self.locked,
            records=self.records,
            audit=self.audit,
            transaction=no_transaction,
            clock=self.clock,
            retention=timedelta(days=3660),
        )

    @cached_property
    def sealing(self) -> SealingService:
        """Return the signer's half."""
        return SealingService(
            documents=self.documents,
            orders=self.order_rows,
            seals=self.seals,
            licenses=self.licenses,
            holders=self.holders,
            rights=self.rights,
            dies=Dies(self.press.trust.certificates, self.seals),
            working=self.working,
            press=self.press.press,
            keys=self.press.keys,
            check=self.check,
            archive=self.archive,
            audit=self.audit,
            transaction=no_transaction,
            clock=self.clock,
            database_clock=self.clock,
            limits=Limits(),
            environment=self.environment,
            listings=self.listings,
        )

    @cached_property
    def batch_rows(self) -> MemoryBatchStore:
        """Return the rows of batches."""
        return MemoryBatchStore(self.documents, self.order_rows)

    @cached_property
    def listings(self) -> Listings:
        """Return whoever reads approved lists for the signer."""
        return Listings(self.batch_rows, self.seals, self.holders, self.clock, self.environment)

    @cached_property
    def batches(self) -> BatchService:
        """Return the half of whoever wants many documents sealed."""
        return BatchService(
            batches=self.batch_rows,
            orders=self.orders,
            seals=self.seals,
            holders=self.holders,
            queue=self.batch_queue,
            audit=self.audit,
            transaction=no_transaction,
            clock=self.clock,
            limits=Limits(),
            environment=self.environment,
        )

    @property
    def batch_preparation(self) -> BatchPreparation:
        """Return the worker's part of a batch."""
        return BatchPreparation(self.batch_rows, self.orders, self.audit, no_transaction)

    @property
    def batch_sealing(self) -> BatchSealing:
        """Return the signer's part of a batch."""
        return BatchSealing(
            batches=self.batch_rows,
            listings=self.listings,
            seal=self.sealing.seal,
            queue=self.batch_queue,
            audit=self.audit,
            transaction=no_transaction,
            at_once=1,
        )

    def document(self, pdf: bytes | None = None) -> Document:
        """Store a document with the keyword."""
        return self.orders.store_document(CLERK, "合同.pdf", pdf or typeset())

    def placed(
        self, level: Level = Level.B_B, actor: Actor = CLERK, pdf: bytes | None = None
    ) -> Order:
        """Place an order for a new document."""
        uses = (SealUse(self.seal.id, (KeywordPlacement(KEYWORD),)),)
        return self.orders.place(
            actor, OrderRequest(self.document(pdf).id, uses, level, "用于测试")
        )

    def approved(self, level: Level = Level.B_B, pdf: bytes | None = None) -> Order:
        """Place an order and have its holder approve it."""
        order = self.placed(level, pdf=pdf)
        return self.orders.approve(CLERK, order.id, self.assertion(order))

    def assertion(self, order: Order, holder_id: str = "hld_1") -> Assertion:
        """Sign an order's intent as the holder."""
        challenge = Intent.read(order.intent).challenge
        signature = self.holder_key.sign(challenge, ec.ECDSA(hashes.SHA256()))
        return Assertion(holder_id, signature)

    def batch_assertion(self, batch: Batch) -> Assertion:
        """Sign a closed list's intent as the holder."""
        challenge = Intent.read(batch.intent or b"").challenge
        return Assertion("hld_1", self.holder_key.sign(challenge, ec.ECDSA(hashes.SHA256())))

    def state(self, order: Order) -> Order:
        """Return an order as it is now."""
        return self.order_rows.rows[order.id]

    def _holder(self, holder_id: str, license_id: str) -> Holder:
        shape = PublicFormat.SubjectPublicKeyInfo
        return Holder(
            id=holder_id,
            organisation_id=CLERK.organisation_id,
            license_id=license_id,
            name="演示持照人",
            kind=HolderKind.DEMONSTRATION,
            spki=self.holder_key.public_key().public_bytes(Encoding.DER, shape),
            created_at=self.clock(),
        )
