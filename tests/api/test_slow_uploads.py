"""Slow work holds no database connection: more slow requests than connections starve nobody."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace

import pytest

from sealservice.infra.sql.database import Database
from sealservice.infra.sql.idempotency import SqlIdempotencyStore
from sealservice.infra.sql.identity import SqlOrganisationStore
from tests.api.conftest import Caller
from tests.edge_client import EdgeClient
from tests.world_edges import PUBLIC_URL, EdgeWorld
from tests.world_licenses import sample_face
from tests.world_sealing import MemoryWorkingStore
from tests.world_verification import blank_pdf

pytestmark = [pytest.mark.engines, pytest.mark.security]

UPLOADS = 10
CONNECTIONS = 2
SECONDS = 60


@dataclass
class SlowStore(MemoryWorkingStore):
    """Takes bytes in when it is told to, and says how many are waiting."""

    open: threading.Event = field(default_factory=threading.Event)
    waiting: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def put(self, object_key: str, data: bytes) -> None:
        """Wait, then store bytes."""
        self.waiting.release()
        assert self.open.wait(SECONDS)
        super().put(object_key, data)


@pytest.fixture
def small_pool(database: Database, world: EdgeWorld) -> Iterator[Database]:
    """Give a pool of two connections to a database that knows our organisation."""
    SqlOrganisationStore(database).add(world.ours)
    url = database._engine.url.render_as_string(hide_password=False)
    pool = Database(url, pool_size=CONNECTIONS)
    yield pool
    pool.close()


def test_ten_slow_uploads_leave_two_connections_to_others(
    world: EdgeWorld, small_pool: Database
) -> None:
    """While ten documents are on their way to the store, another creating call is answered."""
    store, behind = SlowStore(), world.api_services
    world.api_services = replace(
        behind,
        orders=replace(behind.orders, working=store),
        idempotency=SqlIdempotencyStore(small_pool),
        transaction=small_pool.transaction,
    )
    caller = Caller(EdgeClient(world.web(), PUBLIC_URL), world.identity.key(world.ours.id))

    def send(number: int) -> int:
        return caller.upload(blank_pdf(), **{"Idempotency-Key": f"slow-{number}"}).status_code

    with ThreadPoolExecutor(UPLOADS) as pool:
        sent = [pool.submit(send, number) for number in range(UPLOADS)]
        try:
            assert all(store.waiting.acquire(timeout=SECONDS) for _ in sent)
            other = caller.post("/licenses", sample_face())
            again = caller.upload(blank_pdf(), **{"Idempotency-Key": "slow-0"})
        finally:
            store.open.set()
    assert other.status_code == 201
    assert (again.status_code, again.json()["code"]) == (409, "idempotency_key_in_flight")
    assert [upload.result() for upload in sent] == [201] * UPLOADS
    assert len(world.documents.rows) == UPLOADS
