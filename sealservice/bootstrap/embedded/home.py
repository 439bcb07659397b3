"""The home folder: what is private to one installation, chosen once and kept.

1. A home is a folder of ours, 0700: new, empty, or one that already holds ``home.json``. A folder
   with anything else in it is refused and left untouched.
2. ``home.json`` (0600) keeps ports and credentials. It is written beside itself, flushed and
   renamed, so a power cut leaves the old one or the new one.
3. Ports lie below the range from which Linux gives out client ports, and so do the gRPC ports
   10000 above them: no outgoing connection of another program can sit on one.
4. A Unix socket's path may have about 100 bytes. Where the home's own path is too long, a short
   folder elsewhere is made, 0700, and remembered.
"""

import json
import os
import secrets
import socket
import stat
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Final, TypedDict

from sealservice.bootstrap.embedded.errors import HomeNotOurs, HomeNotWritable
from sealservice.infra.processes import ProcessKind

GRPC_OFFSET: Final = 10_000
"""SeaweedFS serves gRPC on each port plus this."""
_PORTS: Final = range(20_000, 22_768)
_PORT_USES: Final = ("web", "signer", "s3", "master", "volume", "filer")
_SOCKET_BYTES: Final = 100
_LONGEST_SOCKET: Final = "/pg/.s.PGSQL.5432"
_FOLDER_MODE: Final = 0o700
_OTHERS_MAY_LOOK: Final = 0o066
_FILE: Final = "home.json"
_EARLY: Final = frozenset({"start.lock", f".{_FILE}.new"})
"""What may lie in a home that has no ``home.json`` yet; everything else is made after it."""


class Credentials(TypedDict):
    """The password in the database and the secret in the store of one kind of process."""

    password: str
    secret: str


@dataclass(frozen=True, slots=True)
class Home:
    """A home folder that is ours, with everything that was chosen for it."""

    folder: Path
    ports: dict[str, int]
    """Use -> port on 127.0.0.1: web, signer, s3, master, volume, filer."""
    credentials: dict[str, Credentials] = field(repr=False)
    """Process kind -> password and secret."""
    postgres_password: str = field(repr=False)
    """Of the cluster's superuser, used only to make our database and its owner."""
    short_sockets: str | None = None
    """Folder of the Unix sockets, where the home's own path is too long for one."""

    @property
    def sockets(self) -> Path:
        """Return the folder of the Unix sockets."""
        return Path(self.short_sockets) if self.short_sockets else self.folder / "run"

    @property
    def file(self) -> Path:
        """Return where the choices are kept."""
        return self.folder / _FILE

    @property
    def log(self) -> Path:
        """Return the folder of the engines' logs."""
        return self.folder / "log"


def open_home(folder: Path) -> Home:
    """Read a claimed folder's home, or choose one for it; call it under the start lock.

    Raises:
        HomeNotWritable: the folder or its file cannot be made, read or written.
        HomeNotOurs: its file is damaged.
    """
    try:
        kept = _read(folder)
        home = kept or _chosen(folder)
        home = replace(home, short_sockets=_short_sockets(home))
        if home != kept:
            _write(home)
        home.log.mkdir(mode=_FOLDER_MODE, exist_ok=True)
        home.sockets.mkdir(mode=_FOLDER_MODE, exist_ok=True)
    except OSError as error:
        raise HomeNotWritable(home=folder, reason=error.strerror or error) from error
    return home


def claim_folder(folder: Path) -> None:
    """Make the folder, or check that it is a home already or may become one.

    Raises:
        HomeNotWritable: it cannot be made or read.
        HomeNotOurs: it holds other things, or belongs to somebody else.
    """
    try:
        folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        present = {entry.name for entry in folder.iterdir()}
        status = folder.stat()
    except OSError as error:
        raise HomeNotWritable(home=folder, reason=error.strerror or error) from error
    if status.st_uid != os.geteuid():
        raise HomeNotOurs(home=folder, reason="it belongs to another user")
    if _FILE not in present and not present <= _EARLY:
        raise HomeNotOurs(home=folder, reason="it is not empty and has no home.json")
    if status.st_mode & _OTHERS_MAY_LOOK:
        folder.chmod(_FOLDER_MODE)


def write_private(path: Path, content: str | bytes) -> None:
    """Write a file of mode 0600 so that a power cut leaves the old one or the new one."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    number = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "wb") as file:
        file.write(content.encode() if isinstance(content, str) else content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    flush_folder(path.parent)


def flush_folder(folder: Path) -> None:
    """Have the folder's entries (a rename in it) on disk before returning."""
    number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def is_free(port: int) -> bool:
    """Return whether a port of 127.0.0.1 can be listened on."""
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _read(folder: Path) -> Home | None:
    try:
        kept = json.loads((folder / _FILE).read_text("utf-8"))
        return Home(
            folder=folder,
            ports=kept.get("ports") or _chosen_ports(),
            credentials=kept["credentials"],
            postgres_password=kept["postgres_password"],
            short_sockets=kept["short_sockets"],
        )
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise HomeNotOurs(home=folder, reason=f"home.json is damaged ({error})") from error


def _write(home: Home) -> None:
    kept = asdict(home)
    del kept["folder"]
    write_private(home.file, json.dumps(kept, indent=2) + "\n")


def _chosen(folder: Path) -> Home:
    return Home(
        folder=folder,
        ports=_chosen_ports(),
        credentials={
            kind.value: Credentials(password=_secret(), secret=_secret()) for kind in ProcessKind
        },
        postgres_password=_secret(),
    )


def _secret() -> str:
    return secrets.token_urlsafe(24)


def _chosen_ports() -> dict[str, int]:
    candidates = secrets.SystemRandom().sample(_PORTS, len(_PORTS))
    free = (port for port in candidates if is_free(port) and is_free(port + GRPC_OFFSET))
    return dict(zip(_PORT_USES, free, strict=False))


def _short_sockets(home: Home) -> str | None:
    """Return the short folder that was kept if it is still safe, a new one if one is needed."""
    if len(os.fsencode(str(home.folder / "run") + _LONGEST_SOCKET)) <= _SOCKET_BYTES:
        return None
    kept = home.short_sockets
    return kept if kept and _is_private(Path(kept)) else str(_short_folder())


def _is_private(folder: Path) -> bool:
    try:
        status = folder.lstat()
    except FileNotFoundError:
        return False
    ours = status.st_uid == os.geteuid() and not status.st_mode & _OTHERS_MAY_LOOK
    return ours and stat.S_ISDIR(status.st_mode)


def _short_folder() -> Path:
    runtime = Path(os.environ.get("XDG_RUNTIME_DIR") or "/tmp")  # noqa: S108 - 0700, random name  # nosec B108
    usable = runtime.is_dir() and os.access(runtime, os.W_OK)
    base = runtime if usable and len(os.fsencode(runtime)) < _SOCKET_BYTES // 2 else Path("/tmp")  # noqa: S108  # nosec B108
    folder = base / f"sealservice-{secrets.token_hex(6)}"
    folder.mkdir(mode=_FOLDER_MODE)
    return folder
