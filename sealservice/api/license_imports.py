"""``/license-imports``: many e-licenses out of one CSV or JSON file, in the background."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from sealservice.api.callers import may
from sealservice.api.creation import Created, OnceOnly
from sealservice.api.listing import MOST, Page, PageAsked
from sealservice.api.problems import problems
from sealservice.api.routing import ImportRoute, ProblemRouter
from sealservice.api.services import Services
from sealservice.api.uploads import OPENAPI_FACES, FacesUploaded
from sealservice.api.values import Failure
from sealservice.kernel.actor import Actor, Permission
from sealservice.kernel.digests import sha256_hex
from sealservice.licenses.model import ImportFailure, LicenseImport

router: APIRouter = ProblemRouter("licenses", ImportRoute)

Reader = Annotated[Actor, may(Permission.LICENSES_READ)]
Writer = Annotated[Actor, may(Permission.LICENSES_WRITE)]


class LicenseImportShown(BaseModel):
    """A file of licenses, and how far its import got."""

    id: str = Field(examples=["imp_01kaqc5y6w8m9n3p4q5r6s7t8v"])
    filename: str
    sha256: str
    rows: int
    done: int = Field(description="Rows looked at: registered + unchanged + failed.")
    registered: int
    unchanged: int = Field(description="Registered before, with the same face.")
    failed: int
    created_at: datetime
    finished_at: datetime | None

    @classmethod
    def of(cls, one: LicenseImport) -> "LicenseImportShown":
        """Show an import."""
        return cls(**{name: getattr(one, name) for name in cls.model_fields})


class ImportFailureShown(BaseModel):
    """A row that was refused, and why."""

    row: int = Field(description="As a spreadsheet counts: the row of column names is 1.")
    uscc: str = Field(description="What stood there for a credit code.")
    refusal: Failure

    @classmethod
    def of(cls, failure: ImportFailure) -> "ImportFailureShown":
        """Show a refused row."""
        refusal = Failure.model_validate(failure.refusal)
        return cls(row=failure.row, uscc=failure.uscc, refusal=refusal)


class ImportFailures(BaseModel):
    """Some of the refused rows, in order."""

    data: list[ImportFailureShown]


@router.post(
    "/license-imports",
    status_code=202,
    response_model=LicenseImportShown,
    responses=problems(400, 401, 403, 408, 409, 413, 415, 422),
    openapi_extra=OPENAPI_FACES,
    summary="Import e-licenses",
)
def start(services: Services, actor: Writer, once: OnceOnly, upload: FacesUploaded) -> Response:
    """Take in a CSV file (UTF-8 or GB 18030; its first row names the columns) or a JSON list.

    A row that is refused does not stop the others; a file that cannot be read is refused whole.
    """

    def prepare() -> LicenseImport:
        return services.imports.examined(actor, upload.filename, upload.data)

    def work(one: LicenseImport) -> Created:
        kept = services.imports.keep(actor, one, upload.data)
        return Created(LicenseImportShown.of(kept), status=202)

    wish = f"{upload.filename}\n{sha256_hex(upload.data)}"
    return once.run_prepared(actor, wish, prepare, work)


@router.get(
    "/license-imports",
    responses=problems(401, 403, 422),
    summary="List imports of e-licenses",
)
def page(services: Services, actor: Reader, paging: PageAsked) -> Page[LicenseImportShown]:
    """List the organisation's imports, newest first."""
    return paging.page(
        lambda before, limit: services.imports.page(actor, before, limit),
        LicenseImportShown.of,
        lambda one: one.id,
    )


@router.get(
    "/license-imports/{import_id}",
    responses=problems(401, 403, 404),
    summary="Show an import of e-licenses",
)
def show(services: Services, actor: Reader, import_id: str) -> LicenseImportShown:
    """Show how far an import got."""
    return LicenseImportShown.of(services.imports.show(actor, import_id))


@router.get(
    "/license-imports/{import_id}/failures",
    responses=problems(401, 403, 404, 422),
    summary="List the refused rows of an import",
)
def failures(
    services: Services,
    actor: Reader,
    import_id: str,
    after: Annotated[int, Query(ge=0, description="Behind this row.")] = 0,
    limit: Annotated[int, Query(ge=1, le=MOST)] = MOST,
) -> ImportFailures:
    """List refused rows in their order, up to `limit` behind row `after`."""
    found = services.imports.failures(actor, import_id, after, limit)
    return ImportFailures(data=[ImportFailureShown.of(failure) for failure in found])
