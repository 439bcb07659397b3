"""What the web process may do, as its own role; the command line uses the same services.

Nothing here, nor anything that it imports, can reach a key store (see pyproject.toml).
"""

from dataclasses import dataclass
from functools import partial
from typing import Final

from sealservice.archive.service import ArchiveService
from sealservice.bootstrap.batches import batch_service, preparation_of, raw_seals
from sealservice.bootstrap.drawing import brought_picture, seal_drawing
from sealservice.bootstrap.installation import Installation
from sealservice.bootstrap.offline import LateFetcher, current_trust
from sealservice.bootstrap.queues import (
    LicenseImportQueue,
    SealingQueue,
    SealMakingQueue,
    WebhookQueue,
)
from sealservice.bootstrap.stores import Stores, open_stores
from sealservice.config import Fetching, Settings
from sealservice.identity.service import ApiKeyService, StaffService
from sealservice.infra.inspection import SandboxedInspector
from sealservice.infra.license_signer import HttpLicenseSigner
from sealservice.infra.processes import ProcessKind
from sealservice.infra.report_signer import HttpReportSigner
from sealservice.infra.sandbox import ForkedSandbox
from sealservice.infra.sql.credentials import SqlCredentialStore, SqlLicensePdfs
from sealservice.infra.sql.identity import (
    SqlApiKeyStore,
    SqlOrganisationStore,
    SqlSigninStore,
    SqlStaffStore,
)
from sealservice.infra.sql.jobs import Jobs
from sealservice.infra.sql.license_endings import SqlEndingStore
from sealservice.infra.sql.license_imports import SqlImportStore
from sealservice.infra.sql.reports import SqlReportStore
from sealservice.infra.sql.rogue_uses import SqlRogueUses
from sealservice.infra.sql.seal_registry import SqlSealRegistry
from sealservice.infra.sql.usage import SqlUsageFacts
from sealservice.infra.sql.webhooks import SqlDeliveryStore, SqlEndpointStore
from sealservice.infra.webhook_secrets import PublishedKeySealer
from sealservice.kernel.clock import utc_now
from sealservice.kernel.sandbox import Sandbox
from sealservice.licenses.endings import EndingService
from sealservice.licenses.importing import ImportService
from sealservice.licenses.issuing import CredentialService, PdfService
from sealservice.licenses.mandates import MandateService
from sealservice.licenses.naming import PersonService
from sealservice.licenses.service import HolderService, LicenseService
from sealservice.licenses.usage import UsageService
from sealservice.matters.catalogue import load_matters
from sealservice.matters.service import MatterService
from sealservice.matters.typesetting import Typesetter
from sealservice.notifications.service import WebhookService
from sealservice.sealing.batch_preparation import BatchPreparation
from sealservice.sealing.batches import BatchService
from sealservice.sealing.dies import Dies
from sealservice.sealing.orders import OrderService
from sealservice.sealing.press.preparation import FastPreparation
from sealservice.sealing.previews import PreviewService
from sealservice.sealing.pyhanko_press import PyHankoPreparation
from sealservice.sealing.raw_seals import RawSealService
from sealservice.sealing.rights import Rights
from sealservice.seals.changes import SealChangeService, SealsOfLicense
from sealservice.seals.model import SealMakerName
from sealservice.seals.pictures import SealPictureService
from sealservice.seals.service import SealService
from sealservice.verification.alarms import RogueAlarm
from sealservice.verification.keeping import ReportKeeping
from sealservice.verification.model import Report
from sealservice.verification.reports import Rendered
from sealservice.verification.reports.receipt import ReceiptMaker
from sealservice.verification.service import VerificationService

_SIGNING_SECONDS: Final = 30.0
"""How long the signer may take for a report: it asks for a time stamp and a status meanwhile."""


@dataclass(frozen=True, slots=True)
class Services:
    """One service for each feature, sharing stores and a sandbox."""

    stores: Stores
    sandbox: ForkedSandbox
    organisations: SqlOrganisationStore
    staff: StaffService
    api_keys: ApiKeyService
    licenses: LicenseService
    imports: ImportService
    holders: HolderService
    endings: EndingService
    persons: PersonService
    mandates: MandateService
    usage: UsageService
    seals: SealService
    seal_changes: SealChangeService
    seal_pictures: SealPictureService
    matters: MatterService
    orders: OrderService
    batches: BatchService
    batch_preparation: BatchPreparation
    raw_seals: RawSealService
    webhooks: WebhookService
    credentials: CredentialService
    license_pdfs: PdfService
    previews: PreviewService
    archive: ArchiveService
    verification: VerificationService
    report_keeping: ReportKeeping
    rogue_alarm: RogueAlarm

    def close(self) -> None:
        """Let go of connections and child processes."""
        self.sandbox.close()
        self.stores.close()


