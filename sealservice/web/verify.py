"""``/verify``: anybody drops a PDF and reads what its signatures are worth.

The same form works without scripts (a page comes back) and with htmx (only the verdict does).
"""

import base64
import json
from collections.abc import Sequence
from typing import Annotated, Final, cast

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from sealservice.kernel.bodies import BodyTooLarge
from sealservice.kernel.filenames import safe_filename
from sealservice.kernel.json import JsonObject
from sealservice.verification.decision import verdict_of
from sealservice.verification.messages import HEADLINES
from sealservice.verification.model import Verdict
from sealservice.verification.report import report_json
from sealservice.web.errors import FileMissing, FormInvalid
from sealservice.web.pages import is_partial, render
from sealservice.web.routing import PageRouter, UploadRoute
from sealservice.web.services import Services, services_of
from sealservice.web.sessions import OwnForm, Visitor

router: APIRouter = PageRouter(UploadRoute)

_LISTED: Final = 50
"""Most signatures that a page tells of one by one."""
_WEIGHTS: Final = (Verdict.INVALID, Verdict.UNCONFIRMED, Verdict.VALID)


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
    report, verdicts = (
        report_json(found),
        [one.verdict or verdict_of(one) for one in found.signatures],
    )
    listed = listed_first(verdicts)
    return render(
        request,
        "_verdict.html" if is_partial(request) else "verify.html",
        report=report,
        headline=HEADLINES[found.verdict],
        verdicts=[verdict.value for verdict in verdicts],
        cards=[(number, _signatures(report)[number - 1]) for number in listed],
        hidden=len(verdicts) - len(listed),
        views=services.page_views.of(found, file[1]),
        download=_download(report),
    )


def listed_first(verdicts: Sequence[Verdict]) -> list[int]:
    """Return the numbers of the signatures that are told of one by one; none that is bad hides."""
    numbers = range(1, len(verdicts) + 1)
    by_weight = sorted(numbers, key=lambda number: _WEIGHTS.index(verdicts[number - 1]))
    return sorted(by_weight[:_LISTED])


def _signatures(report: JsonObject) -> list[JsonObject]:
    return cast("list[JsonObject]", report["signatures"])


def _download(report: JsonObject) -> str:
    """Return the report as a link that needs no second request, because nothing is stored."""
    text = json.dumps(report, ensure_ascii=False, indent=2)
    return f"data:application/json;base64,{base64.b64encode(text.encode()).decode()}"
