"""A process that outlives its parent: how it starts, whether a pid is still ours, how it ends.

1. The child writes its own pid before it becomes the engine: whatever kills the parent
   in between, the next command finds the child.
2. A pid is believed only while ``/proc`` shows a command line with our own data folder in it; a
   recycled pid is never signalled.
3. It leads its own session: Ctrl-C at the terminal does not reach it, and the last signal, KILL,
   goes to its whole group.
"""

import os
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sealservice.bootstrap.embedded.errors import EngineFailed

Steps = tuple[tuple[signal.Signals, float], ...]
"""Signals to send in turn, each with its grace in seconds."""
_PAUSE_SECONDS: Final = 0.02
_LAUNCH: Final = 'cd "$0" && echo $$ > pid && exec "$@"'
_LOG_BYTES: Final = 10_000_000
"""A longer log is set aside, once, when its engine starts."""
_WORDS: Final = 200
"""Most letters of a log that an error repeats."""


@dataclass(frozen=True, slots=True)
class Child:
    """One engine of a home, running or not."""

    engine: str
    """Its name in messages."""
    folder: Path
    """Where it runs; holds its ``pid``."""
    mark: str
    """An argument of its command line that no other process has: its data folder."""
    log: Path

    def pid(self) -> int | None:
        """Return its pid while it lives."""
        return self.ours(recorded_pid(self.folder / "pid"))

    def ours(self, pid: int | None) -> int | None:
        """Return the pid if that process lives and is this engine."""
        if pid is None:
            return None
        try:
            arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except OSError:
            return None
        return pid if os.fsencode(self.mark) in arguments else None

    def start(self, command: Sequence[str], answers: Callable[[], bool], seconds: float) -> None:
        """Start it and wait until it answers.

        Raises:
            EngineFailed: it ended, or did not answer in time and was ended.
        """
        pid = self._spawn(command)
        ended = False

        def settled() -> bool:
            nonlocal ended
            ended = is_gone(pid)
            return ended or answers()

        if not wait_until(settled, seconds):
            self.end(pid, ((signal.SIGKILL, seconds),))
            raise self.failed("it does not answer")
        if ended:
            reason = f"it ended at once ({self._last_words()})"
            raise self.failed(reason)

    def _spawn(self, command: Sequence[str]) -> int:
        """Run it in its folder, in a session of its own, writing to its log; return its pid."""
        if self.log.exists() and self.log.stat().st_size > _LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.old"))
        opened = os.O_WRONLY | os.O_CREAT | os.O_APPEND
        return os.posix_spawn(
            "/bin/sh",
            ["sh", "-c", _LAUNCH, str(self.folder), *command],
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, str(self.log), opened, 0o600),
                (os.POSIX_SPAWN_DUP2, 1, 2),
            ],
            setsid=True,
            setsigmask=(),
        )

    def end(self, pid: int, steps: Steps) -> None:
        """Send each signal in turn until the process is gone; KILL goes to its group.

        Raises:
            EngineFailed: it outlived the last signal.
        """
        for number, grace in steps:
            try:
                os.killpg(pid, number) if number is signal.SIGKILL else os.kill(pid, number)
            except ProcessLookupError:
                return
            if wait_until(lambda: is_gone(pid), grace):
                return
        raise self.failed("it does not stop")

    def _last_words(self) -> str:
        """Return the end of its log's last line that says something."""
        lines = self.log.read_text("utf-8", "replace").split("\n") if self.log.exists() else []
        last = next((line for line in reversed(lines) if line.strip()), "it said nothing")
        return "".join(letter for letter in last[-_WORDS:] if letter.isprintable())

    def failed(self, reason: str) -> EngineFailed:
        """Return the error that names this engine and its log."""
        return EngineFailed(engine=self.engine, reason=reason, log=self.log)


def recorded_pid(file: Path) -> int | None:
    """Return the number on the first line of a pid file; None when there is none."""
    try:
        return int(file.read_text("ascii").split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Return whether the condition came true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_PAUSE_SECONDS)
    return True


def is_gone(pid: int) -> bool:
    """Return whether the process has ended, reaping it when it is our own child."""
    try:
        return os.waitpid(pid, os.WNOHANG)[0] == pid
    except ChildProcessError:
        pass  # somebody else's child, or reaped before: /proc knows
    try:
        state = Path(f"/proc/{pid}/stat").read_text("utf-8").rsplit(")", 1)[1].split()[0]
    except (OSError, IndexError):
        return True
    return state == "Z"
