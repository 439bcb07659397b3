"""Bad documents and senseless places on the command line: refused, in both languages, at once."""

from pathlib import Path

import pytest

from tests.e2e.demonstrated import Demonstrated
from tests.sealing.pages import typeset
from tests.sealing.unfit import UNFIT, small_page


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a page with the words 单位（盖章处）."""
    path = tmp_path_factory.mktemp("page") / "page.pdf"
    path.write_bytes(typeset())
    return path


@pytest.mark.parametrize(
    ("options", "status", "code", "said"),
    [
        (["--at", "page=0,x=60,y=60"], 65, "page_set_invalid", "0"),
        (["--at", "page=999,x=60,y=60"], 65, "placement_outside", "999"),
        (["--at", "page=1,x=NaN,y=60"], 64, "usage", "x=NaN"),
        (["--at", f"page=1,x={'9' * 400},y=60"], 64, "usage", "x"),
        (["--at", "page=1,x=5,y=60"], 65, "placement_outside", "左边超出"),
        (["--keyword", "盖章外"], 65, "keyword_not_found", "盖章处"),
        (["--keyword", ""], 65, "keyword_not_found", ""),
        (["--keyword", "字" * 200], 65, "keyword_not_found", "字"),
        (["--keyword", "\x07\u202e"], 65, "keyword_not_found", ""),
        (["--keyword", "😀"], 65, "keyword_not_found", "😀"),
        (["--straddle", "margin=-1"], 65, "placement_invalid", ""),
        (["--field", "甲方"], 65, "signature_field_not_found", "甲方"),
    ],
)
def test_senseless_places(
    demonstrated: Demonstrated, page: Path, options: list[str], status: int, code: str, said: str
) -> None:
    """Each is named by what is wrong with it, without anything being stored."""
    ended = demonstrated.call(
        *("seal-pdf", page, "--seal", demonstrated.seal_id, *options), "--dry-run", "--json"
    )
    assert (ended.status, ended.error["code"]) == (status, code)
    assert said in ended.error["zh"]
    assert ended.error["en"]


def test_a_seal_larger_than_its_page(demonstrated: Demonstrated, tmp_path: Path) -> None:
    """Both sizes are named."""
    small = tmp_path / "small.pdf"
    small.write_bytes(small_page())
    options = ("--at", "page=1,x=17,y=17", "--clamp", "--json")
    ended = demonstrated.seal(small, tmp_path / "out.pdf", *options)
    assert (ended.status, ended.error["code"]) == (65, "placement_outside")
    assert "35.3×35.3 毫米" in ended.error["zh"]


@pytest.mark.parametrize("name", UNFIT)
def test_documents_that_cannot_be_sealed(
    demonstrated: Demonstrated, tmp_path: Path, name: str
) -> None:
    """No pages, ten thousand, a page without a size: 65, and nothing is written."""
    make, code = UNFIT[name]
    source, out = tmp_path / "source.pdf", tmp_path / "out.pdf"
    source.write_bytes(make())
    ended = demonstrated.seal(source, out, "--at", "page=1,x=60,y=60", "--json")
    assert (ended.status, ended.error["code"]) == (65, code)
    assert not out.exists()
