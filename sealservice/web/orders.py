"""``/orders/{order_id}``: what is to be approved, how far it has come, and what came out of it.

1. An order waits for its holder. A demonstration has a stand-in with a button of its own, loudly
   labelled; in production the page says how the holder approves.
2. Once approved, its steps are those that the audit log tells; the page asks again and again.
3. In the end it leads to the sealed document, or says in a sentence why there is none.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from sealservice.kernel.actor import Actor, Permission
from sealservice.kernel.facts import Fact
from sealservice.kernel.text import Text
from sealservice.licenses.errors import DemonstrationHolderRefused
from sealservice.sealing.geometry import DisplayedBox, displayed
from sealservice.sealing.intents import may_wait
from sealservice.sealing.layout import Layout
from sealservice.sealing.model import Order, OrderState
from sealservice.web.order_pages import order_pages
from sealservice.web.pages import is_partial, render
from sealservice.web.routing import PageRouter
from sealservice.web.services import Services, WebServices
from sealservice.web.sessions import OwnForm, SessionForm, SignedIn

router: APIRouter = PageRouter()


class Step(StrEnum):
    """What is done for an order, in this order."""

    QUEUED = "queued"
    SIGNED = "signed"
    STAMPED = "stamped"
    """Timestamp and verification, which leave no fact of their own."""
    ARCHIVED = "archived"


_ENDS: Final = {
    Step.QUEUED: Fact.INTENT_COMMITTED,
    Step.SIGNED: Fact.SEAL_USED,
    Step.STAMPED: Fact.RECORD_ARCHIVED,
    Step.ARCHIVED: Fact.ORDER_COMPLETED,
}
"""The fact that ends each step."""
_PLACES_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class ShownSeal:
    """A seal of an order, and where it goes."""

    title: Text
    seal_id: str
    places: tuple[DisplayedBox, ...]
    """The first few of them, in mm on the page as displayed."""
    count: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an order has come."""

    is_approved: bool
    is_over: bool
    steps: tuple[tuple[Step, str], ...]
    """Each with ``done``, ``running``, ``waiting`` or ``failed``."""


@router.get("/orders/{order_id}")
def show(request: Request, services: Services, staff: SignedIn, order_id: str) -> Response:
    """Show one order; htmx gets only what changes."""
    actor = staff.actor
    order = services.orders.show(actor, order_id)
    progress = _progress(services, order)
    if is_partial(request):
        return render(request, "_order_progress.html", order=order, progress=progress)
    document = services.orders.document(actor, order.document_id)
    layout = services.previews.layout(actor, order.document_id)
    may_approve = Permission.ORDERS_WRITE in actor.permissions
    pages, page_count = order_pages(order, layout, _sizes(services, actor, order))
    return render(
        request,
        "seal_order.html",
        waits=may_wait(order),
        order=order,
        progress=progress,
        document=document,
        seals=_seals(services, actor, order, layout),
        pages=pages,
        page_count=page_count,
        stand_in=_stand_in(services, actor, order) if may_approve else None,
    )


@router.post("/orders/{order_id}/approval", dependencies=[OwnForm, SessionForm])
def approve(services: Services, staff: SignedIn, order_id: str) -> Response:
    """Have the demonstration's stand-in approve.

    Raises:
        DemonstrationHolderRefused: there is none here.
    """
    if services.stand_in is None:
        raise DemonstrationHolderRefused
    services.stand_in.approve(staff.actor, services.orders.show(staff.actor, order_id))
    return RedirectResponse(f"/orders/{order_id}", 303)


def _stand_in(services: WebServices, actor: Actor, order: Order) -> str:
    """Return whether there is one: ``none``, ``unknown`` to the license, or ``ready``."""
    if services.stand_in is None:
        return "none"
    return "ready" if services.stand_in.is_enrolled(actor, order) else "unknown"


def _progress(services: WebServices, order: Order) -> Progress:
    facts = services.audit.about(order.organisation_id, (order.id, order.record_id or order.id))
    seen = {fact.fact for fact in facts}
    reached = sum(end in seen for end in _ENDS.values())
    if order.state is OrderState.DONE:
        reached = len(Step)
    is_approved = Fact.ORDER_APPROVED in seen or order.state is not OrderState.PENDING
    now = "failed" if order.state is OrderState.FAILED else "running"
    marks = ["done"] * reached + [now] + ["waiting"] * len(Step)
    return Progress(
        is_approved=is_approved,
        is_over=order.state in (OrderState.DONE, OrderState.FAILED),
        steps=tuple(zip(Step, marks, strict=False)),
    )


def _seals(
    services: WebServices, actor: Actor, order: Order, layout: Layout
) -> tuple[ShownSeal, ...]:
    return tuple(
        ShownSeal(
            title=services.previews.seal(actor, seal_id).title,
            seal_id=seal_id,
            places=(boxes := _boxes(order, seal_id, layout))[:_PLACES_SHOWN],
            count=len(boxes),
        )
        for seal_id in order.seal_ids
    )


def _sizes(services: WebServices, actor: Actor, order: Order) -> dict[str, tuple[float, float]]:
    """Return width and height of each seal of an order, in mm."""
    drawings = {one: services.previews.drawing(actor, one) for one in order.seal_ids}
    return {one: (drawing.width_mm, drawing.height_mm) for one, drawing in drawings.items()}


def _boxes(order: Order, seal_id: str, layout: Layout) -> tuple[DisplayedBox, ...]:
    return tuple(
        displayed(impression.box, layout.pages[impression.box.page])
        for signature in order.signatures
        if signature.seal_id == seal_id
        for impression in signature.impressions
    )
