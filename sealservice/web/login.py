"""``/login``: sign in by a one-time link, sign out again.

Opening the link shows a button; only pressing it burns the link. Mail scanners and chat previews
that open every link thus cannot use it up.
"""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from sealservice.web.pages import render
from sealservice.web.routing import PageRouter
from sealservice.web.services import Services
from sealservice.web.sessions import (
    OwnForm,
    SessionForm,
    Visitor,
    forget_session,
    keep_session,
    session_cookie,
)

router: APIRouter = PageRouter()


@router.get("/login")
def explain(request: Request, _staff: Visitor) -> Response:
    """Explain how to sign in."""
    return render(request, "login.html", link_secret=None)


@router.get("/login/{link_secret}")
def ask(request: Request, link_secret: str, _staff: Visitor) -> Response:
    """Ask whether to sign in; nothing is used up yet."""
    return render(request, "login.html", link_secret=link_secret)


@router.post("/login/{link_secret}", dependencies=[OwnForm])
def sign_in(request: Request, services: Services, link_secret: str) -> Response:
    """Burn the link and begin a session."""
    earlier = request.cookies.get(session_cookie(services))
    secret, _ = services.staff.sign_in(link_secret, earlier)
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
