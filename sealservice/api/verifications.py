"""``/verifications``: anybody may ask what a PDF's signatures are worth; no key is needed.

A report is kept only when the caller asks for that, with a key; the file never is.
"""

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response
from pydantic import AfterValidator, AwareDatetime

from sealservice.api.callers import may
from sealservice.api.problems import problems
from sealservice.api.routing import ProblemRoute, ProblemRouter, VerifiedRoute
from sealservice.api.services import Services
from sealservice.api.uploads import OPENAPI_BODY, VerifiedUploaded
from sealservice.identity.errors import ApiKeyMissing
from sealservice.kernel.actor import Actor, Permission
from sealservice.kernel.filenames import attachment
from sealservice.verification import policies
from sealservice.verification.keeping import ReportAsked
from sealservice.verification.report import report_json

router: APIRouter = ProblemRouter("verifications", VerifiedRoute)
kept_router: APIRouter = ProblemRouter("verifications", ProblemRoute)

Verifier = Annotated[Actor, may(Permission.VERIFY)]

_BEARER: Final = "bearer"
_FORMS: Final = (
    "`jws` is the JSON report signed by this service (RFC 7515, compact), `pdf` the receipt to be "
    "printed, sealed and numbered. Where the installation has no key for reports, there is no "
    "`jws`, and the receipt says on its face that it bears no seal."
)
_KEPT: Final = (
    "Keep the report (not the file). Needs an API key with the scope `verify`; `Location` names "
    "the report."
)


def _policy_name(name: str) -> str:
    if name not in policies.names():
        message = f"must be one of {', '.join(policies.names())}"
        raise ValueError(message)
    return name


@dataclass(frozen=True, slots=True)
class _Terms:
    """Under which conditions a file is verified."""

    policy: str
    at: AwareDatetime | None


def _terms(
    policy: Annotated[
        str,
        Query(
            max_length=60,
            description="Name of the validation policy.",
            json_schema_extra={"enum": policies.names()},
        ),
        AfterValidator(_policy_name),
    ] = policies.DEFAULT,
    at: Annotated[
        AwareDatetime | None,
        Query(description="Verify as of this moment (RFC 3339, with its zone); now unless given."),
    ] = None,
) -> _Terms:
    return _Terms(policy, at)


def _keeper(
    request: Request,
    services: Services,
    keep: Annotated[bool, Query(description=_KEPT)] = False,  # noqa: FBT002 - a query parameter
) -> Actor | None:
    """Return who asks that the report be kept, if anybody; without a wish no key is looked at.

    Raises:
        ApiKeyMissing, ApiKeyUnknown, ApiKeyRevoked, ApiKeyExpired, PermissionMissing.
    """
    if not keep:
        return None
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != _BEARER or not key.strip():
        raise ApiKeyMissing
    actor = services.api_keys.authenticate_api_key(key.strip())
    actor.require(Permission.VERIFY)
    return actor


@router.post(
    "/verifications",
    response_model=dict[str, Any],
    responses=problems(400, 401, 403, 408, 413, 415, 422),
    openapi_extra=OPENAPI_BODY,
    summary="Verify a PDF",
)
def verify(
    services: Services,
    keeper: Annotated[Actor | None, Depends(_keeper)],
    terms: Annotated[_Terms, Depends(_terms)],
    upload: VerifiedUploaded,
) -> Response:
    """Verify every signature of a PDF and return the report (see docs). The file is not stored.

    An invalid signature, an unsigned file, even one that is not a PDF is an answer (200), not an
    error: `verdict` is `valid`, `unconfirmed`, `invalid`, `unsigned` or `unreadable`.
    """
    policy = policies.load(terms.policy)
    report = services.verification.verify(upload.filename, upload.data, terms.at, policy)
    headers = {"Cache-Control": "no-store"}
    if keeper is not None:
        kept = services.report_keeping.keep(keeper, report)
        headers["Location"] = f"/api/v1/verifications/{kept.id}"
    return JSONResponse(report_json(report), headers=headers)


@kept_router.get(
    "/verifications/{report_id}",
    response_model=dict[str, Any],
    responses=problems(401, 403, 404),
    summary="Show a kept report",
)
def show(services: Services, actor: Verifier, report_id: str) -> Response:
    """Show a report that your organisation keeps, as it was made then."""
    kept = services.report_keeping.own(actor, report_id)
    return JSONResponse(kept.content["report"], headers={"Cache-Control": "private, no-store"})


@kept_router.get(
    "/verifications/{report_id}/report",
    response_class=Response,
    responses={
        200: {
            "description": "The report in that form.",
            "content": {
                "application/json": {},
                "application/xml": {},
                "application/pdf": {},
                "application/jose": {},
            },
        },
        **problems(401, 403, 404, 409, 422),
    },
    summary="Fetch a kept report in one of its forms",
)
def fetch(
    services: Services,
    actor: Verifier,
    report_id: str,
    wanted: Annotated[ReportAsked, Query(alias="format", description=_FORMS)] = ReportAsked.JSON,
) -> Response:
    """Fetch the report as JSON, JWS, building blocks, facts, ETSI TS 119 102-2 XML or PDF."""
    kept = services.report_keeping.own(actor, report_id)
    file = services.report_keeping.file(kept, wanted.form)
    headers = {
        "Content-Disposition": attachment(file.filename),
        "Cache-Control": "private, no-store",
    }
    return Response(file.data, media_type=file.media_type, headers=headers)
