"""Files with a secret in them: plain, and reached by nobody but their owner (0600 or stricter)."""

import errno
import os
import secrets
import stat
from pathlib import Path
from typing import Final

_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def read_private_file(path: Path, most_bytes: int) -> bytes:
    """Return the beginning of a private file.

    Raises:
        FileNotFoundError: there is none.
        PermissionError: others can reach it, or it is no plain file; ``strerror`` is its mode.
        OSError: it cannot be read.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode) or mode & _OTHERS:
            raise PermissionError(errno.EPERM, stat.filemode(mode), str(path))
        return os.read(descriptor, most_bytes)
    finally:
        os.close(descriptor)


def create_private_file(path: Path, content: bytes) -> None:
    """Create a private file as a whole, unless there is one already; that one is left as it is."""
    beside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        _link(beside, path)
    finally:
        beside.unlink()
    _make_durable(path.parent)


def _link(beside: Path, path: Path) -> None:
    try:
        path.hardlink_to(beside)
    except FileExistsError:
        return  # another was first; its content is the one to use


def _make_durable(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
