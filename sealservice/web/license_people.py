"""``/admin/licenses/{id}/people``: who may act for a license, and by which mandates."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from sealservice.kernel.actor import Permission
from sealservice.kernel.clock import utc_now
from sealservice.kernel.errors import NotAllowed, NotFound, Refused
from sealservice.kernel.fields import FieldsInvalid, field_problem
from sealservice.kernel.text import Text
from sealservice.licenses.mandate import (
    ACT_NAMES,
    MANDATE_STATE_NAMES,
    Chain,
    MandateState,
)
from sealservice.licenses.mandates import MandateWish
from sealservice.licenses.naming import PersonNamed
from sealservice.licenses.persons import PRINCIPAL_ROLES, ROLE_NAMES, HolderRole
from sealservice.web.failures import status_of
from sealservice.web.mandate_forms import CHINA, Sent, Typed
from sealservice.web.pages import language_of, render
from sealservice.web.routing import PageRouter
from sealservice.web.services import Services
from sealservice.web.sessions import OwnForm, SessionForm, SignedIn

router: APIRouter = PageRouter()

_ROLE: Final = Text("角色", "Role")
_UNKNOWN: Final = Text("无法识别", "is not known")


@router.get("/admin/licenses/{license_id}/people")
def people(request: Request, services: Services, staff: SignedIn, license_id: str) -> Response:
    """Show the persons of a license, their mandates, and the forms that name and give."""
    return _page(request, services, staff, license_id)


@router.post("/admin/licenses/{license_id}/people", dependencies=[OwnForm, SessionForm])
def name(
    request: Request, services: Services, staff: SignedIn, license_id: str, typed: Sent
) -> Response:
    """Name a person, or say what is wrong and keep what was typed."""
    try:
        role = HolderRole(typed.line("role"))
        named = PersonNamed(role, typed.line("name"), typed.line("document_number"))
        services.persons.name(staff.actor, license_id, named)
    except NotFound:
        raise
    except ValueError:
        refusal = FieldsInvalid([field_problem("role", _ROLE, _UNKNOWN)])
        return _page(request, services, staff, license_id, (typed, refusal))
    except Refused as refusal:
        return _page(request, services, staff, license_id, (typed, refusal))
    return _back(license_id)


@router.post(
    "/admin/licenses/{license_id}/people/{holder_id}/end", dependencies=[OwnForm, SessionForm]
)
def end(
    services: Services,
    staff: SignedIn,
    license_id: str,
    holder_id: str,
    reason: Annotated[str, Form()] = "",
) -> Response:
    """End a person's role."""
    services.persons.end(staff.actor, license_id, holder_id, reason)
    return _back(license_id)


@router.post("/admin/licenses/{license_id}/mandates", dependencies=[OwnForm, SessionForm])
def give(
    request: Request, services: Services, staff: SignedIn, license_id: str, typed: Sent
) -> Response:
    """Write down that one person gave another a mandate, or say why not and keep what was typed."""
    try:
        wish = MandateWish(
            license_id=license_id,
            giver_id=typed.line("giver_id"),
            receiver_id=typed.line("receiver_id"),
            scope=typed.wish,
            parent_id=typed.line("parent_id") or None,
            may_delegate=bool(typed.line("may_delegate")),
        )
        services.mandates.give(staff.actor, wish)
    except (Refused, NotAllowed) as refusal:
        staff.actor.require(Permission.LICENSES_WRITE)
        return _page(request, services, staff, license_id, (typed, refusal))
    return _back(license_id)


@router.post(
    "/admin/licenses/{license_id}/mandates/{mandate_id}/revoke",
    dependencies=[OwnForm, SessionForm],
)
def revoke(
    services: Services,
    staff: SignedIn,
    license_id: str,
    mandate_id: str,
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Revoke a mandate."""
    services.mandates.revoke(staff.actor, mandate_id, reason)
    return _back(license_id)


def _back(license_id: str) -> Response:
    return RedirectResponse(f"/admin/licenses/{license_id}/people", 303)


def _page(
    request: Request,
    services: Services,
    staff: SignedIn,
    license_id: str,
    refused: tuple[Typed, Refused | NotAllowed] | None = None,
) -> Response:
    actor, now = staff.actor, utc_now()
    license_ = services.licenses.show(actor, license_id)
    persons = services.persons.of_license(actor, license_id)
    typed, refusal = refused or (Typed({}), None)
    today = now.astimezone(CHINA).date()
    principal = PRINCIPAL_ROLES[license_.entity_type]
    roles = (principal, HolderRole.ADMINISTRATOR, HolderRole.AGENT)
    mandates = services.mandates.of_license(actor, license_id)
    return render(
        request,
        "license_people.html",
        status_of(refusal) if refusal else 200,
        problem=refusal.to(language_of(request)) if refusal else None,
        license=license_,
        persons=persons,
        live=[person for person in persons if person.is_live],
        mandates=[_told(chain, now, services.limits.warning_days) for chain in mandates],
        parents=[chain for chain in mandates if chain.state(now) is MandateState.LIVE],
        may=Permission.LICENSES_WRITE in actor.permissions,
        roles={role: ROLE_NAMES[role] for role in roles},
        role_names=ROLE_NAMES,
        acts=ACT_NAMES,
        typed=typed,
        today=today.isoformat(),
        next_year=(today + timedelta(days=364)).isoformat(),
        warning_days=services.limits.warning_days,
    )


def _told(chain: Chain, now: datetime, warning_days: int) -> dict[str, Any]:
    """Return a mandate with its state, and whether it ends soon."""
    state, scope = chain.state(now), chain.mandate.scope
    return {
        "chain": chain,
        "mandate": chain.mandate,
        "scope": scope,
        "used": chain.links[0].used,
        "state": state,
        "state_name": MANDATE_STATE_NAMES[state],
        "is_soon": state is MandateState.LIVE
        and scope.ends_at <= now + timedelta(days=warning_days),
    }
