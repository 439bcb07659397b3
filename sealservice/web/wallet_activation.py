"""``/w/activate``: a phone takes a license by a code, waits for the counter, makes its passkey.

The address in the QR code holds the code behind ``#``: browsers do not send that, so it stands in
no log and no referrer, and opening it uses nothing up.
"""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from sealservice.kernel.errors import NotAllowed, NotAuthenticated, Refused, TryAgain
from sealservice.licenses.persons import ROLE_NAMES
from sealservice.web.failures import status_of
from sealservice.web.pages import language_of, render
from sealservice.web.routing import PageRouter
from sealservice.web.services import Services
from sealservice.web.sessions import Address
from sealservice.web.wallet_sessions import Claimed, OwnOrigin, WalletRoute, keep_claim

router: APIRouter = PageRouter(WalletRoute)


@router.get("/w/activate")
def ask(request: Request) -> Response:
    """Ask for the code."""
    return render(request, "wallet_activate.html", visit=None, problem=None)


@router.post("/w/activate", dependencies=[OwnOrigin])
def claim(
    request: Request, services: Services, address: Address, code: Annotated[str, Form()] = ""
) -> Response:
    """Claim the code for this phone, or say why not."""
    try:
        secret, _ = services.activations.claim(address, code[:100])
    except (NotAuthenticated, NotAllowed, Refused, TryAgain) as refusal:
        problem = refusal.to(language_of(request))
        status = status_of(refusal)
        return render(request, "wallet_activate.html", status, visit=None, problem=problem)
    response = RedirectResponse("/w/activate/phone", 303)
    keep_claim(response, services, secret)
    return response


@router.get("/w/activate/phone")
def phone(request: Request, services: Services, claimed: Claimed) -> Response:
    """Show the match code until somebody confirmed the person; then offer to make the passkey."""
    activation, card = services.activations.held(claimed)
    return render(
        request,
        "wallet_phone.html",
        visit=None,
        activation=activation,
        card=card,
        roles=ROLE_NAMES,
        face=services.activations.face,
    )


@router.post("/w/activate/phone/face", dependencies=[OwnOrigin])
def by_face(services: Services, claimed: Claimed) -> Response:
    """Have the face provider confirm; the demonstration's looks at nobody."""
    services.activations.prove_by_face(claimed)
    return RedirectResponse("/w/activate/phone", 303)
