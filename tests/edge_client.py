"""A client of an ASGI application, without a socket, that keeps cookies like a browser."""

import asyncio
from typing import Any

import httpx
from starlette.types import ASGIApp


class EdgeClient:
    """Calls an application as if under a base address; follows no redirects."""

    def __init__(self, app: ASGIApp, base_url: str) -> None:
        self._app = app
        self._base_url = base_url
        self.cookies = httpx.Cookies()

    def request(self, method: str, path: str, **arguments: Any) -> httpx.Response:  # noqa: ANN401 - as httpx has them
        """Send one request and return the whole answer."""
        return asyncio.run(self._request(method, path, arguments))

    def get(self, path: str, **arguments: Any) -> httpx.Response:  # noqa: ANN401 - as httpx has them
        """Send a GET."""
        return self.request("GET", path, **arguments)

    def post(self, path: str, **arguments: Any) -> httpx.Response:  # noqa: ANN401 - as httpx has them
        """Send a POST."""
        return self.request("POST", path, **arguments)

    async def _request(self, method: str, path: str, arguments: dict[str, Any]) -> httpx.Response:
        transport = httpx.ASGITransport(self._app)
        async with httpx.AsyncClient(
            transport=transport, base_url=self._base_url, cookies=self.cookies
        ) as client:
            answer = await client.request(method, path, **arguments)
            self.cookies = client.cookies
            return answer
