"""Pass requests for ``/tsa /ocsp /crl /ca /status-lists`` on to the signer, which has the keys.

1. Only addresses that the trust domain can have are passed on, put together anew: nothing else that
   the signer's listener offers can be reached from outside.
2. Bodies, answers and waiting are bounded.
3. When the signer is away, clients get 503 in the words of their own protocol.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Final

import httpx
from fastapi import APIRouter, Path, Request, Response

from sealservice.limits import Limits
from sealservice.web.routing import PageRoute

Name = Annotated[str, Path(pattern=r"^[a-z0-9][a-z0-9_-]{0,63}$")]
Number = Annotated[str, Path(pattern=r"^(0|[1-9][0-9]{0,5})$")]
Encoded = Annotated[str, Path(pattern=r"^[A-Za-z0-9+/=]{1,4096}$")]

_TIMESTAMP_REPLY: Final = "application/timestamp-reply"
_OCSP_RESPONSE: Final = "application/ocsp-response"
_TRY_LATER: Final = bytes.fromhex("30030a0103")
"""OCSPResponse with the status tryLater, RFC 6960 4.2.1."""
_SYSTEM_FAILURE: Final = bytes.fromhex("300c300a02010203050600000040")
"""TimeStampResp that rejects for systemFailure, RFC 3161 2.4.2."""
_PASSED_ON: Final = ("content-type", "cache-control", "access-control-allow-origin")


@dataclass(frozen=True, slots=True)
class AuthorityProxy:
    """The signer's listener, asked over HTTP."""

    client: httpx.AsyncClient
    """Has the listener's base address."""
    limits: Limits

    async def pass_on(self, method: str, path: str, body: bytes, kind: str) -> Response | None:
        """Return the signer's answer; None when it is away or answers beyond all bounds."""
        headers = {"content-type": kind} if body else {}
        try:
            async with self.client.stream(
                method, path, content=body, headers=headers, timeout=self.limits.http_seconds
            ) as answer:
                content = await self._content(answer)
        except httpx.HTTPError:
            return None
        if content is None or answer.status_code >= 500:  # noqa: PLR2004 (RFC 9110 15.6)
            return None
        return Response(content, answer.status_code, _headers(answer.headers))

    async def _content(self, answer: httpx.Response) -> bytes | None:
        content = bytearray()
        async for part in answer.aiter_bytes():
            content += part
            if len(content) > self.limits.http_response_bytes:
                return None
        return bytes(content)


def authority_router(proxy: AuthorityProxy) -> APIRouter:
    """Return the routes that pass on."""
    router = APIRouter(route_class=PageRoute, include_in_schema=False)

    @router.post("/tsa")
    async def timestamp(request: Request) -> Response:
        body, kind = await request.body(), "application/timestamp-query"
        answer = await proxy.pass_on("POST", "/tsa", body, kind)
        return answer or _away(_SYSTEM_FAILURE, _TIMESTAMP_REPLY)

    @router.post("/ocsp/{authority}")
    async def status(request: Request, authority: Name) -> Response:
        body, kind = await request.body(), "application/ocsp-request"
        answer = await proxy.pass_on("POST", f"/ocsp/{authority}", body, kind)
        return answer or _away(_TRY_LATER, _OCSP_RESPONSE)

    @router.get("/ocsp/{authority}/{encoded:path}")
    async def status_by_address(authority: Name, encoded: Encoded) -> Response:
        safe = encoded.replace("+", "%2B").replace("=", "%3D").replace("/", "%2F")
        answer = await proxy.pass_on("GET", f"/ocsp/{authority}/{safe}", b"", "")
        return answer or _away(_TRY_LATER, _OCSP_RESPONSE)

    @router.get("/crl/{authority}.crl")
    async def revocation_list(authority: Name) -> Response:
        answer = await proxy.pass_on("GET", f"/crl/{authority}.crl", b"", "")
        return answer or _away(b"", "application/pkix-crl")

    @router.get("/ca/{unit}.cer")
    async def certificate(unit: Name) -> Response:
        answer = await proxy.pass_on("GET", f"/ca/{unit}.cer", b"", "")
        return answer or _away(b"", "application/pkix-cert")

    @router.get("/status-lists/{number}")
    async def status_list(number: Number) -> Response:
        answer = await proxy.pass_on("GET", f"/status-lists/{number}", b"", "")
        return answer or _away(b"", "application/statuslist+jwt")

    return router


def _away(body: bytes, kind: str) -> Response:
    return Response(body, 503, {"Retry-After": "5"}, media_type=kind)


def _headers(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: headers[name] for name in _PASSED_ON if name in headers}
