"""What this edge calls: one service per feature, made by ``bootstrap``."""

from dataclasses import dataclass, field
from typing import Annotated, cast

from fastapi import Depends, Request

from sealservice.api.events import Streams
from sealservice.archive.renewed import RenewedCopies
from sealservice.archive.service import ArchiveService
from sealservice.identity.service import ApiKeyService
from sealservice.kernel.clock import Clock
from sealservice.kernel.idempotency import IdempotencyStore, KeysInHand
from sealservice.kernel.transaction import Transaction
from sealservice.licenses.endings import EndingService
from sealservice.licenses.importing import ImportService
from sealservice.licenses.issuing import CredentialService, PdfService
from sealservice.licenses.mandates import MandateService
from sealservice.licenses.naming import PersonService
from sealservice.licenses.service import HolderService, LicenseService
from sealservice.licenses.usage import UsageService
from sealservice.limits import Limits
from sealservice.matters.service import MatterService
from sealservice.notifications.service import WebhookService
from sealservice.sealing.augmentation import AugmentationService
from sealservice.sealing.batches import BatchService
from sealservice.sealing.orders import OrderService
from sealservice.sealing.previews import PreviewService
from sealservice.sealing.raw_seals import RawSealService
from sealservice.seals.changes import SealChangeService
from sealservice.seals.pictures import SealPictureService
from sealservice.seals.service import SealService
from sealservice.verification.keeping import ReportKeeping
from sealservice.verification.service import VerificationService


@dataclass(frozen=True, slots=True)
class ApiServices:
    """The services behind the API, and what it needs to answer by itself."""

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
    raw_seals: RawSealService
    previews: PreviewService
    webhooks: WebhookService
    credentials: CredentialService
    license_pdfs: PdfService
    archive: ArchiveService
    augmentation: AugmentationService
    renewed: RenewedCopies
    verification: VerificationService
    report_keeping: ReportKeeping
    idempotency: IdempotencyStore
    transaction: Transaction
    clock: Clock
    limits: Limits
    public_url: str
    streams: Streams = field(default_factory=Streams)
    keys_in_hand: KeysInHand = field(default_factory=KeysInHand)


def services_of(request: Request) -> ApiServices:
    """Return the services this application was made with."""
    return cast("ApiServices", request.app.state.services)


Services = Annotated[ApiServices, Depends(services_of)]