def services(installation: Installation) -> Services:
    """Open everything the web process may use."""
    settings = installation.settings
    stores = open_stores(installation, ProcessKind.WEB)
    sandbox = ForkedSandbox(settings.limits)
    organisations = SqlOrganisationStore(stores.database)
    orders = _orders(settings, stores, sandbox)
    return Services(
        stores=stores,
        sandbox=sandbox,
        organisations=organisations,
        staff=_staff(settings, stores, organisations),
        api_keys=_api_keys(settings, stores),
        licenses=_licenses(settings, stores),
        imports=license_imports(settings, stores, sandbox),
        holders=_holders(settings, stores),
        endings=_endings(settings, stores),
        persons=_persons(settings, stores),
        mandates=stores.mandate_service(settings.limits),
        usage=UsageService(stores.licenses, stores.persons, SqlUsageFacts(stores.database)),
        seals=_seals(settings, stores),
        seal_changes=_seal_changes(stores),
        seal_pictures=SealPictureService(partial(brought_picture, settings, sandbox)),
        matters=MatterService(load_matters(), Typesetter(), utc_now),
        orders=orders,
        batches=batch_service(settings, stores, orders),
        batch_preparation=preparation_of(stores, orders),
        raw_seals=raw_seals(installation, stores, orders),
        webhooks=_webhooks(settings, stores),
        credentials=_credentials(installation, stores),
        license_pdfs=_license_pdfs(installation, stores),
        previews=PreviewService(
            orders=orders,
            working=stores.working,
            seals=stores.seals,
            licenses=stores.licenses,
            inspector=SandboxedInspector(sandbox, settings.limits),
            clock=utc_now,
            limits=settings.limits,
        ),
        archive=stores.archive(),
        verification=_public_verification(settings, stores, sandbox),
        report_keeping=_report_keeping(installation, stores),
        rogue_alarm=_rogue_alarm(stores),
    )


def _public_verification(
    settings: Settings, stores: Stores, sandbox: ForkedSandbox
) -> VerificationService:
    service = _verification(settings, stores, sandbox)
    if settings.verify_fetch is Fetching.ON:
        service.fetch_with(LateFetcher(settings))
    return service


def _verification(
    settings: Settings, stores: Stores, sandbox: ForkedSandbox
) -> VerificationService:
    ours = SqlSealRegistry(stores.database)
    service = VerificationService(
        sandbox, current_trust(settings), settings.limits, utc_now, seals=ours, status_lists=ours
    )
    service.warn_with(_rogue_alarm(stores))
    return service


def _rogue_alarm(stores: Stores) -> RogueAlarm:
    return RogueAlarm(
        SqlRogueUses(stores.database), stores.audit, stores.database.transaction, utc_now
    )


def _report_keeping(installation: Installation, stores: Stores) -> ReportKeeping:
    receipts = ReceiptMaker()

    def receipt(report: Report) -> Rendered:
        return receipts.receipt(report, f"{installation.public_url}/verify/{report.report_id}")

    return ReportKeeping(
        store=SqlReportStore(stores.database),
        audit=stores.audit,
        transaction=stores.database.transaction,
        clock=utc_now,
        limits=installation.settings.limits,
        unsealed=receipt,
        signer=HttpReportSigner(installation.signer_url, _SIGNING_SECONDS),
    )


def _staff(settings: Settings, stores: Stores, organisations: SqlOrganisationStore) -> StaffService:
    return StaffService(
        organisations=organisations,
        staff=SqlStaffStore(stores.database),
        signins=SqlSigninStore(stores.database),
        audit=stores.audit,
        transaction=stores.database.transaction,
        clock=utc_now,
        limits=settings.limits,
    )


def _api_keys(settings: Settings, stores: Stores) -> ApiKeyService:
    return ApiKeyService(
        keys=SqlApiKeyStore(stores.database),
        audit=stores.audit,
        transaction=stores.database.transaction,
        clock=utc_now,
        limits=settings.limits,
        environment=settings.environment,
    )


def _holders(settings: Settings, stores: Stores) -> HolderService:
    return HolderService(
        licenses=stores.licenses,
        holders=stores.holders,
        audit=stores.audit,
        transaction=stores.database.transaction,
        clock=utc_now,
        environment=settings.environment,
    )


