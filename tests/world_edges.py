"""Both edges, the API and the pages, over services that are real and stores that are memory.

Two organisations live here, ``ours`` and ``theirs``; each has an API key that may do everything.
"""

from dataclasses import dataclass, field, replace
from functools import cached_property

import httpx
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi import FastAPI
from starlette.types import ASGIApp

from sealservice.api.app import create_api
from sealservice.api.health import health_router
from sealservice.api.services import ApiServices
from sealservice.config import Environment
from sealservice.identity.model import Organisation
from sealservice.identity.staff_passkeys import StaffPasskeys
from sealservice.infra.inspection import SandboxedInspector
from sealservice.kernel.actor import operator
from sealservice.kernel.clock import utc_now
from sealservice.licenses.endings import EndingService
from sealservice.licenses.importing import ImportService
from sealservice.licenses.mandates import MandateService
from sealservice.licenses.model import Holder, License
from sealservice.licenses.naming import PersonService
from sealservice.licenses.service import HolderService, LicenseService
from sealservice.licenses.usage import UsageService
from sealservice.limits import Limits
from sealservice.matters.catalogue import load_matters
from sealservice.matters.service import MatterService
from sealservice.matters.typesetting import Typesetter
from sealservice.sealing.dies import Dies
from sealservice.sealing.orders import OrderService
from sealservice.sealing.press.preparation import FastPreparation
from sealservice.sealing.previews import PreviewService
from sealservice.sealing.pyhanko_press import PyHankoPreparation
from sealservice.sealing.rights import Rights
from sealservice.seals.artwork import DEMONSTRATION_LINE
from sealservice.seals.changes import SealChangeService, SealsOfLicense
from sealservice.seals.chronicle import Chronicle
from sealservice.seals.colour import Colour
from sealservice.seals.findings import Imported
from sealservice.seals.imported import imported_picture
from sealservice.seals.kinds import texts_of
from sealservice.seals.model import Seal, SealState
from sealservice.seals.pictures import SealPictureService
from sealservice.seals.service import SealService
from sealservice.verification.alarms import RogueAlarm
from sealservice.verification.keeping import ReportKeeping
from sealservice.verification.reports.receipt import ReceiptMaker
from sealservice.verification.service import VerificationService
from sealservice.verification.views import PageViews
from sealservice.web.app import create_web
from sealservice.web.services import WebServices
from tests.world_archive import MemoryLockedStore, MemoryRecordStore, no_transaction
from tests.world_augmentation import no_augmentation
from tests.world_credentials import FormsWorld
from tests.world_edge_archive import EdgeArchive
from tests.world_edge_batches import EdgeBatches
from tests.world_identity import IdentityWorld, MemoryIdempotencyStore
from tests.world_licenses import (
    MemoryHolderStore,
    MemoryImportStore,
    MemoryLicenseStore,
    sample_face,
)
from tests.world_mandates import (
    MemoryEndingStore,
    MemoryMandateStore,
    MemoryPersonStore,
    MemoryUsageFacts,
    mandate_service,
)
from tests.world_passkeys import PasskeyWorld
from tests.world_reports import MemoryReportStore, MemoryRogueUses, NoReportKey
from tests.world_sealing import (
    MemoryDocumentStore,
    MemoryOrderStore,
    MemoryQueue,
    MemorySealStore,
    MemoryWorkingStore,
)
from tests.world_seals import MAKER, MemorySealHistory, drawn
from tests.world_stand_in import StandInHolder
from tests.world_trust import performed
from tests.world_verification import NOW, InProcess, SignedWorld
from tests.world_wallets import WalletWorld
from tests.world_webhooks import WebhookWorld

PUBLIC_URL = "http://seal.test"


