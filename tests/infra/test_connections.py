"""Connections are kept between exchanges, and what is kept never makes one fail or last."""

import dataclasses
import gc
import hashlib
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import cast

import pytest
from fastapi import FastAPI

from sealservice.infra.exchange import Exchange, ExchangeFailed, Query
from sealservice.infra.revocation import HttpRevocationSource
from sealservice.infra.timestamps import HttpTimestampSource
from sealservice.kernel.clock import utc_now
from sealservice.limits import Limits
from sealservice.trust.domain import chain
from tests.authority_server import application, serving
from tests.world_trust import PUBLIC_URL, HandClock, TrustWorld

pytestmark = pytest.mark.security

LIMITS = dataclasses.replace(Limits(), http_seconds=0.5, http_response_bytes=1_000)
TYPES = frozenset({"text/plain"})
QUERY = Query(b"?", "text/plain")
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: "
GOOD = HEAD + b"4\r\n\r\ngood"


@dataclass
class Visits:
    """Where a played server is, and how often somebody connected and asked."""

    url: str
    connected: int = 0
    asked: list[int] = field(default_factory=list)
    """For each question, by which connection it came."""


Play = Callable[[socket.socket, int], bool]
"""Answers the n-th question (from 0) of all; returns whether it goes on with the connection."""


