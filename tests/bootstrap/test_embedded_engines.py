"""Private engines: shared by commands, kept over crashes, never in each other's way."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg
import pytest

from sealservice.bootstrap.embedded.child import Child, recorded_pid, wait_until
from sealservice.bootstrap.embedded.engines import Engines, running_engines
from sealservice.bootstrap.embedded.errors import PortTaken
from sealservice.bootstrap.embedded.home import claim_folder, open_home
from sealservice.bootstrap.embedded.lowered import NOBODY, OTHER_USER, USER_NAMESPACE
from sealservice.bootstrap.embedded.postgres import Postgres
from sealservice.bootstrap.embedded.seaweed import Seaweed
from sealservice.config import Settings
from sealservice.infra.processes import ProcessKind
from sealservice.infra.s3 import ObjectStore
from sealservice.infra.sql.database import Database

pytestmark = pytest.mark.engines

COMMAND = Path(__file__).with_name("use_engines.py")
AS_ORDINARY_USER = USER_NAMESPACE.prefix if os.geteuid() == 0 else ()
"""Root sees itself as uid 1000 there, with no right that a user has not."""
Home = Path


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """Give a folder for a home whose engines do not outlive the test."""
    folder = tmp_path / "home"
    yield folder
    for pid in _pids(folder).values():
        if pid is not None:
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)


def _pids(home: Home) -> dict[str, int | None]:
    """Return the pids of the engines that run, by the names of their folders."""
    marks = {
        "postgres": str(home / "postgres" / "data"),
        "seaweedfs": f"-dir={home / 'seaweedfs' / 'data'}",
    }
    return {
        name: Child(name, home / name, mark, home / "log").pid() for name, mark in marks.items()
    }


def _none_runs(home: Home) -> bool:
    return not any(_pids(home).values())


@contextmanager
def _command(
    home: Home, *stored: str, prefix: tuple[str, ...] = ()
) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run a command that uses the engines; yield it and the first thing it said."""
    command = [*prefix, sys.executable, str(COMMAND), str(home), *stored]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        yield process, process.stdout.readline().strip()
        process.stdin.close()
        process.wait(timeout=60)


def _row(engines: Engines, key: str) -> str:
    database = Database(engines.database_urls[ProcessKind.WEB])
    query = "SELECT name FROM organisations WHERE id = %s"
    with database.transaction():
        name = database.connection().exec_driver_sql(query, (key,)).scalar_one()
    database.close()
    return str(name)


def _object(engines: Engines, key: str) -> bytes:
    return ObjectStore(engines.accounts[ProcessKind.SIGNER]).get("records", key)


def test_life_of_a_home(home: Home) -> None:
    """Commands share engines; those survive a killed parent, are adopted, and the last one stops.

    What was stored is there at every turn.
    """
    with _command(home, "key", "kept") as (first, said_first):
        started = _pids(home)
        assert said_first == "ready"
        assert None not in started.values()
        with _command(home) as (second, said_second):
            assert said_second == "ready"
            assert first.stdin is not None
            first.stdin.close()
            assert first.wait(timeout=60) == 0
            assert _pids(home) == started
            second.kill()
    assert _pids(home) == started

    with running_engines(Settings(home=home)) as engines:
        assert _pids(home) == started
        assert (_row(engines, "key"), _object(engines, "key")) == ("kept", b"kept")
    assert _none_runs(home)

    with running_engines(Settings(home=home)) as engines:
        assert (_row(engines, "key"), _object(engines, "key")) == ("kept", b"kept")
    assert _none_runs(home)


@pytest.mark.parametrize("number", [signal.SIGSTOP, signal.SIGKILL])
def test_engines_that_do_not_answer_are_replaced(home: Home, number: signal.Signals) -> None:
    """Frozen or dead engines are ended by their recorded pid and started anew, data kept."""
    with _command(home, "key", "kept") as (process, _said):
        broken = _pids(home)
        process.kill()
    for pid in broken.values():
        assert pid is not None
        os.kill(pid, number)
    with running_engines(Settings(home=home)) as engines:
        assert not set(broken.values()) & set(_pids(home).values())
        assert (_row(engines, "key"), _object(engines, "key")) == ("kept", b"kept")


