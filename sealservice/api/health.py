"""``/livez``, ``/readyz``, ``/metrics``: for whoever runs the service.

Alive means this process answers. Ready means every part it needs answers as well, each within a
few seconds; which part does not is said by name, the reason stands in the log.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Final

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

Check = Callable[[], object]
"""Asks one part; whatever it raises means that the part is not ready."""

_LOG: Final = logging.getLogger(__name__)
_PATIENCE_SECONDS: Final = 5.0


def health_router(checks: Mapping[str, Check]) -> APIRouter:
    """Return the routes, outside the API's description; ``checks`` name the needed parts."""
    router = APIRouter(include_in_schema=False)

    @router.get("/livez")
    async def livez() -> Response:
        return PlainTextResponse("alive\n")

    @router.get("/readyz")
    async def readyz() -> Response:
        answers = await asyncio.gather(*(_ready(*check) for check in checks.items()))
        parts = {name: "ready" if ok else "not ready" for name, ok in answers}
        ready = all(ok for _, ok in answers)
        return JSONResponse({"ready": ready, "parts": parts}, 200 if ready else 503)

    @router.get("/metrics")
    async def metrics() -> Response:
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router


async def _ready(name: str, check: Check) -> tuple[str, bool]:
    try:
        await asyncio.wait_for(asyncio.to_thread(check), _PATIENCE_SECONDS)
    except Exception:  # noqa: BLE001 (any failure of a part is the answer)
        _LOG.exception("not ready: %s", name)
        return name, False
    return name, True
