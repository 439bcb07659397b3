"""``/documents``: PDFs that may be sealed."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, Field

from sealservice.api.callers import may
from sealservice.api.creation import Created, OnceOnly
from sealservice.api.problems import problems
from sealservice.api.routing import ProblemRouter, UploadRoute
from sealservice.api.services import Services
from sealservice.api.uploads import OPENAPI_BODY, Uploaded
from sealservice.kernel.actor import Actor, Permission
from sealservice.kernel.digests import sha256_hex
from sealservice.sealing.model import Document

router: APIRouter = ProblemRouter("documents", UploadRoute)

Reader = Annotated[Actor, may(Permission.ORDERS_READ)]
Writer = Annotated[Actor, may(Permission.DOCUMENTS_WRITE)]


class DocumentShown(BaseModel):
    """A stored PDF."""

    id: str = Field(examples=["doc_01kaqc5y6w8m9n3p4q5r6s7t8v"])
    filename: str
    sha256: str
    size: int = Field(description="Bytes.")
    pages: int
    created_at: datetime

    @classmethod
    def of(cls, document: Document) -> "DocumentShown":
        """Show a document."""
        return cls(
            id=document.id,
            filename=document.filename,
            sha256=document.sha256,
            size=document.size,
            pages=document.pages,
            created_at=document.created_at,
        )


@router.post(
    "/documents",
    status_code=201,
    response_model=DocumentShown,
    responses=problems(400, 401, 403, 408, 409, 413, 415, 422),
    openapi_extra=OPENAPI_BODY,
    summary="Store a PDF",
)
def store(services: Services, actor: Writer, once: OnceOnly, upload: Uploaded) -> Response:
    """Store a PDF and check that it can be sealed: readable, open, free of active content."""

    def prepare() -> Document:
        return services.orders.examined_document(actor, upload.filename, upload.data)

    def work(examined: Document) -> Created:
        return Created(DocumentShown.of(services.orders.keep_document(actor, examined)))

    wish = f"{upload.filename}\n{sha256_hex(upload.data)}"
    return once.run_prepared(actor, wish, prepare, work)


@router.get(
    "/documents/{document_id}", responses=problems(401, 403, 404), summary="Show a document"
)
def show(services: Services, actor: Reader, document_id: str) -> DocumentShown:
    """Show what is known of a stored PDF."""
    return DocumentShown.of(services.orders.document(actor, document_id))
