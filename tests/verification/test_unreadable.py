"""Any bytes get a report; what cannot be read is unreadable, and says why."""

import io
import random
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pikepdf
import pytest

from sealservice.infra.sandbox import ForkedSandbox
from sealservice.kernel.sandbox import Result, SandboxCrashed, SandboxLimitExceeded
from sealservice.limits import Limits
from sealservice.verification.anchors import TrustAnchors
from sealservice.verification.model import Verdict
from sealservice.verification.service import VerificationService
from tests.world_verification import NOW, SignedWorld, blank_pdf


def encrypted(password: str) -> bytes:
    """Return a PDF that opens with a password."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(blank_pdf())) as pdf:
        pdf.save(out, encryption=pikepdf.Encryption(user=password, owner="owner"))
    return out.getvalue()


def nested(depth: int) -> bytes:
    """Return a PDF with a deeply nested array in its catalogue."""
    inside = b"[" * depth + b"]" * depth
    return blank_pdf().replace(b"/Type /Catalog", b"/Type /Catalog /X " + inside)


def circular_pages() -> bytes:
    """Return a PDF whose page tree is its own child."""
    return blank_pdf().replace(b"/Kids [", b"/Kids [2 0 R ")


def circular_references() -> bytes:
    """Return a PDF whose cross-references name themselves as their predecessor."""
    pdf = blank_pdf()
    at = pdf.rindex(b"trailer\n<<") + len(b"trailer\n<<")
    return pdf[:at] + b"/Prev " + str(pdf.rindex(b"xref\n0")).encode() + pdf[at:]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "document_empty"),
        (b"hello, world\n" * 20, "not_pdf"),
        (b"\x00" * 100 + b"%PDF-1.7", "not_pdf"),
        (b"%PDF-1.7", "document_broken"),
        (blank_pdf().replace(b"startxref\n", b"startxref\n9"), "document_broken"),
        (blank_pdf().replace(b"/Root", b"/Toor"), "document_broken"),
        (circular_pages(), "document_broken"),
        (circular_references(), "document_broken"),
        (encrypted("secret"), "file_encrypted"),
    ],
)
def test_unreadable_file_says_why(world: SignedWorld, data: bytes, code: str) -> None:
    """Files that are no readable PDF get no verdict on signatures, but a reason."""
    report = world.verify(data)
    assert report.verdict is Verdict.UNREADABLE
    assert [error.key for error in report.errors] == [code]
    assert report.document.size == len(data)
    assert report.signatures == ()


def test_random_bytes_never_raise(world: SignedWorld) -> None:
    """Noise behind a PDF header is unreadable, whatever it is."""
    noise = random.Random(20261124)  # noqa: S311 - the same noise each time
    for _ in range(50):
        report = world.verify(b"%PDF-1.7\n" + noise.randbytes(3000) + b"\n%%EOF\n")
        assert report.verdict is Verdict.UNREADABLE


def test_hostile_structure_never_raises(world: SignedWorld) -> None:
    """Mutilated signed files get some report that is not valid, and never an exception."""
    signed = world.archival(blank_pdf())
    chance = random.Random(6)  # noqa: S311 - the same mutations each time
    words = [b"<<", b">>", b"[", b"]", b"null", b"/V 1 0 R", b"-1", b"(", b"endobj"]
    end = signed.rindex(b"/Contents <")
    for _ in range(60):
        at = chance.randrange(10, end)
        broken = signed[:at] + chance.choice(words) + signed[at + chance.randrange(4) :]
        assert world.verify(broken).verdict is not Verdict.VALID, (at, broken[at : at + 9])


def test_deep_nesting_is_no_crash(world: SignedWorld) -> None:
    """SECURITY 20: five thousand nested arrays neither crash nor pass as signed."""
    report = world.verify(nested(5_000))
    assert report.verdict in (Verdict.UNREADABLE, Verdict.UNSIGNED)


def test_empty_password_is_no_hindrance(world: SignedWorld) -> None:
    """A file that everybody can open is verified."""
    assert world.verify(encrypted("")).verdict is Verdict.UNSIGNED


def service(sandbox: object, **limits: int) -> VerificationService:
    """Return a service with its own limits."""
    return VerificationService(
        sandbox,  # type: ignore[arg-type]
        TrustAnchors("none"),
        Limits(**limits),
        lambda: NOW,
    )


class Failing:
    """Implements ``Sandbox`` as one whose child has come to an end."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def run(self, function: Callable[..., Result], *arguments: object) -> Result:
        """Raise."""
        del function, arguments
        raise self.error


@pytest.mark.parametrize("error", [SandboxCrashed(), SandboxLimitExceeded()])
def test_dead_child_gives_a_report(error: SandboxCrashed | SandboxLimitExceeded) -> None:
    """A child that was stopped or died is a reason, not an exception."""
    report = service(Failing(error)).verify("a.pdf", blank_pdf())
    assert report.verdict is Verdict.UNREADABLE
    assert [message.key for message in report.errors] == [error.code]


def test_oversize_is_not_parsed() -> None:
    """A file over the limit is named so, with the limit, and never reaches the sandbox."""
    report = service(Failing(AssertionError()), verified_bytes=100).verify("a.pdf", blank_pdf())
    assert report.verdict is Verdict.UNREADABLE
    assert [message.key for message in report.errors] == ["file_too_large"]
    assert "100" in report.errors[0].text.zh


@pytest.fixture(scope="module")
def sandbox() -> Iterator[ForkedSandbox]:
    """Return the real sandbox with tight limits."""
    confined = ForkedSandbox(Limits(sandbox_seconds=5, sandbox_bytes=700 << 20))
    yield confined
    confined.close()


def test_real_sandbox_returns_the_same_report(world: SignedWorld, sandbox: ForkedSandbox) -> None:
    """A report crosses the border of the child whole."""
    pdf = world.archival(blank_pdf())
    confined = VerificationService(sandbox, world.anchors, Limits(), lambda: NOW)
    report = confined.verify("contract.pdf", pdf, at=datetime(2026, 6, 1, 9, tzinfo=UTC))
    here = world.verify(pdf)
    assert report.verdict is Verdict.VALID
    assert (report.signatures, report.document) == (here.signatures, here.document)


def test_bomb_is_stopped(sandbox: ForkedSandbox) -> None:
    """An object stream that inflates without end is refused within the limits."""
    stream = zlib.compress(b"0" * (200 << 20), 9)
    pages = b"%PDF-1.7\n1 0 obj\n<</Type/XRef/Size 2/W[1 1 1]/Filter/FlateDecode/Length "
    pages += str(len(stream)).encode() + b"/Root 2 0 R>>\nstream\n" + stream
    pages += b"\nendstream\nendobj\nstartxref\n9\n%%EOF\n"
    report = service(sandbox).verify("bomb.pdf", pages)
    assert report.verdict is Verdict.UNREADABLE


def test_too_many_pages_are_named(sandbox: ForkedSandbox) -> None:
    """A page tree over the limit is refused with the limit."""
    report = service(sandbox, document_pages=2).verify("long.pdf", blank_pdf(pages=3))
    assert [message.key for message in report.errors] == ["document_too_long"]
