"""``/verifications``: anybody may ask what a PDF's signatures are worth; no key is needed."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import JSONResponse, Response

from sealservice.api.problems import problems
from sealservice.api.routing import ProblemRouter, UploadRoute
from sealservice.api.services import Services
from sealservice.api.uploads import OPENAPI_BODY, Uploaded
from sealservice.verification.report import report_json

router: APIRouter = ProblemRouter("verifications", UploadRoute)


@router.post(
    "/verifications",
    response_model=dict[str, Any],
    responses=problems(400, 408, 413, 415, 422),
    openapi_extra=OPENAPI_BODY,
    summary="Verify a PDF",
)
def verify(services: Services, upload: Uploaded) -> Response:
    """Verify every signature of a PDF and return the report (see docs). Nothing is stored.

    An invalid signature, an unsigned file, even one that is not a PDF is an answer (200), not an
    error: `verdict` is `valid`, `unconfirmed`, `invalid`, `unsigned` or `unreadable`.
    """
    report = services.verification.verify(upload.filename, upload.data)
    return JSONResponse(report_json(report), headers={"Cache-Control": "no-store"})
