"""What the signer's internal listener offers for licenses: credentials, status lists, PDFs.

1. ``POST /credentials/ID/signature`` and ``POST /licenses/ORGANISATION/ID/pdf`` are for web alone,
   which passes neither on; bodies are not looked at.
2. ``GET /status-lists/N`` is passed on to everybody.
"""

import re
from typing import Final, Protocol

from fastapi import APIRouter, Response
from fastapi.routing import APIRoute

from sealservice.licenses.credential_errors import CredentialNotFound
from sealservice.licenses.errors import LicenseNotFound
from sealservice.licenses.status_list import KIND

_ID: Final = re.compile(r"[a-z]{3}_[0-9a-z]{26}")
_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,5}")
STATUS_LIST: Final = f"application/{KIND}"


class Signing(Protocol):
    """What these routes call."""

    def sign(self, credential_id: str) -> str:
        """Return a credential that was asked for, signed."""
        ...

    def status_list(self, number: int) -> str:
        """Return a status list as things stand."""
        ...


class PdfSealing(Protocol):
    """What the route of PDFs calls."""

    def seal(self, organisation_id: str, license_id: str) -> None:
        """Seal and keep the PDF of a license's present face, unless that was done before."""
        ...


def license_signing_router(
    signing: Signing, sealing: PdfSealing, route: type[APIRoute]
) -> APIRouter:
    """Return the routes; ``route`` is the kind of them, which makes failures problems."""
    router = APIRouter(route_class=route, include_in_schema=False)

    @router.post("/licenses/{organisation_id}/{license_id}/pdf")
    def seal(organisation_id: str, license_id: str) -> Response:
        """Have the PDF of a license sealed."""
        if not (_ID.fullmatch(organisation_id) and _ID.fullmatch(license_id)):
            raise LicenseNotFound(license_id="…")
        sealing.seal(organisation_id, license_id)
        return Response(status_code=204)

    @router.post("/credentials/{credential_id}/signature")
    def sign(credential_id: str) -> Response:
        """Sign a credential that was asked for."""
        if not _ID.fullmatch(credential_id):
            raise CredentialNotFound(credential_id="…")
        return Response(signing.sign(credential_id), media_type="application/dc+sd-jwt")

    @router.get("/status-lists/{number}")
    def status_list(number: str) -> Response:
        """Say which credentials are not valid any more."""
        if not _NUMBER.fullmatch(number):
            raise CredentialNotFound(credential_id="…")
        listed = signing.status_list(int(number))
        headers = {"Cache-Control": "no-store", "Access-Control-Allow-Origin": "*"}
        return Response(listed, media_type=STATUS_LIST, headers=headers)

    return router
