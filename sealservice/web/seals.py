"""``/admin/seals``: the seals, one seal with its history, and what may be done to it."""

from typing import Annotated, Final

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from sealservice.kernel.actor import Permission
from sealservice.seals.lifecycle import REMAKABLE, TRANSITIONS, grounds_of
from sealservice.seals.model import CHANGE_NAMES, KIND_NAMES, STATE_NAMES, SealChange
from sealservice.trust.model import RevocationReason
from sealservice.web.errors import PageNotFound
from sealservice.web.pages import render
from sealservice.web.routing import PageRouter
from sealservice.web.services import Services
from sealservice.web.sessions import OwnForm, SessionForm, SignedIn

router: APIRouter = PageRouter()

_ROWS: Final = 20
_ASKED: Final = frozenset({SealChange.FILE, SealChange.ACTIVATE, SealChange.RESUME})
_BY_PEOPLE: Final = (*sorted(_ASKED), SealChange.SUSPEND, SealChange.CANCEL)
After = Annotated[str | None, Query(pattern=r"^[a-z]{2,8}_[0-9a-z]{26}$")]


@router.get("/admin/seals")
def page(request: Request, services: Services, staff: SignedIn, after: After = None) -> Response:
    """List the organisation's seals with their pictures, in the order of their birth."""
    rows = services.seals.page(staff.actor, after, _ROWS + 1)
    following = rows[_ROWS - 1].id if len(rows) > _ROWS else None
    return render(
        request, "seal_admin.html", seals=rows[:_ROWS], following=following, states=STATE_NAMES
    )


@router.get("/admin/seals/{seal_id}")
def show(request: Request, services: Services, staff: SignedIn, seal_id: str) -> Response:
    """Show one seal, its history, and a form for each thing that may be done to it now."""
    seal = services.seals.show(staff.actor, seal_id)
    may = Permission.SEALS_WRITE in staff.actor.permissions
    changes = [c for c in _BY_PEOPLE if may and seal.state in TRANSITIONS[c].leads]
    return render(
        request,
        "seal_admin_one.html",
        seal=seal,
        events=services.seal_changes.events(staff.actor, seal_id),
        requests=services.seal_changes.requests(staff.actor, seal_id),
        changes=changes,
        is_remakable=may and seal.state in REMAKABLE,
        names=CHANGE_NAMES,
        states=STATE_NAMES,
        kinds=KIND_NAMES,
    )


@router.get("/admin/seals/{seal_id}/picture.svg")
def picture(services: Services, staff: SignedIn, seal_id: str) -> Response:
    """Show a seal's drawing."""
    headers = {"Cache-Control": "private, no-store"}
    drawing = services.seals.artwork(staff.actor, seal_id).svg()
    return Response(drawing, media_type="image/svg+xml", headers=headers)


@router.post("/admin/seals/{seal_id}/remake", dependencies=[OwnForm, SessionForm])
def remake(
    services: Services, staff: SignedIn, seal_id: str, reason: Annotated[str, Form()] = ""
) -> Response:
    """Have the seal made anew, and show the one that takes its place."""
    remade = services.seals.remake(staff.actor, seal_id, grounds_of(reason, services.limits))
    return RedirectResponse(f"/admin/seals/{remade.id}", status_code=303)


@router.post("/admin/seals/{seal_id}/{change}", dependencies=[OwnForm, SessionForm])
def do(
    services: Services,
    staff: SignedIn,
    seal_id: str,
    change: SealChange,
    reason: Annotated[str, Form()] = "",
    number: Annotated[str, Form()] = "",
) -> Response:
    """Pause or end the seal, or ask the signer for the rest; then show it again."""
    filed = number if change is SealChange.FILE else None
    grounds = grounds_of(reason, services.limits, number=filed)
    changes, actor = services.seal_changes, staff.actor
    if change is SealChange.SUSPEND:
        changes.suspend(actor, seal_id, grounds)
    elif change is SealChange.CANCEL:
        ceased = RevocationReason.CESSATION_OF_OPERATION
        changes.cancel(actor, seal_id, grounds, ceased)
    elif change in _ASKED:
        changes.ask(actor, seal_id, change, grounds)
    else:
        raise PageNotFound
    return RedirectResponse(f"/admin/seals/{seal_id}", status_code=303)
