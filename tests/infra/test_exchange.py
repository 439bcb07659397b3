"""An exchange ends in its time, whatever the other side does with it."""

import dataclasses
import gzip
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import pytest

from sealservice.infra.exchange import Exchange, ExchangeFailed, Query
from sealservice.limits import Limits

pytestmark = pytest.mark.security

LIMITS = dataclasses.replace(Limits(), http_seconds=0.4, http_response_bytes=1_000)
PAUSE_SECONDS = 0.05
TYPES = frozenset({"text/plain"})
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
ENDLESS = {
    "head": (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"a"),
    "heads": (HEAD, b"X-Slow: a\r\n"),
    "body with a length": (HEAD + b"Content-Length: 900\r\n\r\n", b"a"),
    "body up to the end": (HEAD + b"Connection: close\r\n\r\n", b"a"),
    "chunks": (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n"),
}


@contextmanager
def dripping(first: bytes, drop: bytes) -> Iterator[str]:
    """Serve whoever comes a beginning, and then a drop at a time until they hang up."""
    dry = threading.Event()

    def serve(server: socket.socket) -> None:
        visitor, _ = server.accept()
        with visitor, suppress(OSError):
            visitor.recv(4_096)
            visitor.sendall(first)
            while not dry.wait(PAUSE_SECONDS):
                visitor.sendall(drop)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=serve, args=(server,))
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/"
        dry.set()
        thread.join()


@pytest.mark.parametrize(("first", "drop"), ENDLESS.values(), ids=ENDLESS)
def test_a_dripping_answer_is_too_slow(first: bytes, drop: bytes) -> None:
    """The time is that of the whole exchange, head and body: each byte does not buy a new one."""
    exchange = Exchange(LIMITS)
    with dripping(first, drop) as url, pytest.raises(ExchangeFailed, match=r"0\.4 seconds"):
        exchange.ask(url, TYPES, Query(b"?", "text/plain"))
    exchange.close()


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/", "http://[::1", "ftp://127.0.0.1/", "x"])
def test_no_address_is_unreachable(url: str) -> None:
    """Nobody there, and no place at all, are the same to whoever asks."""
    exchange = Exchange(LIMITS)
    with pytest.raises(ExchangeFailed, match="cannot be reached"):
        exchange.ask(url, TYPES)
    exchange.close()


def test_a_packed_answer_is_not_unpacked() -> None:
    """Nobody asked for packing: a few bytes that would unpack to 100 KB come back as they are."""
    bomb = gzip.compress(gzip.compress(bytes(100_000)))
    head = HEAD + b"Content-Encoding: gzip, gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    exchange = Exchange(LIMITS)
    with dripping(head + bomb, b"") as url:
        assert exchange.ask(url, TYPES) == bomb
    exchange.close()


@pytest.mark.parametrize("host", ["xn--zzzzzzzzz.com", "xn--a.com", "a..b.com", f"{'a' * 70}.com"])
def test_a_host_that_is_no_name_is_no_answer(host: str) -> None:
    """Whether it is refused when the request is built or when it is sent."""
    with pytest.raises(ExchangeFailed):
        Exchange(LIMITS).ask(f"https://{host}/", TYPES)
    with pytest.raises(ExchangeFailed):
        Exchange(LIMITS).tell(f"https://{host}/", {}, Query(b"", "text/plain"))
