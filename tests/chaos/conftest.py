"""One installation for all faults of a run; and what the run saw, for the page of failures."""

import json
import os
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

pytest.register_assert_rewrite("tests.chaos.site")

from sealservice.config import Settings  # noqa: E402 - the line above comes first
from tests.chaos.page import Row  # noqa: E402 - the line above comes first
from tests.chaos.site import Site, open_site  # noqa: E402 - likewise

Tell = Callable[[str, str, str, str], None]
"""``tell(fault, step, seen, outcome)`` adds a row to the page of failures."""
ROWS = "CHAOS_ROWS"
"""The variable that names the file of rows."""
MOUNT, UMOUNT = "/bin/mount", "/bin/umount"
_FREE = "8G"
_CHANGING = re.compile(r"127\.0\.0\.1:\d+|\d{4}-\d\d-\d\dT[\d:.+]+")
_SPARE_BYTES = 16 * 1024


@dataclass(frozen=True)
class Disk:
    """The file system of the home, if it is one of our own."""

    folder: Path
    is_ours: bool

    def fill(self) -> None:
        """Leave almost nothing of it."""
        if not self.is_ours:
            pytest.skip("needs root, to mount a file system of its own")
        status = os.statvfs(self.folder)
        used = (status.f_blocks - status.f_bfree) * status.f_frsize
        self._resize(str(used + _SPARE_BYTES))

    def free(self) -> None:
        """Give it all its space again."""
        self._resize(_FREE)

    def _resize(self, size: str) -> None:
        subprocess.run([MOUNT, "-o", f"remount,size={size}", str(self.folder)], check=True)


@pytest.fixture(scope="session")
def disk() -> Iterator[Disk]:
    """Give a file system in memory, where we may mount one; else a folder."""
    with tempfile.TemporaryDirectory(prefix="sealservice-chaos-") as name:
        mount = [MOUNT, "-t", "tmpfs", "-o", f"size={_FREE},mode=0700", "tmpfs", name]
        is_ours = os.geteuid() == 0 and subprocess.run(mount, check=False).returncode == 0
        yield Disk(Path(name), is_ours)
        if is_ours:
            subprocess.run([UMOUNT, "--lazy", name], check=True)


@pytest.fixture(scope="session")
def site(disk: Disk) -> Iterator[Site]:
    """Open the installation."""
    with open_site(Settings(home=disk.folder / "home")) as site:
        yield site


@pytest.fixture(scope="session")
def rows() -> Iterator[list[Row]]:
    """Collect rows, and write them where the environment wants them."""
    rows: list[Row] = []
    yield rows
    if file := os.environ.get(ROWS):
        Path(file).write_text(json.dumps(rows, ensure_ascii=False), "utf-8")


@pytest.fixture
def tell(rows: list[Row], request: pytest.FixtureRequest) -> Tell:
    """Add rows in the name of the test that asks."""
    test = request.node.originalname

    def add(fault: str, step: str, seen: str, outcome: str) -> None:
        same_everywhere = _CHANGING.sub("…", seen)
        rows.append(Row(fault=fault, step=step, seen=same_everywhere, outcome=outcome, test=test))

    return add
