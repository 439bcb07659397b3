"""From upload to archived B-LTA, and raw seals over HTTP, on real engines: through every process.

PostgreSQL, the object store, signer and web are the real programs, on this machine and its cores;
for ``pipeline`` the parts of web and worker run in this process. Nothing is left out: durable
commits, the archive put, the release check (the result verified; stored bytes read back and
compared). Documents per second are by wall clock, and so worth as much as the machine is quiet;
CPU milliseconds per document, by process with all its children, are not.
"""

import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx
import psutil

from sealservice.bootstrap.enrolment import approve_list_as_operator
from sealservice.config import Settings
from sealservice.kernel.actor import Permission
from sealservice.sealing.batch_model import Batch, BatchState
from sealservice.sealing.batch_preparation import GROUP
from sealservice.sealing.model import CoordinatePlacement, Level, OrderRequest, SealUse
from tests.bench.corpus import SMALL, corpus
from tests.chaos.site import Site, open_site

CONNECTIONS: Final = 8
_PAUSE_SECONDS: Final = 0.5
_PATIENCE_SECONDS: Final = 3_600.0
_RETRY_SECONDS: Final = 0.02
_AT_ONCE: Final = 50

Processes = Mapping[str, int]


@dataclass
class Phase:
    """What one phase took."""

    documents: int
    seconds: float = 0.0
    cpu: dict[str, float] = field(default_factory=dict)
    """CPU seconds by process."""

    def json(self) -> dict[str, float]:
        """Return documents per second, and CPU milliseconds per document by process."""
        spent = {f"{name}_cpu_ms": 1000 * used / self.documents for name, used in self.cpu.items()}
        found = {"per_second": self.documents / self.seconds, **spent}
        return {name: round(value, 2) for name, value in found.items()}


def pipeline(documents: int, level: Level = Level.B_LTA) -> dict[str, float]:
    """Send a batch through everything, and return what it took."""
    with tempfile.TemporaryDirectory(prefix="sealservice-bench-") as folder, ExitStack() as stack:
        site = stack.enter_context(open_site(Settings(home=Path(folder))))
        signer = stack.enter_context(site.signer())
        processes = {"this": os.getpid(), "signer": signer._process.pid}
        phases = {name: Phase(documents) for name in ("upload", "prepare", "seal")}
        begun = time.monotonic()
        batch = _prepared(site, processes, phases, _pdfs(documents), level)
        with _timed(phases["seal"], site, processes):
            approve_list_as_operator(site.installation, site.at_hand, site.actor, batch)
            _await(site, batch)
        seconds = time.monotonic() - begun
        counts = site.at_hand.batches.show(site.actor, batch.id)[1]
        assert counts.done == documents, counts
        return {
            "documents": documents,
            "per_second": round(documents / seconds, 2),
            "documents_a_transaction_when_prepared": GROUP,
            **{f"{name}_mb": _memory(pid) for name, pid in processes.items()},
            **_flat(phases),
        }


