"""A volume server is killed in the middle of work: nothing is lost, nothing stops."""

import random
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest

from sealservice.bootstrap.embedded.home import GRPC_OFFSET
from sealservice.infra.processes import ProcessKind
from sealservice.infra.s3 import ObjectStore
from sealservice.infra.s3_errors import StoreUnavailable
from sealservice.kernel.digests import sha256_hex
from sealservice.workers.queue import PASSING
from tests.cluster import PARTS, Cluster
from tests.doors import grpc_answers, http_status

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(600)]

ARCHIVINGS = 2_000
BEFORE = 700
"""How many are archived when the server is killed."""
WRITERS = 4
ATTACKS = (
    ("GET", "/dir/assign"),
    ("POST", "/submit"),
    ("GET", "/vol/vacuum?garbageThreshold=0.0001"),
    ("GET", "/vol/grow?count=1"),
    ("GET", "/col/delete?collection=records"),
    ("GET", "/admin/volume/delete?volume=1"),
    ("DELETE", "/1,01637037d6"),
    ("GET", "/buckets/records/"),
    ("DELETE", "/buckets/records?recursive=true"),
)
_PAUSE_SECONDS = 1
Answer = TypeVar("Answer")


@dataclass
class Archivist:
    """Archives as the signer does, and keeps what a record keeps: key, version, digest.

    A refusal is met as the signer's queue does, by trying again.
    """

    objects: ObjectStore
    until: datetime
    records: dict[str, tuple[str, str]] = field(default_factory=dict)
    refusals: Counter[str] = field(default_factory=Counter)
    """Key -> how often the store refused it."""

    def archive(self, number: int) -> None:
        """Put one object of its own under a lock."""
        key = f"record-{number}"
        content = random.Random(number).randbytes(2_000 + number * 7919 % 60_000)  # noqa: S311 - content, no secret
        version = self._patiently(
            key, lambda: self.objects.put_once("records", key, content, self.until)
        )
        self.records[key] = version, sha256_hex(content)

    def lost(self) -> list[str]:
        """Return the keys whose recorded version does not read back as it was put."""
        return [key for key, record in self.records.items() if not self._reads(key, *record)]

    def _reads(self, key: str, version: str, digest: str) -> bool:
        content = self._patiently(key, lambda: self.objects.get("records", key, version))
        return sha256_hex(content) == digest

    def _patiently(self, key: str, ask: Callable[[], Answer]) -> Answer:
        for _ in range((PASSING.max_attempts or 1) - 1):
            try:
                return ask()
            except StoreUnavailable:
                self.refusals[key] += 1
                time.sleep(_PAUSE_SECONDS)
        return ask()


@pytest.fixture(scope="module")
def archivist(cluster: Cluster) -> Archivist:
    """Give an archivist of the cluster."""
    until = (datetime.now(UTC) + timedelta(days=1)).replace(microsecond=0)
    return Archivist(ObjectStore(cluster.account(ProcessKind.SIGNER)), until)


def test_killed_volume_server_loses_nothing_and_stops_nothing(
    cluster: Cluster, archivist: Archivist
) -> None:
    """2,000 archivings go on while a server is gone; all of them read back without it."""
    with ThreadPoolExecutor(WRITERS) as pool:
        done = [pool.submit(archivist.archive, number) for number in range(ARCHIVINGS)]
        done[BEFORE].result()
        cluster.kill("volume-2")
        for each in done:
            each.result()
    assert len(archivist.records) == ARCHIVINGS
    assert len(archivist.refusals) <= WRITERS, "only what was under way may be refused"
    assert max(archivist.refusals.values(), default=0) <= 1, "and only once"
    assert archivist.lost() == []


@pytest.mark.parametrize("server", ["volume-1", "volume-3"])
def test_every_record_is_on_two_servers(
    cluster: Cluster, archivist: Archivist, server: str
) -> None:
    """With the first server back, any other may go: what it had is elsewhere, too."""
    assert len(archivist.records) == ARCHIVINGS, "needs what the test before archived"
    for part in ("volume-1", "volume-2", "volume-3"):
        if part not in cluster.running:
            cluster.start(part)
    cluster.kill(server)
    assert archivist.lost() == []


@pytest.mark.security
def test_doors_of_the_cluster_are_shut(cluster: Cluster) -> None:
    """HTTP does nothing for strangers; gRPC answers nobody without the cluster's certificate."""
    cluster.start(*(part for part in PARTS if part not in cluster.running))
    for name, host, port in cluster.listeners():
        assert grpc_answers((host, port + GRPC_OFFSET), cluster.folder / "seaweedfs"), name
        assert not grpc_answers((host, port + GRPC_OFFSET), None), name
        for method, path in ATTACKS:
            status = http_status(host, port, path, method)
            assert status in {0, 400, 401, 403, 404, 405}, (name, method, path, status)
