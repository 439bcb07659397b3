"""Uvicorn's HTTP/1.1 with a limit that it does not have: how long the head of a request may take.

A client that sends a head byte by byte, or none at all, would hold its connection for ever. Bodies
have limits of their own (``kernel/bodies.py``); uvicorn has one for the pause between requests.
"""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol


def punctual(head_seconds: float) -> type[H11Protocol]:
    """Return the protocol that closes a connection whose request has no whole head in time."""

    class Punctual(H11Protocol):
        _timer: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._watch()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            self._watch()

        def connection_lost(self, exc: Exception | None) -> None:
            self._forget()
            super().connection_lost(exc)

        def _watch(self) -> None:
            if self.conn.their_state is not h11.IDLE:  # the head is here, or it never will be
                self._forget()
            elif self._timer is None:
                self._timer = self.loop.call_later(head_seconds, self.transport.close)

        def _forget(self) -> None:
            if self._timer is not None:
                self._timer.cancel()
                self._timer = None

    return Punctual
