"""The program's own processes, started so that they can be stopped anywhere and killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

from sealservice.sealing.steps import Step

SECONDS = 90.0
"""Long enough for any wait on a machine that is busy with something else."""


def wait_for(condition: Callable[[], bool], what: str) -> None:
    """Wait until something is so; it must become so."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for: {what}"
        time.sleep(0.05)


class Process:
    """One ``sealservice`` process."""

    def __init__(self, name: str, home: Path, environment: Mapping[str, str]) -> None:
        self.name = name
        self._log = home / "log" / f"chaos-{name}.log"
        with self._log.open("ab") as file:
            self._begin = file.tell()
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "sealservice.cli", name, "--home", str(home)],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                env={**os.environ, **environment},
                start_new_session=True,
            )

    def log(self) -> str:
        """Return what it said so far."""
        return self._log.read_bytes()[self._begin :].decode(errors="replace")

    def wait_until_up(self, answers: Callable[[], bool]) -> None:
        """Wait until it answers."""
        wait_for(lambda: self._lives() and answers(), f"{self.name} answers")

    def wait_until_halted(self, step: Step) -> None:
        """Wait until it has stopped itself."""
        process = psutil.Process(self._process.pid)
        stopped = psutil.STATUS_STOPPED
        wait_for(lambda: self._lives() and process.status() == stopped, f"halt at {step}")

    def go_on(self) -> None:
        """Let it run again."""
        self._process.send_signal(signal.SIGCONT)

    def terminate(self) -> None:
        """Ask it to end."""
        self._process.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """``kill -9``; its sandbox must end with it, not outlive it."""
        children = psutil.Process(self._process.pid).children(recursive=True)
        self._process.kill()
        self._process.wait(SECONDS)
        _gone, alive = psutil.wait_procs(children, SECONDS)
        assert not alive, f"outlived {self.name}: {alive}"

    def end(self) -> int:
        """Wait until it has ended and return its status."""
        return self._process.wait(SECONDS)

    def is_over(self) -> bool:
        """Return whether it has ended."""
        return self._process.poll() is not None

    def _lives(self) -> bool:
        assert not self.is_over(), f"{self.name} ended with {self._process.returncode}"
        return True


@contextmanager
def running(name: str, home: Path, environment: Mapping[str, str]) -> Iterator[Process]:
    """Run a process for as long as the block lasts, or until it is killed."""
    process = Process(name, home, environment)
    try:
        yield process
    finally:
        if not process.is_over():
            process.kill()
