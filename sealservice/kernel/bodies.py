"""Bound what a client sends while it is being read: bytes, pauses, and time altogether.

A false Content-Length, an endless chunked body and one that trickles in are cut off at the same
place: the ``receive`` channel of ASGI, before anything is collected. (Starlette's own limit knows
no time, and answers in plain text where callers are promised problem+json.)
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from typing import Any

from sealservice.kernel.errors import Refused, TooLarge
from sealservice.kernel.text import Text

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
"""The channel on which an ASGI server hands over the parts of a body."""


class BodyTooLarge(TooLarge):
    """The request has more bytes than are read here."""

    code = "body_too_large"
    text = Text(
        "请求内容过大：上限为 {limit}。请拆分或压缩后再试。",
        "The request is too large: the limit is {limit}. Split or shrink it and try again.",
    )


class BodyTooSlow(Refused):
    """The request did not arrive in time."""

    code = "body_too_slow"
    text = Text(
        "请求内容未能按时传完。请检查网络后重试。",
        "The request did not arrive in time. Check your connection and try again.",
    )


class BodyMalformed(Refused):
    """The body is not what its content type says."""

    code = "body_malformed"
    text = Text(
        "请求内容的格式与其 Content-Type 不符，无法读取。请检查后重试。",
        "The body is not well-formed for its Content-Type. Check it and try again.",
    )


@dataclass(frozen=True, slots=True)
class BodyBounds:
    """How much, and how slowly, a client may send."""

    greatest: int
    """Bytes."""
    pause_seconds: float
    """Longest wait for the next part."""
    total_seconds: float
    """Longest time from the first part to the last."""


def bounded(receive: Receive, bounds: BodyBounds) -> Receive:
    """Return a channel that hands over the same parts until a bound is crossed.

    Awaiting the channel raises:
        BodyTooLarge: there are more bytes than ``bounds.greatest``.
        BodyTooSlow: a part, or the whole, took too long.
    """
    ends_at = time.monotonic() + bounds.total_seconds
    seen = 0

    async def channel() -> MutableMapping[str, Any]:
        nonlocal seen
        patience = min(bounds.pause_seconds, ends_at - time.monotonic())
        try:
            part = await asyncio.wait_for(receive(), patience)
        except TimeoutError:
            raise BodyTooSlow from None
        seen += len(part.get("body", b""))
        if seen > bounds.greatest:
            raise BodyTooLarge(limit=_readable(bounds.greatest))
        return part

    return channel


def _readable(size: int) -> str:
    return f"{size >> 20} MB" if size >= 1 << 20 else f"{size >> 10} KB"
