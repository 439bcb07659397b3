"""``/raw-seals``: the bytes of a document of an approved list in, its sealed bytes out."""

import base64
import hashlib
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from sealservice.api.callers import may
from sealservice.api.problems import problems
from sealservice.api.routing import ProblemRouter, UploadRoute
from sealservice.api.services import Services, services_of
from sealservice.kernel.actor import Actor, Permission
from sealservice.kernel.bodies import BodyTooLarge

router: APIRouter = ProblemRouter("batches", UploadRoute)

Writer = Annotated[
    Actor, may(Permission.ORDERS_READ, Permission.ORDERS_WRITE, Permission.RECORDS_READ)
]
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/pdf": {"schema": {"type": "string", "contentMediaType": "application/pdf"}}
        },
    }
}


async def _digest(request: Request) -> str:
    """Hash the body as it arrives; none of it is kept."""
    greatest, size = services_of(request).limits.document_bytes, 0
    state = hashlib.sha256()
    async for chunk in request.stream():
        size += len(chunk)
        if size > greatest:
            raise BodyTooLarge(limit=f"{greatest >> 20} MB")
        state.update(chunk)
    return state.hexdigest()


@router.post(
    "/raw-seals/{batch_id}",
    response_class=Response,
    responses={
        200: {
            "description": "The sealed PDF, exactly the archived bytes.",
            "content": {"application/pdf": {}},
        },
        **problems(401, 403, 404, 408, 409, 413),
    },
    openapi_extra=_BODY,
    summary="Seal a document of an approved list at once",
)
def seal(
    services: Services, actor: Writer, batch_id: str, sha256: Annotated[str, Depends(_digest)]
) -> Response:
    """Send the bytes of a document of an approved batch, and get it back sealed and archived.

    Only bytes of the approved list are sealed, each once: the same bytes again get the same answer.
    503 with `Retry-After` while it is being worked on.
    """
    record, pdf = services.raw_seals.sealed(actor, batch_id, sha256)
    digest = base64.b64encode(bytes.fromhex(record.sha256)).decode()
    headers = {
        "Repr-Digest": f"sha-256=:{digest}:",
        "Record-Id": record.id,
        "Cache-Control": "private, no-store",
    }
    return Response(pdf, media_type="application/pdf", headers=headers)
