"""``/w/licenses/{id}/mandates``: a license's people give and revoke mandates on their phones.

1. Who acts is the person in their role, never staff: what they may, ``MandateService`` says.
2. Giving takes the person's passkey once more, over a challenge of its own: a phone that somebody
   else picked up gives nothing. Revoking takes away only, and must be quick: it does not.
3. A mandate that is not theirs to see is not there.
"""

import json
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from sealservice.identity.wallet import Card
from sealservice.identity.wallets import holder_actor
from sealservice.kernel.actor import Actor
from sealservice.kernel.clock import utc_now
from sealservice.kernel.errors import NotAllowed, NotAuthenticated, Refused, TryAgain
from sealservice.kernel.json import JsonObject
from sealservice.licenses.mandate import ACT_NAMES, MANDATE_STATE_NAMES, Chain, MandateState
from sealservice.licenses.mandate_errors import MandateNotFound
from sealservice.licenses.mandates import MandateWish
from sealservice.licenses.own_mandates import OwnMandates, why_over
from sealservice.licenses.persons import ROLE_NAMES
from sealservice.web.failures import status_of
from sealservice.web.mandate_forms import CHINA, Sent, Typed
from sealservice.web.pages import language_of, render
from sealservice.web.routing import PageRouter
from sealservice.web.services import Services, WebServices
from sealservice.web.sessions import Address
from sealservice.web.wallet_seals import seals_of
from sealservice.web.wallet_sessions import OwnOrigin, Visited, WalletForm, WalletRoute

router: APIRouter = PageRouter(WalletRoute)

_PATH: Final = "/w/licenses/{holder_id}/mandates"
_ORDER: Final = (
    MandateState.LIVE,
    MandateState.FUTURE,
    MandateState.USED_UP,
    MandateState.EXPIRED,
    MandateState.REVOKED,
)
_USUAL_DAYS: Final = 364
"""From the first day of a mandate to the last, unless another is typed: a year."""
_Told = tuple[Refused | NotAllowed | NotAuthenticated | TryAgain, Typed, str]
"""What was refused, what was typed, and the mandate that was to be revoked, if one was."""


@router.get(_PATH)
def mandates(request: Request, services: Services, visit: Visited, holder_id: str) -> Response:
    """Show the mandates that the person may see, and the form that gives one if they may."""
    return _page(request, services, visit, services.wallets.card(visit, holder_id))


@router.post(_PATH, dependencies=[OwnOrigin, WalletForm])
def give(
    request: Request,
    services: Services,
    address: Address,
    visit: Visited,
    holder_id: str,
    typed: Sent,
) -> Response:
    """Give a mandate, or say why not and keep what was typed."""
    card = services.wallets.card(visit, holder_id)
    try:
        wish = _wish(card, typed)
        services.wallets.confirm(address, visit, _answer(typed.line("answer")))
        services.mandates.give(holder_actor(visit.person, holder_id), wish)
    except (Refused, NotAllowed, NotAuthenticated, TryAgain) as refusal:
        return _page(request, services, visit, card, (refusal, typed, ""))
    return _back(holder_id)


@router.post(_PATH + "/{mandate_id}/revoke", dependencies=[OwnOrigin, WalletForm])
def revoke(
    request: Request,
    services: Services,
    visit: Visited,
    holder_id: str,
    mandate_id: str,
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Revoke a mandate, or give one's own up; say why not and keep the reason."""
    card = services.wallets.card(visit, holder_id)
    actor = holder_actor(visit.person, holder_id)
    if services.mandates.own(actor, card.license.id).chain(mandate_id) is None:
        raise MandateNotFound(mandate_id=mandate_id)
    try:
        services.mandates.revoke(actor, mandate_id, reason)
    except (Refused, NotAllowed) as refusal:
        typed = Typed({"reason": reason})
        return _page(request, services, visit, card, (refusal, typed, mandate_id))
    return _back(holder_id)


def _wish(card: Card, typed: Typed) -> MandateWish:
    """Return what was typed; the giver is who is signed in, whatever a form says."""
    return MandateWish(
        license_id=card.license.id,
        giver_id=card.holder.id,
        scope=typed.wish,
        receiver_id=typed.line("receiver_id"),
        parent_id=typed.line("parent_id") or None,
        may_delegate=bool(typed.line("may_delegate")),
    )


def _answer(typed: str) -> JsonObject:
    """Return what the passkey answered; anything else is an answer to no challenge."""
    try:
        answer = json.loads(typed)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _back(holder_id: str) -> Response:
    return RedirectResponse(f"/w/licenses/{holder_id}/mandates", 303)


def _page(
    request: Request, services: WebServices, visit: Visited, card: Card, told: _Told | None = None
) -> Response:
    actor: Actor = holder_actor(visit.person, card.holder.id)
    own, now = services.mandates.own(actor, card.license.id), utc_now()
    refusal, typed, revoking = told or (None, Typed({}), "")
    today = now.astimezone(CHINA).date()
    return render(
        request,
        "wallet_mandates.html",
        status_of(refusal) if refusal else 200,
        visit=visit,
        card=card,
        problem=refusal.to(language_of(request)) if refusal else None,
        typed=typed,
        revoking=revoking,
        own=own,
        told=_listed(own, now),
        seals=seals_of(services, visit, card),
        roles=ROLE_NAMES,
        acts=ACT_NAMES,
        today=today.isoformat(),
        next_year=(today + timedelta(days=_USUAL_DAYS)).isoformat(),
    )


def _listed(own: OwnMandates, now: datetime) -> list[dict[str, Any]]:
    """Return the mandates by their states, live ones first, in each the newest first."""
    rows = [_row(own, chain, now) for chain in own.chains]
    return sorted(rows, key=lambda row: _ORDER.index(row["state"]))


def _row(own: OwnMandates, chain: Chain, now: datetime) -> dict[str, Any]:
    state = chain.state(now)
    return {
        "chain": chain,
        "mandate": chain.mandate,
        "scope": chain.mandate.scope,
        "state": state,
        "state_name": MANDATE_STATE_NAMES[state],
        "why": why_over(chain) if state is MandateState.REVOKED else None,
        "may_revoke": own.may_revoke(chain, now),
        "is_mine": chain.receiver.id == own.holder.id,
    }
