"""A way to the object store that breaks when something is put.

It passes bytes on as they are, so that signatures over the request still hold; only a request to
put something into one bucket is treated as the fault says.
"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum

_CHUNK = 65536
_SENT_BYTES = 10_000
_ERROR = b"<Error><Code>InternalError</Code><Message>made up</Message></Error>"


class Fault(StrEnum):
    """What happens to a put."""

    RESET = "reset"
    """The connection is reset after ten thousand bytes of the body."""
    BLACK_HOLE = "black_hole"
    """Everything is taken, nothing is answered."""
    ERROR = "error"
    """It is answered with status 500."""
    LOST_ANSWER = "lost_answer"
    """The store stores, but its answer never arrives."""


@dataclass
class _Pair:
    """A connection from the client and the one to the store that belongs to it."""

    client: asyncio.StreamWriter
    store: asyncio.StreamWriter
    loses_answer: bool = False

    def reset(self) -> None:
        self.client.transport.abort()
        self.store.transport.abort()


class FaultyStore:
    """Listens on a port of its own."""

    def __init__(self, store: str, bucket: str) -> None:
        self._put = f"PUT /{bucket}/".encode()
        self._store = store.removeprefix("http://").split(":")
        self.url = ""
        self.fault: Fault | None = None
        self.hits = 0
        """How many puts met the fault since it was set."""

    def break_by(self, fault: Fault | None) -> None:
        """Have puts meet a fault from now on, or none any more."""
        self.fault, self.hits = fault, 0

    async def listen(self, ready: threading.Event) -> None:
        """Serve until closed."""
        self._loop, self._done = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        ready.set()
        await self._done.wait()
        server.close()

    def close(self) -> None:
        """Stop listening; call it from another thread."""
        self._loop.call_soon_threadsafe(self._done.set)

    async def _serve(self, client: asyncio.StreamReader, answers: asyncio.StreamWriter) -> None:
        store, requests = await asyncio.open_connection(*self._store)
        pair = _Pair(answers, requests)
        with suppress(OSError, asyncio.IncompleteReadError):
            await asyncio.gather(self._ask(client, pair), self._answer(store, pair))

    async def _ask(self, client: asyncio.StreamReader, pair: _Pair) -> None:
        while chunk := await client.read(_CHUNK):
            if self.fault and chunk.startswith(self._put):
                self.hits += 1
                await self._meet(self.fault, chunk, client, pair)
            else:
                pair.store.write(chunk)
                await pair.store.drain()
        pair.reset()

    async def _meet(
        self, fault: Fault, head: bytes, client: asyncio.StreamReader, pair: _Pair
    ) -> None:
        if fault is Fault.BLACK_HOLE:
            while await client.read(_CHUNK):
                pass
        elif fault is Fault.ERROR:
            await client.readexactly(_missing(head))
            length = str(len(_ERROR)).encode()
            pair.client.write(b"HTTP/1.1 500 Error\r\nContent-Length: " + length + b"\r\n\r\n")
            pair.client.write(_ERROR)
        else:
            pair.store.write(head)
            pair.loses_answer = fault is Fault.LOST_ANSWER
            if fault is Fault.RESET:
                pair.store.write(await client.readexactly(_SENT_BYTES))
                await pair.store.drain()
                pair.reset()

    async def _answer(self, store: asyncio.StreamReader, pair: _Pair) -> None:
        while chunk := await store.read(_CHUNK):
            if pair.loses_answer:
                break
            pair.client.write(chunk)
            await pair.client.drain()
        pair.reset()


def _missing(head: bytes) -> int:
    """Return how many bytes of a request's body are still to come."""
    headers, _, body = head.partition(b"\r\n\r\n")
    length = headers.lower().partition(b"content-length:")[2].split(b"\r\n")[0]
    return int(length) - len(body)


@contextmanager
def faulty_store(store: str, bucket: str) -> Iterator[FaultyStore]:
    """Put a breakable way before the store at an ``http://host:port``."""
    way, ready = FaultyStore(store, bucket), threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(way.listen(ready)))
    thread.start()
    assert ready.wait(20)
    try:
        yield way
    finally:
        way.close()
        thread.join()
