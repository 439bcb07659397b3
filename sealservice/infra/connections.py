"""Connections whose exchanges end in time, and which may be kept for the next exchange.

1. The time of an exchange is that of all of it: each wait for the other side, in connecting, TLS,
   head and body, is no longer than what is left. Whoever sends a byte now and then gains nothing.
2. ``KeptConnections`` keeps those over which an answer was read to its end, each for
   ``http_kept_seconds``. One that the other side has closed is not used. At most
   ``http_connections`` exchanges happen at once; each has a pool to itself until its answer was
   read, for a pool of the library that is shared by more threads than it has connections loses a
   waiting one now and then.
3. It may be closed in the very moment in which a request is sent over it. The request is sent once
   more, over a new connection, if it had a kept one that ended before a byte of answer came; never
   after a byte, never after a time-out, never if the connection was new. What is asked of
   authorities can be asked twice: at worst a time stamp is made that nobody gets (RFC 3161 2.4.1;
   the nonce is that of the one question), a status is read twice.
4. Connections are not shared between processes: whoever forks makes clients afterwards.
"""

import ssl
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from queue import Empty, LifoQueue
from typing import Any, Final

import httpcore
import httpx

from sealservice.limits import Limits

_PLACES: Final = 4
"""Addresses to which one pool keeps a connection each: those of responders and of lists."""
_AT_ONCE: Final = 4_096
"""Bytes that are written at once: what follows has less time."""


@dataclass(slots=True)
class Span:
    """One exchange: until when it lasts, and what has become of it."""

    deadline: float
    """By the monotonic clock, seconds."""
    is_kept: bool = True
    """Whether its connection was there before."""
    is_answered: bool = False
    """Whether a byte of answer came."""

    @property
    def left(self) -> float:
        """Return the seconds that are left."""
        return self.deadline - time.monotonic()


_SPAN: ContextVar[Span | None] = ContextVar("exchange", default=None)


@contextmanager
def span(seconds: float) -> Iterator[Span]:
    """Bound everything that is sent and received inside by a time, together."""
    begun = Span(time.monotonic() + seconds)
    token = _SPAN.set(begun)
    try:
        yield begun
    finally:
        _SPAN.reset(token)


def _left(timeout: float | None, late: type[httpcore.TimeoutException]) -> float | None:
    """Return how long to wait now; raise if there is no time left (rule 1)."""
    current = _SPAN.get()
    if current is None:
        return timeout
    left = current.left
    if left <= 0:
        raise late
    return left if timeout is None else min(left, timeout)


class PunctualStream(httpcore.NetworkStream):
    """A connection whose waits end with the exchange it is used for."""

    def __init__(self, stream: httpcore.NetworkStream) -> None:
        self._stream = stream

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Receive."""
        data = self._stream.read(max_bytes, _left(timeout, httpcore.ReadTimeout))
        if data and (current := _SPAN.get()):
            current.is_answered = True
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send."""
        for start in range(0, len(buffer), _AT_ONCE):
            some = buffer[start : start + _AT_ONCE]
            self._stream.write(some, _left(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        """Close."""
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """Go on under TLS."""
        left = _left(timeout, httpcore.ConnectTimeout)
        return PunctualStream(self._stream.start_tls(ssl_context, server_hostname, left))

    def get_extra_info(self, info: str) -> object:
        """Return what is known about the connection."""
        return self._stream.get_extra_info(info)


class PunctualBackend(httpcore.NetworkBackend):
    """Makes connections whose waits end with the exchange they are used for."""

    def __init__(self, backend: httpcore.NetworkBackend | None = None) -> None:
        self._backend = backend or httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect."""
        if current := _SPAN.get():
            current.is_kept = False
        left = _left(timeout, httpcore.ConnectTimeout)
        return PunctualStream(
            self._backend.connect_tcp(host, port, left, local_address, socket_options)
        )


class PoolTransport(httpx.BaseTransport):
    """A transport of httpx over a pool of its own."""

    def __init__(self, pool: httpcore.ConnectionPool) -> None:
        self._pool = pool

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Exchange one request for a response."""
        return exchanged(self._pool, request)

    def close(self) -> None:
        """Close the pool."""
        self._pool.close()


class KeptConnections(httpx.BaseTransport):
    """A transport that keeps connections (rules 2 and 3); may be used from any thread."""

    def __init__(self, limits: Limits) -> None:
        context = httpx.create_ssl_context(trust_env=False)
        self._pools = [
            httpcore.ConnectionPool(
                ssl_context=context,
                max_connections=_PLACES,
                keepalive_expiry=limits.http_kept_seconds,
                network_backend=PunctualBackend(),
            )
            for _ in range(limits.http_connections)
        ]
        self._free: LifoQueue[httpcore.ConnectionPool] = LifoQueue()
        for pool in self._pools:
            self._free.put(pool)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Exchange one request for a response; once more if a kept connection had ended."""
        pool = self._taken()
        give_back = partial(self._free.put, pool)
        try:
            return _once_more(pool, request, give_back)
        except BaseException:
            give_back()
            raise

    def close(self) -> None:
        """Close all connections."""
        for pool in self._pools:
            pool.close()

    def _taken(self) -> httpcore.ConnectionPool:
        """Wait for a pool that nobody uses; the one used last is the first to be used again."""
        with _translated():
            left = _left(None, httpcore.PoolTimeout)
            try:
                return self._free.get(timeout=left)
            except Empty:
                raise httpcore.PoolTimeout from None


def _once_more(
    pool: httpcore.ConnectionPool, request: httpx.Request, ended: Callable[[], None]
) -> httpx.Response:
    """Exchange a request; over a new connection if it had a kept one that had ended (rule 3)."""
    try:
        return exchanged(pool, request, ended)
    except httpx.TimeoutException:
        raise
    except httpx.TransportError:
        current = _SPAN.get()
        if current is None or not current.is_kept or current.is_answered:
            raise
    return exchanged(pool, request, ended)


class _Stream(httpx.SyncByteStream):
    """The body of an answer, whose errors become httpx's."""

    def __init__(self, answer: httpcore.Response, ended: Callable[[], None]) -> None:
        self._answer = answer
        self._ended = ended

    def __iter__(self) -> Iterator[bytes]:
        with _translated():
            yield from self._answer.iter_stream()

    def close(self) -> None:
        ended, self._ended = self._ended, _nothing
        try:
            self._answer.close()
        finally:
            ended()


def _nothing() -> None:
    """Do nothing, the second time."""


def exchanged(
    pool: httpcore.ConnectionPool, request: httpx.Request, ended: Callable[[], None] = _nothing
) -> httpx.Response:
    """Exchange one request of httpx for a response by a pool; ``ended`` when that is closed."""
    url = request.url
    asked = httpcore.Request(
        method=request.method,
        url=httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        ),
        headers=request.headers.raw,
        content=request.stream,
        extensions=request.extensions,
    )
    with _translated():
        answer = pool.handle_request(asked)
    return httpx.Response(
        status_code=answer.status,
        headers=answer.headers,
        stream=_Stream(answer, ended),
        extensions=answer.extensions,
    )


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except httpcore.TimeoutException as error:
        raise httpx.TimeoutException(str(error)) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol) as error:
        raise httpx.TransportError(str(error)) from error
