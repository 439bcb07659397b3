"""Verification beside pyHanko's own bare validation: ``python -m tests.bench.verification``.

Ours is everything that a report tells (facts, changes by revision, judgement, levels, checks);
theirs is one validation call for each signature, with the same root and no network, in a process of
its own, for ours reads some things for the library in its stead. Figures are CPU milliseconds of a
file, medians of alternating rounds, and ratios are taken round by round: below 1 we are faster.
Ours is taken twice: cold, with nothing remembered from any other file, and with the paths of its
certificates known, as in a process that has just verified another file of the same signer.

Many files: ``verify --jsonl`` on all cores against pyHanko called file by file, once in one process
and once as a process for each file, as its command line works; wall seconds, and CPU seconds, which
tell more where others use the machine. ``--quick`` takes fewer rounds and files. Results are also
written to ``results.json``.
"""

import argparse
import logging
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final, Self

from sealservice.verification import chain, proven_paths, quickening, status
from tests.bench.results import Row, write_verification
from tests.verification.enormous import signed_often
from tests.world_verification import (
    SIGNED,
    SignedWorld,
    authorities_of,
    blank_pdf,
)

Call = Callable[[], object]
_BARE: Final = "tests.bench.verification_bare"
_EACH: Final = 10
"""Files for which a process of their own is started; the rest is reckoned."""
_RUNS: Final = 5


