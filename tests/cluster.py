"""The storage cluster of ``docker/compose.yaml`` as plain processes of one machine.

1. What is started is what the file says, word for word; only places differ: a service's host name
   becomes an address of its own in the loopback network, a container's folder one of the test.
2. A service has started when the file's own health check says so.
3. The filer's index is in a PostgreSQL of its own home, prepared by ``docker/database/roles.sh``.
"""

import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from sealservice.bootstrap.containers.alive import is_alive
from sealservice.bootstrap.containers.seaweedfs import write_files
from sealservice.bootstrap.embedded.home import Home, claim_folder, open_home
from sealservice.bootstrap.embedded.postgres import Postgres, program
from sealservice.infra.processes import ProcessKind
from sealservice.infra.s3 import S3Account
from tests.composition import FOLDER, services

PARTS: Final = (
    "master-1", "master-2", "master-3", "volume-1", "volume-2", "volume-3", "filer", "s3",
)  # fmt: skip
_READY_SECONDS: Final = 60
_PAUSE_SECONDS: Final = 0.2
_NICE: Final = ("nice", "-n", "10")


@dataclass
class Cluster:
    """Where the processes are, and which of them run."""

    folder: Path
    database_host: str
    """Folder of the database's socket."""
    network: str
    """The first three numbers of the addresses of this cluster's parts."""
    services: Mapping[str, Mapping[str, Any]] = field(default_factory=services)
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def account(self, kind: ProcessKind) -> S3Account:
        """Return how one kind of process uses the store."""
        secret = (self.folder / "secrets" / f"s3-{kind}").read_text("utf-8").rstrip("\n")
        return S3Account(f"http://{self.address('s3')}:8333", kind.value, secret)

    def listeners(self) -> list[tuple[str, str, int]]:
        """Return name, host and port of every part; gRPC is 10,000 above."""
        options = {name: " ".join(self.services[name]["command"]) for name in PARTS}
        ports = {name: re.search(r"-port=(\d+)", words) for name, words in options.items()}
        return [(name, self.address(name), int(port[1])) for name, port in ports.items() if port]

    def start(self, *names: str) -> None:
        """Start parts and wait until each is healthy."""
        for name in names:
            words = [*self.services[name]["entrypoint"], *self.services[name]["command"]]
            (self.folder / name).mkdir(exist_ok=True)
            with (self.folder / f"{name}.log").open("ab") as log:
                self.running[name] = subprocess.Popen(
                    [*_NICE, *(self._placed(name, word) for word in words)],
                    cwd=self.folder / "seaweedfs", stdout=log, stderr=log, start_new_session=True,
                    env=self._environment(),
                )  # fmt: skip
        for name in names:
            self._await(name)

    def kill(self, name: str) -> None:
        """End a part as a power cut would."""
        process = self.running.pop(name)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def flush_objects(self) -> None:
        """Do what ``seaweedfs-fsync`` does."""
        service = self.services["seaweedfs-fsync"]
        words = [*service["entrypoint"], *service["command"]]
        subprocess.run(
            [self._placed("seaweedfs-fsync", word) for word in words],
            cwd=self.folder / "seaweedfs", env=self._environment(), check=True, timeout=60,
            capture_output=True,
        )  # fmt: skip

    def _await(self, name: str) -> None:
        target = self._placed(name, self.services[name]["healthcheck"]["test"][-1])
        deadline = time.monotonic() + _READY_SECONDS
        while not is_alive(target):
            log = self.folder / f"{name}.log"
            assert self.running[name].poll() is None, f"{name} ended: {log.read_text()[-2000:]}"
            assert time.monotonic() < deadline, f"{name} is not healthy: {log.read_text()[-2000:]}"
            time.sleep(_PAUSE_SECONDS)

    def _placed(self, name: str, word: str) -> str:
        """Return a word of the file with the places of this machine."""
        for part in PARTS:
            pattern = rf"(?<=[=,/]){part}(?=[:,/]|$)|^{part}(?=:)"
            word = re.sub(pattern, self.address(part), word)
        word = word.replace("0.0.0.0", self.address(name))  # noqa: S104 - to be replaced
        own = {"/etc/seaweedfs": self.folder / "seaweedfs"}
        return re.sub(
            r"(?<==)/(etc/seaweedfs|data|tmp)(?=/|$)",
            lambda found: str(own.get(found[0], self.folder / name)),
            word,
        )

    def address(self, name: str) -> str:
        """Return the address of a part, or of one of our own services."""
        return f"{self.network}.{10 + list(self.services).index(name)}"

    def _environment(self) -> dict[str, str]:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return {"PATH": path, "HOME": str(self.folder)}


@contextmanager
def running_cluster(folder: Path) -> Iterator[Cluster]:
    """Run the whole cluster in a folder while the block lasts."""
    (folder / "seaweedfs").mkdir(parents=True)
    make_secrets(folder)
    home = _home(folder / "home")
    postgres = Postgres(home)
    network = f"127.{secrets.randbelow(100) + 100}.{secrets.randbelow(250) + 1}"
    cluster = Cluster(folder, str(home.sockets / "pg"), network)
    try:
        postgres.ensure()
        make_roles(home, folder / "secrets")
        write_files(folder / "seaweedfs", folder / "secrets", cluster.database_host)
        for group in (PARTS[:3], PARTS[3:6], PARTS[6:7], PARTS[7:]):
            cluster.start(*group)
        cluster.flush_objects()
        yield cluster
    finally:
        for name in list(cluster.running):
            cluster.kill(name)
        postgres.stop()


def make_secrets(folder: Path) -> None:
    """Run ``docker/new-secrets`` in a folder."""
    copy = shutil.copy(FOLDER / "new-secrets", folder)
    subprocess.run([copy], check=True, timeout=60)


def make_roles(home: Home, secret_folder: Path) -> None:
    """Run ``docker/database/roles.sh`` against the private PostgreSQL of a home."""
    subprocess.run(
        [FOLDER / "database" / "roles.sh"], check=True, timeout=60,
        env={
            "PATH": f"{Path(program('psql')).parent}:{os.environ['PATH']}",
            "PGHOST": str(home.sockets / "pg"), "PGPASSWORD": home.postgres_password,
            "SECRETS": str(secret_folder),
        },
    )  # fmt: skip


def _home(folder: Path) -> Home:
    claim_folder(folder)
    return open_home(folder)
