"""A world for each test, and a client that holds a key to all of our organisation."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from tests.edge_client import EdgeClient
from tests.world_edges import PUBLIC_URL, EdgeWorld, bearer


@dataclass
class Caller:
    """A program with an API key; every creating call gets a fresh Idempotency-Key."""

    client: EdgeClient
    key: str
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Send a GET."""
        return self.client.get(f"/api/v1{path}", headers=bearer(self.key, **headers))

    def post(self, path: str, body: Any = None, **headers: str) -> httpx.Response:  # noqa: ANN401 - any JSON
        """Send a POST with a JSON body."""
        sent = {"Idempotency-Key": f"key-{next(self.numbers)}", **headers}
        return self.client.post(f"/api/v1{path}", json=body, headers=bearer(self.key, **sent))

    def upload(
        self, pdf: bytes, filename: str = "form.pdf", path: str = "/documents", **headers: str
    ) -> httpx.Response:
        """Send a raw PDF."""
        sent = {
            "Idempotency-Key": f"key-{next(self.numbers)}",
            "Content-Type": "application/pdf",
            **headers,
        }
        return self.client.post(
            f"/api/v1{path}",
            params={"filename": filename},
            content=pdf,
            headers=bearer(self.key, **sent),
        )


@pytest.fixture
def world() -> EdgeWorld:
    """Give a fresh world."""
    return EdgeWorld()


@pytest.fixture
def client(world: EdgeWorld) -> EdgeClient:
    """Give a client of the whole web process."""
    return EdgeClient(world.web(), PUBLIC_URL)


@pytest.fixture
def ours(world: EdgeWorld, client: EdgeClient) -> Caller:
    """Give a caller of our organisation."""
    return Caller(client, world.identity.key(world.ours.id))


@pytest.fixture
def theirs(world: EdgeWorld, client: EdgeClient) -> Caller:
    """Give a caller of the other organisation."""
    return Caller(client, world.identity.key(world.theirs.id))
