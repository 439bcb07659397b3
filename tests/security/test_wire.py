"""SECURITY 24 against the real server: bodies that are slow, endless or not what they say."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest

from sealservice.limits import MEBIBYTE
from tests.security.served import DOCUMENT_BYTES, House

pytestmark = [pytest.mark.engines, pytest.mark.security]

SECONDS = 30
PART = bytes(64 * 1024)
UPLOADS = ("/api/v1/verifications", "/api/v1/documents", "/verify")
Sender = Callable[[socket.socket], None]


@contextmanager
def watched(process: psutil.Process) -> Iterator[Callable[[], int]]:
    """Give how many bytes of memory a process took more at its peak than before."""
    Path(f"/proc/{process.pid}/clear_refs").write_text("5", "ascii")  # forgets the peak
    before = process.memory_info().rss

    def grown() -> int:
        status = Path(f"/proc/{process.pid}/status").read_text("ascii")
        (line,) = (line for line in status.splitlines() if line.startswith("VmHWM"))
        return int(line.split()[1]) * 1024 - before

    yield grown


def _head(house: House, path: str, *lines: str) -> bytes:
    kind = "multipart/form-data; boundary=x" if path == "/verify" else "application/pdf"
    head = [
        f"POST {path} HTTP/1.1",
        f"Host: {urlsplit(house.url).netloc}",
        f"Authorization: Bearer {house.ours.caller.key}",
        f"Origin: {house.url}",
        f"Idempotency-Key: wire-{time.monotonic_ns()}",
        f"Content-Type: {kind}",
        *lines,
    ]
    return "\r\n".join(head).encode() + b"\r\n\r\n"


def exchange(house: House, head: bytes, send: Sender) -> bytes:
    """Return everything the server says to a head and to what is sent behind it."""
    address = (urlsplit(house.url).hostname, urlsplit(house.url).port)
    with closing(socket.create_connection(address, SECONDS)) as wire:  # type: ignore[arg-type]
        wire.sendall(head)
        sending = threading.Thread(target=_until_closed, args=(send, wire))
        sending.start()
        said = bytearray()
        try:
            while part := wire.recv(65_536):
                said += part
        except ConnectionResetError:
            pass
        wire.close()
        sending.join(SECONDS)
        return bytes(said)


def _until_closed(send: Sender, wire: socket.socket) -> None:
    try:
        send(wire)
    except OSError:
        return


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%b\r\n" % (len(data), data)


FORM = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'


def _endless(wire: socket.socket) -> None:
    wire.sendall(_chunk(FORM))
    while True:
        wire.sendall(_chunk(PART))


def _flood(wire: socket.socket) -> None:
    wire.sendall(FORM)
    while True:
        wire.sendall(PART)


def _trickle(wire: socket.socket) -> None:
    wire.sendall(FORM)
    while True:
        wire.sendall(b"x")
        time.sleep(0.1)


def _stall(wire: socket.socket) -> None:
    wire.sendall(FORM + b"%PDF-1.7")


@pytest.mark.parametrize("path", UPLOADS)
@pytest.mark.parametrize("announced", ["Transfer-Encoding: chunked", "Content-Length: 10000000000"])
def test_endless_bodies_are_cut_off(house: House, path: str, announced: str) -> None:
    """Ten gigabytes, announced or not, get 413 at the limit, and little memory."""
    send = _endless if "chunked" in announced else _flood
    with watched(house.web) as grown:
        said = exchange(house, _head(house, path, announced), send)
        assert b" 413 " in said.splitlines()[0]
        assert grown() < 3 * DOCUMENT_BYTES


def _at_once(house: House, wishes: list[tuple[bytes, Sender]]) -> list[bytes]:
    """Return what the server says to each of several clients that come at the same time."""
    with ThreadPoolExecutor(len(wishes)) as pool:
        return list(pool.map(lambda wish: exchange(house, *wish), wishes))


def test_slow_bodies_are_given_up(house: House) -> None:
    """A body that stops, or comes byte by byte, gets 408 and a closed connection."""
    begun = time.monotonic()
    heads = [_head(house, path, "Content-Length: 5000") for path in UPLOADS]
    for said in _at_once(house, [(head, send) for head in heads for send in (_trickle, _stall)]):
        assert b" 408 " in said.splitlines()[0]
    assert time.monotonic() - begun < SECONDS


def _letter_by_letter(wire: socket.socket) -> None:
    for letter in b"GET /livez HTTP/1.1\r\nX: " + b"y" * 1_000:
        wire.sendall(bytes([letter]))
        time.sleep(0.1)


def test_slow_heads_are_given_up(house: House) -> None:
    """A connection on which no request begins in time is closed, whether it is silent or slow."""
    begun = time.monotonic()
    heads, senders = (b"", b"GET / HTTP/1.1\r\nHost: x\r\n"), (_letter_by_letter, lambda _: None)
    said = _at_once(house, [(head, send) for head in heads for send in senders])
    assert said == [b""] * 4
    assert time.monotonic() - begun < SECONDS


def test_a_connection_serves_many_requests(house: House) -> None:
    """The limit is for each head: a connection that is used outlives it, a second slow head not."""
    head = f"GET /livez HTTP/1.1\r\nHost: {urlsplit(house.url).netloc}\r\n\r\n".encode()

    def send(wire: socket.socket) -> None:
        for _ in range(4):
            wire.sendall(head)
            time.sleep(0.3)
        _letter_by_letter(wire)

    assert exchange(house, b"", send).count(b"HTTP/1.1 200 OK") == 4


def test_many_slow_bodies_hold_nobody_up(house: House) -> None:
    """While forty clients stall, another one is answered."""
    head = _head(house, "/api/v1/verifications", "Content-Length: 5000")
    stalling = [threading.Thread(target=exchange, args=(house, head, _stall)) for _ in range(40)]
    for one in stalling:
        one.start()
    assert house.ours.caller.get("/records").status_code == 200
    for one in stalling:
        one.join(SECONDS)
    assert not any(one.is_alive() for one in stalling)


def test_many_large_bodies_are_bounded_together(house: House) -> None:
    """Of sixty clients that send all but the end at once, those that do not fit in get 503."""
    most = DOCUMENT_BYTES - len(PART)

    def nearly_all(wire: socket.socket) -> None:
        for _ in range(most // len(PART)):
            wire.sendall(PART)

    head = _head(house, "/api/v1/verifications", f"Content-Length: {DOCUMENT_BYTES}")
    said: list[bytes] = []

    def one() -> None:
        said.append(exchange(house, head, nearly_all))

    with watched(house.web) as grown:
        threads = [threading.Thread(target=one) for _ in range(60)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(SECONDS)
        assert grown() < 60 * DOCUMENT_BYTES // 3
    statuses = {line.split()[1] for line in (s.splitlines()[0] for s in said if s)}
    assert b"503" in statuses
    assert statuses <= {b"408", b"503"}  # 408: fitted in, and never sent its end


def test_false_lengths_do_not_smuggle(house: House) -> None:
    """Two lengths, or a length and chunks, are one refused request and no second one."""
    inner = b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n"
    for lines in (
        ("Content-Length: 5", f"Content-Length: {5 + len(inner)}"),
        ("Content-Length: 5", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked", "Transfer-Encoding: identity"),
        ("Transfer-Encoding: xchunked",),
        ("Content-Length: -5",),
        ("Content-Length: 5, 6",),
        ("Content-Length : 5",),
    ):
        head = _head(house, "/api/v1/verifications", *lines, "Connection: close")
        said = exchange(house, head, lambda wire: wire.sendall(b"0\r\n\r\n" + inner))
        assert said.count(b"HTTP/1.1 ") <= 1, lines
        assert b"\r\n\r\nok" not in said


@pytest.mark.parametrize("line", ["X: " + "a" * 10 * MEBIBYTE, "X-A: b\r\n" * 100_000])
def test_endless_heads_are_cut_off(house: House, line: str) -> None:
    """A head beyond the server's bound gets 4xx or a closed connection, and little memory."""
    with watched(house.web) as grown:
        head = f"GET /livez HTTP/1.1\r\nHost: x\r\n{line}".encode()
        said = exchange(house, b"", lambda wire: wire.sendall(head))
        assert not said or said.split()[1].startswith(b"4")
        assert grown() < 16 * MEBIBYTE