def main() -> int:
    """Run every case and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.verification")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and files")
    is_quick = parser.parse_args().quick
    logging.disable(logging.CRITICAL)
    world = SignedWorld()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        rows = _single(world, folder, 3 if is_quick else 9)
        rows |= _often(world, 200 if is_quick else 1_000)
        rows |= _many(world, folder, 100 if is_quick else 1_000)
    write_verification(rows)
    return 0


def _single(world: SignedWorld, folder: Path, rounds: int) -> dict[str, Row]:
    print("| case | cold | known | pyHanko | cold / pyHanko | known / pyHanko |")
    print("|---|---|---|---|---|---|")
    rows = {}
    with _Bare.of(world, folder) as theirs:
        for name, told, pdf in _cases(world):
            file = folder / f"{name}.pdf"
            file.write_bytes(pdf)
            row = rows[name] = _compared(world, pdf, partial(theirs.milliseconds, file), rounds)
            figures = " | ".join(map(str, row.values()))
            print(f"| {told} | {figures} |", flush=True)
    return rows


def _cases(world: SignedWorld) -> Iterator[tuple[str, str, bytes]]:
    yield "verify_bb", "B-B, 1 signature", world.sign(blank_pdf())
    yield "verify_bb_valid", "B-B, valid", world.sign(blank_pdf(), world.plain_signer)
    yield "verify_bt", "B-T, 1 signature", world.sign(blank_pdf(), stamped=SIGNED)
    yield "verify_blta", "B-LTA, 1 signature, 1 stamp", world.archival(blank_pdf())
    yield "verify_10_revisions", "10 revisions, 10 signatures", signed_often(world, 10)
    yield "verify_30_revisions", "30 revisions, 30 signatures", signed_often(world, 30)


@dataclass
class _Bare:
    """pyHanko in a process of its own."""

    process: "subprocess.Popen[str]"

    @classmethod
    def of(cls, world: SignedWorld, folder: Path) -> "_Bare":
        files = []
        for number, unit in enumerate([world.root, *authorities_of(world.signer)]):
            files.append(folder / f"authority{number}.pem")
            files[-1].write_bytes(unit.pem)
        command = [sys.executable, "-m", _BARE, "--measure", *map(str, files)]
        pipe = subprocess.PIPE
        return cls(subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.communicate()

    def milliseconds(self, file: Path) -> float:
        """Return what one validation of a file costs."""
        if self.process.stdin is None or self.process.stdout is None:
            raise ValueError(file)
        print(file, file=self.process.stdin, flush=True)
        return float(self.process.stdout.readline())


def _compared(
    world: SignedWorld, pdf: bytes, theirs: Callable[[], float], rounds: int
) -> dict[str, float]:
    def known() -> object:
        return world.verify(pdf)

    def cold() -> object:
        _forget()
        return world.verify(pdf)

    cold(), known()
    found = [(_milliseconds(cold), _milliseconds(known), theirs()) for _ in range(rounds)]
    middle = [statistics.median(figures) for figures in zip(*found, strict=True)]
    return {
        "ours_ms": round(middle[0], 2),
        "ours_known_ms": round(middle[1], 2),
        "pyhanko_ms": round(middle[2], 2),
        "ratio": round(statistics.median(one / other for one, _, other in found), 3),
        "ratio_known": round(statistics.median(one / other for _, one, other in found), 3),
    }


def _forget() -> None:
    """Forget all that was remembered from files before."""
    proven_paths.forget()
    status.answers_for.cache_clear()
    for remembered in (chain._certificate, chain._link, chain._has_issued, quickening._remembered):
        remembered.cache_clear()


def _milliseconds(call: Call) -> float:
    begun, calls = time.process_time(), 0
    while time.process_time() - begun < 0.3:
        call()
        calls += 1
    return (time.process_time() - begun) * 1000 / calls


def _often(world: SignedWorld, count: int) -> dict[str, Row]:
    pdf = signed_often(world, count)
    begun = time.process_time()
    world.verify(pdf)
    seconds = time.process_time() - begun
    print(f"{count} signatures in one file: {seconds:.1f} s CPU")
    return {f"verify_{count}_signatures": {"seconds": round(seconds, 2)}}


def _many(world: SignedWorld, folder: Path, count: int) -> dict[str, Row]:
    files = list(_mixed(world, folder, count))
    roots = folder / "roots"
    roots.mkdir()
    (roots / "root.pem").write_bytes(world.root.pem)
    bare = [sys.executable, "-m", _BARE, str(roots / "root.pem")]
    ours = _spent(_program("verify", *files, "--jsonl", "--trust", roots))
    one = _spent([*bare, *files])
    alone = [_spent([*bare, file])[0] for file in files[:_EACH]]
    each = statistics.fmean(alone) * count
    verdict = [_spent(_program("verify", files[0], "--trust", roots))[0] for _ in range(_RUNS)]
    print(f"{count} mixed files: verify --jsonl {ours[0]:.1f} s wall, {ours[1]:.1f} s CPU")
    print(f"  pyHanko in one process {one[0]:.1f} s, {one[1]:.1f} s CPU ({one[0] / ours[0]:.2f}x)")
    print(f"  a process for each file {each:.0f} s ({each / ours[0]:.1f}x)")
    print(f"command line, start to verdict: {statistics.median(verdict):.2f} s")
    return {
        "verify_jsonl": {
            "files": count,
            "ours_seconds": round(ours[0], 2),
            "ours_cpu_seconds": round(ours[1], 2),
            "pyhanko_seconds": round(one[0], 2),
            "pyhanko_cpu_seconds": round(one[1], 2),
            "pyhanko_each_seconds": round(each, 1),
            "ratio_pyhanko": round(one[0] / ours[0], 3),
            "ratio_pyhanko_each": round(each / ours[0], 2),
        },
        "verify_command_line": {"seconds": round(statistics.median(verdict), 2)},
    }


def _mixed(world: SignedWorld, folder: Path, count: int) -> Iterator[Path]:
    kinds = [
        world.archival(blank_pdf()),
        world.sign(blank_pdf()),
        world.sign(blank_pdf()).replace(b"Amount: 100", b"Amount: 900"),
        blank_pdf(),
        world.sign(world.sign(blank_pdf(), stamped=SIGNED), name="Seal2"),
    ]
    for number in range(count):
        file = folder / f"{number:04d}.pdf"
        file.write_bytes(kinds[number % len(kinds)])
        yield file


def _program(*arguments: object) -> list[object]:
    return [Path(sys.executable).with_name("sealservice"), *arguments]


def _spent(command: list[object]) -> tuple[float, float]:
    """Return the wall and CPU seconds of a command, its children included."""
    begun, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([str(part) for part in command], check=False, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - begun, used


if __name__ == "__main__":
    sys.exit(main())
