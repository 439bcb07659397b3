"""Runs functions on hostile input in confined children, one child per call.

A call costs a few milliseconds: children are forked by ``fork_server``, a process without threads
that has imported the heavy libraries already. It starts with the first call and ends with its
owner, whatever way that one ends.

A child is bounded in memory, CPU and wall time and open files, can write none, and does not see
its owner's environment. What it returns is unpickled with plain values and this package's own
frozen data and errors only: a child that was taken over cannot make its parent call anything else.

A call whose fork server ended before it is no verdict on its file, whoever ended the server: it is
made once more on a new one, and after that the caller is told to try again.
"""

import contextlib
import logging
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable
from typing import Final, TypeVar, cast

from sealservice.infra.fork_server import STATUS_BYTES, Outcome, Reply
from sealservice.kernel.errors import SealserviceError
from sealservice.kernel.plain_pickle import plainly_unpickled
from sealservice.kernel.sandbox import (
    SandboxBusy,
    SandboxCrashed,
    SandboxInterrupted,
    SandboxLimitExceeded,
)
from sealservice.limits import Limits

Result = TypeVar("Result")

_PROGRAM: Final = "from sealservice.infra.fork_server import main; main()"
_KEPT_VARIABLES: Final = ("PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH")
_LOG: Final = logging.getLogger(__name__)
_CHUNK: Final = 1 << 20
_GRACE_SECONDS: Final = 10
"""The fork server kills in time; this much later its owner stops believing in it."""
_TRIES: Final = 2
_OUT_OF_TIME: Final = frozenset({signal.SIGKILL, signal.SIGXCPU})


class ForkedSandbox:
    """A ``kernel.sandbox.Sandbox`` that may be used from any thread."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._places = threading.BoundedSemaphore(limits.sandbox_children)
        self._lock = threading.Lock()
        self._server: _Server | None = None

    def run(self, function: Callable[..., Result], *arguments: object) -> Result:
        """Return ``function(*arguments)``, computed in a child.

        Raises:
            SandboxLimitExceeded: memory, time or the size of the result ran out.
            SandboxCrashed: the child died or raised something unforeseen.
            SandboxBusy: no child became free in time.
            SandboxInterrupted: no fork server outlived it.
            SealserviceError: what the function itself refused.
        """
        request = pickle.dumps((function, arguments), protocol=pickle.HIGHEST_PROTOCOL)
        if not self._places.acquire(timeout=self._limits.sandbox_seconds):
            raise SandboxBusy
        try:
            answer = self._answer(request)
        finally:
            self._places.release()
        name = f"{function.__module__}.{function.__qualname__}"
        return cast("Result", _judged(answer, name))

    def warm(self) -> None:
        """Start the fork server now, so that the first call need not wait for its imports."""
        with self._lock:
            self._living_server()

    def close(self) -> None:
        """Stop the fork server; a later call starts another."""
        with self._lock:
            if self._server is not None:
                self._server.stop()
                self._server = None

    def _answer(self, request: bytes) -> bytes:
        """Return what the child wrote, and behind it its wait status.

        Raises:
            SandboxInterrupted: no fork server outlived the call.
        """
        for _ in range(_TRIES):
            server, channel = self._called()
            with channel:
                answer = self._exchange(request, channel, server)
            if server.lives():
                return answer
        raise SandboxInterrupted

    def _exchange(self, request: bytes, channel: socket.socket, server: "_Server") -> bytes:
        channel.settimeout(self._limits.sandbox_seconds + _GRACE_SECONDS)
        try:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                # A child that died early reads no more; its status says how it died.
                channel.sendall(request)
                channel.shutdown(socket.SHUT_WR)
            return self._received(channel)
        except TimeoutError:
            self._give_up(server)
            raise SandboxInterrupted from None

    def _give_up(self, server: "_Server") -> None:
        """Stop a fork server that does not do its work."""
        with self._lock:
            if self._server is server:
                self._server = None
        server.stop()

    def _called(self) -> tuple["_Server", socket.socket]:
        """Return the fork server and our end of a socket pair whose other end a new child has."""
        ours, theirs = socket.socketpair()
        with theirs, self._lock:
            server = self._living_server()
            try:
                server.hand_over(theirs)
            except OSError:  # it died just now
                server = self._server = _Server(self._limits)
                server.hand_over(theirs)
        return server, ours

    def _living_server(self) -> "_Server":
        if self._server is None or not self._server.lives():
            self._server = _Server(self._limits)
        return self._server

    def _received(self, channel: socket.socket) -> bytes:
        answer = bytearray()
        with contextlib.suppress(ConnectionResetError):
            while chunk := channel.recv(_CHUNK):
                answer += chunk
                if len(answer) > self._limits.sandbox_result_bytes:
                    raise SandboxLimitExceeded
        return bytes(answer)


class _Server:
    """A running fork server and our end of its control socket."""

    def __init__(self, limits: Limits) -> None:
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            numbers = (theirs.fileno(), limits.sandbox_bytes, limits.sandbox_seconds)
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", _PROGRAM, *map(str, numbers)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env=_environment(),
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # Ctrl-C is for us; the server ends when we close
            )
        self.stop = weakref.finalize(self, _stop, self._control, self._process)

    def lives(self) -> bool:
        return self.stop.alive and self._process.poll() is None

    def hand_over(self, channel: socket.socket) -> None:
        socket.send_fds(self._control, [b"\0"], [channel.fileno()])


def _environment() -> dict[str, str]:
    """Return what the child's interpreter needs, and none of the secrets that may stand beside."""
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    return kept | {"PYTHONPATH": os.pathsep.join(sys.path)}


def _stop(control: socket.socket, process: "subprocess.Popen[bytes]") -> None:
    control.close()
    process.terminate()  # its children die with it, and none of them has anything to finish
    try:
        process.wait(_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _judged(answer: bytes, name: str) -> object:
    """Return the function's result, or raise what became of it."""
    said, status = answer[:-STATUS_BYTES], int.from_bytes(answer[-STATUS_BYTES:], "big")
    if len(answer) < STATUS_BYTES or status:
        _LOG.warning("%s ended with wait status %d in the sandbox", name, status)
        raise SandboxLimitExceeded if _ran_out(status) else SandboxCrashed
    try:
        reply = plainly_unpickled(said)
    except Exception:  # noqa: BLE001 - a child that was taken over may have written anything
        _LOG.exception("%s gave no readable result in the sandbox", name)
        raise SandboxCrashed from None
    if not isinstance(reply, Reply):
        raise SandboxCrashed
    return _value_of(reply, name)


def _ran_out(status: int) -> bool:
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) in _OUT_OF_TIME


def _value_of(reply: Reply, name: str) -> object:
    if reply.outcome is Outcome.RETURNED:
        return reply.value
    if reply.outcome is Outcome.REFUSED and isinstance(reply.value, SealserviceError):
        raise reply.value
    if reply.outcome is Outcome.EXHAUSTED:
        raise SandboxLimitExceeded
    _LOG.error("%s failed in the sandbox:\n%s", name, reply.value)
    raise SandboxCrashed
