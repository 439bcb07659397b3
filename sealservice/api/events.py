"""Progress as server-sent events: what a GET would answer, told again whenever it changes.

1. Each change is one event with its state as the event's id; a client that names that id in
   ``Last-Event-ID`` is not told it twice.
2. A comment goes out while nothing changes, so that nobody on the way takes the line for dead.
3. An outcome is the last event. Without one the stream ends after a while, and the client asks
   again: browsers do so by themselves.
4. So many streams are open at once in one process; further ones are told to try again.
"""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator, Callable
from typing import Annotated, Any, Final

from fastapi import Header
from fastapi.responses import StreamingResponse
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool

from sealservice.api.errors import TooManyStreams
from sealservice.config import Limits

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


class Streams:
    """The streams of one process; all of them live in its one event loop."""

    def __init__(self) -> None:
        self._open = 0

    def stream(self, look: Look, last: str | None, limits: Limits) -> StreamingResponse:
        """Return the answer that tells what ``look`` returns whenever it changes.

        Raises:
            TooManyStreams: so many are open already.
        """
        if self._open >= limits.event_streams:
            raise TooManyStreams
        events = self._events(look, last, limits.event_stream_seconds)
        return StreamingResponse(events, media_type=MEDIA_TYPE, headers=_HEADERS)

    async def _events(self, look: Look, last: str | None, seconds: float) -> AsyncIterator[bytes]:
        end = time.monotonic() + seconds
        self._open += 1
        try:
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
        finally:
            self._open -= 1
