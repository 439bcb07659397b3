"""``/admin/seals``: the seals, one seal with its history, and what may be done to it.

1. A form for each change that leads anywhere from where the seal stands now; each says why and, if
   there is a paper, on what evidence. The next step of a seal that is not in use yet is named.
2. A refusal stands above the forms, which keep what was typed.
3. While the signer works, the page asks again and again, and shows the seal anew in the end.
"""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from sealservice.kernel.actor import Actor, Permission
from sealservice.kernel.errors import NotFound, Refused
from sealservice.limits import Limits
from sealservice.seals.lifecycle import REMAKABLE, TRANSITIONS, grounds_of
from sealservice.seals.model import (
    CHANGE_NAMES,
    KIND_NAMES,
    STATE_NAMES,
    Grounds,
    SealChange,
    SealRequest,
    SealState,
)
from sealservice.trust.model import RevocationReason
from sealservice.web.errors import PageNotFound
from sealservice.web.failures import status_of
from sealservice.web.pages import language_of, render
from sealservice.web.routing import PageRouter
from sealservice.web.services import Services, WebServices
from sealservice.web.sessions import OwnForm, SessionForm, SignedIn

router: APIRouter = PageRouter()

_ROWS: Final = 20
_ASKED: Final = frozenset({SealChange.FILE, SealChange.ACTIVATE, SealChange.RESUME})
_BY_PEOPLE: Final = (
    SealChange.FILE,
    SealChange.ACTIVATE,
    SealChange.RESUME,
    SealChange.SUSPEND,
    SealChange.CANCEL,
)
REASONS: Final = (
    RevocationReason.CESSATION_OF_OPERATION,
    RevocationReason.AFFILIATION_CHANGED,
    RevocationReason.KEY_COMPROMISE,
    RevocationReason.UNSPECIFIED,
)
"""Why somebody ends a seal; the others are for replacements and authorities."""
After = Annotated[str | None, Query(pattern=r"^[a-z]{2,8}_[0-9a-z]{26}$")]


@dataclass(frozen=True, slots=True)
class ChangeGiven:
    """The form of a change, as it was sent."""

    reason: str = ""
    reference: str = ""
    number: str = ""
    revocation: str = RevocationReason.CESSATION_OF_OPERATION

    def grounds(self, change: SealChange, limits: Limits) -> Grounds:
        """Return why it is done, once that is fit to be kept.

        Raises:
            FieldsInvalid: a text is empty, too long, or has letters that do not print.
        """
        number = self.number if change is SealChange.FILE else None
        reference = self.reference.strip() or None
        return grounds_of(self.reason, limits, number=number, reference=reference)

    @property
    def revocation_reason(self) -> RevocationReason:
        """Return what the certificate of a cancelled seal is to say."""
        offered = {reason.value: reason for reason in REASONS}
        return offered.get(self.revocation, RevocationReason.UNSPECIFIED)


def _given(
    reason: Annotated[str, Form()] = "",
    reference: Annotated[str, Form()] = "",
    number: Annotated[str, Form()] = "",
    revocation: Annotated[str, Form()] = RevocationReason.CESSATION_OF_OPERATION,
) -> ChangeGiven:
    return ChangeGiven(reason, reference, number, revocation)


Given = Annotated[ChangeGiven, Depends(_given)]


@router.get("/admin/seals")
def page(request: Request, services: Services, staff: SignedIn, after: After = None) -> Response:
    """List the organisation's seals with their pictures, in the order of their birth."""
    rows = services.seals.page(staff.actor, after, _ROWS + 1)
    following = rows[_ROWS - 1].id if len(rows) > _ROWS else None
    return render(
        request,
        "seal_admin.html",
        seals=rows[:_ROWS],
        following=following,
        states=STATE_NAMES,
        may_apply=Permission.SEALS_WRITE in staff.actor.permissions,
    )


@router.get("/admin/seals/{seal_id}")
def show(request: Request, services: Services, staff: SignedIn, seal_id: str) -> Response:
    """Show one seal, its history, and a form for each thing that may be done to it now."""
    return _page(request, services, staff.actor, seal_id)


@router.get("/admin/seals/{seal_id}/state")
def state(request: Request, services: Services, staff: SignedIn, seal_id: str) -> Response:
    """Show how far the signer has come, as a part of the page."""
    seal = services.seals.show(staff.actor, seal_id)
    waiting = _waiting(services, staff.actor, seal_id)
    return render(
        request,
        "_seal_state.html",
        seal=seal,
        states=STATE_NAMES,
        names=CHANGE_NAMES,
        waiting=waiting,
        is_over=seal.state is not SealState.APPLIED and not waiting,
    )


@router.get("/admin/seals/{seal_id}/picture.svg")
def picture(services: Services, staff: SignedIn, seal_id: str) -> Response:
    """Show a seal's drawing."""
    headers = {"Cache-Control": "private, no-store"}
    drawing = services.seals.artwork(staff.actor, seal_id).svg()
    return Response(drawing, media_type="image/svg+xml", headers=headers)


@router.post("/admin/seals/{seal_id}/{change}", dependencies=[OwnForm, SessionForm])
def do(
    request: Request,
    services: Services,
    staff: SignedIn,
    seal_id: str,
    change: SealChange,
    given: Given,
) -> Response:
    """Pause or end the seal, or ask the signer for the rest; then show it again."""
    if change not in _BY_PEOPLE:
        raise PageNotFound
    try:
        _change(services, staff.actor, seal_id, change, given)
    except NotFound:
        raise
    except Refused as refusal:
        return _page(request, services, staff.actor, seal_id, (change, given, refusal))
    return RedirectResponse(f"/admin/seals/{seal_id}", status_code=303)


def _change(
    services: WebServices, actor: Actor, seal_id: str, change: SealChange, given: ChangeGiven
) -> None:
    grounds = given.grounds(change, services.limits)
    changes = services.seal_changes
    if change is SealChange.SUSPEND:
        changes.suspend(actor, seal_id, grounds)
    elif change is SealChange.CANCEL:
        changes.cancel(actor, seal_id, grounds, given.revocation_reason)
    else:
        changes.ask(actor, seal_id, change, grounds)


def _page(
    request: Request,
    services: WebServices,
    actor: Actor,
    seal_id: str,
    refused: tuple[SealChange, ChangeGiven, Refused] | None = None,
) -> Response:
    seal = services.seals.show(actor, seal_id)
    may = Permission.SEALS_WRITE in actor.permissions
    opened, given, refusal = refused or (None, ChangeGiven(), None)
    return render(
        request,
        "seal_admin_one.html",
        status_of(refusal) if refusal else 200,
        seal=seal,
        events=services.seal_changes.events(actor, seal_id),
        requests=services.seal_changes.requests(actor, seal_id),
        rogue=services.rogue_alarm.listed(actor, seal_id),
        waiting=_waiting(services, actor, seal_id),
        is_over=False,
        changes=[c for c in _BY_PEOPLE if may and seal.state in TRANSITIONS[c].leads],
        is_remakable=may and seal.state in REMAKABLE,
        opened=opened,
        given=given,
        problem=refusal.to(language_of(request)) if refusal else None,
        names=CHANGE_NAMES,
        states=STATE_NAMES,
        kinds=KIND_NAMES,
        reasons=REASONS,
    )


def _waiting(services: WebServices, actor: Actor, seal_id: str) -> list[SealRequest]:
    asked = services.seal_changes.requests(actor, seal_id)
    return [request for request in asked if request.answered_at is None]
