"""What the pages call, made by ``bootstrap``."""

from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends, Request

from sealservice.archive.service import ArchiveService
from sealservice.audit.ports import AuditReader
from sealservice.config import Environment, Limits
from sealservice.identity.service import StaffService
from sealservice.sealing.orders import OrderService
from sealservice.verification.service import VerificationService


@dataclass(frozen=True, slots=True)
class WebServices:
    """The services behind the pages, and what they need to know of the installation."""

    staff: StaffService
    orders: OrderService
    archive: ArchiveService
    verification: VerificationService
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
