"""The QR code of a seal: read by a scanner that is not ours, in every ink, small and large."""

from dataclasses import replace
from pathlib import Path

import pytest

from sealservice.kernel.resources import resource
from sealservice.seals.artwork import SealTexts, _letterings, draw
from sealservice.seals.colour import Colour
from sealservice.seals.design import load_design, read_design
from sealservice.seals.errors import DesignInvalid, TextMissing, TextTooLong
from sealservice.seals.matrix import set_matrix
from sealservice.seals.measures import QrSquare, SealDesign
from tests.seals.drawings import NAMES, full, poppler
from tests.witnesses import witness


@pytest.fixture
def design() -> SealDesign:
    """Give the design that has a QR code."""
    return load_design("contract-qr")


@pytest.mark.parametrize("dpi", [200, 600])
@pytest.mark.parametrize("colour", Colour)
def test_a_scanner_reads_the_seal_code(
    design: SealDesign, colour: Colour, dpi: int, tmp_path: Path
) -> None:
    """A scanner, zbar, finds the seal code and nothing else in the fullest seal."""
    texts = full(design, NAMES[50])
    poppler(draw(design, texts, colour), tmp_path, dpi, margin_mm=5)
    found = witness("zbarimg", "--quiet", "--raw", "--nodbus", str(tmp_path / "seal.png"))
    assert found.split() == [texts.code]


def test_without_a_code_there_is_no_matrix(design: SealDesign) -> None:
    """A seal without a code has neither QR code nor micro-text."""
    without = draw(design, replace(design.sample, code=None)).operators
    assert len(without) < len(draw(design, design.sample).operators) * 0.9
    assert without == draw(replace(design, qr=None), replace(design.sample, code=None)).operators


def test_a_code_that_does_not_fit_is_refused() -> None:
    """Eighteen digits would need smaller modules; seventeen do not; none are refused, too."""
    square = QrSquare(0.35)
    assert set_matrix("4" * 17, square)
    with pytest.raises(TextTooLong, match=r"seal code has 18 characters .* about 17"):
        set_matrix("4" * 18, square)
    with pytest.raises(TextMissing):
        set_matrix(" ", square)


def test_micro_text_is_the_seal_code_over_and_over(design: SealDesign) -> None:
    """The line above the QR code is half a millimetre high and has the code as often as it fits."""
    texts = SealTexts("济源示例", code="4190010012345")
    [micro] = [each for each in _letterings(design, texts) if each.height <= 0.5]
    inked = [path for path in micro.outlines if path]
    assert len(inked) == 2 * len("4190010012345")
    points = [point for path in inked for step in path for point in step.points]
    assert max(x for x, _ in points) - min(x for x, _ in points) < 10
    assert max(y for _, y in points) - min(y for _, y in points) < 0.5


def test_a_matrix_that_leaves_the_rim_is_refused(tmp_path: Path) -> None:
    """The white around it counts."""
    for name in ("contract", "contract-qr"):
        text = resource(f"templates/seals/{name}.yaml").read_text("utf-8")
        (tmp_path / f"{name}.yaml").write_text(text.replace("module: 0.35", "module: 0.9"), "utf-8")
    with pytest.raises(DesignInvalid, match="the white around it"):
        read_design(tmp_path / "contract-qr.yaml")
