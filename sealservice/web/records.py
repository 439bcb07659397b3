"""``/records``: the archive, one record, its file and its history."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from sealservice.archive.model import Record
from sealservice.audit.model import AuditFact
from sealservice.kernel.actor import Permission
from sealservice.kernel.facts import Fact
from sealservice.kernel.filenames import attachment
from sealservice.web.pages import render
from sealservice.web.routing import PageRouter
from sealservice.web.services import Services, WebServices
from sealservice.web.sessions import SignedIn

router: APIRouter = PageRouter()

SHOWN_FACTS: Final = (
    Fact.DOCUMENT_STORED,
    Fact.ORDER_PLACED,
    Fact.ORDER_APPROVED,
    Fact.INTENT_COMMITTED,
    Fact.ORDER_COMPLETED,
    Fact.ORDER_FAILED,
    Fact.RECORD_ARCHIVED,
    Fact.RECORD_FETCHED,
)
"""What a record's history tells; each has a text ``fact.…``."""

_ROWS: Final = 20
Before = Annotated[str | None, Query(pattern=r"^[a-z]{2,8}_[0-9a-z]{26}$")]


@router.get("/records")
def page(request: Request, services: Services, staff: SignedIn, before: Before = None) -> Response:
    """List the organisation's records, newest first."""
    rows = services.archive.page(staff.actor, before, _ROWS + 1)
    following = rows[_ROWS - 1].id if len(rows) > _ROWS else None
    return render(
        request, "records.html", records=rows[:_ROWS], following=following, is_first=before is None
    )


@router.get("/records/{record_id}")
def show(request: Request, services: Services, staff: SignedIn, record_id: str) -> Response:
    """Show one record with its verdict and whereabouts, and its history to who may read that."""
    record = services.archive.show(staff.actor, record_id)
    may_look_back = Permission.AUDIT_READ in staff.actor.permissions
    return render(
        request,
        "record.html",
        record=record,
        report=record.facts.report,
        history=_history(services, record) if may_look_back else None,
    )


@router.get("/records/{record_id}/file")
def fetch(services: Services, staff: SignedIn, record_id: str) -> Response:
    """Hand out the archived bytes; that is an audit fact."""
    record, pdf = services.archive.fetch(staff.actor, record_id)
    headers = {
        "Content-Disposition": attachment(record.facts.filename),
        "Cache-Control": "private, no-store",
    }
    return Response(pdf, media_type="application/pdf", headers=headers)


def _history(services: WebServices, record: Record) -> list[AuditFact]:
    subjects = (record.facts.document_id, record.facts.order_id, record.id)
    facts = services.audit.about(record.organisation_id, subjects)
    return [fact for fact in facts if fact.fact in SHOWN_FACTS]
