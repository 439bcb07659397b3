"""``/admin/webhooks``: who is told of changes, whether they heard, and to tell them again."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from sealservice.kernel.errors import Refused, Unavailable
from sealservice.notifications.model import EventType
from sealservice.web.failures import status_of
from sealservice.web.pages import language_of, render
from sealservice.web.routing import PageRouter
from sealservice.web.services import Services
from sealservice.web.sessions import OwnForm, SessionForm, SignedIn

_ROWS: Final = 20
_MOST: Final = 100

router: APIRouter = PageRouter()

Before = Annotated[str | None, Query(pattern=r"^[a-z]{2,8}_[0-9a-z]{26}$")]
Url = Annotated[str, Form()]
Types = Annotated[list[EventType] | None, Form()]
_CHECKED: Final = [OwnForm, SessionForm]


@dataclass(frozen=True, slots=True)
class _Done:
    """What just happened to an endpoint."""

    secret: str | None = None
    is_second: bool = False
    refusal: Refused | Unavailable | None = None


@router.get("/admin/webhooks")
def page(request: Request, services: Services, staff: SignedIn) -> Response:
    """List the organisation's endpoints, and offer to add one."""
    return _list(request, services, staff)


@router.post("/admin/webhooks", dependencies=_CHECKED)
def add(
    request: Request, services: Services, staff: SignedIn, url: Url = "", events: Types = None
) -> Response:
    """Add an endpoint and show its secret, this once; or say what is wrong with the address."""
    try:
        endpoint, secret = services.webhooks.add(staff.actor, url, frozenset(events or ()))
    except (Refused, Unavailable) as refusal:
        return _list(request, services, staff, refusal, url, events)
    return _one(request, services, staff, endpoint.id, done=_Done(secret))


@router.get("/admin/webhooks/{endpoint_id}")
def show(
    request: Request, services: Services, staff: SignedIn, endpoint_id: str, before: Before = None
) -> Response:
    """Show an endpoint and its deliveries, newest first."""
    return _one(request, services, staff, endpoint_id, before)


@router.post("/admin/webhooks/{endpoint_id}", dependencies=_CHECKED)
def change(
    request: Request,
    services: Services,
    staff: SignedIn,
    endpoint_id: str,
    url: Url = "",
    events: Types = None,
) -> Response:
    """Give an endpoint another address, or other events."""
    try:
        services.webhooks.change(staff.actor, endpoint_id, url, frozenset(events or ()))
    except Refused as refusal:
        return _one(request, services, staff, endpoint_id, done=_Done(refusal=refusal))
    return _back(endpoint_id)


@router.post("/admin/webhooks/{endpoint_id}/secret", dependencies=_CHECKED)
def rotate(request: Request, services: Services, staff: SignedIn, endpoint_id: str) -> Response:
    """Make a new secret and show it, this once."""
    try:
        secret = services.webhooks.new_secret(staff.actor, endpoint_id)
    except Unavailable as refusal:
        return _one(request, services, staff, endpoint_id, done=_Done(refusal=refusal))
    return _one(request, services, staff, endpoint_id, done=_Done(secret, is_second=True))


@router.post("/admin/webhooks/{endpoint_id}/disable", dependencies=_CHECKED)
def disable(services: Services, staff: SignedIn, endpoint_id: str) -> Response:
    """Send nothing there until it is enabled."""
    services.webhooks.disable(staff.actor, endpoint_id)
    return _back(endpoint_id)


@router.post("/admin/webhooks/{endpoint_id}/enable", dependencies=_CHECKED)
def enable(services: Services, staff: SignedIn, endpoint_id: str) -> Response:
    """Send there again."""
    services.webhooks.enable(staff.actor, endpoint_id)
    return _back(endpoint_id)


@router.post("/admin/webhooks/{endpoint_id}/remove", dependencies=_CHECKED)
def remove(services: Services, staff: SignedIn, endpoint_id: str) -> Response:
    """Tell an address nothing any more."""
    services.webhooks.remove(staff.actor, endpoint_id)
    return RedirectResponse("/admin/webhooks", 303)


@router.post("/admin/webhooks/{endpoint_id}/{delivery_id}/resend", dependencies=_CHECKED)
def resend(
    request: Request, services: Services, staff: SignedIn, endpoint_id: str, delivery_id: str
) -> Response:
    """Send a notice again, or say why not."""
    try:
        services.webhooks.redeliver(staff.actor, delivery_id)
    except Refused as refusal:
        return _one(request, services, staff, endpoint_id, done=_Done(refusal=refusal))
    return _back(endpoint_id)


def _back(endpoint_id: str) -> Response:
    return RedirectResponse(f"/admin/webhooks/{endpoint_id}", 303)


def _list(
    request: Request,
    services: Services,
    staff: SignedIn,
    refusal: Refused | Unavailable | None = None,
    url: str = "",
    events: list[EventType] | None = None,
) -> Response:
    return render(
        request,
        "webhooks.html",
        status_of(refusal) if refusal else 200,
        problem=refusal.to(language_of(request)) if refusal else None,
        endpoints=services.webhooks.page(staff.actor, None, _MOST),
        types=[*EventType],
        url=url,
        chosen=events or [],
    )


def _one(
    request: Request,
    services: Services,
    staff: SignedIn,
    endpoint_id: str,
    before: str | None = None,
    done: _Done | None = None,
) -> Response:
    done = done or _Done()
    refusal = done.refusal
    endpoint = services.webhooks.show(staff.actor, endpoint_id)
    rows = services.webhooks.deliveries_to(staff.actor, endpoint_id, before, _ROWS + 1)
    why, language = endpoint.disabled_why, language_of(request)
    return render(
        request,
        "webhook.html",
        status_of(refusal) if refusal else 200,
        problem=refusal.to(language) if refusal else None,
        endpoint=endpoint,
        why=why[language.value] if why else None,
        deliveries=rows[:_ROWS],
        following=rows[_ROWS - 1].id if len(rows) > _ROWS else None,
        types=[*EventType],
        chosen=sorted(endpoint.events),
        secret=done.secret,
        is_second=done.is_second,
    )