@contextmanager
def playing(play: Play) -> Iterator[Visits]:
    """Serve one visitor after the other as told."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        visits = Visits(f"http://127.0.0.1:{server.getsockname()[1]}/")
        thread = threading.Thread(target=_serve, args=(server, visits, play))
        thread.start()
        try:
            yield visits
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join(10)


def _serve(server: socket.socket, visits: Visits, play: Play) -> None:
    with suppress(OSError):
        while True:
            visitor, _ = server.accept()
            visits.connected += 1
            with visitor, suppress(OSError):
                while _question(visitor):
                    visits.asked.append(visits.connected)
                    if not play(visitor, len(visits.asked) - 1):
                        break


def _question(visitor: socket.socket) -> bytes:
    """Read head and body, which are sent one after the other."""
    question = b""
    while not question.endswith(b"\r\n\r\n?"):
        some = visitor.recv(4_096)
        if not some:
            return b""
        question += some
    return question


@contextmanager
def exchanging(limits: Limits = LIMITS) -> Iterator[Exchange]:
    """Give a client that is closed at the end."""
    exchange = Exchange(limits)
    yield exchange
    exchange.close()


def always(answer: bytes, *, goes_on: bool = True) -> Play:
    """Return a server that answers everything alike."""

    def play(visitor: socket.socket, _: int) -> bool:
        visitor.sendall(answer)
        return goes_on

    return play


def counted(app: FastAPI, places: set[tuple[str, int]]) -> object:
    """Wrap an application: note from where it is asked, which tells connections apart."""

    async def noting(scope: dict[str, object], receive: object, send: object) -> None:
        places.add(cast("tuple[str, int]", scope["client"]))
        await app(scope, receive, send)  # type: ignore[arg-type]

    return noting


def test_stamps_and_statuses_share_a_connection_each() -> None:
    """Five time stamps cost one connection, and all questions about two chains another."""
    trust = TrustWorld(clock=cast("HandClock", utc_now))
    trust.perform()
    places: set[tuple[str, int]] = set()
    leaves = trust.seal_certificate(), trust.unit("tsa")
    chains = tuple(tuple(one.der for one in chain(trust.certificates, leaf)) for leaf in leaves)
    with serving(counted(application(trust), places)) as url:
        stamps = HttpTimestampSource(f"{url}/tsa", [trust.unit("root").der], Limits(), utc_now)
        for number in range(5):
            stamps.stamp(hashlib.sha256(bytes([number])).digest())
        assert len(places) == 1
        statuses = HttpRevocationSource({PUBLIC_URL: url}, Limits(), utc_now)
        for _ in range(2):
            statuses.material(chains, utc_now().replace(microsecond=0))
        assert len(places) == 2
        stamps.close()
        statuses.close()


def test_a_server_that_closes_after_its_answer_costs_no_failure() -> None:
    """It may say so or not; the next question goes over a new connection."""
    with playing(always(GOOD, goes_on=False)) as visits, exchanging() as exchange:
        answers = [exchange.ask(visits.url, TYPES, QUERY) for _ in range(4)]
    assert answers == [b"good"] * 4
    assert visits.connected == 4


def test_a_question_is_sent_again_when_a_kept_connection_ends_before_any_answer() -> None:
    """As when the server hangs up in the moment in which we ask; once, over a new connection."""

    def play(visitor: socket.socket, number: int) -> bool:
        if number == 1:
            return False
        visitor.sendall(GOOD)
        return True

    with playing(play) as visits, exchanging() as exchange:
        assert [exchange.ask(visits.url, TYPES, QUERY) for _ in range(2)] == [b"good"] * 2
    assert visits.asked == [1, 1, 2]


@pytest.mark.parametrize("first", [b"", b"H", HEAD, HEAD + b"4\r\n\r\ngo"])
def test_a_question_is_not_sent_again_after_a_byte_of_answer(first: bytes) -> None:
    """Nor when it had a new connection; then it failed, and whoever asked decides."""

    def play(visitor: socket.socket, number: int) -> bool:
        visitor.sendall(GOOD if first and number == 0 else first)
        return bool(first) and number == 0

    with playing(play) as visits, exchanging() as exchange:
        if first:
            exchange.ask(visits.url, TYPES, QUERY)
        with pytest.raises(ExchangeFailed, match="cannot be reached"):
            exchange.ask(visits.url, TYPES, QUERY)
    assert visits.asked == ([1, 1] if first else [1])


def test_a_second_end_is_a_failure() -> None:
    """A server that always hangs up is asked twice, never thrice."""

    def play(visitor: socket.socket, number: int) -> bool:
        if number:
            return False
        visitor.sendall(GOOD)
        return True

    with playing(play) as visits, exchanging() as exchange:
        exchange.ask(visits.url, TYPES, QUERY)
        with pytest.raises(ExchangeFailed, match="cannot be reached"):
            exchange.ask(visits.url, TYPES, QUERY)
    assert visits.asked == [1, 1, 2]


@pytest.mark.parametrize("drop", [b"a", b""])
def test_a_kept_connection_that_drips_or_is_silent_is_too_slow(drop: bytes) -> None:
    """The time is that of the whole exchange there, too, and nothing is asked again."""
    over = threading.Event()

    def play(visitor: socket.socket, number: int) -> bool:
        visitor.sendall(HEAD + b"900\r\n\r\n" if number and drop else b"" if number else GOOD)
        while number and not over.wait(0.05):
            visitor.sendall(drop)
        return not number

    with playing(play) as visits, exchanging() as exchange:
        exchange.ask(visits.url, TYPES, QUERY)
        with pytest.raises(ExchangeFailed, match=r"0\.5 seconds"):
            exchange.ask(visits.url, TYPES, QUERY)
        over.set()
    assert visits.asked == [1, 1]


def test_a_connection_with_too_large_an_answer_is_not_kept() -> None:
    """The answer is refused, and what is left of it is never taken for the next one."""

    def play(visitor: socket.socket, number: int) -> bool:
        visitor.sendall(HEAD + b"2000\r\n\r\n" + bytes(2_000) if number == 1 else GOOD)
        return True

    with playing(play) as visits, exchanging() as exchange:
        exchange.ask(visits.url, TYPES, QUERY)
        with pytest.raises(ExchangeFailed, match="larger"):
            exchange.ask(visits.url, TYPES, QUERY)
        assert exchange.ask(visits.url, TYPES, QUERY) == b"good"
    assert visits.asked == [1, 1, 2]


def test_threads_wait_for_their_turn() -> None:
    """Many threads share as many connections as the limit says, and each gets its own answer."""
    limits = dataclasses.replace(Limits(), http_connections=1)
    with (
        playing(always(GOOD)) as visits,
        exchanging(limits) as exchange,
        ThreadPoolExecutor(8) as threads,
    ):
        answers = list(threads.map(lambda _: exchange.ask(visits.url, TYPES, QUERY), range(40)))
    assert answers == [b"good"] * 40
    assert visits.connected == 1


def test_connections_end_with_their_client() -> None:
    """Closed, or forgotten: no connection is left open."""
    with playing(always(GOOD)) as visits:
        for is_closed in (True, False, True):  # one after the other is served
            exchange = Exchange(LIMITS)
            exchange.ask(visits.url, TYPES, QUERY)
            if is_closed:
                exchange.close()
            del exchange
            gc.collect()
    assert visits.connected == 3
