"""Who is signed in, and that a form was sent from one of our own pages.

1. The session's secret lives in a cookie that scripts cannot read; over TLS its name begins with
   ``__Host-``, so that no other host of the domain can plant it.
2. A form that acts in a session carries a token derived from the session's secret.
3. Any unsafe request from a page must come from our own origin (``Origin``, which all browsers send
   with a POST); one without it is only accepted when nobody is signed in.
"""

import hmac
from typing import Annotated, Final

from fastapi import Depends, Form, Request, Response

from sealservice.identity.errors import SessionInvalid
from sealservice.identity.model import Staff
from sealservice.web.errors import ForeignForm
from sealservice.web.services import Services, WebServices

_TOKEN_USE: Final = b"sealservice form token v1"


def address_of(request: Request) -> str:
    """Return who is at the other end; a proxy's word for it counts only if the settings name it."""
    return request.client.host if request.client else ""


Address = Annotated[str, Depends(address_of)]


def session_cookie(services: WebServices) -> str:
    """Return the name of the session's cookie."""
    return "__Host-session" if services.is_secure else "session"


def keep_session(response: Response, services: WebServices, secret: str) -> None:
    """Give the browser its session."""
    response.set_cookie(
        session_cookie(services),
        secret,
        max_age=services.limits.session_hours * 3600,
        path="/",
        secure=services.is_secure,
        httponly=True,
        samesite="lax",
    )


def forget_session(response: Response, services: WebServices) -> None:
    """Have the browser drop its session."""
    response.delete_cookie(
        session_cookie(services),
        path="/",
        secure=services.is_secure,
        httponly=True,
        samesite="lax",
    )


def form_token(session_secret: str) -> str:
    """Return the token that forms of a session carry."""
    return hmac.new(session_secret.encode(), _TOKEN_USE, "sha256").hexdigest()


def visitor(request: Request, services: Services) -> Staff | None:
    """Return who is signed in, if anybody; pages show it."""
    secret = request.cookies.get(session_cookie(services))
    if not secret:
        return None
    try:
        staff = services.staff.session(secret)
    except SessionInvalid:
        return None
    request.state.staff = staff
    request.state.form_token = form_token(secret)
    return staff


Visitor = Annotated[Staff | None, Depends(visitor)]


def signed_in(staff: Visitor) -> Staff:
    """Return who is signed in.

    Raises:
        SessionInvalid: nobody is.
    """
    if staff is None:
        raise SessionInvalid
    return staff


SignedIn = Annotated[Staff, Depends(signed_in)]


def from_our_pages(request: Request, services: Services) -> None:
    """Refuse a form that another site sent.

    Raises:
        ForeignForm: the origin is not ours.
    """
    origin = request.headers.get("origin")
    acts_in_session = session_cookie(services) in request.cookies
    if origin != services.public_url and (origin is not None or acts_in_session):
        raise ForeignForm


def in_session(request: Request, _staff: SignedIn, form_token: Annotated[str, Form()] = "") -> None:  # nosec B107
    """Refuse a form without its session's token.

    Raises:
        ForeignForm: the token is missing or of another session.
    """
    if not hmac.compare_digest(form_token.encode(), request.state.form_token.encode()):
        raise ForeignForm


OwnForm = Depends(from_our_pages)
SessionForm = Depends(in_session)
