"""One bounded HTTP exchange with a TSA, an OCSP responder, a list of revocations, or a receiver.

No redirects, no proxies from the environment; size and time of the answer are limited, and its
content type must be the expected one. The time is that of the whole exchange: whoever sends a byte
now and then, in head or body, is hung up on.
"""

import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self, TypeVar

import httpx

from sealservice.config import Limits
from sealservice.kernel.text import Text

Answer = TypeVar("Answer")

_UNREACHABLE: Final = Text("无法连接", "it cannot be reached")
_TOO_SLOW: Final = Text("在 {seconds:g} 秒内未答复", "it did not answer within {seconds:g} seconds")
_BAD_STATUS: Final = Text("HTTP 状态为 {status}", "its HTTP status is {status}")
_BAD_TYPE: Final = Text("答复的类型为“{found}”", "its answer is of type “{found}”")
_TOO_LARGE: Final = Text("答复超过 {limit} 字节", "its answer is larger than {limit} bytes")
_OK: Final = 200
_CONNECTED: Final = frozenset({"connection.connect_tcp.complete", "connection.start_tls.complete"})
_AS_IT_IS: Final = {"Accept-Encoding": "identity"}
"""What is packed all the same is taken for what it is: a small answer may unpack to anything."""
_ANEW: Final = httpx.Limits(max_keepalive_connections=0)
"""Each exchange has a connection of its own, which can be hung up on."""

MALFORMED_SIGNS: Final = (ValueError, TypeError, KeyError, AttributeError, IndexError)
"""What the ASN.1 library raises, late and in many places, for bytes that are not what they say."""


class ExchangeFailed(Exception):
    """No acceptable answer, and why; the adapters that ask translate it."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Query:
    """A body to be posted."""

    body: bytes
    content_type: str


class Exchange:
    """Asks over HTTP, within limits; may be used from any thread."""

    def __init__(self, limits: Limits, transport: httpx.BaseTransport | None = None) -> None:
        self._limits = limits
        self._client = httpx.Client(
            timeout=limits.http_seconds,
            limits=_ANEW,
            follow_redirects=False,
            trust_env=False,
            transport=transport,
            headers=_AS_IT_IS,
        )

    def ask(self, url: str, expected_types: frozenset[str], query: Query | None = None) -> bytes:
        """POST a query, or GET without one, and return the body of the answer.

        Raises:
            ExchangeFailed: there is no acceptable answer.

        """
        request = self._request(url, query)
        return self._in_time(request, lambda: self._answer(request, expected_types))

    def tell(self, url: str, headers: Mapping[str, str], query: Query) -> int:
        """POST a message and return the HTTP status of the answer, whose body is not read.

        Raises:
            ExchangeFailed: there is no answer.

        """
        request = self._request(url, query)
        request.headers.update(headers)
        return self._in_time(request, lambda: self._status(request))

    def close(self) -> None:
        """Close kept connections."""
        self._client.close()

    def _request(self, url: str, query: Query | None) -> httpx.Request:
        try:
            if query is None:
                return self._client.build_request("GET", url)
            headers = {"Content-Type": query.content_type}
            return self._client.build_request("POST", url, content=query.body, headers=headers)
        except httpx.InvalidURL:
            raise _unreachable() from None

    def _answer(self, request: httpx.Request, expected_types: frozenset[str]) -> bytes:
        response = self._client.send(request, stream=True)
        with closing(response):
            _check(response, expected_types)
            body = bytearray()
            for chunk in response.iter_raw():
                body += chunk
                if len(body) > self._limits.http_response_bytes:
                    raise ExchangeFailed(_TOO_LARGE.filled(limit=self._limits.http_response_bytes))
            return bytes(body)

    def _status(self, request: httpx.Request) -> int:
        with closing(self._client.send(request, stream=True)) as response:
            return response.status_code

    def _in_time(self, request: httpx.Request, exchanged: Callable[[], Answer]) -> Answer:
        with _Alarm(self._limits.http_seconds) as alarm:
            request.extensions["trace"] = alarm.hear
            try:
                answer = exchanged()
            except httpx.TimeoutException:
                raise self._too_slow() from None
            except httpx.HTTPError:
                raise self._too_slow() if alarm.has_rung else _unreachable() from None
            if alarm.has_rung:  # the end that we saw may be the one that we made
                raise self._too_slow()
        return answer

    def _too_slow(self) -> ExchangeFailed:
        return ExchangeFailed(_TOO_SLOW.filled(seconds=self._limits.http_seconds))


class _Alarm:
    """Hangs up when an exchange takes too long as a whole."""

    def __init__(self, seconds: float) -> None:
        self.has_rung = False
        self._socket: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._ring)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._timer.cancel()

    def hear(self, event: str, info: Mapping[str, Any]) -> None:
        """Learn of the connection, over which TLS may come (httpx's extension ``trace``)."""
        if event in _CONNECTED:
            self._socket = info["return_value"].get_extra_info("socket")
            if self.has_rung:
                self._hang_up()

    def _ring(self) -> None:
        self.has_rung = True
        self._hang_up()

    def _hang_up(self) -> None:
        if self._socket is not None:
            with suppress(OSError):  # it has just ended by itself
                self._socket.shutdown(socket.SHUT_RDWR)


def _unreachable() -> ExchangeFailed:
    return ExchangeFailed(_UNREACHABLE)


def _check(response: httpx.Response, expected_types: frozenset[str]) -> None:
    if response.status_code != _OK:
        raise ExchangeFailed(_BAD_STATUS.filled(status=response.status_code))
    found = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if found not in expected_types:
        raise ExchangeFailed(_BAD_TYPE.filled(found=found))
