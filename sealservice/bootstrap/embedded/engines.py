"""The private database and object store of a home folder.

1. Engines that run are joined, others are started, both at once; the last user stops them. Several
   commands may use one home at the same time.
2. A command that is killed leaves its engines running; the next one finds and adopts them.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from sealservice.bootstrap.embedded.home import Home, claim_folder, open_home
from sealservice.bootstrap.embedded.lease import Lease, start_lock
from sealservice.bootstrap.embedded.postgres import Postgres
from sealservice.bootstrap.embedded.seaweed import Seaweed
from sealservice.config import Settings
from sealservice.infra.processes import ProcessKind
from sealservice.infra.s3 import S3Account


class Engine(Protocol):
    """A server that can be brought up and down, any number of times."""

    def ensure(self) -> None:
        """Start it unless it is answering already."""

    def stop(self) -> None:
        """Stop it if it runs."""


@dataclass(frozen=True, slots=True)
class Engines:
    """How each kind of process reaches the database and the store."""

    database_urls: Mapping[ProcessKind, str] = field(repr=False)
    """SQLAlchemy URLs."""
    accounts: Mapping[ProcessKind, S3Account] = field(repr=False)
    passwords: Mapping[str, str] = field(repr=False)
    """Database role -> password; ``migrate`` gives them to the roles."""
    ports: Mapping[str, int]
    """``web`` and ``signer``: the ports on 127.0.0.1 that this home keeps for them."""


@contextmanager
def running_engines(settings: Settings) -> Iterator[Engines]:
    """Provide the home's engines while the block runs, starting and stopping them as needed.

    Raises:
        HomeNotWritable: the home folder cannot be made or written.
        HomeNotOurs: the home folder holds something else.
        HomeBusy: another command is starting or stopping the engines for too long.
        PortTaken: another program listens on a port of the home.
        EngineFailed: an engine did not get ready in time.
        PostgresNeedsUser: we are root and PostgreSQL cannot be run with lower rights.
    """
    claim_folder(settings.home)
    with start_lock(settings.home):
        home = open_home(settings.home)
    postgres, seaweed = Postgres(home), Seaweed(home)
    engines = Engines(
        database_urls={kind: postgres.url(kind) for kind in ProcessKind},
        accounts={kind: seaweed.account(kind) for kind in ProcessKind},
        passwords={
            kind.database_role: home.credentials[kind]["password"]
            for kind in ProcessKind
            if kind is not ProcessKind.ADMIN
        },
        ports={use: home.ports[use] for use in ("web", "signer")},
    )
    with _in_use(home, [postgres, seaweed]):
        yield engines


@contextmanager
def _in_use(home: Home, engines: list[Engine]) -> Iterator[None]:
    with closing(Lease(home.folder)) as lease:
        try:
            with start_lock(home.folder):
                lease.share()
                _at_once([engine.ensure for engine in engines])
            yield
        finally:
            with start_lock(home.folder):
                if lease.is_last():
                    _at_once([engine.stop for engine in engines])


def _at_once(steps: list[Callable[[], None]]) -> None:
    with ThreadPoolExecutor(len(steps)) as pool:
        for done in [pool.submit(step) for step in steps]:
            done.result()
