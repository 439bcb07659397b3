"""What the pages call, made by ``bootstrap``."""

from dataclasses import dataclass
from typing import Annotated, Protocol, cast

from fastapi import Depends, Request

from sealservice.archive.service import ArchiveService
from sealservice.audit.ports import AuditReader
from sealservice.config import Environment
from sealservice.identity.activating import ActivationService
from sealservice.identity.service import StaffService
from sealservice.identity.staff_passkeys import StaffPasskeys
from sealservice.identity.wallets import WalletService
from sealservice.kernel.actor import Actor
from sealservice.licenses.endings import EndingService
from sealservice.licenses.importing import ImportService
from sealservice.licenses.issuing import PdfService
from sealservice.licenses.mandates import MandateService
from sealservice.licenses.naming import PersonService
from sealservice.licenses.service import LicenseService
from sealservice.licenses.usage import UsageService
from sealservice.limits import Limits
from sealservice.notifications.service import WebhookService
from sealservice.sealing.batch_model import Batch
from sealservice.sealing.batches import BatchService
from sealservice.sealing.model import Order
from sealservice.sealing.orders import OrderService
from sealservice.sealing.previews import PreviewService
from sealservice.seals.changes import SealChangeService
from sealservice.seals.pictures import SealPictureService
from sealservice.seals.service import SealService
from sealservice.verification.alarms import RogueAlarm
from sealservice.verification.keeping import ReportKeeping
from sealservice.verification.service import VerificationService
from sealservice.verification.views import PageViews


class StandIn(Protocol):
    """Approves in place of whoever holds the license; there is none in production."""

    def is_enrolled(self, actor: Actor, order: Order) -> bool:
        """Return whether the license of the order's seals has it for a holder."""
        ...

    def is_enrolled_for(self, actor: Actor, batch: Batch) -> bool:
        """Return whether the license of the batch's seals has it for a holder."""
        ...

    def approve_list(self, actor: Actor, batch: Batch) -> None:
        """Approve a closed list.

        Raises:
            BatchNotPending, ApprovalExpired, ApprovalInvalid.
        """
        ...

    def approve(self, actor: Actor, order: Order) -> None:
        """Approve an order.

        Raises:
            OrderNotPending, ApprovalExpired, ApprovalInvalid.
        """
        ...


@dataclass(frozen=True, slots=True)
class WebServices:
    """The services behind the pages, and what they need to know of the installation."""

    staff: StaffService
    staff_passkeys: StaffPasskeys
    wallets: WalletService
    activations: ActivationService
    orders: OrderService
    batches: BatchService
    previews: PreviewService
    webhooks: WebhookService
    license_pdfs: PdfService
    stand_in: StandIn | None
    licenses: LicenseService
    endings: EndingService
    persons: PersonService
    mandates: MandateService
    usage: UsageService
    imports: ImportService
    seals: SealService
    seal_changes: SealChangeService
    seal_pictures: SealPictureService
    archive: ArchiveService
    verification: VerificationService
    page_views: PageViews
    report_keeping: ReportKeeping
    rogue_alarm: RogueAlarm
    audit: AuditReader
    limits: Limits
    environment: Environment
    public_url: str

    @property
    def is_secure(self) -> bool:
        """Return whether browsers reach us over TLS."""
        return self.public_url.startswith("https://")


def services_of(request: Request) -> WebServices:
    """Return the services this application was made with."""
    return cast("WebServices", request.app.state.services)


Services = Annotated[WebServices, Depends(services_of)]
