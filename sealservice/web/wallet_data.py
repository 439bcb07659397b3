"""What the wallet's scripts ask and send: passkeys, activation, and the key for a license."""

from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from sealservice.web.passkey_bodies import Answered, Enrolling, KeyOffered
from sealservice.web.routing import DataRoute, PageRouter
from sealservice.web.services import Services
from sealservice.web.sessions import Address
from sealservice.web.wallet_sessions import (
    Claimed,
    Earlier,
    OwnOrigin,
    Visited,
    keep_wallet,
    require_token,
)

router: APIRouter = PageRouter(DataRoute)


@router.post("/w/login/options", dependencies=[OwnOrigin])
def options(services: Services) -> Response:
    """Give a challenge for a passkey."""
    return JSONResponse(services.wallets.options())


@router.post("/w/login", dependencies=[OwnOrigin])
def sign_in(services: Services, address: Address, earlier: Earlier, body: Answered) -> Response:
    """Begin a session of the passkey's owner."""
    response = JSONResponse({"to": "/w"})
    keep_wallet(response, services, services.wallets.sign_in(address, body.answer, earlier))
    return response


@router.get("/w/activate/phone/state")
def state(services: Services, claimed: Claimed) -> Response:
    """Tell how far the phone's activation got."""
    activation, _ = services.activations.held(claimed)
    return JSONResponse({"state": activation.state.value})


@router.post("/w/activate/phone/options", dependencies=[OwnOrigin])
def enrolment_options(services: Services, claimed: Claimed) -> Response:
    """Give what the phone needs to make its passkey."""
    return JSONResponse(services.activations.enrolment_options(claimed))


@router.post("/w/activate/phone/passkey", dependencies=[OwnOrigin])
def enrol(services: Services, claimed: Claimed, earlier: Earlier, body: Enrolling) -> Response:
    """Keep the phone's passkey and begin a session."""
    secret = services.activations.enrol(claimed, body.answer, body.name, earlier)
    response = JSONResponse({"to": "/w"})
    keep_wallet(response, services, secret)
    return response


@router.post("/w/devices/options", dependencies=[OwnOrigin])
def device_options(
    request: Request, services: Services, address: Address, visit: Visited, body: Answered
) -> Response:
    """Give what a browser needs to make a further passkey, once the present one answered."""
    require_token(request, body.form_token)
    return JSONResponse(services.wallets.device_options(address, visit, body.answer))


@router.post("/w/devices", dependencies=[OwnOrigin])
def add_device(request: Request, services: Services, visit: Visited, body: Enrolling) -> Response:
    """Keep a further passkey."""
    require_token(request, body.form_token)
    services.wallets.add_device(visit, body.answer, body.name)
    return JSONResponse({"to": "/w/devices"})


@router.post("/w/licenses/{holder_id}/key", dependencies=[OwnOrigin])
def offer_key(
    request: Request, services: Services, visit: Visited, holder_id: str, body: KeyOffered
) -> Response:
    """Register the key that this browser holds for a license."""
    require_token(request, body.form_token)
    jwk: dict[str, Any] = {**body.jwk}
    key = services.wallets.register_key(visit, holder_id, jwk, body.proof, body.form_token)
    return JSONResponse({"thumbprint": key.thumbprint})
