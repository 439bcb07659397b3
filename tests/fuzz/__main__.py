"""Fuzz every reader and the API: ``make fuzz ARGS="--minutes 10 --only pdf-verification"``.

The time is shared out evenly. The readers are hammered by libFuzzer where it can be had (Linux on
x86-64); the API by Schemathesis, over HTTP, on a private installation with real engines. Findings
are kept in ``--findings``; the exit code is 1 when there are any.
"""

import argparse
import contextlib
import importlib.util
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.fuzz.targets import TARGETS

API = "api"
_ROOT = Path(__file__).resolve().parents[2]
_GRACE_SECONDS = 120
"""For what comes before and after the hammering: imports, engines, the report."""


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0, help="altogether")
    parser.add_argument("--only", action="append", choices=[*TARGETS, API], help="repeatable")
    parser.add_argument("--findings", type=Path, help="folder; a new temporary one by default")
    return parser.parse_args(arguments)


def _hammered(name: str, findings: Path, seconds: int) -> bool:
    """Return whether a reader withstood."""
    folder = findings / name
    command = [sys.executable, "-m", "tests.fuzz.hammer", name, str(folder), str(seconds)]
    return _run(command, folder, seconds)


def _called(findings: Path, seconds: int) -> bool:
    """Return whether the API did."""
    folder = findings / API
    command = [sys.executable, "-m", "tests.fuzz.callers", str(folder), str(seconds)]
    return _run(command, folder, seconds)


def _run(command: list[str], folder: Path, seconds: int) -> bool:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "log").open("wb") as log, contextlib.suppress(subprocess.TimeoutExpired):
        done = subprocess.run(
            command,
            cwd=_ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            timeout=seconds + _GRACE_SECONDS,
            check=False,
        )
        return done.returncode == 0
    return False


def main(arguments: Sequence[str]) -> int:
    """Run the targets one after another and say how each ended."""
    options = _options(arguments)
    findings = options.findings or Path(tempfile.mkdtemp(prefix="sealservice-fuzz-"))
    names = options.only or [*TARGETS, API]
    if importlib.util.find_spec("atheris") is None:
        print("NOT RUN: the readers, for libFuzzer is for Linux on x86-64")  # noqa: T201 - a command
        names = [name for name in names if name == API]
    seconds = max(5, round(options.minutes * 60 / max(1, len(names))))
    failed = []
    for name in names:
        is_api = name == API
        good = _called(findings, seconds) if is_api else _hammered(name, findings, seconds)
        print(f"{name}: {seconds} s, {'withstood' if good else 'BROKE'}", flush=True)  # noqa: T201
        failed += [] if good else [name]
    print(f"logs, corpora and findings: {findings}")  # noqa: T201
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
