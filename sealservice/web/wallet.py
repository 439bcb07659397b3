"""``/w``: the holder's wallet, for phones. What is shown is the person's own, and nothing else."""

from datetime import datetime
from typing import Any, Final

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, JSONResponse, RedirectResponse, Response

from sealservice.identity.wallet import Card
from sealservice.identity.wallets import Visit, holder_actor
from sealservice.kernel.clock import utc_now
from sealservice.licenses.mandate import ACT_NAMES, MANDATE_STATE_NAMES, Chain
from sealservice.licenses.model import ENTITY_NAMES, STATUS_NAMES, face_items
from sealservice.licenses.persons import ROLE_NAMES, HolderRole
from sealservice.licenses.usage import USAGE_NAMES, UsageAsked
from sealservice.seals.model import STATE_NAMES
from sealservice.web.pages import STATIC, render
from sealservice.web.routing import PageRouter
from sealservice.web.services import Services, WebServices
from sealservice.web.wallet_seals import seals_of
from sealservice.web.wallet_sessions import (
    Earlier,
    OwnOrigin,
    Visited,
    WalletForm,
    WalletRoute,
    forget_wallet,
)

router: APIRouter = PageRouter(WalletRoute)

_LINES: Final = 30


@router.get("/w")
def home(request: Request, services: Services, visit: Visited) -> Response:
    """Show the licenses."""
    return _page(request, "wallet_home.html", visit, cards=services.wallets.cards(visit))


@router.get("/w/login")
def sign_in(request: Request) -> Response:
    """Offer to sign in with a passkey, or to activate a license."""
    return render(request, "wallet_login.html", visit=None)


@router.get("/w/licenses/{holder_id}")
def license_(request: Request, services: Services, visit: Visited, holder_id: str) -> Response:
    """Show one license: face, seals, mandates, and this browser's key for it."""
    card, now = services.wallets.card(visit, holder_id), utc_now()
    own = services.mandates.own(holder_actor(visit.person, holder_id), card.license.id)
    keys = services.wallets.keys(visit, holder_id)
    return _page(
        request,
        "wallet_license.html",
        visit,
        card=card,
        items=face_items(card.license.face).values(),
        seals=seals_of(services, visit, card),
        mandates=[_told(chain, now) for chain in own.chains],
        entities=ENTITY_NAMES,
        seal_states=STATE_NAMES,
        acts=ACT_NAMES,
        known_keys=" ".join(str(key.jwk["x"]) for key in keys),
    )


@router.get("/w/requests")
def requests(request: Request, visit: Visited) -> Response:
    """Show what waits for the holder's approval: nothing does yet."""
    return _page(request, "wallet_requests.html", visit)


@router.get("/w/log")
def log(request: Request, services: Services, visit: Visited) -> Response:
    """Show what was done with the licenses of which one may read that."""
    cards = [c for c in services.wallets.cards(visit) if c.holder.role is not HolderRole.AGENT]
    logs = [(card, _lines(services, visit, card)) for card in cards]
    return _page(request, "wallet_log.html", visit, logs=logs, kinds=USAGE_NAMES)


@router.get("/w/devices")
def devices(request: Request, services: Services, visit: Visited) -> Response:
    """Show the passkeys, and how to add one and to freeze a lost one."""
    found = services.wallets.devices(visit)
    return _page(request, "wallet_devices.html", visit, devices=found)


@router.post("/w/devices/{passkey_id}/freeze", dependencies=[OwnOrigin, WalletForm])
def freeze(services: Services, visit: Visited, passkey_id: str) -> Response:
    """Freeze a lost device."""
    services.wallets.freeze_device(visit, passkey_id)
    return RedirectResponse("/w/devices", 303)


@router.post("/w/logout", dependencies=[OwnOrigin, WalletForm])
def sign_out(services: Services, secret: Earlier) -> Response:
    """End the session."""
    services.wallets.sign_out(secret or "")
    response = RedirectResponse("/w/login", 303)
    forget_wallet(response, services)
    return response


@router.get("/w/manifest.webmanifest")
def manifest() -> Response:
    """Describe the wallet to phones that install it."""
    icons = [
        {"src": f"/static/icons/wallet-{size}.png", "sizes": f"{size}x{size}", "type": "image/png",
         "purpose": "any maskable"}
        for size in (192, 512)
    ]  # fmt: skip
    told = {
        "id": "/w", "name": "电子执照钱包", "short_name": "执照钱包", "lang": "zh-CN",
        "start_url": "/w", "scope": "/w", "display": "standalone",
        "background_color": "#faf8f5", "theme_color": "#b5121b", "icons": icons,
    }  # fmt: skip
    return JSONResponse(told, media_type="application/manifest+json")


@router.get("/w/sw.js")
def worker() -> Response:
    """Give the service worker: it keeps static files and nothing of anybody's."""
    headers = {"Service-Worker-Allowed": "/w", "Cache-Control": "no-cache"}
    return FileResponse(STATIC / "worker.js", media_type="text/javascript", headers=headers)


def _page(request: Request, template: str, visit: Visit, **values: Any) -> Response:  # noqa: ANN401 - what a template shows
    return render(request, template, visit=visit, statuses=STATUS_NAMES, roles=ROLE_NAMES, **values)


def _told(chain: Chain, now: datetime) -> dict[str, Any]:
    state = chain.state(now)
    return {"chain": chain, "state": state, "state_name": MANDATE_STATE_NAMES[state]}


def _lines(services: WebServices, visit: Visit, card: Card) -> list[Any]:
    reader = holder_actor(visit.person, card.holder.id)
    return [*services.usage.page(reader, UsageAsked(card.license.id), None, _LINES)]
