"""One bounded HTTP exchange with a TSA, an OCSP responder, a list of revocations, or a receiver.

No redirects, no proxies from the environment; size and time of the answer are limited, and its
content type must be the expected one. The time is that of the whole exchange, and connections are
kept, as ``connections`` says.
"""

import weakref
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from typing import Final, TypeVar

import httpx

from sealservice.infra.connections import KeptConnections, PoolTransport, span
from sealservice.kernel.text import Text
from sealservice.limits import Limits

Answer = TypeVar("Answer")

_UNREACHABLE: Final = Text("无法连接", "it cannot be reached")
_TOO_SLOW: Final = Text("在 {seconds:g} 秒内未答复", "it did not answer within {seconds:g} seconds")
_BAD_STATUS: Final = Text("HTTP 状态为 {status}", "its HTTP status is {status}")
_BAD_TYPE: Final = Text("答复的类型为“{found}”", "its answer is of type “{found}”")
_TOO_LARGE: Final = Text("答复超过 {limit} 字节", "its answer is larger than {limit} bytes")
_OK: Final = 200
_AS_IT_IS: Final = {"Accept-Encoding": "identity"}
"""What is packed all the same is taken for what it is: a small answer may unpack to anything."""

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
    """Asks over HTTP, within limits; may be used from any thread.

    Without a transport of another kind it keeps connections, until ``close`` or, at the latest,
    when nobody has it any more.
    """

    def __init__(self, limits: Limits, transport: PoolTransport | None = None) -> None:
        self._limits = limits
        self._client = httpx.Client(
            timeout=limits.http_seconds,
            follow_redirects=False,
            trust_env=False,
            transport=transport or KeptConnections(limits),
            headers=_AS_IT_IS,
        )
        self._end = weakref.finalize(self, self._client.close)

    def ask(self, url: str, expected_types: frozenset[str], query: Query | None = None) -> bytes:
        """POST a query, or GET without one, and return the body of the answer.

        Raises:
            ExchangeFailed: there is no acceptable answer.

        """
        request = self._request(url, query)
        return self._in_time(lambda: self._answer(request, expected_types))

    def tell(self, url: str, headers: Mapping[str, str], query: Query) -> int:
        """POST a message and return the HTTP status of the answer, whose body is not read.

        Raises:
            ExchangeFailed: there is no answer.

        """
        request = self._request(url, query)
        request.headers.update(headers)
        return self._in_time(lambda: self._status(request))

    def close(self) -> None:
        """Close kept connections."""
        self._end()

    def _request(self, url: str, query: Query | None) -> httpx.Request:
        try:
            if query is None:
                return self._client.build_request("GET", url)
            headers = {"Content-Type": query.content_type}
            return self._client.build_request("POST", url, content=query.body, headers=headers)
        except (httpx.InvalidURL, UnicodeError):  # a host may be no name in IDNA
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

    def _in_time(self, exchanged: Callable[[], Answer]) -> Answer:
        with span(self._limits.http_seconds) as current:
            try:
                answer = exchanged()
            except httpx.TimeoutException:
                raise self._too_slow() from None
            except (httpx.HTTPError, httpx.InvalidURL, UnicodeError):
                raise self._too_slow() if current.left <= 0 else _unreachable() from None
            if current.left <= 0:  # looking a name up knows no time-out
                raise self._too_slow()
        return answer

    def _too_slow(self) -> ExchangeFailed:
        return ExchangeFailed(_TOO_SLOW.filled(seconds=self._limits.http_seconds))


def _unreachable() -> ExchangeFailed:
    return ExchangeFailed(_UNREACHABLE)


def _check(response: httpx.Response, expected_types: frozenset[str]) -> None:
    if response.status_code != _OK:
        raise ExchangeFailed(_BAD_STATUS.filled(status=response.status_code))
    found = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if found not in expected_types:
        raise ExchangeFailed(_BAD_TYPE.filled(found=found))
