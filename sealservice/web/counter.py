"""``/admin/activations``: issue activation codes, confirm at the counter who holds the phone."""

import base64
import io
from typing import Annotated

import segno
from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from sealservice.identity.activation import METHOD_NAMES, ActivationState
from sealservice.identity.activation_errors import PersonActive
from sealservice.kernel.errors import NotFound, Refused
from sealservice.licenses.persons import ROLE_NAMES
from sealservice.web.failures import status_of
from sealservice.web.pages import language_of, render
from sealservice.web.routing import PageRouter
from sealservice.web.services import Services
from sealservice.web.sessions import OwnForm, SessionForm, SignedIn

router: APIRouter = PageRouter()


@router.get("/admin/activations")
def waiting(request: Request, services: Services, staff: SignedIn) -> Response:
    """Show the activations that are not over; those whose phone waits come first."""
    found = services.activations.waiting(staff.actor)
    order = (ActivationState.CLAIMED, ActivationState.PROVEN, ActivationState.ISSUED)
    found.sort(key=lambda one: order.index(one[0].state))
    return render(request, "activations.html", found=found, roles=ROLE_NAMES)


@router.post(
    "/admin/licenses/{license_id}/people/{holder_id}/activation",
    dependencies=[OwnForm, SessionForm],
)
def issue(
    request: Request,
    services: Services,
    staff: SignedIn,
    license_id: str,
    holder_id: str,
    restore: Annotated[bool, Form()] = False,  # noqa: FBT002 - a box that is not ticked
) -> Response:
    """Issue a code and show it, this once; offer to restore access to whoever has a wallet."""
    try:
        activation, code = services.activations.issue(
            staff.actor, license_id, holder_id, restore=restore
        )
    except PersonActive as refusal:
        return render(
            request,
            "activation_restore.html",
            409,
            license_id=license_id,
            holder_id=holder_id,
            problem=refusal.to(language_of(request)),
        )
    _, card = services.activations.show(staff.actor, activation.id)
    address = f"{services.public_url}/w/activate#{code}"
    return render(
        request,
        "activation_code.html",
        activation=activation,
        card=card,
        code=code,
        address=f"{services.public_url}/w/activate",
        qr=_qr(address),
        roles=ROLE_NAMES,
    )


@router.get("/admin/activations/{activation_id}")
def show(request: Request, services: Services, staff: SignedIn, activation_id: str) -> Response:
    """Show one activation, and the form that confirms it."""
    return _one(request, services, staff, activation_id)


@router.post("/admin/activations/{activation_id}/confirm", dependencies=[OwnForm, SessionForm])
def confirm(
    request: Request,
    services: Services,
    staff: SignedIn,
    activation_id: str,
    match_code: Annotated[str, Form()] = "",
    document_number: Annotated[str, Form()] = "",
) -> Response:
    """Confirm that this phone is in the hand of this person, or say what does not fit."""
    try:
        services.activations.confirm(staff.actor, activation_id, match_code, document_number)
    except NotFound:
        raise
    except Refused as refusal:
        return _one(request, services, staff, activation_id, refusal)
    return RedirectResponse(f"/admin/activations/{activation_id}", 303)


@router.post("/admin/activations/{activation_id}/refuse", dependencies=[OwnForm, SessionForm])
def refuse(services: Services, staff: SignedIn, activation_id: str) -> Response:
    """End an activation, because this is not the person."""
    services.activations.turn_away(staff.actor, activation_id)
    return RedirectResponse(f"/admin/activations/{activation_id}", 303)


def _one(
    request: Request,
    services: Services,
    staff: SignedIn,
    activation_id: str,
    refusal: Refused | None = None,
) -> Response:
    activation, card = services.activations.show(staff.actor, activation_id)
    return render(
        request,
        "activation.html",
        status_of(refusal) if refusal else 200,
        activation=activation,
        card=card,
        problem=refusal.to(language_of(request)) if refusal else None,
        roles=ROLE_NAMES,
        methods=METHOD_NAMES,
    )


def _qr(address: str) -> str:
    """Draw a QR code (ISO/IEC 18004) as an address that needs no second request."""
    drawing = io.BytesIO()
    segno.make_qr(address, error="m").save(drawing, kind="svg", border=4, scale=5)
    return f"data:image/svg+xml;base64,{base64.b64encode(drawing.getvalue()).decode()}"
