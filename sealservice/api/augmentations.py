"""``/augmentations``: raise the level of the signatures of a PDF, ours or others'."""

import base64
import hashlib
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from sealservice.api.callers import may
from sealservice.api.problems import problems
from sealservice.api.routing import ProblemRouter, UploadRoute
from sealservice.api.services import Services
from sealservice.api.uploads import OPENAPI_BODY, Uploaded
from sealservice.kernel.actor import Actor, Permission
from sealservice.kernel.filenames import attachment
from sealservice.sealing.model import Level

router: APIRouter = ProblemRouter("documents", UploadRoute)

Writer = Annotated[Actor, may(Permission.DOCUMENTS_WRITE)]
LevelAsked = Annotated[
    Level, Query(description="`B-T`, `B-LT` or `B-LTA`; of a PDF at B-LTA this prolongs the proof.")
]


@router.post(
    "/augmentations",
    response_class=Response,
    responses={
        200: {
            "description": "The PDF with more behind it; what was sent is an exact prefix.",
            "content": {"application/pdf": {}},
        },
        **problems(400, 401, 403, 408, 409, 413, 415, 422),
    },
    openapi_extra=OPENAPI_BODY,
    summary="Raise the level of a PDF's signatures",
)
def augment(
    services: Services, actor: Writer, upload: Uploaded, level: LevelAsked = Level.B_LTA
) -> Response:
    """Add document timestamps and status (DSS) until all signatures have a PAdES level.

    Nothing is stored. A signature without a timestamp gets a document timestamp: its own CMS cannot
    be changed. What cannot be had (a status, a token) is a problem, and no PDF is returned.
    """
    augmented = services.augmentation.augment(actor, upload.filename, upload.data, level)
    digest = base64.b64encode(hashlib.sha256(augmented.pdf).digest()).decode()
    headers = {
        "Content-Disposition": attachment(upload.filename),
        "Repr-Digest": f"sha-256=:{digest}:",
        "Cache-Control": "private, no-store",
    }
    return Response(augmented.pdf, media_type="application/pdf", headers=headers)
