"""``/admin/licenses``: the e-licenses, one with its versions, and what may be done to it."""

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from sealservice.kernel.actor import Permission
from sealservice.kernel.errors import NotFound, Refused
from sealservice.kernel.fields import FieldsInvalid
from sealservice.kernel.json import JsonObject
from sealservice.licenses.ending_errors import FaceChangedMeanwhile
from sealservice.licenses.model import (
    COPY_NAMES,
    ENTITY_NAMES,
    FACE_TYPES,
    OPTIONAL_LINES,
    STATUS_NAMES,
    EntityType,
    FaceVersion,
    LicenseStatus,
    face_items,
    face_lines,
    face_to_json,
)
from sealservice.licenses.versions import changed_lines
from sealservice.web.failures import status_of
from sealservice.web.pages import language_of, render
from sealservice.web.routing import PageRouter
from sealservice.web.services import Services
from sealservice.web.sessions import OwnForm, SessionForm, SignedIn

router: APIRouter = PageRouter()


class Turn(StrEnum):
    """What a form does to the status of a license."""

    SUSPEND = "suspend"
    RESUME = "resume"
    REVOKE = "revoke"
    CANCEL = "cancel"


_ROWS: Final = 20
_MOST_DIGITS: Final = 10
_TURNS: Final = {
    LicenseStatus.ACTIVE: (Turn.SUSPEND, Turn.REVOKE, Turn.CANCEL),
    LicenseStatus.SUSPENDED: (Turn.RESUME, Turn.REVOKE, Turn.CANCEL),
    LicenseStatus.REVOKED: (),
    LicenseStatus.CANCELLED: (),
}
_DATES: Final = frozenset({"established_on", "issued_on"})
_LONG: Final = frozenset({"business_scope"})
_FIXED: Final = frozenset({"uscc"})
"""What a change of the face leaves as it is."""

After = Annotated[str | None, Query(pattern=r"^[a-z]{2,8}_[0-9a-z]{26}$")]


async def _typed(request: Request) -> dict[str, str]:
    """Return what somebody typed into a form, uploads left out."""
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


Typed = Annotated[dict[str, str], Depends(_typed)]


@router.get("/admin/licenses")
def page(request: Request, services: Services, staff: SignedIn, after: After = None) -> Response:
    """List the organisation's licenses in the order of their registration."""
    rows = services.licenses.page(staff.actor, after, _ROWS + 1)
    following = rows[_ROWS - 1].id if len(rows) > _ROWS else None
    return render(
        request,
        "license_admin.html",
        licenses=rows[:_ROWS],
        following=following,
        statuses=STATUS_NAMES,
    )


@router.get("/admin/licenses/new")
def ask(request: Request, staff: SignedIn, kind: EntityType = EntityType.COMPANY) -> Response:
    """Show the empty face of one type of entity."""
    staff.actor.require(Permission.LICENSES_WRITE)
    return _form(request, kind, {})


@router.post("/admin/licenses/new", dependencies=[OwnForm, SessionForm])
def register(
    request: Request, services: Services, staff: SignedIn, typed: Typed, kind: EntityType
) -> Response:
    """Register a license, or say what is wrong with its face and keep what was typed."""
    try:
        license_ = services.licenses.register(staff.actor, _face(kind, typed))
    except Refused as refusal:
        return _form(request, kind, typed, refusal=refusal)
    return RedirectResponse(f"/admin/licenses/{license_.id}", 303)


@router.get("/admin/licenses/{license_id}")
def show(request: Request, services: Services, staff: SignedIn, license_id: str) -> Response:
    """Show one license, the versions of its face, and a form for each thing that may be done."""
    return _one(request, services, staff, license_id)


@dataclass(frozen=True, slots=True)
class _Tried:
    """What was refused, and as it was typed."""

    turn: Turn
    reason: str
    refusal: Refused


def _one(
    request: Request,
    services: Services,
    staff: SignedIn,
    license_id: str,
    tried: _Tried | None = None,
) -> Response:
    """Show one license; after a refusal with what was refused, and the reason as it was typed."""
    license_ = services.licenses.show(staff.actor, license_id)
    may = Permission.LICENSES_WRITE in staff.actor.permissions
    ending = services.endings.waiting(staff.actor, license_id)
    return render(
        request,
        "license_admin_one.html",
        status_of(tried.refusal) if tried else 200,
        problem=tried.refusal.to(language_of(request)) if tried else None,
        tried=tried.turn if tried else None,
        typed_reason=tried.reason if tried else "",
        ending=ending,
        own_ending=ending is not None and ending.is_by(staff.actor),
        may=may,
        license=license_,
        items=face_items(license_.face).values(),
        versions=_told(services.licenses.versions(staff.actor, license_id)),
        turns=_TURNS[license_.status] if may else (),
        statuses=STATUS_NAMES,
        entities=ENTITY_NAMES,
    )


