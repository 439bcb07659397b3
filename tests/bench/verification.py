"""Verification beside pyHanko's own bare validation: ``python -m tests.bench.verification``.

Ours is everything that a report tells (facts, changes by revision, judgement, levels, checks);
theirs is one validation call for each signature, with the same root and no network. Figures are CPU
milliseconds of a file in this process, medians of alternating rounds, and ratios are taken round by
round: below 1 we are faster. Many files: wall seconds of ``verify --jsonl`` on all cores against
pyHanko called file by file, once in one process and once as a process for each file, as its command
line works. ``--quick`` takes fewer rounds and files.
"""

import argparse
import io
import logging
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature, validate_pdf_timestamp
from pyhanko_certvalidator import ValidationContext

from tests.verification.enormous import signed_often
from tests.world_verification import (
    SIGNED,
    SignedWorld,
    authorities_of,
    blank_pdf,
)

Call = Callable[[], object]
_BARE: Final = "tests.bench.verification_bare"


def main() -> int:
    """Run every case and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.verification")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and files")
    is_quick = parser.parse_args().quick
    logging.disable(logging.CRITICAL)
    world = SignedWorld()
    print("| case | ours, ms CPU | pyHanko, ms CPU | ours / pyHanko |\n|---|---|---|---|")
    for name, pdf in _cases(world):
        ours, theirs, ratio = _compared(world, pdf, 3 if is_quick else 9)
        print(f"| {name} | {ours:.1f} | {theirs:.1f} | {ratio:.2f} |", flush=True)
    _many(world, 100 if is_quick else 1_000)
    return 0


def _cases(world: SignedWorld) -> Iterator[tuple[str, bytes]]:
    yield "B-B, 1 signature", world.sign(blank_pdf())
    yield "B-T, 1 signature", world.sign(blank_pdf(), stamped=SIGNED)
    yield "B-LTA, 1 signature and document timestamp", world.archival(blank_pdf())
    yield "10 revisions, 10 signatures", signed_often(world, 10)
    yield "30 revisions, 30 signatures", signed_often(world, 30)


def _compared(world: SignedWorld, pdf: bytes, rounds: int) -> tuple[float, float, float]:
    def ours() -> object:
        return world.verify(pdf)

    def theirs() -> object:
        return bare(world, pdf)

    ours(), theirs()
    pairs = [(_milliseconds(ours), _milliseconds(theirs)) for _ in range(rounds)]
    return (
        statistics.median(mine for mine, _ in pairs),
        statistics.median(other for _, other in pairs),
        statistics.median(mine / other for mine, other in pairs),
    )


def bare(world: SignedWorld, pdf: bytes) -> bool:
    """Validate as pyHanko's documentation shows it."""
    root = world.root.asn1
    intermediates = [unit.asn1 for unit in authorities_of(world.signer)]
    reader = PdfFileReader(io.BytesIO(pdf))
    statuses = []
    for embedded in reader.embedded_regular_signatures:
        context = ValidationContext(trust_roots=[root], other_certs=intermediates)
        statuses.append(validate_pdf_signature(embedded, context))
    statuses += [
        validate_pdf_timestamp(embedded, ValidationContext(trust_roots=[root]))
        for embedded in reader.embedded_timestamp_signatures
    ]
    return all(status.valid for status in statuses)


def _milliseconds(call: Call) -> float:
    begun, calls = time.process_time(), 0
    while time.process_time() - begun < 0.3:
        call()
        calls += 1
    return (time.process_time() - begun) * 1000 / calls


def _many(world: SignedWorld, count: int) -> None:
    kinds = [
        world.archival(blank_pdf()),
        world.sign(blank_pdf()),
        world.sign(blank_pdf()).replace(b"Amount: 100", b"Amount: 900"),
        blank_pdf(),
        world.sign(world.sign(blank_pdf(), stamped=SIGNED), name="Seal2"),
    ]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "roots").mkdir()
        (folder / "roots" / "root.pem").write_bytes(world.root.pem)
        files = [folder / f"{number:04d}.pdf" for number in range(count)]
        for number, file in enumerate(files):
            file.write_bytes(kinds[number % len(kinds)])
        ours = _seconds(_program("verify", *files, "--jsonl", "--trust", folder / "roots"))
        one = _seconds([sys.executable, "-m", _BARE, str(folder / "roots" / "root.pem"), *files])
        each = sum(
            _seconds([sys.executable, "-m", _BARE, str(folder / "roots" / "root.pem"), file])
            for file in files[:10]
        ) * (count / 10)
    print(f"{count} mixed files: verify --jsonl {ours:.1f} s; pyHanko in one process {one:.1f} s")
    print(f"  ({one / ours:.2f}x), a process for each file {each:.0f} s ({each / ours:.1f}x)")
    begun = time.perf_counter()
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "a.pdf").write_bytes(kinds[0])
        for _ in range(5):
            _seconds(_program("verify", Path(name) / "a.pdf", "--trust", name))
    print(f"command line, start to verdict: {(time.perf_counter() - begun) / 5:.2f} s")


def _program(*arguments: object) -> list[object]:
    return [Path(sys.executable).with_name("sealservice"), *arguments]


def _seconds(command: list[object]) -> float:
    begun = time.perf_counter()
    subprocess.run([str(part) for part in command], check=False, capture_output=True)
    return time.perf_counter() - begun


if __name__ == "__main__":
    sys.exit(main())