def _endings(settings: Settings, stores: Stores) -> EndingService:
    return EndingService(
        licenses=_licenses(settings, stores),
        endings=SqlEndingStore(stores.database),
        audit=stores.audit,
        transaction=stores.database.transaction,
        clock=utc_now,
        limits=settings.limits,
    )


def _persons(settings: Settings, stores: Stores) -> PersonService:
    return PersonService(
        licenses=stores.licenses,
        persons=stores.persons,
        audit=stores.audit,
        transaction=stores.database.transaction,
        clock=utc_now,
        limits=settings.limits,
    )


def _seals(settings: Settings, stores: Stores) -> SealService:
    return SealService(
        seals=stores.seals,
        licenses=stores.licenses,
        maker=SealMakingQueue(Jobs(stores.database)),
        draw=seal_drawing(settings),
        chronicle=stores.chronicle(),
        transaction=stores.database.transaction,
        clock=utc_now,
        maker_name=SealMakerName(settings.seal_maker_name, settings.seal_maker_code),
        limits=settings.limits,
    )


def _seal_changes(stores: Stores) -> SealChangeService:
    return SealChangeService(
        seals=stores.seals,
        history=stores.seal_history,
        maker=SealMakingQueue(Jobs(stores.database)),
        chronicle=stores.chronicle(),
        audit=stores.audit,
        transaction=stores.database.transaction,
        clock=utc_now,
    )


def license_imports(settings: Settings, stores: Stores, sandbox: Sandbox) -> ImportService:
    """Return the use cases of importing licenses, as the kind of process that the stores are of."""
    return ImportService(
        imports=SqlImportStore(stores.database),
        licenses=_licenses(settings, stores),
        queue=LicenseImportQueue(Jobs(stores.database)),
        sandbox=sandbox,
        transaction=stores.database.transaction,
        clock=utc_now,
        limits=settings.limits,
    )


def _licenses(settings: Settings, stores: Stores) -> LicenseService:
    return LicenseService(
        store=stores.licenses,
        seals=SealsOfLicense(_seal_changes(stores)),
        audit=stores.audit,
        transaction=stores.database.transaction,
        clock=utc_now,
        limits=settings.limits,
    )


def batch_preparation(
    settings: Settings, stores: Stores, sandbox: ForkedSandbox
) -> BatchPreparation:
    """Return the preparation of batches, as the kind of process that the stores are of."""
    return preparation_of(stores, _orders(settings, stores, sandbox))


def _credentials(installation: Installation, stores: Stores) -> CredentialService:
    return CredentialService(
        licenses=stores.licenses,
        credentials=SqlCredentialStore(stores.database),
        signer=HttpLicenseSigner(installation.signer_url, _SIGNING_SECONDS),
        audit=stores.audit,
        transaction=stores.database.transaction,
        clock=utc_now,
        limits=installation.settings.limits,
    )


def _license_pdfs(installation: Installation, stores: Stores) -> PdfService:
    return PdfService(
        licenses=stores.licenses,
        shelf=SqlLicensePdfs(stores.database, utc_now),
        signer=HttpLicenseSigner(installation.signer_url, _SIGNING_SECONDS),
    )


def _webhooks(settings: Settings, stores: Stores) -> WebhookService:
    return WebhookService(
        endpoints=SqlEndpointStore(stores.database),
        deliveries=SqlDeliveryStore(stores.database),
        queue=WebhookQueue(Jobs(stores.database)),
        sealer=PublishedKeySealer(stores.database),
        audit=stores.audit,
        transaction=stores.database.transaction,
        clock=utc_now,
        limits=settings.limits,
        environment=settings.environment,
    )


def _orders(settings: Settings, stores: Stores, sandbox: ForkedSandbox) -> OrderService:
    return OrderService(
        documents=stores.documents,
        orders=stores.orders,
        seals=stores.seals,
        licenses=stores.licenses,
        holders=stores.holders,
        rights=Rights(stores.mandate_service(settings.limits), settings.environment),
        dies=Dies(stores.certificates, stores.seals),
        working=stores.working,
        inspector=SandboxedInspector(sandbox, settings.limits),
        press=FastPreparation(PyHankoPreparation(sandbox, settings.limits), settings.limits),
        check=_verification(settings, stores, sandbox),
        signer=SealingQueue(Jobs(stores.database)),
        audit=stores.audit,
        transaction=stores.database.transaction,
        clock=utc_now,
        limits=settings.limits,
        environment=settings.environment,
    )
