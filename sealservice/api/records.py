"""``/records``: sealed documents in the archive."""

import base64
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, Field

from sealservice.api.callers import may
from sealservice.api.listing import Page, PageAsked
from sealservice.api.problems import problems
from sealservice.api.routing import ProblemRouter
from sealservice.api.services import Services
from sealservice.archive.model import Record
from sealservice.kernel.actor import Actor, Permission
from sealservice.kernel.filenames import attachment

router: APIRouter = ProblemRouter("records")

Reader = Annotated[Actor, may(Permission.RECORDS_READ)]


class RecordOutline(BaseModel):
    """A sealed document in the archive."""

    id: str = Field(examples=["rec_01kaqc5y6w8m9n3p4q5r6s7t8v"])
    order_id: str
    document_id: str
    seal_id: str
    uscc: str
    filename: str
    sha256: str
    size: int = Field(description="Bytes.")
    level: str = Field(examples=["B-LTA"])
    verdict: str = Field(description="When it was archived.", examples=["valid"])
    approval_kind: str
    object_key: str
    version_id: str = Field(description="The object's version that is the record.")
    retained_until: datetime = Field(description="Until when the version cannot be deleted.")
    created_at: datetime

    @classmethod
    def of(cls, record: Record) -> "RecordOutline":
        """Show a record without its report."""
        return cls(**_outline(record))


class RecordShown(RecordOutline):
    """A record with the verification report that was made before its release."""

    report: dict[str, Any]

    @classmethod
    def of(cls, record: Record) -> "RecordShown":
        """Show a record."""
        return cls(**_outline(record), report=record.facts.report)


def _outline(record: Record) -> dict[str, Any]:
    return {
        "id": record.id,
        "order_id": record.facts.order_id,
        "document_id": record.facts.document_id,
        "seal_id": record.facts.seal_id,
        "uscc": record.facts.uscc,
        "filename": record.facts.filename,
        "sha256": record.sha256,
        "size": record.size,
        "level": record.facts.level,
        "verdict": record.facts.verdict,
        "approval_kind": record.facts.approval_kind,
        "object_key": record.stored.object_key,
        "version_id": record.stored.version_id,
        "retained_until": record.stored.retained_until,
        "created_at": record.created_at,
    }


@router.get("/records", responses=problems(401, 403, 422), summary="List records")
def page(services: Services, actor: Reader, paging: PageAsked) -> Page[RecordOutline]:
    """List the organisation's records, newest first."""
    return paging.page(
        lambda before, limit: services.archive.page(actor, before, limit),
        RecordOutline.of,
        lambda record: record.id,
    )


@router.get("/records/{record_id}", responses=problems(401, 403, 404), summary="Show a record")
def show(services: Services, actor: Reader, record_id: str) -> RecordShown:
    """Show one record."""
    return RecordShown.of(services.archive.show(actor, record_id))


@router.get(
    "/records/{record_id}/file",
    response_class=Response,
    responses={
        200: {
            "description": "The sealed PDF, exactly the archived bytes.",
            "content": {"application/pdf": {}},
        },
        **problems(401, 403, 404),
    },
    summary="Fetch a sealed document",
)
def fetch(services: Services, actor: Reader, record_id: str) -> Response:
    """Fetch the recorded version of a sealed document; the fetch is an audit fact."""
    record, pdf = services.archive.fetch(actor, record_id)
    digest = base64.b64encode(bytes.fromhex(record.sha256)).decode()
    headers = {
        "Content-Disposition": attachment(record.facts.filename),
        "Repr-Digest": f"sha-256=:{digest}:",
        "Cache-Control": "private, no-store",
    }
    return Response(pdf, media_type="application/pdf", headers=headers)