@dataclass
class EdgeWorld(EdgeArchive, EdgeBatches):
    """Everything behind both edges."""

    public_url: str = PUBLIC_URL
    limits: Limits = field(default_factory=Limits)
    identity: IdentityWorld = field(default_factory=IdentityWorld)
    signed: SignedWorld = field(default_factory=SignedWorld)
    orders: MemoryOrderStore = field(default_factory=MemoryOrderStore)
    records: MemoryRecordStore = field(default_factory=MemoryRecordStore)
    locked: MemoryLockedStore = field(default_factory=MemoryLockedStore)
    licenses: MemoryLicenseStore = field(default_factory=MemoryLicenseStore)
    documents: MemoryDocumentStore = field(default_factory=MemoryDocumentStore)
    working: MemoryWorkingStore = field(default_factory=MemoryWorkingStore)
    reports: MemoryReportStore = field(default_factory=MemoryReportStore)
    answers: MemoryIdempotencyStore = field(default_factory=MemoryIdempotencyStore)
    holder_key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )

    def __post_init__(self) -> None:
        self.passkeys = PasskeyWorld(self.public_url, self.identity.audit, limits=self.limits)
        self.seals = MemorySealStore()
        self.seal_queue = MemoryQueue()
        self.seal_history = MemorySealHistory()
        self.chronicle = Chronicle(self.seal_history, self.identity.audit, utc_now)
        self.holders = MemoryHolderStore()
        self.webhooks = WebhookWorld(self.identity.audit, self.limits)
        self.forms = FormsWorld(self.licenses, self.identity.audit, self.limits)
        self.people = MemoryPersonStore()
        self.endings = MemoryEndingStore()
        self.mandates = MemoryMandateStore(self.licenses, self.people, self.seals)
        self.wallets = WalletWorld(self.passkeys, self.licenses, self.people)
        self.ours: Organisation = self.identity.organisation("我方")
        self.theirs: Organisation = self.identity.organisation("他方")

    @cached_property
    def rogue_alarm(self) -> RogueAlarm:
        """Return what tells our organisation of rogue uses."""
        uses = MemoryRogueUses(self.ours.id)
        return RogueAlarm(uses, self.identity.audit, no_transaction, utc_now)

    # Services ------------------------------------------------------------------------------------

    @cached_property
    def api_services(self) -> ApiServices:
        """Return what the API is made with."""
        audit, clock = self.identity.audit, utc_now
        return ApiServices(
            api_keys=self.identity.api_keys,
            licenses=self.license_service,
            imports=self.imports,
            holders=HolderService(
                self.licenses, self.holders, audit, no_transaction, clock,
                Environment.DEMONSTRATION,
            ),
            endings=self.ending_service,
            persons=self.person_service,
            mandates=self.mandate_service,
            usage=UsageService(
                self.licenses, self.people, MemoryUsageFacts(self.identity.audit)
            ),
            seals=SealService(
                self.seals, self.licenses, self.seal_queue, drawn, self.chronicle,
                no_transaction, clock, MAKER, self.limits,
            ),
            seal_changes=self.seal_changes,
            seal_pictures=SealPictureService(self._picture),
            matters=MatterService(load_matters(), Typesetter(), clock),
            orders=self.order_service(),
            batches=self.batches,
            raw_seals=self.raw_seals,
            previews=self.previews,
            webhooks=self.webhooks.service,
            credentials=self.forms.credential_service,
            license_pdfs=self.forms.pdf_service,
            archive=self.archive,
            renewed=self.renewed,
            augmentation=no_augmentation(self.signed, audit, self.limits),
            verification=VerificationService(
                InProcess(), self.signed.anchors, self.limits, lambda: NOW
            ),
            report_keeping=ReportKeeping(
                self.reports, audit, no_transaction, clock, self.limits,
                ReceiptMaker().receipt, NoReportKey(),
            ),
            idempotency=self.answers,
            transaction=no_transaction,
            clock=clock,
            limits=self.limits,
            public_url=self.public_url,
        )  # fmt: skip

    @cached_property
    def mandate_service(self) -> MandateService:
        """Return the use cases of mandates."""
        return mandate_service(self.mandates, self.identity.audit, utc_now, self.limits)

    @cached_property
    def ending_service(self) -> EndingService:
        """Return the use cases of ending licenses."""
        return EndingService(
            self.license_service, self.endings, self.identity.audit, no_transaction, utc_now,
            self.limits,
        )  # fmt: skip

    @cached_property
    def person_service(self) -> PersonService:
        """Return the use cases of the persons of licenses."""
        return PersonService(
            self.licenses, self.people, self.identity.audit, no_transaction, utc_now, self.limits
        )

    @cached_property
    def license_service(self) -> LicenseService:
        """Return the use cases of licenses."""
        seals, audit = SealsOfLicense(self.seal_changes), self.identity.audit
        return LicenseService(self.licenses, seals, audit, no_transaction, utc_now, self.limits)

    @cached_property
    def imports(self) -> ImportService:
        """Return the use cases of importing licenses; what was asked for waits to be run."""
        store, queue = MemoryImportStore(), MemoryQueue()
        return ImportService(
            store, self.license_service, queue, InProcess(), no_transaction, utc_now, self.limits
        )

    @cached_property
    def previews(self) -> PreviewService:
        """Return what shows documents before they are sealed."""
        return PreviewService(
            orders=self.order_service(),
            working=self.working,
            seals=self.seals,
            licenses=self.licenses,
            inspector=SandboxedInspector(InProcess(), self.limits),
            clock=utc_now,
            limits=self.limits,
        )

    @property
    def stand_in(self) -> StandInHolder | None:
        """Return the holder as pages ask it; in production there is none."""
        is_demonstration = self.identity.environment is Environment.DEMONSTRATION
        return StandInHolder(self) if is_demonstration else None

    @cached_property
    def seal_changes(self) -> SealChangeService:
        """Return what people do to seals that exist."""
        return SealChangeService(
            seals=self.seals,
            history=self.seal_history,
            maker=self.seal_queue,
            chronicle=self.chronicle,
            audit=self.identity.audit,
            transaction=no_transaction,
            clock=utc_now,
        )

    def _picture(self, data: bytes, width_mm: float, colour: Colour) -> Imported:
        """Read a picture as a demonstration does."""
        return imported_picture(data, width_mm, colour, self.limits, DEMONSTRATION_LINE)

    def order_service(self) -> OrderService:
        """Return the use cases of orders."""
        return OrderService(
            documents=self.documents,
            orders=self.orders,
            seals=self.seals,
            licenses=self.licenses,
            holders=self.holders,
            rights=Rights(self.mandate_service, Environment.DEMONSTRATION),
            dies=Dies(self._trust.certificates, self.seals),
            working=self.working,
            inspector=SandboxedInspector(InProcess(), self.limits),
            press=FastPreparation(PyHankoPreparation(InProcess(), self.limits), self.limits),
            check=VerificationService(InProcess(), self.signed.anchors, self.limits, lambda: NOW),
            signer=MemoryQueue(),
            audit=self.identity.audit,
            transaction=no_transaction,
            clock=utc_now,
            limits=self.limits,
            environment=Environment.DEMONSTRATION,
        )

    @cached_property
    def _trust(self):  # noqa: ANN202
        return performed()

    def api(self) -> FastAPI:
        """Return the API alone."""
        return create_api(self.api_services)

    def web(self, authority: httpx.AsyncClient | None = None) -> ASGIApp:
        """Return the whole web process; without a listener the signer is away."""
        services = self.api_services
        web = WebServices(
            staff=self.identity.staff,
            staff_passkeys=StaffPasskeys(
                self.identity.staff,
                self.passkeys.service,
                self.passkeys.throttle,
                self.identity.environment,
            ),
            wallets=self.wallets.service,
            activations=self.wallets.activating,
            orders=services.orders,
            batches=services.batches,
            previews=self.previews,
            stand_in=self.stand_in,
            licenses=services.licenses,
            endings=services.endings,
            persons=services.persons,
            mandates=services.mandates,
            usage=services.usage,
            imports=services.imports,
            seals=services.seals,
            seal_changes=services.seal_changes,
            seal_pictures=services.seal_pictures,
            archive=services.archive,
            verification=services.verification,
            page_views=PageViews(InProcess()),
            report_keeping=services.report_keeping,
            rogue_alarm=self.rogue_alarm,
            webhooks=services.webhooks,
            license_pdfs=services.license_pdfs,
            audit=self.identity.audit,
            limits=self.limits,
            environment=self.identity.environment,
            public_url=self.public_url,
        )
        away = httpx.AsyncClient(transport=httpx.MockTransport(_away), base_url="http://signer")
        health = health_router({"database": lambda: None})
        return create_web(web, self.api(), authority or away, [health])

    # Things that exist ---------------------------------------------------------------------------

    def license(self, organisation: Organisation) -> License:
        """Register the sample license."""
        actor = operator("root", organisation.id)
        known = self.licenses.page(organisation.id, None, 1)
        return known[0] if known else self.api_services.licenses.register(actor, sample_face())

    def holder(self, organisation: Organisation) -> Holder:
        """Enrol a demonstration holder of the sample license."""
        public = self.holder_key.public_key()
        spki = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        actor = operator("root", organisation.id)
        license_ = self.license(organisation)
        return self.api_services.holders.enrol_demonstration_holder(
            actor, license_.id, "张三", spki
        )

    def approval(self, challenge: bytes) -> bytes:
        """Sign a challenge as that holder."""
        return self.holder_key.sign(challenge, ec.ECDSA(hashes.SHA256()))

    def seal(self, organisation: Organisation) -> Seal:
        """Apply for a seal and have it made."""
        actor = operator("root", organisation.id)
        license_ = self.license(organisation)
        applied = self.api_services.seals.apply(actor, license_.id)
        artwork = drawn(applied.design, texts_of(applied, license_), applied.colour)
        certificate = self._trust.seal_certificate()
        active = replace(
            applied,
            state=SealState.ACTIVE,
            key_id=certificate.key_id,
            certificate_sha256=certificate.sha256,
            artwork_sha256=artwork.sha256,
            expires_at=certificate.not_after,
        )
        self.seals.make(active, artwork)
        return active


def _away(_request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectError("the signer is away")


def bearer(secret: str, **headers: str) -> dict[str, str]:
    """Return the headers of a caller with an API key."""
    return {"Authorization": f"Bearer {secret}", **headers}