def test_pid_of_somebody_else_is_never_touched(home: Home) -> None:
    """Pid files that name a recycled pid neither block the start nor harm that process."""
    with _command(home, "key", "kept"):
        pass
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as stranger:
        for name in ("postgres/pid", "seaweedfs/pid", "postgres/data/postmaster.pid"):
            (home / name).write_text(f"{stranger.pid}\n", "ascii")
        with running_engines(Settings(home=home)) as engines:
            assert _row(engines, "key") == "kept"
        assert stranger.poll() is None
        stranger.communicate(b"\n", timeout=10)


@pytest.mark.parametrize("use", ["s3", "filer"])
def test_taken_port_is_named(home: Home, use: str) -> None:
    """A port that another program listens on is named, and nothing keeps running."""
    claim_folder(home)
    kept = open_home(home)
    with socket.socket() as other:
        other.bind(("127.0.0.1", kept.ports[use]))
        other.listen()
        with pytest.raises(PortTaken) as refused, running_engines(Settings(home=home)):
            pass
    assert str(kept.ports[use]) in refused.value.message.zh
    assert str(kept.file) in refused.value.message.en
    assert _none_runs(home)


def test_works_as_an_ordinary_user(home: Home) -> None:
    """Nothing needs root."""
    with _command(home, "key", "kept", prefix=AS_ORDINARY_USER) as (_process, said):
        assert said == "ready"
    assert _none_runs(home)


@pytest.mark.parametrize("place", ["", "home"], ids=["closed", "inside a closed one"])
def test_home_that_cannot_be_written_is_named(tmp_path: Path, place: str) -> None:
    """An ordinary user without the right to write gets the documented error, at once."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    with _command(closed / place, prefix=AS_ORDINARY_USER) as (_process, said):
        assert said == "home_not_writable"
    assert list(closed.iterdir()) == []


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another user")
def test_postgres_runs_as_another_user_where_namespaces_are_closed() -> None:
    """With setpriv it runs as uid 65534; only the home's own folders are opened for it."""
    parent = Path(tempfile.mkdtemp(dir="/tmp"))
    parent.chmod(0o711)
    try:
        claim_folder(parent / "home")
        home = open_home(parent / "home")
        postgres = Postgres(home, OTHER_USER)
        postgres.ensure()
        pid = recorded_pid(home.folder / "postgres" / "pid")
        assert pid is not None
        assert psutil.Process(pid).uids().real == NOBODY
        assert (home.file.stat().st_mode & 0o777, home.folder.stat().st_mode & 0o777) == (
            0o600,
            0o711,
        )
        postgres.stop()
        assert not psutil.pid_exists(pid)
    finally:
        shutil.rmtree(parent)


@pytest.mark.security
def test_postgres_listens_on_its_socket_only(engines_home: Home, engines: Engines) -> None:
    """There is no TCP port, and even the socket's owner needs a password."""
    pid = _pids(engines_home)["postgres"]
    assert pid is not None
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    assert [c for p in family for c in p.net_connections("inet")] == []
    url = engines.database_urls[ProcessKind.WEB]
    host = url.partition("host=")[2].replace("%2F", "/")
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(host=host, user="postgres", dbname="postgres")


def test_fsync_is_on(engines: Engines) -> None:
    """What was committed is on disk."""
    database = Database(engines.database_urls[ProcessKind.WEB])
    with database.transaction():
        settings = [
            database.connection().exec_driver_sql(f"SHOW {name}").scalar_one()
            for name in ("fsync", "synchronous_commit", "full_page_writes", "data_checksums")
        ]
    assert settings == ["on", "on", "on", "on"]
    database.close()


def _freezing(pid: int) -> Callable[[], bool]:
    return lambda: psutil.Process(pid).status() == psutil.STATUS_STOPPED


def test_seaweed_that_ignores_its_end_is_killed(home: Home) -> None:
    """A frozen server does not hold up the command that stops it."""
    claim_folder(home)
    seaweed = Seaweed(open_home(home))
    seaweed.ensure()
    pid = _pids(home)["seaweedfs"]
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    assert wait_until(_freezing(pid), 5)
    seaweed.stop()
    assert _none_runs(home)