@router.get("/admin/licenses/{license_id}/change")
def ask_change(request: Request, services: Services, staff: SignedIn, license_id: str) -> Response:
    """Show the face as it is, to be changed."""
    staff.actor.require(Permission.LICENSES_WRITE)
    license_ = services.licenses.show(staff.actor, license_id)
    present = {name: str(value) for name, value in face_to_json(license_.face).items()}
    present["version"] = str(license_.version)
    return _form(request, license_.entity_type, present, license_id)


@router.post("/admin/licenses/{license_id}/change", dependencies=[OwnForm, SessionForm])
def change(
    request: Request, services: Services, staff: SignedIn, license_id: str, typed: Typed
) -> Response:
    """Put a new face in place, or say what is wrong with it and keep what was typed."""
    license_ = services.licenses.show(staff.actor, license_id)
    kind, reason = license_.entity_type, typed.get("reason", "")
    face = {**_face(kind, typed), "uscc": license_.uscc}
    seen = typed.get("version", "")
    known = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < _MOST_DIGITS else None
    try:
        services.licenses.change(staff.actor, license_id, face, reason, known=known)
    except Refused as refusal:
        again = {**typed, "uscc": license_.uscc}
        if isinstance(refusal, FaceChangedMeanwhile):  # who looked at the present face may go on
            again["version"] = str(license_.version)
        return _form(request, kind, again, license_id, refusal)
    return RedirectResponse(f"/admin/licenses/{license_id}", 303)


@router.post("/admin/licenses/{license_id}/{turn}", dependencies=[OwnForm, SessionForm])
def do(
    request: Request,
    services: Services,
    staff: SignedIn,
    license_id: str,
    turn: Turn,
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Change the status of the license, or ask for its end; what is refused keeps its reason."""
    actor = staff.actor
    try:
        match turn:
            case Turn.SUSPEND:
                services.licenses.suspend(actor, license_id, reason)
            case Turn.RESUME:
                services.licenses.resume(actor, license_id, reason)
            case Turn.REVOKE:
                services.endings.ask(actor, license_id, LicenseStatus.REVOKED, reason)
            case Turn.CANCEL:
                services.endings.ask(actor, license_id, LicenseStatus.CANCELLED, reason)
    except NotFound:
        raise
    except Refused as refusal:
        return _one(request, services, staff, license_id, _Tried(turn, reason, refusal))
    return RedirectResponse(f"/admin/licenses/{license_id}", 303)


def _face(kind: EntityType, typed: dict[str, str]) -> JsonObject:
    """Return the face that was typed; lines left empty are left out."""
    lines = face_lines(FACE_TYPES[kind])
    return {"entity_type": kind.value, **{n: typed[n] for n in lines if typed.get(n, "").strip()}}


def _form(
    request: Request,
    kind: EntityType,
    values: dict[str, str],
    license_id: str | None = None,
    refusal: Refused | None = None,
) -> Response:
    language = language_of(request)
    problems = refusal.problems if isinstance(refusal, FieldsInvalid) else ()
    return render(
        request,
        "license_form.html",
        status_of(refusal) if refusal else 200,
        problem=refusal.to(language) if refusal else None,
        wrong={problem.field: problem.text.to(language) for problem in problems},
        kind=kind,
        lines=face_lines(FACE_TYPES[kind]),
        values=values,
        license_id=license_id,
        entities=ENTITY_NAMES,
        copies=COPY_NAMES,
        optional=OPTIONAL_LINES,
        dates=_DATES,
        long=_LONG,
        fixed=_FIXED if license_id else frozenset(),
    )


def _told(versions: list[FaceVersion]) -> list[dict[str, Any]]:
    """Return each version, newest first, with the labels and values of what it changed."""
    told = [{"version": versions[0], "changes": ()}]
    for before, after in pairwise(versions):
        was, now = face_items(before.face), face_items(after.face)
        changes = [
            (face_lines(type(after.face))[name].label, was.get(name), now.get(name))
            for name in changed_lines(before.face, after.face)
        ]
        told.append({"version": after, "changes": changes})
    return told[::-1]
