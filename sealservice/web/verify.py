"""``/verify``: anybody drops a PDF and reads what its signatures are worth.

The same form works without scripts (a page comes back) and with htmx (only the verdict does). The
file is never kept. Its report is when somebody who is signed in asks for that; ``/verify/{id}``
then shows it to whoever has the link.
"""

import base64
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final, cast

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from sealservice.identity.model import Staff
from sealservice.kernel.bodies import BodyTooLarge
from sealservice.kernel.filenames import attachment, safe_filename
from sealservice.kernel.json import JsonObject
from sealservice.verification.keeping import KeptReport, ReportAsked, verdicts
from sealservice.verification.messages import HEADLINES
from sealservice.verification.model import Verdict
from sealservice.verification.report import report_json
from sealservice.verification.views import Views
from sealservice.web.errors import FileMissing, ForeignForm, FormInvalid
from sealservice.web.pages import is_partial, render
from sealservice.web.routing import PageRouter, VerifiedRoute
from sealservice.web.services import Services, services_of
from sealservice.web.sessions import OwnForm, Visitor

router: APIRouter = PageRouter(VerifiedRoute)

_LISTED: Final = 50
"""Most signatures that a page tells of one by one."""
_WEIGHTS: Final = (Verdict.INVALID, Verdict.UNCONFIRMED, Verdict.VALID)


@dataclass(frozen=True, slots=True)
class _Sent:
    """What came in the form."""

    filename: str
    data: bytes
    keep: bool
    """Whether the report is to be kept."""
    form_token: str


@router.get("/verify")
def ask(request: Request, _staff: Visitor) -> Response:
    """Show the form."""
    return render(request, "verify.html", report=None)


async def _sent(request: Request) -> _Sent:
    """Return the one file in the form, and what is wished for.

    Raises:
        FileMissing: there is none, or it has no name.
        BodyTooLarge: it is larger than a document may be.
        FormInvalid: the body is not such a form.
    """
    greatest = services_of(request).limits.verified_bytes
    try:
        async with request.form(max_files=1, max_fields=4) as form:
            file = form.get("file")
            if not isinstance(file, UploadFile) or not file.filename:
                raise FileMissing
            name, data = safe_filename(file.filename), await file.read()
            sent = _Sent(name, data, bool(_word(form, "keep")), _word(form, "form_token"))
    except HTTPException:
        raise FormInvalid from None
    if len(sent.data) > greatest:
        raise BodyTooLarge(limit=f"{greatest >> 20} MB")
    return sent


def _word(form: FormData, name: str) -> str:
    value = form.get(name, "")
    return value if isinstance(value, str) else ""


Sent = Annotated[_Sent, Depends(_sent)]


@router.post("/verify", dependencies=[OwnForm])
def verify(request: Request, services: Services, staff: Visitor, sent: Sent) -> Response:
    """Verify the file and show the verdict; only the report is kept, and only when asked."""
    if sent.keep:
        _require_own_session(request, staff, sent.form_token)
    found = services.verification.verify(sent.filename, sent.data)
    kept = services.report_keeping.keep(staff.actor, found) if sent.keep and staff else None
    return _shown(
        request,
        report_json(found),
        verdicts(found),
        views=services.page_views.of(found, sent.data),
        kept=kept,
    )


@router.get("/verify/{report_id}")
def kept_report(request: Request, services: Services, _staff: Visitor, report_id: str) -> Response:
    """Show a kept report to whoever has its link."""
    kept = services.report_keeping.linked(report_id)
    report = cast("JsonObject", kept.content["report"])
    each = [Verdict(str(verdict)) for verdict in cast("list[str]", kept.content["verdicts"])]
    return _shown(request, report, each, views=Views(), kept=kept)


@router.get("/verify/{report_id}/report")
def kept_file(
    services: Services,
    report_id: str,
    wanted: Annotated[ReportAsked, Query(alias="format")] = ReportAsked.JSON,
) -> Response:
    """Give a kept report in one of its forms to whoever has its link."""
    file = services.report_keeping.file(services.report_keeping.linked(report_id), wanted.form)
    headers = {
        "Content-Disposition": attachment(file.filename),
        "Cache-Control": "private, no-store",
    }
    return Response(file.data, media_type=file.media_type, headers=headers)


def _require_own_session(request: Request, staff: Staff | None, form_token: str) -> None:
    """Refuse a wish that is not from a form of this session.

    Raises:
        ForeignForm: nobody is signed in, or the token is missing or of another session.
    """
    own = request.state.form_token if staff else ""
    if not own or not hmac.compare_digest(form_token.encode(), own.encode()):
        raise ForeignForm


def _shown(
    request: Request,
    report: JsonObject,
    each: Sequence[Verdict],
    *,
    views: Views,
    kept: KeptReport | None,
) -> Response:
    signatures = cast("list[JsonObject]", report["signatures"])
    listed = listed_first(each)
    values: dict[str, Any] = {
        "report": report,
        "headline": HEADLINES[Verdict(str(report["verdict"]))],
        "verdicts": [verdict.value for verdict in each],
        "cards": [(number, signatures[number - 1]) for number in listed],
        "hidden": len(each) - len(listed),
        "views": views,
        "kept": kept,
        "download": None if kept else _download(report),
        "public_url": services_of(request).public_url,
    }
    return render(request, "_verdict.html" if is_partial(request) else "verify.html", **values)


def listed_first(each: Sequence[Verdict]) -> list[int]:
    """Return the numbers of the signatures that are told of one by one; none that is bad hides."""
    numbers = range(1, len(each) + 1)
    by_weight = sorted(numbers, key=lambda number: _WEIGHTS.index(each[number - 1]))
    return sorted(by_weight[:_LISTED])


def _download(report: JsonObject) -> str:
    """Return the report as a link that needs no second request, because nothing is stored."""
    text = json.dumps(report, ensure_ascii=False, indent=2)
    return f"data:application/json;base64,{base64.b64encode(text.encode()).decode()}"
