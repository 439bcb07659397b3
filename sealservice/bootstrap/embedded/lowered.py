"""PostgreSQL refuses uid 0. As root we give its processes lower rights, and nothing else.

1. An ordinary user needs nothing.
2. ``unshare --user`` maps root to uid 1000 for the child alone: no user is made, no file changes
   its owner.
3. Where user namespaces are closed, ``setpriv`` runs it as uid 65534; its folders are given to
   that user, and the home and its sockets become passable (0711). Folders above the home are
   never changed: they must be passable already.
4. Otherwise say exactly what is missing.
"""

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sealservice.bootstrap.embedded.errors import PostgresNeedsUser

NOBODY: Final = 65534
_UNSHARE: Final = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")
_SETPRIV: Final = (
    "setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--",
)  # fmt: skip
_SECONDS: Final = 10
_PASSABLE: Final = 0o711
_PRIVATE: Final = 0o700


@dataclass(frozen=True, slots=True)
class Lowered:
    """How to run a program with lower rights, and who owns its files then."""

    prefix: tuple[str, ...] = ()
    owner: int | None = None
    """None: the files stay ours."""

    def give(self, folder: Path) -> None:
        """Make a folder (0700) inside one of ours, and let the program own it.

        Raises:
            PostgresNeedsUser: the program cannot reach it.
        """
        folder.mkdir(mode=_PRIVATE, exist_ok=True)
        if self.owner is None:
            return
        folder.parent.chmod(_PASSABLE)
        self.own(folder)
        if _trouble((*self.prefix, "test", "-w", str(folder))):
            raise PostgresNeedsUser(reason=f"uid {self.owner} cannot reach {folder}")

    def own(self, path: Path) -> None:
        """Let the program own a file or folder."""
        if self.owner is not None:
            os.chown(path, self.owner, self.owner)


USER_NAMESPACE: Final = Lowered(_UNSHARE)
OTHER_USER: Final = Lowered(_SETPRIV, owner=NOBODY)


def lowered_rights(program: str) -> Lowered:
    """Return the first way that works here to run the program as somebody other than root.

    Raises:
        PostgresNeedsUser: we are root and there is none.
    """
    if os.geteuid() != 0:
        return Lowered()
    troubles = []
    for way in (USER_NAMESPACE, OTHER_USER):
        trouble = _trouble((*way.prefix, program, "--version"))
        if not trouble:
            return way
        troubles.append(trouble)
    raise PostgresNeedsUser(reason="; ".join(troubles))


def _trouble(command: tuple[str, ...]) -> str:
    """Return why the command fails; nothing when it works."""
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
    except FileNotFoundError:
        return f"{command[0]}: not installed (Debian package util-linux)"
    if done.returncode == 0:
        return ""
    return done.stderr.decode(errors="replace").strip() or f"{command[0]} failed"
