"""``/verify``: anybody drops a PDF and reads what its signatures are worth.

The same form works without scripts (a page comes back) and with htmx (only the verdict does).
"""

import base64
import json
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from sealservice.kernel.bodies import BodyTooLarge
from sealservice.kernel.filenames import safe_filename
from sealservice.kernel.json import JsonObject
from sealservice.verification.messages import HEADLINES
from sealservice.verification.report import report_json
from sealservice.web.errors import FileMissing, FormInvalid
from sealservice.web.pages import is_partial, render
from sealservice.web.routing import PageRouter, UploadRoute
from sealservice.web.services import Services, services_of
from sealservice.web.sessions import OwnForm, Visitor

router: APIRouter = PageRouter(UploadRoute)


@router.get("/verify")
def ask(request: Request, _staff: Visitor) -> Response:
    """Show the form."""
    return render(request, "verify.html", report=None)


async def _sent_file(request: Request) -> tuple[str, bytes]:
    """Return name and bytes of the one file in the form.

    Raises:
        FileMissing: there is none, or it has no name.
        BodyTooLarge: it is larger than a document may be.
        FormInvalid: the body is not such a form.
    """
    greatest = services_of(request).limits.document_bytes
    try:
        async with request.form(max_files=1, max_fields=4) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile) or not file.filename:
                raise FileMissing
            name, data = safe_filename(file.filename), await file.read()
    except HTTPException:
        raise FormInvalid from None
    if len(data) > greatest:
        raise BodyTooLarge(limit=f"{greatest >> 20} MB")
    return name, data


SentFile = Annotated[tuple[str, bytes], Depends(_sent_file)]


@router.post("/verify", dependencies=[OwnForm])
def verify(request: Request, services: Services, _staff: Visitor, file: SentFile) -> Response:
    """Verify the file and show the verdict; nothing is stored."""
    found = services.verification.verify(*file)
    report = report_json(found)
    return render(
        request,
        "_verdict.html" if is_partial(request) else "verify.html",
        report=report,
        headline=HEADLINES[found.verdict],
        download=_download(report),
    )


def _download(report: JsonObject) -> str:
    """Return the report as a link that needs no second request, because nothing is stored."""
    text = json.dumps(report, ensure_ascii=False, indent=2)
    return f"data:application/json;base64,{base64.b64encode(text.encode()).decode()}"