def http(documents: int, level: Level = Level.B_B) -> dict[str, float]:
    """Have each document of an approved list sealed by its own request, and return what it took."""
    with tempfile.TemporaryDirectory(prefix="sealservice-bench-") as folder, ExitStack() as stack:
        site = stack.enter_context(open_site(Settings(home=Path(folder))))
        signer, web = stack.enter_context(site.signer()), stack.enter_context(site.web())
        pids = {"signer": signer._process.pid, "web": web._process.pid}
        processes = {"this": os.getpid(), **pids}
        pdfs = list(_pdfs(documents))
        phases = {name: Phase(documents) for name in ("upload", "prepare", "requests")}
        batch = _prepared(site, processes, phases, iter(pdfs), level)
        approve_list_as_operator(site.installation, site.at_hand, site.actor, batch)
        with _timed(phases["requests"], site, processes):
            waits = _requested(site, batch, pdfs)
        return {
            "documents": documents,
            "connections": CONNECTIONS,
            "p50_ms": round(waits[len(waits) // 2], 1),
            "p99_ms": round(waits[len(waits) * 99 // 100], 1),
            **phases["requests"].json(),
        }


def _flat(phases: Mapping[str, Phase]) -> dict[str, float]:
    return {
        f"{phase}_{name}": value
        for phase, spent in phases.items()
        for name, value in spent.json().items()
    }


def _prepared(
    site: Site,
    processes: Processes,
    phases: Mapping[str, Phase],
    pdfs: Iterator[bytes],
    level: Level,
) -> Batch:
    """Store documents and have a list of them prepared and closed."""
    orders, batches = site.at_hand.orders, site.at_hand.batches
    with _timed(phases["upload"], site, processes):
        ids = [orders.store_document(site.actor, "bench.pdf", pdf).id for pdf in pdfs]
    uses = (SealUse(site.seal_id, (CoordinatePlacement("1", 150.0, 60.0),)),)
    with _timed(phases["prepare"], site, processes):
        placed = batches.place(site.actor, OrderRequest("", uses, level, "bench"), ids)
        return site.at_hand.batch_preparation.run(placed.id)


def _requested(site: Site, batch: Batch, pdfs: list[bytes]) -> list[float]:
    """Send all documents over some connections; return how long each took, ms, shortest first."""
    scopes = (Permission.ORDERS_READ, Permission.ORDERS_WRITE, Permission.RECORDS_READ)
    _, key = site.at_hand.api_keys.create_api_key(site.actor, "bench", frozenset(scopes))
    host, port = site.installation.web_listen
    address = f"http://{host}:{port}/api/v1/raw-seals/{batch.id}"
    own_host = {"Host": site.installation.public_url.partition("//")[2]}
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/pdf", **own_host}
    with (
        httpx.Client(headers=headers, timeout=60, trust_env=False) as client,
        ThreadPoolExecutor(CONNECTIONS) as pool,
    ):
        return sorted(pool.map(lambda pdf: _request(client, address, pdf), pdfs))


def _request(client: httpx.Client, address: str, pdf: bytes) -> float:
    begun = time.monotonic()
    while (
        answer := client.post(address, content=pdf)
    ).status_code == httpx.codes.SERVICE_UNAVAILABLE:
        time.sleep(0.02)  # the batch's own job has it in hand
    assert answer.status_code == httpx.codes.OK, answer.text
    assert answer.content.startswith(pdf)
    return 1000 * (time.monotonic() - begun)


def _pdfs(count: int) -> Iterator[bytes]:
    documents = corpus(SMALL)
    while count > 0:
        fresh = documents.fresh(min(count, _AT_ONCE))
        count -= len(fresh)
        yield from fresh


def _await(site: Site, batch: Batch) -> None:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while site.at_hand.batches.show(site.actor, batch.id)[0].state is not BatchState.DONE:
        assert time.monotonic() < deadline, "the batch takes too long"
        time.sleep(_PAUSE_SECONDS)


@contextmanager
def _timed(phase: Phase, site: Site, processes: Processes) -> Iterator[None]:
    before, begun = _cpu(site, processes), time.monotonic()
    yield
    phase.seconds = time.monotonic() - begun
    after = _cpu(site, processes)
    phase.cpu = {name: used - before.get(name, 0.0) for name, used in after.items()}


def _cpu(site: Site, processes: Processes) -> dict[str, float]:
    """Return the CPU seconds of our processes with all their children, and of the engines."""
    found = {name: _tree_cpu(pid) for name, pid in processes.items()}
    others = sum(spent for name, spent in found.items() if name != "this")
    found["this"] -= others  # they are children of this process
    engines = {"postgres": site.postgres, "store": site.seaweed}
    return found | {name: _tree_cpu(engine._child.pid()) for name, engine in engines.items()}


def _tree_cpu(pid: int | None) -> float:
    spent = 0.0
    for one in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True)):
        try:
            times = one.cpu_times()
        except psutil.NoSuchProcess:
            continue
        spent += times.user + times.system + times.children_user + times.children_system
    return spent


def _memory(pid: int) -> float:
    """Return the resident megabytes of a process, children not counted."""
    return round(psutil.Process(pid).memory_info().rss / 1e6, 1)


CASES: Final[Mapping[str, Callable[[int], dict[str, float]]]] = {"pipeline": pipeline, "http": http}
