"""Small files may share a child process, and no report is another one for it."""

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from sealservice.infra.sandbox import ForkedSandbox
from sealservice.kernel.sandbox import SandboxCrashed
from sealservice.limits import Limits
from sealservice.verification import apart, company, service
from sealservice.verification.apart import NoAnswerError, forked
from sealservice.verification.comparison.change import Change
from sealservice.verification.model import Report, Verdict
from sealservice.verification.rendering import Looks
from sealservice.verification.service import VerificationService
from tests.world_verification import NOW, SIGNED, InProcess, SignedWorld, blank_pdf


@pytest.fixture(scope="module")
def files(world: SignedWorld) -> dict[str, bytes]:
    """Give files of several kinds."""
    signed = world.sign(blank_pdf(), world.plain_signer)
    return {
        "valid.pdf": signed,
        "changed.pdf": signed.replace(b"Amount: 100", b"Amount: 900"),
        "unsigned.pdf": blank_pdf(),
        "nothing.pdf": b"",
        "text.pdf": b"no PDF",
        "twice.pdf": world.sign(signed, stamped=SIGNED, name="Seal2"),
        "archival.pdf": world.archival(blank_pdf()),
        "cut.pdf": signed[:-900],
    }


@pytest.fixture(scope="module")
def sandbox() -> Iterator[ForkedSandbox]:
    """Give a sandbox with the limits that ship."""
    sandbox = ForkedSandbox(Limits())
    yield sandbox
    sandbox.close()


class Noting(InProcess):
    """Notes down what it is asked to run."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.breaks: str | None = None

    def run(self, function: Callable[..., object], *arguments: object) -> object:  # type: ignore[override]
        """Call the function, or say that the child died."""
        self.asked.append(function.__name__)
        if function.__name__ == self.breaks:
            raise SandboxCrashed
        return super().run(function, *arguments)


def same(one: Report, other: Report) -> bool:
    """Return whether two reports differ in nothing but their number."""
    return replace(one, report_id=other.report_id) == other


def test_reports_are_those_of_files_alone(
    world: SignedWorld, sandbox: ForkedSandbox, files: dict[str, bytes]
) -> None:
    """Together in one child or each in its own, every file has the same report, in order."""
    shared = VerificationService(sandbox, world.anchors, Limits(), lambda: NOW)
    reports = shared.verify_several(list(files.items()))
    assert [report.document.filename for report in reports] == list(files)
    alone = [shared.verify(name, data) for name, data in files.items()]
    assert all(map(same, reports, alone))
    assert {report.verdict for report in reports} == set(Verdict)


def test_only_a_child_that_dies_leaves_files_to_children_of_their_own(
    world: SignedWorld, files: dict[str, bytes]
) -> None:
    """A page to be drawn keeps no file out of the company; when the child dies, all are alone."""
    sandbox = Noting()
    several = VerificationService(sandbox, world.anchors, Limits(), lambda: NOW).verify_several
    several([("a.pdf", files["valid.pdf"]), ("b.pdf", files["twice.pdf"])])
    assert sandbox.asked == ["examine_several"]
    sandbox.asked, sandbox.breaks = [], "examine_several"
    reports = several([("a.pdf", files["valid.pdf"]), ("b.pdf", files["changed.pdf"])])
    assert sandbox.asked == ["examine_several", "examine", "examine"]
    assert [report.verdict for report in reports] == [Verdict.VALID, Verdict.INVALID]


def test_a_renderer_that_crashes_hurts_its_own_file_only(
    world: SignedWorld, files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its file is examined alone, the others keep what was found, and every report is the same."""
    sandbox, drawn = Noting(), Looks._shown
    service_here = VerificationService(sandbox, world.anchors, Limits(), lambda: NOW)
    asked = [("a.pdf", files["valid.pdf"]), ("b.pdf", files["twice.pdf"])]
    expected, us = [service_here.verify(*file) for file in asked], os.getpid()

    def crashing(looks: Looks, end: int, found: list[Change], numbers: list[int]) -> object:
        if os.getpid() != us:
            os.kill(os.getpid(), signal.SIGSEGV)
        return drawn(looks, end, found, numbers)

    monkeypatch.setattr(Looks, "_shown", crashing)
    sandbox.asked = []
    assert all(map(same, service_here.verify_several([*asked, asked[0]]), [*expected, expected[0]]))
    assert sandbox.asked == ["examine_several", "examine"]


def test_a_fork_does_its_work_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has the pipe for its answer and no other file; late, long or strange answers are none."""
    assert forked(_parent_and_files) == (os.getpid(), 1)
    for strange in (b"x".join, Path(), b"x" * (5 << 20)):
        with pytest.raises(NoAnswerError):
            forked(partial(_same, strange))
    monkeypatch.setattr(apart, "_SECONDS", 0)
    with pytest.raises(NoAnswerError):
        forked(signal.pause)


def _parent_and_files() -> tuple[int, int]:
    return os.getppid(), sum(map(_is_open, range(3, 64)))


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def _same(value: object) -> object:
    return value


def test_what_fails_is_left_to_a_child_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that raises costs the others nothing; after too long, all others wait."""

    def half(number: int) -> float:
        return 0.5 / number

    assert list(company.each(half, [1, 0, 2])) == [0.5, None, 0.25]
    monkeypatch.setattr(company, "_SECONDS", 0)
    assert list(company.each(half, [1, 2, 4])) == [0.5, None, None]


def test_what_gives_no_answer_apart_is_left_alone() -> None:
    """In company it is done in a fork, and what fails there is left; alone it is done here."""

    def failing(number: int) -> float:
        return company.apart(lambda: 1 / number)

    assert company.apart(os.getpid) == os.getpid()
    assert list(company.each(lambda _: company.apart(os.getpid), [1])) != [os.getpid()]
    assert list(company.each(failing, [1, 0, 2])) == [1, None, 0.5]
    assert service.examine_several(()) == ()
