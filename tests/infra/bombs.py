"""What the tests have run in a sandbox; imported by its children, hence light."""

import io
import os
import pickle
import signal
import time
from enum import Enum
from pathlib import Path

from sealservice.infra.fork_server import Outcome, Reply
from sealservice.limits import MEBIBYTE
from sealservice.sealing.errors import ActiveContent
from sealservice.sealing.model import Box, Level


def answer(number: int) -> tuple[int, int, Box, Level]:
    """Return plain values and frozen data of this package."""
    return number, os.getpid(), Box(0, 1.0, 2.0, 3.0, 4.0, 90), Level.B_LTA


def refuse(what: str) -> None:
    """Refuse as an inspection does."""
    raise ActiveContent(what_zh=what, what_en=what)


def fail() -> None:
    """Raise what no one foresaw."""
    message = "an unforeseen thing"
    raise ZeroDivisionError(message)


def grow() -> int:
    """Take more memory than allowed."""
    return len(bytearray(4 << 30))


def spin() -> None:
    """Never end, using the processor."""
    while True:
        pass


def chatter() -> bytes:
    """Return more than a caller takes."""
    return bytes(8 * MEBIBYTE)


def die() -> None:
    """End as a crashed library does."""
    os.kill(os.getpid(), signal.SIGSEGV)


class Gadget:
    """Runs a function where it is unpickled, as an attacker's result would."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return Path.touch, (Path(self.path),)


def smuggle(path: str) -> Gadget:
    """Return something that would act in the parent."""
    return Gadget(path)


def _named(module: str, name: str) -> bytes:
    """Return the opcodes that push a global."""
    return b"".join((_text(module), _text(name), pickle.STACK_GLOBAL))


def _text(value: str) -> bytes:
    return b"".join((pickle.SHORT_BINUNICODE, bytes([len(value)]), value.encode()))


def _with_state(subject: bytes, name: str, value: bytes) -> bytes:
    """Return the opcodes that set an attribute of what another piece pushes."""
    state = b"".join((pickle.EMPTY_DICT, _text(name), value, pickle.SETITEM))
    return b"".join((subject, pickle.NONE, state, pickle.TUPLE2, pickle.BUILD))


def _attribute_of(name: str, attribute: str) -> bytes:
    """Return the opcodes with which Python 3.11.2 pickles a member of an enum."""
    subject = _named("sealservice.sealing.model", name)
    pair = b"".join((subject, _text(attribute), pickle.TUPLE2))
    return b"".join((_named("builtins", "getattr"), pair, pickle.REDUCE))


ESCAPES = {
    "path out of a module": b"".join(
        (_named("datetime", "sys.modules.pop"), _text(__name__), pickle.TUPLE1, pickle.REDUCE)
    ),
    "module that is not loaded": _named("sealservice.cli.__main__", "main"),
    "attribute of data": _attribute_of("Box", "__init__"),
    "attribute of an enum that is no member": _attribute_of("Level", "__members__"),
    "another attribute of a member": b"".join(
        (
            _named("builtins", "getattr"),
            *(_attribute_of("Level", "B_LTA"), _text("__class__"), pickle.TUPLE2, pickle.REDUCE),
        )
    ),
    "state of an enum": _with_state(
        _named("sealservice.sealing.model", "Level"), "value", _text("B-LTA")
    ),
}
"""Pickles that would call, load or change something in whoever trusted them."""


def answer_with(crafted: bytes) -> None:
    """Answer as a child that was taken over does: with bytes of its own, and a clean end."""
    _write_and_end(b"".join((pickle.PROTO, b"\x04", crafted, pickle.STOP)))


def _write_and_end(answer: bytes) -> None:
    channel = next(fd for fd in range(3, 64) if os.path.exists(f"/proc/self/fd/{fd}"))  # noqa: PTH110
    os.write(channel, answer)
    os._exit(0)


class _DebianPickler(pickle.Pickler):
    """Names a member of an enum as Python 3.11.2 does."""

    def reducer_override(self, value: object) -> object:
        """Return how a member is found again; leave everything else as it is."""
        return (getattr, (type(value), value.name)) if isinstance(value, Enum) else NotImplemented


def answer_as_debian(number: int) -> None:
    """Answer as ``answer`` does, from the Python of Debian 12."""
    pickled = io.BytesIO()
    _DebianPickler(pickled, protocol=4).dump(Reply(Outcome.RETURNED, answer(number)))
    _write_and_end(pickled.getvalue())


def wait_for(path: str) -> int:
    """Return the pid of the fork server, as soon as a file is there."""
    while not Path(path).exists():
        time.sleep(0.01)
    return os.getppid()


def write(path: str) -> int:
    """Write a file."""
    return Path(path).write_bytes(b"x")


def threads() -> int:
    """Count the threads of the child."""
    return len(list(Path("/proc/self/task").iterdir()))


def descriptors() -> int:
    """Count the open files of the child, without the one that lists them."""
    return len(list(Path("/proc/self/fd").iterdir())) - 1


def environment() -> str:
    """Return every variable the child has."""
    return Path("/proc/self/environ").read_text() + repr(os.environ)
