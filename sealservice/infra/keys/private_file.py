"""Files with a secret in them: plain, and reached by nobody but their owner (0600 or stricter)."""

import errno
import os
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
