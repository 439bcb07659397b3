"""A few seconds of hostile input for every reader; ``make fuzz`` takes longer and looks deeper."""

import random
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from sealservice.infra.inspection import SandboxedInspector
from sealservice.infra.sandbox import ForkedSandbox
from sealservice.kernel.errors import SealserviceError
from sealservice.limits import MEBIBYTE, Limits
from sealservice.sealing.model import KeywordPlacement, PlacedSeal
from sealservice.seals.imported import imported_picture
from sealservice.verification.model import Verdict
from sealservice.verification.service import VerificationService
from tests.fuzz.mutations import damaged
from tests.fuzz.pictures import drawings, rasters
from tests.fuzz.targets import TARGETS
from tests.world_press import KEYWORD
from tests.world_verification import NOW, SignedWorld

pytestmark = pytest.mark.security

EXAMPLES = {"pdf-inspection": 300, "pdf-verification": 60, "pdf-signature": 40, "ceremony": 60}
MANY = 400
QUICKLY = settings(
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@pytest.mark.parametrize("name", TARGETS)
def test_damaged_input_is_read_or_refused(name: str) -> None:
    """Good input with something broken in it ends as its reader says, never otherwise."""
    target = TARGETS[name]
    seeds = target.seeds()

    @settings(QUICKLY, max_examples=EXAMPLES.get(name, MANY))
    @given(st.sampled_from(seeds), st.integers(0, 2**32))
    def hammer(seed: bytes, number: int) -> None:
        target.run(damaged(seed, random.Random(number)))  # noqa: S311 - the same each time

    for seed in seeds:
        target.run(seed)
    hammer()


@pytest.mark.parametrize("name", TARGETS)
def test_anything_is_read_or_refused(name: str) -> None:
    """So does input that is nothing at all."""

    @settings(QUICKLY, max_examples=20 if name == "pdf-signature" else 60)
    @given(st.binary(max_size=400))
    def hammer(data: bytes) -> None:
        TARGETS[name].run(data)
        TARGETS[name].run(b"%PDF-1.7\n" + data)

    hammer()


def test_damaged_files_never_pass_as_valid() -> None:
    """Of a hundred files that differ somewhere in what is signed none is valid."""
    world = SignedWorld()
    pdf = TARGETS["pdf-verification"].seeds()[0]
    signed = world.archival(pdf)
    chance = random.Random(20261124)  # noqa: S311 - the same each time
    begin, end = 10, signed.index(b"/Contents <")
    for _ in range(100):
        inside = damaged(signed[begin:end], chance)
        if inside != signed[begin:end]:
            report = world.verify(signed[:begin] + inside + signed[end:])
            assert report.verdict is not Verdict.VALID


@pytest.fixture(scope="module")
def sandbox() -> ForkedSandbox:
    """Give a sandbox with a quarter of the memory and little time."""
    return ForkedSandbox(Limits(sandbox_bytes=640 * MEBIBYTE, sandbox_seconds=5))


def test_only_reports_and_refusals_leave_the_sandbox(sandbox: ForkedSandbox) -> None:
    """The same files through real children: every call ends, in time, as the product says."""
    inspector = SandboxedInspector(sandbox, Limits())
    service = VerificationService(sandbox, SignedWorld().anchors, Limits(), lambda: NOW)
    chance = random.Random(6)  # noqa: S311 - the same each time
    seeds = TARGETS["pdf-inspection"].seeds()
    for _ in range(60):
        data = damaged(chance.choice(seeds), chance)
        assert service.verify("a.pdf", data).document.size == len(data)
        assert _ended(inspector, data) not in {"unprocessable", "internal"}
    sandbox.close()


def test_only_drawings_and_refusals_of_pictures_leave_the_sandbox(sandbox: ForkedSandbox) -> None:
    """Damaged pictures of seals end as they should; a huge one costs its child alone."""
    chance = random.Random(7)  # noqa: S311 - the same each time
    seeds = [*rasters(), *drawings()]
    for _ in range(40):
        assert _brought(sandbox, damaged(chance.choice(seeds), chance)) not in {
            "unprocessable",
            "internal",
        }
    huge = BytesIO()
    Image.new("1", (6_300, 6_300), 1).save(huge, "PNG")
    assert _brought(sandbox, huge.getvalue()) == "too_costly"
    assert _brought(sandbox, seeds[0]) == ""


def _brought(sandbox: ForkedSandbox, data: bytes) -> str:
    """Return by which code a picture was refused; empty when it was not."""
    try:
        sandbox.run(imported_picture, data, 8.0)
    except SealserviceError as error:
        return error.code
    return ""


def _ended(inspector: SandboxedInspector, data: bytes) -> str:
    """Return by which code a document was refused; empty when it was not."""
    try:
        inspector.pages(data)
        inspector.locate(data, (PlacedSeal(20, 20, (KeywordPlacement(KEYWORD),)),))
    except SealserviceError as error:
        return error.code
    return ""
