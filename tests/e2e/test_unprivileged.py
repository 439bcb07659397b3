"""The main job for somebody who may do nothing else here, and what it leaves behind on a machine.

As root, another user (``nobody``) makes the whole demonstration from a copy of this tree, with
whatever Python the system has; otherwise the present user does. Neither they nor root leave
anything outside the copy and the home.
"""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.command_line import PROGRAM

pytestmark = [pytest.mark.engines, pytest.mark.timeout(600)]

CHECKOUT = Path(__file__).resolve().parents[2]
NOBODY = 65534
IS_ROOT = os.geteuid() == 0
LOWERED = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs")
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
SECONDS = 400
USERS = ("/etc/passwd", "/etc/group", "/etc/shadow", "/etc/gshadow", "/etc/subuid", "/etc/subgid")
SYSTEM = ("/boot", "/etc", "/home", "/opt", "/srv", "/usr", "/var")
SHARED = ("/tmp", "/var/tmp", "/dev/shm")  # noqa: S108 - looked at, not written to
TRIES = 3


@dataclass(frozen=True)
class Stranger:
    """A folder of somebody else's, with a copy of this tree and an empty home."""

    folder: Path

    @property
    def home(self) -> Path:
        """Return the home of whoever it is."""
        return self.folder / "home"

    @property
    def clone(self) -> Path:
        """Return the copy."""
        return self.folder / "clone"

    def run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        """Run a command there, as that user."""
        return _ran(*(LOWERED if IS_ROOT else ()), *command, home=self.home, folder=self.clone)


def _ran(*command: str, home: Path, folder: Path) -> "subprocess.CompletedProcess[str]":
    ours = ("SEALSERVICE_", "XDG_", "PYTHON", "VIRTUAL_ENV", "PYTEST", "COV")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    path = SYSTEM_PATH if IS_ROOT else os.environ["PATH"]
    return subprocess.run(
        command,
        cwd=folder,
        env={**kept, "HOME": str(home), "PATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=SECONDS,
        check=False,
        text=True,
    )


def _copy(target: Path) -> None:
    """Copy this tree as it is now, without what is made of it."""
    listing = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    listed = subprocess.run(listing, cwd=CHECKOUT, capture_output=True, check=True, text=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (source := CHECKOUT / name).is_file():  # a file that is deleted just now is still listed
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name)


@pytest.fixture
def stranger() -> Iterator[Stranger]:
    """Give a stranger's folder, beside and not inside those of the tests, which are private."""
    with tempfile.TemporaryDirectory(prefix="stranger-", ignore_cleanup_errors=True) as name:
        stranger = Stranger(Path(name))
        stranger.home.mkdir()
        _copy(stranger.clone)
        stranger.folder.chmod(0o755)
        if IS_ROOT:
            for path in (stranger.folder, *stranger.folder.rglob("*")):
                os.chown(path, NOBODY, NOBODY)
        yield stranger


def _theirs() -> set[Path]:
    """Return what the user owns where everybody may write."""
    entries = (entry for folder in SHARED for entry in Path(folder).iterdir())
    return {entry for entry in entries if entry.lstat().st_uid == NOBODY}


def _demonstrated(file: Path) -> tuple[str, str]:
    facts = json.loads(file.read_text("utf-8"))
    return facts["verdict"], facts["level"]


def test_whoever_has_a_copy_and_a_home_can_make_the_demonstration(stranger: Stranger) -> None:
    """No root and no package is needed for ``make demo ARGS=--once``, from nothing to B-LTA."""
    before = _theirs()
    done = stranger.run("make", "demo", "ARGS=--once")
    assert done.returncode == 0, done.stdout
    assert _demonstrated(stranger.home / ".sealservice" / "demo.json") == ("valid", "B-LTA")
    assert _theirs() == before, "something was left where everybody may write"


def _users() -> dict[str, bytes]:
    return {name: Path(name).read_bytes() for name in USERS if os.access(name, os.R_OK)}


def _rights(paths: tuple[Path, ...]) -> dict[Path, tuple[int, int, int]]:
    return {path: (s.st_mode, s.st_uid, s.st_gid) for path in paths if (s := path.stat())}


def _changed_since(marker: Path) -> set[str]:
    """Return what of the system has other contents, rights or owners since a file was written.

    What we may not look into, we cannot have changed.
    """
    found = subprocess.run(
        [
            "/usr/bin/find",
            *(f for f in SYSTEM if Path(f).exists()),
            "-xdev",
            "-cnewer",
            str(marker),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        timeout=SECONDS,
        check=False,
        text=True,
    )
    temporary = tempfile.gettempdir()
    places = (temporary, str(CHECKOUT), str(Path.home()))
    return {line for line in found.stdout.splitlines() if not line.startswith(places)}


def test_the_demonstration_changes_nothing_of_the_machine(tmp_path: Path) -> None:
    """Users, rights of the folders above the home, the system's folders: all as they were.

    Others work on this machine: what changed once, and not again in the next new home, was theirs.
    """
    home = tmp_path / "home"
    above = (*tmp_path.parents, Path.home(), *map(Path, SHARED), PROGRAM.parent)
    users, rights, suspects = _users(), _rights(above), None
    for number in range(TRIES):
        marker = tmp_path / f"marker-{number}"
        marker.touch()
        target = str(home / str(number))
        done = _ran(*(str(PROGRAM), "demo", "--once", "--home", target), home=home, folder=tmp_path)
        assert done.returncode == 0, done.stdout
        assert _demonstrated(Path(target) / "demo.json") == ("valid", "B-LTA")
        changed = _changed_since(marker)
        suspects = changed if suspects is None else suspects & changed
        if not suspects:
            break
    assert suspects == set()
    assert _users() == users
    assert _rights(above) == rights
