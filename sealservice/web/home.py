"""``/``: what this is, what one can do here, and the latest for whoever is signed in."""

from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import Response

from sealservice.identity.model import Staff
from sealservice.kernel.actor import Permission
from sealservice.web.pages import render
from sealservice.web.routing import PageRouter
from sealservice.web.services import Services, WebServices
from sealservice.web.sessions import Visitor

router: APIRouter = PageRouter()

_LATEST: Final = 5


@router.get("/")
def home(request: Request, services: Services, staff: Visitor) -> Response:
    """Show the start page."""
    return render(request, "home.html", **_latest(services, staff))


def _latest(services: WebServices, staff: Staff | None) -> dict[str, Any]:
    if staff is None:
        return {"records": None, "orders": None, "may_seal": False}
    actor = staff.actor
    may_read_records = Permission.RECORDS_READ in actor.permissions
    may_read_orders = Permission.ORDERS_READ in actor.permissions
    return {
        "may_seal": Permission.ORDERS_WRITE in actor.permissions,
        "records": services.archive.page(actor, None, _LATEST) if may_read_records else None,
        "orders": services.orders.page(actor, None, _LATEST) if may_read_orders else None,
    }
