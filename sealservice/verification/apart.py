"""Work of libraries in C on one file's bytes, in a fork of the process that many files share.

1. The fork does this one thing (pdfium draws, libxml2 parses), answers through a pipe, and ends.
2. It dies with the process, has the same limits of memory and CPU time, and before it begins it
   closes every file that is open, so that it can do nothing but answer.
3. Its answer is read as a stranger's (``plain_pickle``). When it dies, takes too long or says too
   much, there is no answer.
4. It cannot look into the process that waits for it, nor write to its memory.
"""

import ctypes
import gc
import os
import pickle
import resource
import select
import signal
import time
from collections.abc import Callable
from typing import Final, NoReturn

from sealservice.kernel.plain_pickle import plainly_unpickled

_SECONDS: Final = 5
_ANSWER_BYTES: Final = 4 << 20
_CHUNK: Final = 1 << 16
_PR_SET_PDEATHSIG: Final = 1
_PR_SET_DUMPABLE: Final = 4
_LIBC: Final = ctypes.CDLL(None)


class NoAnswerError(Exception):
    """The fork gave no answer that can be read."""


def forked(work: Callable[[], object]) -> object:
    """Return what ``work`` returns in a fork: plain values and frozen data of this package.

    Raises:
        NoAnswerError: it failed, died, took too long or said too much.
    """
    reading, writing = os.pipe()
    # Nobody of the same user can trace a process that is not dumpable, or open its memory.
    _LIBC.prctl(_PR_SET_DUMPABLE, 0)
    pid = os.fork()
    if pid == 0:
        _work(work, writing)
    os.close(writing)
    try:
        said = _read(reading)
    finally:
        os.close(reading)
        os.kill(pid, signal.SIGKILL)  # it has ended, or is to
        os.waitpid(pid, 0)
    try:
        return plainly_unpickled(said)
    except Exception as error:
        raise NoAnswerError from error  # the dying write nothing, or half of it


def _work(work: Callable[[], object], writing: int) -> NoReturn:
    try:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        os.closerange(3, writing)
        os.closerange(writing + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
        gc.disable()  # it would copy the memory that both share, and this ends soon
        _write(writing, pickle.dumps(work()))
    finally:
        os._exit(0)


def _write(descriptor: int, data: bytes) -> None:
    while data:
        data = data[os.write(descriptor, data) :]


def _read(descriptor: int) -> bytes:
    """Return what the fork writes until it ends; nothing when that is too late or too much."""
    said, deadline = bytearray(), time.monotonic() + _SECONDS
    waiting = select.poll()
    waiting.register(descriptor, select.POLLIN)
    while waiting.poll(max(deadline - time.monotonic(), 0) * 1000):
        chunk = os.read(descriptor, _CHUNK)
        if not chunk:
            return bytes(said)
        said += chunk
        if len(said) > _ANSWER_BYTES:
            break
    return b""
