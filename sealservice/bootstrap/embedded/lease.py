"""Who uses a home's engines just now: two locks that the kernel drops when a process dies.

1. ``start.lock`` is held exclusively while engines are started or stopped.
2. ``lease`` is held shared by every user; whoever can hold it exclusively at the end is the last
   one. A crash or ``kill -9`` leaves no lock behind.
"""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sealservice.bootstrap.embedded.errors import HomeBusy, HomeNotWritable

_WAIT_SECONDS: Final = 120.0
"""Longer than the longest start of an engine after a power cut."""
_PAUSE_SECONDS: Final = 0.02


class Lease:
    """One user's hold on the engines of a home."""

    def __init__(self, folder: Path) -> None:
        self._number = _opened(folder / "lease")

    def share(self) -> None:
        """Become a user; call it under the start lock, so that it need not wait."""
        fcntl.flock(self._number, fcntl.LOCK_SH)

    def is_last(self) -> bool:
        """Cease to be a user, and return whether there is no other one."""
        try:
            fcntl.flock(self._number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fcntl.flock(self._number, fcntl.LOCK_UN)
            return False
        return True

    def close(self) -> None:
        """Drop the hold."""
        os.close(self._number)


@contextmanager
def start_lock(folder: Path) -> Iterator[None]:
    """Keep every other command from starting or stopping the engines meanwhile.

    Raises:
        HomeBusy: another command holds it for too long.
        HomeNotWritable: the lock file cannot be made.
    """
    number = _opened(folder / "start.lock")
    try:
        _wait_for(number, folder)
        yield
    finally:
        os.close(number)


def _opened(path: Path) -> int:
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise HomeNotWritable(home=path.parent, reason=error.strerror) from error


def _wait_for(number: int, folder: Path) -> None:
    deadline = time.monotonic() + _WAIT_SECONDS
    while True:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > deadline:
                raise HomeBusy(home=folder) from None
            time.sleep(_PAUSE_SECONDS)
        else:
            return
