"""Every port of the private object store, attacked directly: the locked object stays."""

import http.client
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil
import pytest

from sealservice.bootstrap.embedded.child import recorded_pid
from sealservice.bootstrap.embedded.engines import Engines
from sealservice.bootstrap.embedded.grpc_tls import new_grpc_tls
from sealservice.bootstrap.embedded.home import GRPC_OFFSET, Home, open_home, write_private
from sealservice.bootstrap.embedded.seaweed import Seaweed, weed_program
from sealservice.infra.processes import ProcessKind
from sealservice.infra.s3 import ObjectStore
from sealservice.kernel.ids import new_id
from tests.doors import Address, connected, grpc_answers, http_status, is_answered

pytestmark = [pytest.mark.engines, pytest.mark.security]

CONTENT = bytes(range(256)) * 256  # large enough to lie in a volume, not in the filer's index
HOST = "127.0.0.1"
USES = ("s3", "master", "volume", "filer")


@dataclass(frozen=True)
class Locked:
    """A locked object, where its bytes lie in SeaweedFS, and how to read it."""

    home: Home
    objects: ObjectStore
    key: str
    version: str
    chunk: str
    """Volume and file number, e.g. ``3,01637037d6``."""

    def still_reads(self) -> bool:
        """Return whether the version is there with the bytes that were put."""
        return self.objects.get("records", self.key, self.version) == CONTENT


@pytest.fixture
def locked(engines: Engines, engines_home: Path) -> Iterator[Locked]:
    """Put a locked object and find its bytes; after the attack it must read the same."""
    home = open_home(engines_home)
    objects = ObjectStore(engines.accounts[ProcessKind.SIGNER])
    key = new_id("test")
    version = objects.put_once("records", key, CONTENT, datetime.now(UTC) + timedelta(days=1))
    look = f"fs.meta.cat /buckets/records/{key}.versions/v_{version}"
    found = re.search(r'"fileId":\s*"([0-9]+,[0-9a-f]+)"', _shell(home, _folder(home), look))
    assert found, "the attack needs to know its target"
    target = Locked(home, objects, key, version, found[1])
    yield target
    assert target.still_reads()


def _folder(home: Home) -> Path:
    return home.folder / "seaweedfs"


def _shell(home: Home, folder: Path, *lines: str, timeout: float = 20) -> str:
    """Run ``weed shell`` with the certificates of a folder; return what it says."""
    command = [
        weed_program(), "shell", f"-master=127.0.0.1:{home.ports['master']}",
        f"-filer=127.0.0.1:{home.ports['filer']}",
    ]  # fmt: skip
    try:
        done = subprocess.run(
            command, input="\n".join(lines) + "\n", cwd=folder, env={"HOME": str(folder)},
            timeout=timeout, check=False, capture_output=True, text=True,
        )  # fmt: skip
    except subprocess.TimeoutExpired as waited:
        return str(waited.stdout)
    return done.stdout + done.stderr


def test_every_port_is_known_and_on_the_loopback(engines_home: Path, engines: Engines) -> None:
    """The attacks of this file cover every port there is."""
    assert engines
    home = open_home(engines_home)
    pid = recorded_pid(_folder(home) / "pid")
    assert pid is not None
    listening = {
        (c.laddr.ip, c.laddr.port)
        for c in psutil.Process(pid).net_connections("inet")
        if c.status == psutil.CONN_LISTEN
    }
    ports = [home.ports[use] for use in USES]
    assert listening == {("127.0.0.1", p) for p in [*ports, *(p + GRPC_OFFSET for p in ports)]}


@pytest.mark.parametrize("use", USES)
def test_http_without_credentials_changes_nothing(locked: Locked, use: str) -> None:
    """What deletes objects, volumes or collections over HTTP is refused on each port."""
    volume = locked.chunk.partition(",")[0]
    attacks = (
        ("DELETE", f"/{locked.chunk}"),
        ("POST", f"/{locked.chunk}"),
        ("DELETE", f"/buckets/records/{locked.key}.versions?recursive=true"),
        ("DELETE", f"/records/{locked.key}?versionId={locked.version}"),
        ("DELETE", "/records"),
        ("POST", "/records?delete"),
        ("GET", "/vol/vacuum?garbageThreshold=0.0001"),
        ("GET", "/col/delete?collection=records"),
        ("GET", f"/admin/delete_collection?collection=records&volume={volume}"),
        ("GET", f"/admin/vacuum/compact?volume={volume}"),
        ("POST", "/submit"),
    )
    for method, path in attacks:
        status = http_status(HOST, locked.home.ports[use], path, method)
        assert status in {0, 400, 401, 403, 404, 405, 409}, (method, path, status)


@pytest.mark.parametrize("use", USES)
def test_bytes_are_not_read_past_the_store(locked: Locked, use: str) -> None:
    """Without credentials the object's bytes come out of no port."""
    for path in (f"/{locked.chunk}", f"/buckets/records/{locked.key}.versions/v_{locked.version}"):
        assert http_status(HOST, locked.home.ports[use], path) != http.client.OK


@pytest.mark.parametrize("use", USES)
def test_grpc_wants_a_certificate_of_this_start(locked: Locked, use: str, tmp_path: Path) -> None:
    """No certificate, somebody else's, or no TLS at all: no answer. Our own: an answer."""
    port = locked.home.ports[use] + GRPC_OFFSET
    unix = next(p for p in Seaweed(locked.home).grpc_sockets() if str(port) in p.name)
    addresses: list[Address] = [(HOST, port), unix]
    for address in addresses:
        assert grpc_answers(address, _folder(locked.home))
        assert not grpc_answers(address, None)
        assert not grpc_answers(address, _foreign_certificates(tmp_path))
        with connected(address) as plain:
            assert not is_answered(plain)


def test_administrators_shell_is_shut_without_the_certificate(
    locked: Locked, tmp_path: Path
) -> None:
    """SeaweedFS's own tool deletes a whole bucket; without our certificate it reaches nothing."""
    attack = ("lock", "collection.delete -collection=records -force", "unlock")
    foreign = _foreign_certificates(tmp_path)
    ours = (_folder(locked.home) / "security.toml").read_text("utf-8")
    (foreign / "security.toml").write_text(
        ours.replace(str(_folder(locked.home)), str(foreign)), "utf-8"
    )
    nothing = tmp_path / "nothing"
    nothing.mkdir()
    for folder in (nothing, foreign):
        said = _shell(locked.home, folder, "collection.list", *attack, timeout=2)
        assert "records" not in said
    assert "records" in _shell(locked.home, _folder(locked.home), "collection.list")


def test_objects_are_flushed(locked: Locked) -> None:
    """Puts under /buckets are on disk before they are answered."""
    assert '"fsync":  true' in _shell(locked.home, _folder(locked.home), "fs.configure")


def test_secrets_are_private(locked: Locked) -> None:
    """Keys and identities are readable by their owner alone."""
    for name in ("security.toml", "identities.json", "grpc.key"):
        assert (_folder(locked.home) / name).stat().st_mode & 0o777 == 0o600


def _foreign_certificates(folder: Path) -> Path:
    """Make a folder like SeaweedFS's own, of an authority that it does not know."""
    made = folder / "foreign"
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir()
    tls = new_grpc_tls()
    write_private(made / "authority.pem", tls.authority)
    write_private(made / "grpc.pem", tls.certificate)
    write_private(made / "grpc.key", tls.key)
    return made
