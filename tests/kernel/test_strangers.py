"""What strangers send: names of files, and the language they prefer."""

import pytest

from sealservice.kernel.filenames import attachment, safe_filename
from sealservice.kernel.language import preferred_language
from sealservice.kernel.text import Language


@pytest.mark.parametrize(
    ("sent", "safe"),
    [
        ("开户 申请.pdf", "开户 申请.pdf"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\a.pdf", "a.pdf"),
        ("a\r\nb\0.pdf", "ab.pdf"),
        ("cod\u202efdp.exe", "codfdp.exe"),
        ("..", "document.pdf"),
        ("dir/", "document.pdf"),
        ("", "document.pdf"),
    ],
)
def test_name_can_be_shown_anywhere(sent: str, safe: str) -> None:
    """Folders go, letters that do not print go, and something is always left."""
    assert safe_filename(sent) == safe


def test_long_name_keeps_its_ending() -> None:
    """A name is shortened in the middle, to at most 120 letters."""
    safe = safe_filename("长" * 300 + ".pdf")
    assert len(safe) <= 120
    assert safe.endswith(".pdf")


def test_attachment_is_one_line_of_ascii() -> None:
    """Quotes and line ends in a name cannot end the header; the whole name is in filename*."""
    header = attachment('开"户\r\n-1.pdf')
    assert header == (
        "attachment; filename=\"_____-1.pdf\"; filename*=UTF-8''%E5%BC%80%22%E6%88%B7%0D%0A-1.pdf"
    )


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", Language.ZH),
        ("en", Language.EN),
        ("EN-gb, zh;q=0.5", Language.EN),
        ("zh;q=0.4, en;q=0.6", Language.EN),
        ("fr, de", Language.ZH),
        ("en;q=0", Language.ZH),
        ("en;q=nan", Language.ZH),
        ("en;q=-1, zh", Language.ZH),
        ("x," * 1_000 + "en", Language.ZH),
    ],
)
def test_preferred_language(header: str, language: Language) -> None:
    """The highest weight among the two wins; whoever names neither reads Chinese."""
    assert preferred_language(header) is language
