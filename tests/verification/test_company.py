"""Small files may share a child process, and no report is another one for it."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from sealservice.config import Limits
from sealservice.infra.sandbox import ForkedSandbox
from sealservice.kernel.sandbox import SandboxCrashed
from sealservice.verification import company, service
from sealservice.verification.model import Report, Verdict
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


def test_what_is_rendered_has_a_child_of_its_own(
    world: SignedWorld, files: dict[str, bytes]
) -> None:
    """Only the file with a page to be drawn is examined alone; and all, when the child dies."""
    sandbox = Noting()
    several = VerificationService(sandbox, world.anchors, Limits(), lambda: NOW).verify_several
    several([("a.pdf", files["valid.pdf"]), ("b.pdf", files["twice.pdf"])])
    assert sandbox.asked == ["examine_several", "examine"]
    sandbox.asked, sandbox.breaks = [], "examine_several"
    reports = several([("a.pdf", files["valid.pdf"]), ("b.pdf", files["changed.pdf"])])
    assert sandbox.asked == ["examine_several", "examine", "examine"]
    assert [report.verdict for report in reports] == [Verdict.VALID, Verdict.INVALID]


def test_what_fails_is_left_to_a_child_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that raises costs the others nothing; after too long, all others wait."""

    def half(number: int) -> float:
        return 0.5 / number

    assert list(company.each(half, [1, 0, 2])) == [0.5, None, 0.25]
    monkeypatch.setattr(company, "_SECONDS", 0)
    assert list(company.each(half, [1, 2, 4])) == [0.5, None, None]


def test_alone_everything_is_allowed() -> None:
    """Where no other file follows, nothing is refused."""
    company.require_alone()
    assert list(company.each(lambda _: company.require_alone(), [1])) == [None]
    assert service.examine_several(()) == ()
