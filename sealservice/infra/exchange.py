"""One bounded HTTP exchange with a TSA, an OCSP responder or a CRL distribution point.

No redirects, no proxies from the environment; time and size of the answer are limited, and its
content type must be the expected one.
"""

import time
from dataclasses import dataclass
from typing import Final

import httpx

from sealservice.config import Limits
from sealservice.kernel.text import Text

_UNREACHABLE: Final = Text("无法连接", "it cannot be reached")
_TOO_SLOW: Final = Text("在 {seconds:g} 秒内未答复", "it did not answer within {seconds:g} seconds")
_BAD_STATUS: Final = Text("HTTP 状态为 {status}", "its HTTP status is {status}")
_BAD_TYPE: Final = Text("答复的类型为“{found}”", "its answer is of type “{found}”")
_TOO_LARGE: Final = Text("答复超过 {limit} 字节", "its answer is larger than {limit} bytes")
_OK: Final = 200

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

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._client = httpx.Client(
            timeout=limits.http_seconds, follow_redirects=False, trust_env=False
        )

    def ask(self, url: str, expected_types: frozenset[str], query: Query | None = None) -> bytes:
        """POST a query, or GET without one, and return the body of the answer.

        Raises:
            ExchangeFailed: there is no acceptable answer.

        """
        method = "GET" if query is None else "POST"
        headers = {} if query is None else {"Content-Type": query.content_type}
        body = None if query is None else query.body
        try:
            with self._client.stream(method, url, content=body, headers=headers) as response:
                _check(response, expected_types)
                return self._body(response)
        except httpx.TimeoutException:
            raise self._too_slow() from None
        except (httpx.HTTPError, httpx.InvalidURL):
            raise ExchangeFailed(_UNREACHABLE) from None

    def close(self) -> None:
        """Close kept connections."""
        self._client.close()

    def _body(self, response: httpx.Response) -> bytes:
        deadline = time.monotonic() + self._limits.http_seconds
        body = bytearray()
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > self._limits.http_response_bytes:
                raise ExchangeFailed(_TOO_LARGE.filled(limit=self._limits.http_response_bytes))
            if time.monotonic() > deadline:
                raise self._too_slow()
        return bytes(body)

    def _too_slow(self) -> ExchangeFailed:
        return ExchangeFailed(_TOO_SLOW.filled(seconds=self._limits.http_seconds))


def _check(response: httpx.Response, expected_types: frozenset[str]) -> None:
    if response.status_code != _OK:
        raise ExchangeFailed(_BAD_STATUS.filled(status=response.status_code))
    found = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if found not in expected_types:
        raise ExchangeFailed(_BAD_TYPE.filled(found=found))
