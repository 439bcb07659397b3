"""The process behind ``ForkedSandbox``: it has imported the heavy libraries, and forks on demand.

It is a program of its own (``main`` with the arguments FD BYTES SECONDS) and not a
``multiprocessing`` fork server, because that one runs the caller's main script again in each
child. It has one thread, so that forking is safe, and serves in this order:

1. From the control socket ``FD`` it receives one end of a socket pair per call. When the control
   socket closes (its owner stopped, or died), it ends, and its children with it.
2. It forks. The child closes every other file, confines itself, reads a pickled
   ``(function, arguments)``, and writes a pickled ``Reply``.
   After the first child it rehearses, so that the later ones start warm.
3. The server kills a child whose wall time is over, reaps every child that ends, and then adds the
   wait status to the socket as the last four bytes. They come from the server alone, so that a
   child cannot lie about how it ended.
"""

import contextlib
import ctypes
import gc
import importlib
import logging
import os
import pickle
import resource
import selectors
import signal
import socket
import sys
import time
import traceback
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sealservice.kernel.errors import SealserviceError

PRELOADED: Final = (
    "cryptography.hazmat.backends.openssl.backend",
    "pikepdf",
    "pypdfium2",
    "pyhanko.sign.signers.cms_embedder",
    "pyhanko.sign.validation.ades",
    "sealservice.sealing.inspection",
    "sealservice.sealing.locating",
    "sealservice.sealing.revisions",
    "sealservice.seals.imported_mark",
    "sealservice.seals.imported_raster",
    "sealservice.seals.imported_svg",
    "sealservice.verification.drawing",
    "sealservice.verification.examination",
    "sealservice.verification.rehearsal",
    "sealservice.verification.rendering",
)
_REHEARSAL: Final = "sealservice.verification.rehearsal"
STATUS_BYTES: Final = 4
OPEN_FILES: Final = 64
_PR_SET_PDEATHSIG: Final = 1


class Outcome(StrEnum):
    """How the function ended in the child."""

    RETURNED = "returned"
    REFUSED = "refused"
    EXHAUSTED = "exhausted"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Reply:
    """What a child has to say."""

    outcome: Outcome
    value: object
    """The result, the ``SealserviceError``, or the traceback as text."""


@dataclass(frozen=True, slots=True)
class _Child:
    pid: int
    channel: socket.socket
    deadline: float


class ForkServer:
    """Forks one confined child per socket it receives."""

    def __init__(self, control: socket.socket, memory_bytes: int, seconds: int) -> None:
        self._control = control
        self._memory_bytes = memory_bytes
        self._seconds = seconds
        self._is_warm = False
        self._children: dict[int, _Child] = {}
        """By the pidfd of the child, which becomes readable when the child ends."""

    def serve(self) -> None:
        """Serve until the control socket closes."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._control, selectors.EVENT_READ)
            while True:
                for key, _ in selector.select(self._seconds_to_deadline()):
                    if key.fd in self._children:
                        selector.unregister(key.fd)
                        self._reap(key.fd)
                    elif (pidfd := self._fork()) is not None:
                        selector.register(pidfd, selectors.EVENT_READ)
                        self._warm()
                    else:
                        return
                self._kill_overdue()

    def _warm(self) -> None:
        """Rehearse once, while the first child is at work."""
        if not self._is_warm:
            self._is_warm = True
            rehearse = importlib.import_module(_REHEARSAL).rehearse
            with contextlib.suppress(Exception):  # it saves time, and nothing depends on it
                rehearse()
            _freeze()

    def _fork(self) -> int | None:
        _, descriptors, _, _ = socket.recv_fds(self._control, 1, 1)
        if not descriptors:
            return None
        channel = socket.socket(fileno=descriptors[0])
        pid = os.fork()
        if pid == 0:
            _work(channel, self._memory_bytes, self._seconds)
        pidfd = os.pidfd_open(pid)
        self._children[pidfd] = _Child(pid, channel, time.monotonic() + self._seconds)
        return pidfd

    def _reap(self, pidfd: int) -> None:
        child = self._children.pop(pidfd)
        os.close(pidfd)
        _, status = os.waitpid(child.pid, 0)
        child.channel.settimeout(0)
        with contextlib.suppress(OSError):  # the caller has gone, or reads no more
            child.channel.sendall(status.to_bytes(STATUS_BYTES, "big"))
        child.channel.close()

    def _seconds_to_deadline(self) -> float | None:
        if not self._children:
            return None
        first = min(child.deadline for child in self._children.values())
        return max(0.0, first - time.monotonic())

    def _kill_overdue(self) -> None:
        now = time.monotonic()
        for child in self._children.values():
            if child.deadline <= now:
                os.kill(child.pid, signal.SIGKILL)


def _work(channel: socket.socket, memory_bytes: int, seconds: int) -> None:
    """Do one call in the child, and end it."""
    try:
        _confine(channel.fileno(), memory_bytes, seconds)
        with channel.makefile("rb") as request:
            function, arguments = pickle.load(request)  # noqa: S301 - written by our own parent  # nosec B301
        channel.sendall(_pickled_reply(function, arguments))
    finally:
        os._exit(0)


def _confine(descriptor: int, memory_bytes: int, seconds: int) -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    os.closerange(3, descriptor)
    os.closerange(descriptor + 1, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    for kind, limit in (
        (resource.RLIMIT_AS, memory_bytes),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, OPEN_FILES),
    ):
        resource.setrlimit(kind, (limit, limit))
    # SIGXCPU at the soft limit tells the parent why; SIGKILL follows a second later.
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))


def _pickled_reply(function: object, arguments: tuple[object, ...]) -> bytes:
    try:
        return pickle.dumps(Reply(Outcome.RETURNED, function(*arguments)))  # type: ignore[operator]
    except SealserviceError as error:
        return pickle.dumps(Reply(Outcome.REFUSED, error))
    except MemoryError:
        return pickle.dumps(Reply(Outcome.EXHAUSTED, ""))
    except BaseException:  # noqa: BLE001 - hostile input raises anything; the parent logs it
        return pickle.dumps(Reply(Outcome.FAILED, traceback.format_exc()))


def _freeze() -> None:
    """Keep the children from copying the pages of whatever is there already."""
    gc.collect()
    gc.freeze()


def main() -> None:
    """Import what children need, then serve."""
    descriptor, memory_bytes, seconds = map(int, sys.argv[1:])
    for module in PRELOADED:
        importlib.import_module(module)
    logging.disable()  # what hostile bytes make libraries log is noise; replies say what counts
    _freeze()
    ForkServer(socket.socket(fileno=descriptor), memory_bytes, seconds).serve()
