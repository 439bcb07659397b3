"""``/login``: sign in with a passkey; enrol one by a one-time link; sign out again.

Opening the link shows buttons; only pressing one burns the link. Mail scanners and chat previews
that open every link thus cannot use it up.
"""

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response

from sealservice.web.pages import render
from sealservice.web.passkey_bodies import Answered, Enrolling
from sealservice.web.routing import DataRoute, PageRouter
from sealservice.web.services import Services
from sealservice.web.sessions import (
    Address,
    OwnForm,
    SessionForm,
    Visitor,
    forget_session,
    keep_session,
    session_cookie,
)

router: APIRouter = PageRouter()
data_router: APIRouter = PageRouter(DataRoute)


@router.get("/login")
def explain(request: Request, _staff: Visitor) -> Response:
    """Offer to sign in with a passkey, and say how to get one."""
    return render(request, "login.html", link_secret=None)


@data_router.post("/login/passkey/options", dependencies=[OwnForm])
def options(services: Services) -> Response:
    """Give a challenge for a passkey."""
    return JSONResponse(services.staff_passkeys.options())


@data_router.post("/login/passkey", dependencies=[OwnForm])
def sign_in(request: Request, services: Services, address: Address, body: Answered) -> Response:
    """Begin a session of the passkey's owner."""
    earlier = request.cookies.get(session_cookie(services))
    secret, _ = services.staff_passkeys.sign_in(address, body.answer, earlier)
    response = JSONResponse({"to": "/"})
    keep_session(response, services, secret)
    return response


@router.get("/login/{link_secret}")
def ask(request: Request, link_secret: str, _staff: Visitor) -> Response:
    """Ask whether to enrol; nothing is used up yet."""
    return render(request, "login.html", link_secret=link_secret)


@data_router.post("/login/{link_secret}/options", dependencies=[OwnForm])
def enrolment_options(services: Services, address: Address, link_secret: str) -> Response:
    """Give what the browser needs to make a passkey."""
    return JSONResponse(services.staff_passkeys.options_for_link(address, link_secret))


@data_router.post("/login/{link_secret}/passkey", dependencies=[OwnForm])
def enrol(
    request: Request, services: Services, address: Address, link_secret: str, body: Enrolling
) -> Response:
    """Burn the link, keep the passkey and begin a session."""
    earlier = request.cookies.get(session_cookie(services))
    secret, _ = services.staff_passkeys.enrol(address, link_secret, body.answer, body.name, earlier)
    response = JSONResponse({"to": "/"})
    keep_session(response, services, secret)
    return response


@router.post("/login/{link_secret}", dependencies=[OwnForm])
def sign_in_by_link(
    request: Request, services: Services, address: Address, link_secret: str
) -> Response:
    """Burn the link and begin a session; production refuses that."""
    earlier = request.cookies.get(session_cookie(services))
    secret, _ = services.staff_passkeys.sign_in_by_link(address, link_secret, earlier)
    response = RedirectResponse("/", 303)
    keep_session(response, services, secret)
    return response


@router.post("/logout", dependencies=[OwnForm, SessionForm])
def sign_out(request: Request, services: Services) -> Response:
    """End the session."""
    services.staff.sign_out(request.cookies[session_cookie(services)])
    response = RedirectResponse("/", 303)
    forget_session(response, services)
    return response
