"""``/admin/licenses/imports``: choose a file of licenses, watch its import."""

import csv
import io
from typing import Annotated, Final

from fastapi import APIRouter, File, Query, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from sealservice.kernel.actor import Permission
from sealservice.kernel.errors import Refused
from sealservice.kernel.filenames import attachment, safe_filename
from sealservice.web.errors import FileMissing
from sealservice.web.failures import status_of
from sealservice.web.pages import is_partial, language_of, render
from sealservice.web.routing import FacesRoute, PageRouter
from sealservice.web.services import Services
from sealservice.web.sessions import OwnForm, SessionForm, SignedIn

_ROWS: Final = 20


router: APIRouter = PageRouter(FacesRoute)

After = Annotated[int, Query(ge=0)]


@router.get("/admin/licenses/imports")
def ask(request: Request, services: Services, staff: SignedIn) -> Response:
    """Show the form, and the latest imports."""
    return _page(request, services, staff)


@router.post("/admin/licenses/imports", dependencies=[OwnForm, SessionForm])
def start(
    request: Request,
    services: Services,
    staff: SignedIn,
    file: Annotated[UploadFile | None, File()] = None,
) -> Response:
    """Take the file in and show its import; or say what is wrong with it."""
    try:
        if file is None or not file.filename:
            raise FileMissing
        data = file.file.read(services.limits.import_bytes + 1)
        one = services.imports.start(staff.actor, safe_filename(file.filename), data)
    except Refused as refusal:
        return _page(request, services, staff, refusal)
    return RedirectResponse(f"/admin/licenses/imports/{one.id}", 303)


@router.get("/admin/licenses/imports/{import_id}")
def show(
    request: Request, services: Services, staff: SignedIn, import_id: str, after: After = 0
) -> Response:
    """Show how far an import got, and some of the rows that were refused."""
    one = services.imports.show(staff.actor, import_id)
    failures = services.imports.failures(staff.actor, import_id, after, _ROWS + 1)
    following = failures[_ROWS - 1].row if len(failures) > _ROWS else None
    return render(
        request,
        "_license_import.html" if is_partial(request) else "license_import.html",
        one=one,
        failures=failures[:_ROWS],
        following=following,
        after=after,
    )


@router.get("/admin/licenses/imports/{import_id}/failures.csv")
def failures_csv(request: Request, services: Services, staff: SignedIn, import_id: str) -> Response:
    """Give all refused rows as a file that spreadsheets open."""
    one = services.imports.show(staff.actor, import_id)
    failures = services.imports.failures(staff.actor, import_id, 0, one.rows)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(("行 row", "统一社会信用代码 uscc", "code", "原因 reason"))
    language = language_of(request).value
    for failure in failures:
        told = failure.refusal
        writer.writerow((failure.row, _inert(failure.uscc), told["code"], told[language]))
    headers = {
        "Content-Disposition": attachment(f"{import_id}.csv"),
        "Cache-Control": "private, no-store",
    }
    return Response(out.getvalue().encode("utf-8-sig"), media_type="text/csv", headers=headers)


def _inert(cell: str) -> str:
    """Return what no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell


def _page(
    request: Request, services: Services, staff: SignedIn, refusal: Refused | None = None
) -> Response:
    staff.actor.require(Permission.LICENSES_WRITE)
    return render(
        request,
        "license_imports.html",
        status_of(refusal) if refusal else 200,
        problem=refusal.to(language_of(request)) if refusal else None,
        imports=services.imports.page(staff.actor, None, _ROWS),
    )
