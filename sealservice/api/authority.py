"""The trust domain over HTTP: time stamps, certificate status, revocation lists, certificates.

The signer's internal listener serves these routes and the web process passes requests on to it:
``POST /tsa`` (RFC 3161 3.4), ``POST`` and ``GET /ocsp/NAME`` (RFC 6960 appendix A), ``GET
/crl/NAME.crl`` and ``GET /ca/NAME.cer`` (RFC 5280 4.2.1.13 and 4.2.2.1).

1. A body is bounded while it is read; a longer one is a 413 problem.
2. Whatever else stands in a query or request is answered in its own protocol, with status 200.
3. A name that the trust domain does not have is a 404 problem.
"""

import base64
import binascii
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool

from sealservice.api.problems import problem_response
from sealservice.api.routing import body_bounds
from sealservice.kernel.bodies import bounded
from sealservice.kernel.fields import unprintable_problem
from sealservice.limits import Limits
from sealservice.trust.crl import CrlPublisher
from sealservice.trust.errors import CertificateUnknown
from sealservice.trust.model import KeyPurpose
from sealservice.trust.ocsp import OcspResponder
from sealservice.trust.ports import CertificateDirectory
from sealservice.trust.tsa import TimestampAuthority

TIMESTAMP_REPLY: Final = "application/timestamp-reply"
OCSP_RESPONSE: Final = "application/ocsp-response"
REVOCATION_LIST: Final = "application/pkix-crl"
CERTIFICATE: Final = "application/pkix-cert"


@dataclass(frozen=True, slots=True)
class AuthorityServices:
    """What these routes call; also the ``state.services`` of the application they are part of."""

    timestamps: TimestampAuthority
    ocsp: OcspResponder
    crls: CrlPublisher
    certificates: CertificateDirectory
    limits: Limits
    public_url: str


class SignerRoute(APIRoute):
    """A route whose every failure is a problem."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, with failures answered."""
        answer = super().get_route_handler()

        async def answer_or_problem(request: Request) -> Response:
            try:
                return await answer(request)
            except Exception as error:  # noqa: BLE001 (this is where every failure is answered)
                return problem_response(request, error)

        return answer_or_problem


def authority_router(services: AuthorityServices) -> APIRouter:
    """Return the routes of the trust domain."""
    router = APIRouter(route_class=SignerRoute, default_response_class=Response)
    _add_timestamps(router, services)
    _add_status(router, services)
    _add_files(router, services)
    return router


def _add_timestamps(router: APIRouter, services: AuthorityServices) -> None:
    @router.post("/tsa")
    async def timestamp(request: Request) -> Response:
        """Answer a time-stamp query."""
        query = await _body(request, services.limits, services.limits.timestamp_query_bytes)
        reply = await run_in_threadpool(services.timestamps.respond, query)
        return _answer(reply, TIMESTAMP_REPLY)


def _add_status(router: APIRouter, services: AuthorityServices) -> None:
    @router.post("/ocsp/{authority}")
    async def status(authority: str, request: Request) -> Response:
        """Answer a certificate status request."""
        asked = await _body(request, services.limits, services.limits.ocsp_request_bytes)
        reply = await run_in_threadpool(services.ocsp.respond, authority, asked)
        return _answer(reply, OCSP_RESPONSE)

    @router.get("/ocsp/{authority}/{encoded:path}")
    def status_by_address(authority: str, encoded: str) -> Response:
        """Answer a request that stands in the address, in Base64."""
        return _answer(services.ocsp.respond(authority, _decoded(encoded)), OCSP_RESPONSE)


def _add_files(router: APIRouter, services: AuthorityServices) -> None:
    @router.get("/crl/{authority}.crl")
    def revocation_list(authority: str) -> Response:
        """Return the current revocation list of an authority."""
        return _answer(services.crls.current(authority).der, REVOCATION_LIST)

    @router.get("/ca/{unit}.cer")
    def certificate(unit: str) -> Response:
        """Return the certificate of an authority."""
        found = None if unprintable_problem(unit) else services.certificates.by_unit(unit)
        if found is None or found.purpose is not KeyPurpose.CERTIFICATE_AUTHORITY:
            raise CertificateUnknown(name=unit)
        return _answer(found.der, CERTIFICATE)


async def _body(request: Request, limits: Limits, greatest: int) -> bytes:
    channel = bounded(request.receive, body_bounds(limits, greatest))
    return await Request(request.scope, channel).body()


def _decoded(encoded: str) -> bytes:
    """Decode Base64; what is none becomes empty, which the responder calls malformed."""
    try:
        return base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _answer(content: bytes, media_type: str) -> Response:
    return Response(content, media_type=media_type, headers={"Cache-Control": "no-cache"})
