"""Where a text stands: folding, order, lines, and what comes close."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealservice.sealing.geometry import DisplayedBox
from sealservice.sealing.keywords import PageText, chosen, folded, nearest, page_text, places
from sealservice.sealing.layout import Found
from sealservice.sealing.placement_errors import OccurrenceNotFound, PlacementInvalid

EM = 5.0
LEADING = 8.0


def boxes(letters: str) -> list[DisplayedBox]:
    """Return where letters stand that are set line by line from the top left, 5 mm each."""
    placed, x, y = [], 20.0, 250.0
    for letter in letters:
        placed.append(DisplayedBox(0, x, y, x + EM, y + EM))
        x, y = (20.0, y - LEADING) if letter == "\n" else (x + EM, y)
    return placed


def found(letters: str, wanted: str) -> list[tuple[DisplayedBox, str]]:
    """Return where a text is found among letters."""
    return places(page_text(0, letters), folded(wanted), boxes(letters).__getitem__)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("（盖章）", "(盖章)"),
        ("【盖章】", "[盖章]"),
        ("〔２０２５〕33号", "[2025]33 号"),
        ("盖\u3000章 处", "盖章处"),
        ("盖\u200b章", "盖章"),
        ("A—B", "A-B"),
        ("A\N{MINUS SIGN}B", "A–B"),
        ("ﬁ", "fi"),
        ("㈱", "(株)"),
        ("Ａ：", "A:"),
    ],
)
def test_what_counts_as_the_same(text: str, same: str) -> None:
    """Width, brackets, dashes and white space make no difference."""
    assert folded(text) == folded(same)


@pytest.mark.parametrize(("text", "other"), [("A", "a"), ("章", "鄣"), ("一", "-"), ("ー", "-")])
def test_what_does_not(text: str, other: str) -> None:
    """Capitals, and letters that merely look alike, are different."""
    assert folded(text) != folded(other)


@given(letters=st.text(max_size=60))
def test_each_folded_letter_has_its_origin(letters: str) -> None:
    """Whatever folding adds or drops, every letter leads back to one that is on the page."""
    text = page_text(3, letters)
    assert len(text.folded) == len(text.origins) == len(text.breaks)
    assert text.folded == folded(letters)
    assert all(
        folded(letters[origin]).find(letter) >= 0
        for letter, origin in zip(text.folded, text.origins, strict=True)
    )
    assert len(text.lines) == letters.count("\n") + 1


def test_box_is_around_the_letters() -> None:
    """The box of an occurrence is that of its letters, brackets included, spaces between too."""
    ((box, line),) = found("甲方 （ 盖章 ）", "(盖章)")
    assert (box.left, box.right) == (20 + 3 * EM, 20 + 9 * EM)
    assert (box.bottom, box.top) == (250, 255)
    assert line == "甲方 （ 盖章 ）"


@pytest.mark.parametrize(
    ("letters", "wanted", "left", "right", "line"),
    [
        ("示范公司（盖\r\n章）", "公司（盖章）", 30, 50, 0),
        ("示范公司（\r\n盖章处）", "（盖章处）", 20, 40, 1),
        ("示范（盖\r\n章）", "（盖章）", 20, 30, 1),
        ("盖\r\n章\r\n处", "盖章处", 20, 25, None),
    ],
)
def test_broken_over_lines(
    letters: str, wanted: str, left: float, right: float, line: int | None
) -> None:
    """Of a broken text the longest part counts, of equal ones the last; a column is one part."""
    ((box, said),) = found(letters, wanted)
    assert (box.left, box.right) == (left, right)
    if line is None:
        assert (box.bottom, box.top) == (250 - 2 * LEADING, 255)
    else:
        assert box.bottom == 250 - line * LEADING
        assert said == letters.split("\r\n")[line]


def test_order_is_the_reader_s() -> None:
    """However the file draws them, occurrences count from the top, and from the left."""
    letters = "章章章章"
    places_ = [(120, 50.0), (20, 200.0), (20, 51.0), (90, 201.5)]
    at = [DisplayedBox(0, x, y, x + EM, y + EM) for x, y in places_]
    ordered = places(page_text(0, letters), "章", at.__getitem__)
    assert [box.left for box, _ in ordered] == [20, 90, 20, 120]


def test_occurrences_do_not_overlap() -> None:
    """A text that repeats itself is counted as one reads it."""
    assert len(found("章章章章章", "章章")) == 2


@pytest.mark.parametrize("wanted", ["", " ", "\u200b"])
def test_nothing_is_nowhere(wanted: str) -> None:
    """A text without letters is not found."""
    assert found("盖章", wanted) == []


def some(count: int) -> list[Found]:
    """Return so many places."""
    return [Found(n, DisplayedBox(0, 0, 0, 1, 1), "") for n in range(1, count + 1)]


@pytest.mark.parametrize(
    ("occurrence", "numbers"),
    [("first", [1]), ("last", [5]), ("all", [1, 2, 3, 4, 5]), (2, [2]), (-1, [5]), (-5, [1])],
)
def test_occurrences(occurrence: str | int, numbers: list[int]) -> None:
    """First, last, all, the n-th, and the n-th from the end."""
    assert [place.number for place in chosen(occurrence, some(5), "章")] == numbers


@pytest.mark.parametrize("occurrence", [6, -6, 999])
def test_too_few_occurrences(occurrence: int) -> None:
    """One that is not there is refused with how many there are."""
    with pytest.raises(OccurrenceNotFound, match="occurs 5 times"):
        chosen(occurrence, some(5), "章")


@pytest.mark.parametrize("occurrence", [0, "second", ""])
def test_senseless_occurrences(occurrence: str | int) -> None:
    """Occurrences count from 1."""
    with pytest.raises(PlacementInvalid, match="count from 1"):
        chosen(occurrence, some(5), "章")


@pytest.mark.parametrize(
    ("wanted", "lines", "near"),
    [
        ("（盖帐处）", ["合同", "单位（盖章处）", "日期"], ("（盖章处）",)),
        ("法人代表", ["甲方法定代表人：", "联系人"], ("法定代表",)),
        ("Seal here", ["Sign here please"], ("Sign here",)),
        ("盖章", ["完全无关"], ()),
        ("盖章", [], ()),
        ("", ["盖章"], ()),
    ],
)
def test_nearest(wanted: str, lines: list[str], near: tuple[str, ...]) -> None:
    """Texts of the same length that differ little are named."""
    assert nearest(folded(wanted), lines) == near


def test_three_are_enough() -> None:
    """At most three are named, the closest first, none twice."""
    lines = ["盖帐处", "盖章外", "盖帐处", "盖张处", "盖掌处", "盖章处"]
    near = nearest(folded("盖章处"), lines)
    assert len(near) == 3
    assert near[0] == "盖章处"
    assert len(set(near)) == 3


def test_long_lines_end() -> None:
    """A page of one endless line is compared, too."""
    assert nearest(folded("盖章处"), ["合" * 100_000 + "盖章", "盖章在此"]) == ("盖章在",)


def test_texts_of_pages_are_kept_as_they_stand() -> None:
    """What is shown to a user is never folded."""
    text: PageText = page_text(0, "（Ａ）\r\nＢ")
    assert text.lines == ("（Ａ）\r", "Ｂ")
