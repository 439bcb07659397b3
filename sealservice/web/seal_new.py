"""``/seal/new``: choose the document to be sealed; whatever is wrong with it is told there."""

from typing import Annotated

from fastapi import APIRouter, File, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from sealservice.kernel.actor import Actor, Permission
from sealservice.kernel.bodies import BodyTooLarge
from sealservice.kernel.errors import Refused
from sealservice.kernel.filenames import safe_filename
from sealservice.web.errors import FileMissing
from sealservice.web.failures import status_of
from sealservice.web.pages import language_of, render
from sealservice.web.routing import PageRouter, UploadRoute
from sealservice.web.services import Services, WebServices
from sealservice.web.sessions import OwnForm, SessionForm, SignedIn

router: APIRouter = PageRouter(UploadRoute)


@router.get("/seal/new")
def ask(request: Request, services: Services, staff: SignedIn) -> Response:
    """Show the form."""
    _require_clerk(staff.actor)
    return _page(request, services, staff.actor)


@router.post("/seal/new", dependencies=[OwnForm, SessionForm])
def store(
    request: Request,
    services: Services,
    staff: SignedIn,
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Check and store the document, and go on to its places; or say what is wrong with it."""
    _require_clerk(staff.actor)
    name = safe_filename(file.filename) if file and file.filename else ""
    try:
        data = _content(file, services.limits.document_bytes)
        document = services.orders.store_document(staff.actor, name, data)
    except Refused as refusal:
        return _page(request, services, staff.actor, refusal, name)
    return RedirectResponse(f"/seal/{document.id}/place", 303)


def _require_clerk(actor: Actor) -> None:
    actor.require(Permission.DOCUMENTS_WRITE)
    actor.require(Permission.ORDERS_WRITE)


def _content(file: UploadFile | None, greatest: int) -> bytes:
    """Return the bytes of the file.

    Raises:
        FileMissing: there is none, or it has no name.
        BodyTooLarge: it is larger than a document may be.
    """
    if file is None or not file.filename:
        raise FileMissing
    data = file.file.read(greatest + 1)
    if len(data) > greatest:
        raise BodyTooLarge(limit=f"{greatest >> 20} MB")
    return data


def _page(
    request: Request,
    services: WebServices,
    actor: Actor,
    refusal: Refused | None = None,
    filename: str = "",
) -> Response:
    return render(
        request,
        "seal_new.html",
        status_of(refusal) if refusal else 200,
        problem=refusal.to(language_of(request)) if refusal else None,
        filename=filename,
        has_seal=bool(services.previews.offered(actor)),
        may_apply=Permission.SEALS_WRITE in actor.permissions,
    )
