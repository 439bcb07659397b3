"""Real engines for the tests that need them: one private home per run, shared by its workers."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sealservice.bootstrap.embedded.engines import Engines, running_engines
from sealservice.config import Settings
from sealservice.infra.buckets import ensure_buckets
from sealservice.infra.processes import ProcessKind
from sealservice.infra.s3 import ObjectStore
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.migrate import migrate
from sealservice.limits import Limits
from tests.soft_token import SoftToken, made_soft_token


@pytest.fixture(scope="session")
def engines_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Name the run's home folder; the workers of pytest-xdist share it."""
    base = tmp_path_factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "engines"


@pytest.fixture(scope="session")
def engines(engines_home: Path) -> Iterator[Engines]:
    """Run PostgreSQL and SeaweedFS for the session, with tables, roles and buckets."""
    with running_engines(Settings(home=engines_home)) as engines:
        migrate(engines.database_urls[ProcessKind.ADMIN], engines.passwords)
        ensure_buckets(engines.accounts[ProcessKind.ADMIN], Limits())
        yield engines


@pytest.fixture
def database_as(engines: Engines) -> Iterator[Callable[[ProcessKind], Database]]:
    """Give the database as seen by one kind of process."""
    with ExitStack() as stack:

        def opened(kind: ProcessKind) -> Database:
            database = Database(engines.database_urls[kind], pool_size=4)
            stack.callback(database.close)
            return database

        yield opened


@pytest.fixture
def database(database_as: Callable[[ProcessKind], Database]) -> Database:
    """Give the database as its owner, who may write every table."""
    return database_as(ProcessKind.ADMIN)


@pytest.fixture
def objects(engines: Engines) -> ObjectStore:
    """Give the object store as the signer, who archives."""
    return ObjectStore(engines.accounts[ProcessKind.SIGNER])


@pytest.fixture
def soft_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SoftToken:
    """Make a token of SoftHSM's in a folder of this test."""
    return made_soft_token(tmp_path / "softhsm", monkeypatch)
