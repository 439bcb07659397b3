"""The real ``sealservice``: as a program, as a shell would run it, or in this process.

In this process (``call_here``) a call does not import everything anew, which takes seconds.
"""

import contextlib
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sealservice.cli.main import run

PROGRAM = Path(sys.executable).with_name("sealservice")
SECONDS = 150


@dataclass(frozen=True)
class Ended:
    """What a call left behind."""

    status: int
    out: str
    err: str

    @property
    def value(self) -> Any:  # noqa: ANN401 - whatever JSON was printed
        """Return standard output as JSON."""
        return json.loads(self.out)

    @property
    def error(self) -> dict[str, Any]:
        """Return the error object on standard error."""
        error: dict[str, Any] = json.loads(self.err)["error"]
        return error


def call(*arguments: str | Path, **environment: str) -> Ended:
    """Run the program; the environment names no home and no language unless told to."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SEALSERVICE")}
    neutral = {**kept, "LC_ALL": "", "LC_MESSAGES": "", "LANG": "", **environment}
    done = subprocess.run(
        [PROGRAM, *arguments],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        env=neutral,
        timeout=SECONDS,
        check=False,
    )
    return Ended(done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8"))


def call_here(*arguments: str | Path) -> Ended:
    """Run a command in this process, all but its handling of signals."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = run([str(argument) for argument in arguments])
    return Ended(status, out.getvalue(), err.getvalue())


def speaks_both(ended: Ended) -> bool:
    """Return whether standard error is one Chinese line and one English line, and no traceback."""
    lines = ended.err.strip().splitlines()
    return (
        len(lines) == len(("zh", "en"))
        and any("\u4e00" <= letter <= "\u9fff" for letter in lines[0])
        and any(letter.isascii() and letter.isalpha() for letter in lines[1])
    )
