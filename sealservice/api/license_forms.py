"""``/licenses/{id}/pdf`` and ``/licenses/{id}/credentials``: a license in its other forms."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import BaseModel, Field

from sealservice.api.callers import may
from sealservice.api.creation import Created, OnceOnly
from sealservice.api.problems import problems
from sealservice.api.routing import ProblemRouter
from sealservice.api.services import Services
from sealservice.api.values import Sent
from sealservice.kernel.actor import Actor, Permission
from sealservice.kernel.filenames import attachment
from sealservice.licenses.credential import Credential

router: APIRouter = ProblemRouter("licenses")

Reader = Annotated[Actor, may(Permission.LICENSES_READ)]
Writer = Annotated[Actor, may(Permission.LICENSES_WRITE)]


class CredentialWanted(Sent):
    """A wallet that is to hold a credential."""

    jwk: dict[str, Any] = Field(
        description="Public key of the wallet: a JWK on P-256. Presentations are proved by it.",
        examples=[
            {
                "kty": "EC",
                "crv": "P-256",
                "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
                "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
            }
        ],
    )


class CredentialIssued(BaseModel):
    """A credential of a license; only this answer holds its text."""

    id: str = Field(examples=["crd_01kaqc5y6w8m9n3p4q5r6s7t8v"])
    license_id: str
    version: int = Field(description="Of the face. A newer one ends this credential.")
    created_at: datetime
    expires_at: datetime
    credential: str | None = Field(
        description="SD-JWT VC (`application/dc+sd-jwt`) with all its disclosures, handed over "
        "this once. Null when the request is repeated.",
        examples=["eyJhbGciOiJFUzI1NiIsInR5cCI6ImRjK3NkLWp3dCJ9…~"],
    )

    @classmethod
    def of(cls, one: Credential, text: str | None) -> "CredentialIssued":
        """Show a credential."""
        named = ("id", "license_id", "version", "created_at", "expires_at")
        return cls(**{name: getattr(one, name) for name in named}, credential=text)


@router.get(
    "/licenses/{license_id}/pdf",
    response_class=Response,
    responses={
        **problems(401, 403, 404, 409, 422, 503),
        200: {"content": {"application/pdf": {}}, "description": "PDF/A-2b, sealed (PAdES B-LT)."},
    },
    summary="Fetch the sealed PDF of an e-license",
)
def pdf(services: Services, actor: Reader, license_id: str) -> Response:
    """Give the license as it is printed, sealed by its registry; its code leads to its status."""
    made = services.license_pdfs.pdf(actor, license_id)
    headers = {
        "Content-Disposition": attachment(f"{license_id}-{made.version}.pdf"),
        "Cache-Control": "private, no-store",
    }
    return Response(made.pdf, media_type="application/pdf", headers=headers)


@router.post(
    "/licenses/{license_id}/credentials",
    status_code=201,
    response_model=CredentialIssued,
    responses=problems(400, 401, 403, 404, 409, 413, 422, 503),
    summary="Issue a credential of an e-license",
)
def issue(
    services: Services, actor: Writer, once: OnceOnly, license_id: str, wanted: CredentialWanted
) -> Response:
    """Issue the license to a wallet: an SD-JWT VC whose lines are shown one by one."""

    def work(made: tuple[Credential, str]) -> Created:
        one, text = made
        return Created(CredentialIssued.of(one, text), kept=CredentialIssued.of(one, None))

    return once.run_prepared(
        actor, wanted, lambda: services.credentials.issue(actor, license_id, wanted.jwk), work
    )
