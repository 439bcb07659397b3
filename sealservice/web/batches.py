"""``/batches``: how far a list of documents came, what is to be approved, what became of each."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import RedirectResponse, Response

from sealservice.kernel.actor import Actor, Permission
from sealservice.kernel.filenames import attachment
from sealservice.licenses.errors import DemonstrationHolderRefused
from sealservice.sealing.batch_model import Batch, BatchItem, BatchState
from sealservice.web.pages import is_partial, language_of, render
from sealservice.web.routing import PageRouter
from sealservice.web.services import Services, WebServices
from sealservice.web.sessions import OwnForm, SessionForm, SignedIn

router: APIRouter = PageRouter()

_ROWS: Final = 20
_PAGE: Final = 500
_OVER: Final = (BatchState.DONE, BatchState.FAILED)

After = Annotated[int, Query(ge=0)]


@router.get("/batches")
def page(request: Request, services: Services, staff: SignedIn) -> Response:
    """List the latest batches."""
    batches = services.batches.page(staff.actor, None, _ROWS)
    counted = [services.batches.show(staff.actor, batch.id) for batch in batches]
    return render(request, "batches.html", batches=counted)


@router.get("/batches/{batch_id}")
def show(
    request: Request,
    services: Services,
    staff: SignedIn,
    batch_id: str,
    after: After = 0,
    *,
    only_failed: bool = False,
) -> Response:
    """Show one batch; htmx gets only what changes."""
    actor = staff.actor
    batch, counts = services.batches.show(actor, batch_id)
    items = services.batches.items(actor, batch_id, after, _ROWS + 1, only_failed=only_failed)
    is_approved = batch.state is not BatchState.PENDING or services.batches.is_approved(batch)
    is_watching = batch.state not in _OVER and (
        batch.state is not BatchState.PENDING or is_approved
    )
    return render(
        request,
        "_batch.html" if is_partial(request) else "batch.html",
        batch=batch,
        counts=counts,
        items=items[:_ROWS],
        following=items[_ROWS - 1].position if len(items) > _ROWS else None,
        after=after,
        only_failed=only_failed,
        is_approved=is_approved,
        is_watching=is_watching,
        root=json.loads(batch.intent)["list"]["root"] if batch.intent else None,
        stand_in=_stand_in(services, actor, batch),
    )


@router.post("/batches/{batch_id}/approval", dependencies=[OwnForm, SessionForm])
def approve(services: Services, staff: SignedIn, batch_id: str) -> Response:
    """Have the demonstration's stand-in approve the closed list.

    Raises:
        DemonstrationHolderRefused: there is none here.
    """
    if services.stand_in is None:
        raise DemonstrationHolderRefused
    batch, _ = services.batches.show(staff.actor, batch_id)
    services.stand_in.approve_list(staff.actor, batch)
    return RedirectResponse(f"/batches/{batch_id}", 303)


@router.get("/batches/{batch_id}/items.csv")
def items_csv(request: Request, services: Services, staff: SignedIn, batch_id: str) -> Response:
    """Give the outcome of every document as a file that spreadsheets open."""
    language = language_of(request).value
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(
        ("序号 no", "文件 file", "SHA-256", "结果 outcome", "档案 record", "原因 reason")
    )
    for item in _all(services, staff.actor, batch_id):
        why = str((item.failure or {}).get(language, ""))
        outcome = "refused" if item.is_refused else item.state.value if item.state else "waiting"
        name = _inert(item.filename)
        writer.writerow(
            (item.position, name, item.sha256, outcome, item.record_id or "", _inert(why))
        )
    headers = {
        "Content-Disposition": attachment(f"{batch_id}.csv"),
        "Cache-Control": "private, no-store",
    }
    return Response(out.getvalue().encode("utf-8-sig"), media_type="text/csv", headers=headers)


def _all(services: WebServices, actor: Actor, batch_id: str) -> Iterator[BatchItem]:
    after = 0
    while found := services.batches.items(actor, batch_id, after, _PAGE):
        yield from found
        after = found[-1].position


def _inert(cell: str) -> str:
    """Return what no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell


def _stand_in(services: WebServices, actor: Actor, batch: Batch) -> str | None:
    """Return whether there is one: ``none``, ``unknown`` to the license, or ``ready``."""
    if Permission.ORDERS_WRITE not in actor.permissions:
        return None
    if services.stand_in is None:
        return "none"
    return "ready" if services.stand_in.is_enrolled_for(actor, batch) else "unknown"
