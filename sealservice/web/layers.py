"""The layers every request passes, outermost first, written as plain ASGI.

1. It gets a number; afterwards one line is logged and measured: method, route, status, duration.
   The route's template is logged, not the path, which may hold a secret.
2. Every answer carries the security headers.
3. An answer that comes before its request has been read to the end closes the connection: whoever
   sends without end is not listened to any longer. All bodies together are bounded as well, so
   that many large ones at once cannot take the memory: the request that goes over gets 503.
4. The Host header must be ours (``public_url``). Probes of the machine itself may use any, and so
   may clients of the trust domain: ``openssl ocsp`` leaves out the port, and nothing there depends
   on a name, a cookie or a browser.
"""

import logging
import threading
import time
from typing import Final
from urllib.parse import urlsplit

from fastapi.responses import PlainTextResponse
from prometheus_client import Counter, Histogram
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sealservice.kernel.ids import new_id
from sealservice.kernel.language import preferred_language
from sealservice.web.errors import BodiesTooMany, HostUnknown

_LOG: Final = logging.getLogger("sealservice.requests")
_REQUESTS: Final = Counter(
    "sealservice_http_requests_total", "HTTP requests.", ("method", "route", "status")
)
_SECONDS: Final = Histogram(
    "sealservice_http_request_seconds", "Duration of HTTP requests.", ("method", "route")
)
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_PROBES: Final = frozenset({"/livez", "/readyz", "/metrics"})
_TRUST_DOMAIN: Final = ("/tsa", "/ocsp/", "/crl/", "/ca/")
_ABORTED: Final = 499

CONTENT_SECURITY_POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'; manifest-src 'self'; worker-src 'self'"
)
_HEADERS: Final = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: with that, browsers send `Origin: null` even with our own forms.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_TRANSPORT_SECURITY: Final = "max-age=31536000; includeSubDomains"


class Numbered:
    """Layer 1."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Give one request its number, and tell of it when it is over."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        number = new_id("req")
        scope.setdefault("state", {})["request_id"] = number
        status, begun = _ABORTED, time.monotonic()

        async def numbered(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = number
            await send(message)

        try:
            await self._app(scope, receive, numbered)
        finally:
            _tell(scope, number, status, time.monotonic() - begun)


class Guarded:
    """Layer 2."""

    def __init__(self, app: ASGIApp, *, is_secure: bool) -> None:
        self._app = app
        secure = {"Strict-Transport-Security": _TRANSPORT_SECURITY} if is_secure else {}
        self._headers = {**_HEADERS, **secure}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers to one answer."""

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        await self._app(scope, receive, guarded)


class Hearing:
    """Layer 3."""

    def __init__(self, app: ASGIApp, greatest: int) -> None:
        self._app = app
        self._greatest = greatest
        self._held = 0
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Watch how far one body is read, and close the connection when that is not its end."""
        unread = scope["type"] == "http" and _announces_body(Headers(scope=scope))
        held = 0

        async def watched() -> Message:
            nonlocal unread, held
            message = await receive()
            unread = unread and message.get("more_body", False)
            held += (size := len(message.get("body", b"")))
            if self._hold(size) > self._greatest:
                raise BodiesTooMany
            return message

        async def closing(message: Message) -> None:
            if message["type"] == "http.response.start" and unread:
                MutableHeaders(scope=message)["Connection"] = "close"
            await send(message)

        try:
            await self._app(scope, watched, closing)
        finally:
            self._hold(-held)

    def _hold(self, size: int) -> int:
        """Return how many bytes are held now that there are ``size`` more."""
        with self._lock:
            self._held += size
            return self._held


class OwnHost:
    """Layer 4."""

    def __init__(self, app: ASGIApp, public_url: str) -> None:
        self._app = app
        self._public_url = public_url
        self._host = urlsplit(public_url).netloc.lower()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through, or say where it belongs."""
        if scope["type"] != "http" or _takes_any_host(scope["path"]) or self._is_ours(scope):
            await self._app(scope, receive, send)
            return
        language = preferred_language(Headers(scope=scope).get("accept-language", ""))
        text = HostUnknown(public_url=self._public_url).to(language)
        await PlainTextResponse(f"{text}\n", 421)(scope, receive, send)

    def _is_ours(self, scope: Scope) -> bool:
        return Headers(scope=scope).get("host", "").lower() == self._host


def _announces_body(headers: Headers) -> bool:
    """Return whether a body follows the head, RFC 9112 6.3."""
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


def _takes_any_host(path: str) -> bool:
    return path in _PROBES or path.startswith(_TRUST_DOMAIN)


def _tell(scope: Scope, number: str, status: int, seconds: float) -> None:
    method = scope["method"] if scope["method"] in _METHODS else "OTHER"
    route = _route(scope)
    _REQUESTS.labels(method, route, status).inc()
    _SECONDS.labels(method, route).observe(seconds)
    members = {
        "request_id": number,
        "method": method,
        "route": route,
        "status": status,
        "milliseconds": round(seconds * 1000),
    }
    _LOG.info("request", extra={"members": members})


def _route(scope: Scope) -> str:
    """Return the template of the route that answered; strangers' paths all count as one."""
    path = getattr(scope.get("route"), "path", None)
    return f"{scope.get('root_path', '')}{path}" if isinstance(path, str) else "(none)"
