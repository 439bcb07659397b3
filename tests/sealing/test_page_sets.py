"""Sets of pages: what they mean, and what is refused by name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealservice.sealing.page_sets import resolve
from sealservice.sealing.placement_errors import PageSetInvalid, PlacementOutside


@pytest.mark.parametrize(
    ("page_set", "pages"),
    [
        ("1", [1]),
        ("1,3-5,last", [1, 3, 4, 5, 10]),
        ("all", list(range(1, 11))),
        ("odd", [1, 3, 5, 7, 9]),
        ("even", [2, 4, 6, 8, 10]),
        ("-1", [10]),
        ("-10", [1]),
        ("2-", list(range(2, 11))),
        ("last", [10]),
        ("last-2", [8]),
        ("8-last", [8, 9, 10]),
        ("7-last-1", [7, 8, 9]),
        ("last-2-last", [8, 9, 10]),
        ("last-1-", [9, 10]),
        ("-3--2", [8, 9]),
        ("-2-", [9, 10]),
        ("3,1,2,1,3", [3, 1, 2]),
        ("last,odd", [10, 1, 3, 5, 7, 9]),
        (" 1 , 3 - 5 ", [1, 3, 4, 5]),
        ("１，３－５，LAST", [1, 3, 4, 5, 10]),
        ("奇数页、末页", [1, 3, 5, 7, 9, 10]),
        ("全部", list(range(1, 11))),
        ("3-3", [3]),
        ("1–3,5~6，8—last", [1, 2, 3, 5, 6, 8, 9, 10]),
        ("第1页、第3页至5页", [1, 3, 4, 5]),
        ("全部页", list(range(1, 11))),
    ],
)
def test_meanings(page_set: str, pages: list[int]) -> None:
    """Every form of a set names these pages of ten, in this order, each once."""
    assert [index + 1 for index in resolve(page_set, 10)] == pages


@pytest.mark.parametrize(
    "page_set",
    ["", " ", ",", "1,", "0", "1,0", "0-3", "x", "1-2-3", "5-3", "last-3-2", "1..3", "1;2", "1.0",
     "٣", "+1", "--1", "first", "1e3", "1234567", "nan", "all-", "odd-even", "1-all"],
)  # fmt: skip
def test_what_is_no_set(page_set: str) -> None:
    """What names no pages is refused, in both languages, with the part that is at fault."""
    with pytest.raises(PageSetInvalid) as caught:
        resolve(page_set, 10)
    part = str(caught.value.fields["part"])
    assert f"“{part}”" in caught.value.message.zh
    assert f"“{part}”" in caught.value.message.en


def test_only_the_bad_part_is_named() -> None:
    """In a long set the one wrong part is told."""
    with pytest.raises(PageSetInvalid, match="“5-3”"):
        resolve("1,2,5-3,last", 10)


@pytest.mark.parametrize("page_set", ["11", "999", "-11", "1-11", "11-", "last-10", "1,2,10000"])
def test_missing_pages(page_set: str) -> None:
    """A page that is not there is refused by its number, with how many there are."""
    with pytest.raises(PlacementOutside, match=r"no page .* \(the document has 10\)"):
        resolve(page_set, 10)


def test_empty_parts() -> None:
    """A comma too many is told as such, with the set it is in."""
    with pytest.raises(PageSetInvalid, match=r"“1,,2”.*a part between commas is empty"):
        resolve("1,,2", 10)


def test_empty_sets() -> None:
    """A document of one page has no even one."""
    with pytest.raises(PageSetInvalid, match="no page in it"):
        resolve("even", 1)


def test_long_sets() -> None:
    """A set may be long, but not without end."""
    assert len(resolve(",".join(["1-10"] * 200), 10)) == 10
    with pytest.raises(PageSetInvalid, match="too long"):
        resolve("1," * 1_000, 10)


@given(page_set=st.text("0123456789-,last odevn", max_size=20), pages=st.integers(1, 10_000))
def test_every_text_is_answered(page_set: str, pages: int) -> None:
    """Whatever is written, the answer is pages of the document or a foreseen refusal."""
    try:
        indices = resolve(page_set, pages)
    except (PageSetInvalid, PlacementOutside):
        return
    assert indices
    assert len(set(indices)) == len(indices)
    assert all(0 <= index < pages for index in indices)
