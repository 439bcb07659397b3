"""``POST /raw-seals/BATCH/ORDER`` on the signer's listener, as a plain ASGI application.

It takes no body: what is sealed is the stored document that the holder approved. So whoever reaches
the listener can at most have done at once what is going to be done anyway. 204 when the signer came
to an end with it, 409 when it did not yet; what became of it is in the order's row.
"""

import logging
import re
from collections.abc import Callable
from functools import partial
from typing import Final

from anyio import CapacityLimiter, to_thread
from starlette.types import Receive, Scope, Send

from sealservice.kernel.errors import SealserviceError

_ADDRESS: Final = re.compile(r".*/(bat_[0-9a-z]{26})/(ord_[0-9a-z]{26})")
_AT_ONCE: Final = 8
_LOG: Final = logging.getLogger(__name__)


class SealingNow:
    """Seals one order of an approved list for each request."""

    def __init__(self, seal: Callable[[str, str], None]) -> None:
        self._seal = seal
        self._places: CapacityLimiter | None = None

    def _limiter(self) -> CapacityLimiter:
        """Return threads of its own: sealing asks this very listener for time and status."""
        self._places = self._places or CapacityLimiter(_AT_ONCE)
        return self._places

    async def __call__(self, scope: Scope, _receive: Receive, send: Send) -> None:
        """Answer one request."""
        status = await self._status(scope) if scope["type"] == "http" else 404
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body"})

    async def _status(self, scope: Scope) -> int:
        found = _ADDRESS.fullmatch(scope["path"])
        if found is None or scope["method"] != "POST":
            return 404
        try:
            work = partial(self._seal, found[1], found[2])
            await to_thread.run_sync(work, limiter=self._limiter())
        except SealserviceError as error:
            _LOG.info("order %s is not sealed at once: %s", found[2], error.code)
            return 409
        return 204
