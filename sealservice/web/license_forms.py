"""The printed license: fetched by staff, and looked up by whoever has one before them."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from sealservice.kernel.filenames import attachment
from sealservice.licenses.issuing import Standing
from sealservice.licenses.model import STATUS_NAMES
from sealservice.web.pages import render
from sealservice.web.routing import PageRouter
from sealservice.web.services import Services
from sealservice.web.sessions import SignedIn, Visitor

router: APIRouter = PageRouter()

Version = Annotated[int, Path(ge=1, le=1_000_000)]
Digest = Annotated[str, Path(pattern=r"^[0-9a-f]{16,64}$")]
_TOLD: Final = {Standing.FOREIGN: 404}


@router.get("/admin/licenses/{license_id}/pdf")
def pdf(services: Services, staff: SignedIn, license_id: str) -> Response:
    """Give the sealed PDF of a license."""
    made = services.license_pdfs.pdf(staff.actor, license_id)
    headers = {
        "Content-Disposition": attachment(f"{license_id}-{made.version}.pdf"),
        "Cache-Control": "private, no-store",
    }
    return Response(made.pdf, media_type="application/pdf", headers=headers)


@router.get("/licenses/{license_id}/{version}/{digest}")
def check(
    request: Request,
    services: Services,
    _visitor: Visitor,
    license_id: str,
    version: Version,
    digest: Digest,
) -> Response:
    """Say whether a printed license is the present one; for everybody."""
    standing, license_ = services.license_pdfs.standing(license_id, version, digest)
    return render(
        request,
        "license_check.html",
        _TOLD.get(standing, 200),
        standing=standing,
        license=license_,
        status_name=STATUS_NAMES[license_.status],
        version=version,
        digest=digest,
    )
