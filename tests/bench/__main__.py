"""Measure, side by side in one run, and print a table: ``make bench``.

Sealing: from a document's bytes to its sealed bytes, visible, in this process, by our two presses,
pyHanko as its documentation shows it and tuned, and PDFBox with Bouncy Castle in a warm JVM; and
the part of it that nobody can do without. The same certificates, drawing, box, time-stamping
authority and status answers for all, and no document twice. Time stamps: tokens in this process.
Figures are CPU milliseconds, medians of alternating rounds; ratios are taken round by round. One
output in a hundred goes to other people's programs, and one rejection ends the bench.

``ARGS="--quick"`` takes a minute or so; ``ARGS="--only p256"`` runs the cases with that in their
name.
"""

import argparse
import logging
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sealservice.trust.model import KeyAlgorithm
from tests.bench import cases, pipeline, results, tokens
from tests.bench.results import Result
from tests.bench.site import Site, site
from tests.bench.timing import Effort

_TOKENS: Final = {"tsa": "p256", "tsa_rsa2048": "rsa2048"}
_QUICK: Final = Effort(rounds=3, seconds=0.1, warming=0.1, patience=20)


@dataclass(frozen=True)
class Task:
    """Something to measure with one kind of key."""

    name: str
    algorithm: str
    run: Callable[[Site, Effort, Path], Result]


def main() -> int:
    """Run every case and print the table."""
    options = _options()
    logging.disable(logging.WARNING)
    found: dict[str, Result] = {}
    print(f"load {os.getloadavg()[0]:.2f}, {os.cpu_count()} processors")
    for algorithm in dict.fromkeys(task.algorithm for task in _tasks()):
        chosen = [t for t in _tasks() if t.algorithm == algorithm and options.only in t.name]
        if not chosen or algorithm not in set(KeyAlgorithm):
            continue
        with tempfile.TemporaryDirectory() as folder, site(KeyAlgorithm(algorithm)) as place:
            for task in chosen:
                found[task.name] = task.run(place, options.effort, Path(folder))
                print(f"{task.name}: {found[task.name].json()}", flush=True)
    print(results.table(found))
    print(f"load {os.getloadavg()[0]:.2f}")
    results.write(found)
    for name, measure in pipeline.CASES.items():
        if options.only in name:
            row = measure(options.documents)
            print(f"{name}: {row}", flush=True)
            results.write_whole({name: row})
    return 0


def _tasks() -> Iterator[Task]:
    for case in cases.CASES:
        yield Task(case.name, case.algorithm, lambda *at, case=case: cases.run(case, *at))
    for name, algorithm in _TOKENS.items():
        yield Task(name, algorithm, tokens.run)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description="Measure speed as ratios.")
    parser.add_argument("--only", default="", metavar="TEXT", help="cases with this in their name")
    parser.add_argument(
        "--quick",
        dest="effort",
        action="store_const",
        const=_QUICK,
        default=Effort(),
        help="fewer and shorter rounds; for trying it out, not for quoting",
    )
    parser.add_argument(
        "--documents", type=int, default=1_000, help="of the cases through all processes"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
