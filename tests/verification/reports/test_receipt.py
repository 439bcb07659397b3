"""The receipt is PDF/A, says what the report says, and does not pass for a proof."""

from pathlib import Path

import pytest

from sealservice.verification.messages import HEADLINES
from sealservice.verification.model import Report, Verdict
from sealservice.verification.reports.receipt import ReceiptMaker
from tests.oracles import pdf_a_failures
from tests.witnesses import witness
from tests.world_verification import SignedWorld, blank_pdf

ADDRESS = "https://seals.example.org/verify/ver_01k0000000000000000000000"


@pytest.fixture(scope="module")
def maker() -> ReceiptMaker:
    """Return one maker, for its fonts are read once."""
    return ReceiptMaker()


@pytest.fixture(scope="module")
def archival(world: SignedWorld) -> Report:
    """Return the report on an archival file."""
    return world.verify(world.archival(blank_pdf()))


def words(pdf: bytes, folder: Path) -> str:
    """Return what poppler reads on the pages, without white space."""
    (folder / "receipt.pdf").write_bytes(pdf)
    return "".join(witness("pdftotext", str(folder / "receipt.pdf"), "-").split())


def test_receipt_is_pdf_a_and_says_what_the_report_says(
    maker: ReceiptMaker, archival: Report, tmp_path: Path
) -> None:
    """Number, verdict, digest, times and checks are on the paper, in both languages."""
    rendered = maker.receipt(archival)
    assert rendered.media_type == "application/pdf"
    assert rendered.data.endswith(b"%%EOF\n")
    assert pdf_a_failures(rendered.data) == set()
    read = words(rendered.data, tmp_path)
    told = (
        archival.report_id,
        archival.document.sha256,
        HEADLINES[Verdict.VALID].zh,
        "示范贸易有限公司·公章",
        "2026-06-0116:00:00(UTC+08:00)",
        "内容未改动",
        "Contentunchanged",
        "测试环境，无法律效力",
        "未加盖本服务的印章",
        "bearsnosealoftheservice",
    )
    assert [one for one in told if "".join(one.split()) not in read] == []


def test_receipt_is_the_same_for_the_same_report(maker: ReceiptMaker, archival: Report) -> None:
    """Two print-outs of one report are one file, byte by byte."""
    assert maker.receipt(archival, ADDRESS).data == maker.receipt(archival, ADDRESS).data


def test_code_leads_to_the_verification(
    maker: ReceiptMaker, archival: Report, tmp_path: Path
) -> None:
    """A reader of QR codes finds the address on the printed page."""
    file = tmp_path / "receipt.pdf"
    file.write_bytes(maker.receipt(archival, ADDRESS).data)
    witness("pdftoppm", "-r", "150", "-singlefile", "-png", str(file), str(file.with_suffix("")))
    found = witness("zbarimg", "--quiet", "--raw", "--nodbus", str(file.with_suffix(".png")))
    assert found.strip() == ADDRESS


@pytest.mark.parametrize(
    "name", ["S\x01<&>", '#read("/etc/passwd")', "😀\u202e", "长" * 3000, "$x$ *b* _i_ @a \\"]
)
def test_names_of_strangers_are_only_shown(
    maker: ReceiptMaker, world: SignedWorld, name: str
) -> None:
    """Marks of the typesetter, letters without a glyph and endless names do no harm."""
    rendered = maker.receipt(world.verify(world.sign(blank_pdf(), name=name)))
    assert pdf_a_failures(rendered.data) == set()
    assert len(rendered.data) < 200_000


def test_files_without_signatures_have_receipts(
    maker: ReceiptMaker, world: SignedWorld, tmp_path: Path
) -> None:
    """Unsigned and unreadable files get one, too, with the reason."""
    unsigned = words(maker.receipt(world.verify(blank_pdf())).data, tmp_path)
    assert "".join(HEADLINES[Verdict.UNSIGNED].zh.split()) in unsigned
    assert "不是PDF文件" in words(maker.receipt(world.verify(b"no pdf")).data, tmp_path)
