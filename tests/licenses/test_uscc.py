"""Credit codes: GB 32100-2015 accepts what it should and says exactly what is wrong otherwise."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealservice.licenses.errors import (
    UsccCheckWrong,
    UsccDivisionWrong,
    UsccInvalid,
    UsccLengthWrong,
    UsccLetterForbidden,
)
from sealservice.licenses.uscc import ALPHABET, check_letter, parse_uscc

LETTERS = st.sampled_from(ALPHABET)


@st.composite
def codes(draw: st.DrawFn) -> str:
    """Make a valid code."""
    division = "".join(draw(st.lists(st.sampled_from("0123456789"), min_size=6, max_size=6)))
    entity = "".join(draw(st.lists(LETTERS, min_size=9, max_size=9)))
    first = draw(LETTERS) + draw(LETTERS) + division + entity
    return first + check_letter(first)


@pytest.mark.parametrize(
    "code",
    [
        "91350100M000100Y43",  # worked out by hand
        "91110000802100433B",
        "91330100799655058B",
        "9144030071526726XG",
    ],
)
def test_real_codes_pass(code: str) -> None:
    """Codes that are in use have the check letter we compute."""
    assert parse_uscc(code) == code


@given(codes(), st.data())
def test_any_single_wrong_letter_is_noticed(code: str, data: st.DataObject) -> None:
    """No code stays valid when one of its letters becomes another."""
    place = data.draw(st.integers(0, 17))
    letter = data.draw(LETTERS.filter(lambda other: other != code[place]))
    with pytest.raises(UsccInvalid):
        parse_uscc(code[:place] + letter + code[place + 1 :])


@given(codes(), st.data())
def test_swapped_neighbours_are_noticed(code: str, data: st.DataObject) -> None:
    """No code stays valid when two different neighbours change places."""
    place = data.draw(st.integers(0, 16))
    first, second = code[place], code[place + 1]
    swapped = code[:place] + second + first + code[place + 2 :]
    if first == second:
        assert parse_uscc(swapped) == code
    else:
        with pytest.raises(UsccInvalid):
            parse_uscc(swapped)


@given(codes())
def test_case_and_width_do_not_matter(code: str) -> None:
    """Small and full-width letters are the same code."""
    full_width = "".join(chr(ord(letter) + 0xFEE0) for letter in code)
    assert parse_uscc(code.lower()) == parse_uscc(full_width) == code
    assert parse_uscc(full_width.lower()) == code


@given(st.text(max_size=40))
def test_anything_else_is_refused(text: str) -> None:
    """Whatever is typed, the answer is a valid code or one of our refusals."""
    with suppress(UsccInvalid):
        code = parse_uscc(text)
        assert check_letter(code[:17]) == code[17]


def test_wrong_check_letter_names_the_right_one() -> None:
    """The message says which letter stands there and which should."""
    with pytest.raises(UsccCheckWrong) as refusal:
        parse_uscc("91350100M000100Y44")
    assert "末位应为“3”，现为“4”" in refusal.value.message.zh
    assert "should be “3”, not “4”" in refusal.value.message.en


@pytest.mark.parametrize(
    ("code", "position", "letter"),
    [
        ("9135O100M000100Y43", 5, "O"),
        ("91350100M000100Y4i", 18, "I"),
        (" 1350100M000100Y43", 1, "U+0020"),
        ("91350100M000100Y4\ud800", 18, "U+D800"),
        ("91350100M000100Y4ﬀ", 18, "ﬀ"),
    ],
)
def test_forbidden_letter_is_named_with_its_place(code: str, position: int, letter: str) -> None:
    """The message says which letter, at which place, is outside the alphabet."""
    with pytest.raises(UsccLetterForbidden) as refusal:
        parse_uscc(code)
    assert f"第 {position} 位“{letter}”" in refusal.value.message.zh


@pytest.mark.parametrize("code", ["", "91350100M000100Y4", "91350100M000100Y433"])
def test_wrong_length_is_counted(code: str) -> None:
    """The message says how many letters there are."""
    with pytest.raises(UsccLengthWrong, match=f"has {len(code)}"):
        parse_uscc(code)


def test_division_must_be_digits() -> None:
    """A letter in the administrative division is refused even when the check letter fits."""
    first = "9135010AM000100Y4"
    with pytest.raises(UsccDivisionWrong, match="character 8 is “A”"):
        parse_uscc(first + check_letter(first))
