"""``/records``: sealed documents in the archive."""

import base64
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path
from fastapi.responses import Response
from pydantic import BaseModel, Field

from sealservice.api.callers import may
from sealservice.api.listing import Page, PageAsked
from sealservice.api.problems import problems
from sealservice.api.routing import ProblemRouter
from sealservice.api.services import Services
from sealservice.archive.model import Record, Renewal
from sealservice.kernel.actor import Actor, Permission
from sealservice.kernel.filenames import attachment

router: APIRouter = ProblemRouter("records")

Reader = Annotated[Actor, may(Permission.RECORDS_READ)]
Number = Annotated[int, Path(ge=1, le=1_000)]


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


class RenewalShown(BaseModel):
    """A copy of a record with more behind it that proves it for longer."""

    number: int = Field(description="1 for the first; each begins with the one before.")
    sha256: str
    size: int = Field(description="Bytes.")
    previous_sha256: str = Field(description="Of the bytes that it begins with.")
    renew_before: datetime | None = Field(description="Until when it proves the record.")
    object_key: str
    version_id: str
    retained_until: datetime
    created_at: datetime

    @classmethod
    def of(cls, renewal: Renewal) -> "RenewalShown":
        """Show a copy without its report."""
        stored = renewal.stored
        return cls(
            number=renewal.number,
            sha256=renewal.sha256,
            size=renewal.size,
            previous_sha256=renewal.previous_sha256,
            renew_before=renewal.renew_before,
            object_key=stored.object_key,
            version_id=stored.version_id,
            retained_until=stored.retained_until,
            created_at=renewal.created_at,
        )


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
    return _file(record.facts.filename, record.sha256, pdf)


@router.get(
    "/records/{record_id}/renewals",
    responses=problems(401, 403, 404),
    summary="List the renewed copies of a record",
)
def renewals(services: Services, actor: Reader, record_id: str) -> list[RenewalShown]:
    """List the copies that prolong what proves a record, oldest first; the record stays."""
    return [RenewalShown.of(one) for one in services.renewed.list(actor, record_id)]


@router.get(
    "/records/{record_id}/renewals/{number}/file",
    response_class=Response,
    responses={
        200: {
            "description": "The copy, which begins with the archived bytes.",
            "content": {"application/pdf": {}},
        },
        **problems(401, 403, 404),
    },
    summary="Fetch a renewed copy of a sealed document",
)
def fetch_renewal(services: Services, actor: Reader, record_id: str, number: Number) -> Response:
    """Fetch one of the copies; the fetch is an audit fact."""
    record, renewal, pdf = services.renewed.fetch(actor, record_id, number)
    return _file(record.facts.filename, renewal.sha256, pdf)


def _file(filename: str, sha256: str, pdf: bytes) -> Response:
    digest = base64.b64encode(bytes.fromhex(sha256)).decode()
    headers = {
        "Content-Disposition": attachment(filename),
        "Repr-Digest": f"sha-256=:{digest}:",
        "Cache-Control": "private, no-store",
    }
    return Response(pdf, media_type="application/pdf", headers=headers)
