"""``POST /reports/ID/signature`` on the signer's internal listener: have a kept report signed.

1. The body is not looked at: what is signed is what web kept under that id.
2. Done, now or before, is 204; everything else is a problem.
3. The web process does not pass this address on; nobody outside reaches it.
"""

import re
from typing import Final, Protocol

from fastapi import APIRouter, Response
from fastapi.routing import APIRoute

from sealservice.verification.errors import ReportNotFound

_ID: Final = re.compile(r"ver_[0-9a-z]{26}")


class ReportSigning(Protocol):
    """What this route calls."""

    def sign(self, report_id: str) -> None:
        """Sign a kept report, unless that was done before."""
        ...


def report_signing_router(signing: ReportSigning, route: type[APIRoute]) -> APIRouter:
    """Return the route; ``route`` is the kind of it, which makes failures problems."""
    router = APIRouter(route_class=route, include_in_schema=False)

    @router.post("/reports/{report_id}/signature")
    def sign(report_id: str) -> Response:
        """Have a report signed."""
        if not _ID.fullmatch(report_id):
            raise ReportNotFound(report_id="…")
        signing.sign(report_id)
        return Response(status_code=204)

    return router
