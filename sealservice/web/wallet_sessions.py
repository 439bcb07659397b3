"""Who is signed in to a wallet; nothing of it is shared with staff, who have their own cookie.

1. Two cookies that scripts cannot read: ``wallet``, the session; ``activation``, what a phone got
   for a code, which is worth nothing once the passkey is enrolled.
2. Whatever acts in a session carries a token derived from the session's secret.
3. Every unsafe request must come from our own origin, also before anybody is signed in: a wallet
   has no other clients than its pages.
"""

import hmac
from typing import Annotated, Final

from fastapi import Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from sealservice.identity.activation_errors import ActivationOver, WalletSessionInvalid
from sealservice.identity.wallets import Visit
from sealservice.web.errors import ForeignForm
from sealservice.web.routing import PageRoute
from sealservice.web.services import Services, WebServices
from sealservice.web.sessions import form_token

_WALLET: Final = "wallet"
_ACTIVATION: Final = "activation"


class WalletRoute(PageRoute):
    """A page of the wallet: whoever is not signed in is taken to where they can."""

    def failed(self, request: Request, error: Exception) -> Response:
        """Return the page that tells of an error, or lead to the beginning."""
        if isinstance(error, WalletSessionInvalid):
            return RedirectResponse("/w/login", 303)
        if isinstance(error, ActivationOver) and request.method == "GET":
            return RedirectResponse("/w/activate", 303)
        return super().failed(request, error)


def _cookie(services: WebServices, name: str) -> str:
    return f"__Host-{name}" if services.is_secure else name


def _keep(response: Response, services: WebServices, name: str, secret: str, age: int) -> None:
    response.set_cookie(
        _cookie(services, name),
        secret,
        max_age=age,
        path="/",
        secure=services.is_secure,
        httponly=True,
        samesite="lax",
    )


def _forget(response: Response, services: WebServices, name: str) -> None:
    response.delete_cookie(
        _cookie(services, name),
        path="/",
        secure=services.is_secure,
        httponly=True,
        samesite="lax",
    )


def keep_wallet(response: Response, services: WebServices, secret: str) -> None:
    """Give the phone its session, and take back what it got for a code."""
    _keep(response, services, _WALLET, secret, services.limits.session_hours * 3600)
    _forget(response, services, _ACTIVATION)


def forget_wallet(response: Response, services: WebServices) -> None:
    """Have the phone drop its session."""
    _forget(response, services, _WALLET)


def keep_claim(response: Response, services: WebServices, secret: str) -> None:
    """Give the phone what it claimed."""
    _keep(response, services, _ACTIVATION, secret, services.limits.activation_minutes * 60)


def wallet_secret(request: Request, services: Services) -> str | None:
    """Return the secret of the session that the phone has, live or not."""
    return request.cookies.get(_cookie(services, _WALLET))


def claim_secret(request: Request, services: Services) -> str:
    """Return what the phone got for a code.

    Raises:
        ActivationOver: it has nothing.
    """
    secret = request.cookies.get(_cookie(services, _ACTIVATION))
    if not secret:
        raise ActivationOver
    return secret


def visited(request: Request, services: Services) -> Visit:
    """Return who is signed in.

    Raises:
        WalletSessionInvalid: nobody is.
    """
    secret = wallet_secret(request, services)
    if not secret:
        raise WalletSessionInvalid
    visit = services.wallets.visit(secret)
    request.state.form_token = form_token(secret)
    return visit


Earlier = Annotated[str | None, Depends(wallet_secret)]
Claimed = Annotated[str, Depends(claim_secret)]
Visited = Annotated[Visit, Depends(visited)]


def from_own_origin(request: Request, services: Services) -> None:
    """Refuse what another site sent, or nobody says where from.

    Raises:
        ForeignForm: the origin is not ours.
    """
    if request.headers.get("origin") != services.public_url:
        raise ForeignForm


def require_token(request: Request, token: str) -> None:
    """Refuse what does not carry its session's token.

    Raises:
        ForeignForm: the token is missing or of another session.
    """
    if not hmac.compare_digest(token.encode(), request.state.form_token.encode()):
        raise ForeignForm


def in_wallet(request: Request, _visit: Visited, form_token: Annotated[str, Form()] = "") -> None:  # nosec B107
    """Refuse a form without its session's token.

    Raises:
        ForeignForm: the token is missing or of another session.
    """
    require_token(request, form_token)


OwnOrigin = Depends(from_own_origin)
WalletForm = Depends(in_wallet)
