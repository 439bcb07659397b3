"""Progress as server-sent events: what a GET would answer, told again whenever it changes.

1. Each change is one event with its state as the event's id; a client that names that id in
   ``Last-Event-ID`` is not told it twice.
2. A comment goes out while nothing changes, so that nobody on the way takes the line for dead.
3. An outcome is the last event. Without one the stream ends after a while, and the client asks
   again: browsers do so by themselves.
4. So many streams are open at once in one process, and so many of one organisation; further ones
   are told to try again. One counts from when it is accepted until its answer ends or is dropped.
"""

import asyncio
import hashlib
import threading
import time
import weakref
from collections import Counter
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any, Final

from fastapi import Header
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

from sealservice.api.errors import TooManyStreams
from sealservice.limits import Limits

LastEventId = Annotated[
    str | None, Header(alias="Last-Event-ID", description="The last event that was seen.")
]
Look = Callable[[], tuple[BaseModel, bool]]
"""Returns what is to be told, and whether it is an outcome."""

MEDIA_TYPE: Final = "text/event-stream"
DESCRIPTION: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "Server-sent events; `data` is what a GET would answer.",
        "content": {MEDIA_TYPE: {}},
    }
}
_PAUSE_SECONDS: Final = 1.0
_RETRY: Final = b"retry: 2000\n\n"
_ALIVE: Final = b": \n\n"
_HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class _Answer(StreamingResponse):
    """An answer that gives its place back once, when it is over or nobody has it any more."""

    def hold(self, release: Callable[[], None]) -> None:
        """Call ``release`` in the end."""
        self._end = weakref.finalize(self, release)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._end()


class Streams:
    """The streams of one process, by organisation; threads that answer calls share them."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()
        self._lock = threading.RLock()  # a dropped answer may end inside of it

    def stream(
        self, look: Look, last: str | None, limits: Limits, organisation_id: str
    ) -> StreamingResponse:
        """Return the answer that tells what ``look`` returns whenever it changes.

        Raises:
            TooManyStreams: so many are open already.
        """
        self._take(organisation_id, limits)
        events = _events(look, last, limits.event_stream_seconds)
        answer = _Answer(events, media_type=MEDIA_TYPE, headers=_HEADERS)
        answer.hold(lambda: self._release(organisation_id))
        return answer

    def _take(self, organisation_id: str, limits: Limits) -> None:
        with self._lock:
            is_full = self._open.total() >= limits.event_streams
            if is_full or self._open[organisation_id] >= limits.event_streams_each:
                raise TooManyStreams
            self._open[organisation_id] += 1

    def _release(self, organisation_id: str) -> None:
        with self._lock:
            self._open[organisation_id] -= 1
            if self._open[organisation_id] <= 0:
                del self._open[organisation_id]


async def _events(look: Look, last: str | None, seconds: float) -> AsyncIterator[bytes]:
    end = time.monotonic() + seconds
    yield _RETRY
    while time.monotonic() < end:
        body, is_over = await run_in_threadpool(look)
        data = body.model_dump_json()
        number = hashlib.sha256(data.encode()).hexdigest()[:16]
        yield _ALIVE if number == last else f"id: {number}\ndata: {data}\n\n".encode()
        last = number
        if is_over:
            return
        await asyncio.sleep(_PAUSE_SECONDS)
