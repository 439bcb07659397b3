"""The rules for /ByteRange, each broken on its own, on bytes made by hand."""

import pytest

from sealservice.verification.byterange import inspect_byte_range, signed_digest

BEFORE = b"%PDF-1.7\n1 0 obj\n<</Contents "
GAP = b"<00ff10>"
AFTER = b"/ByteRange [0 29 37 20]>>\nendobj\n%%EOF\n"
FILE = BEFORE + GAP + AFTER
CONTENTS = bytes.fromhex("00ff10")
FIRST, SECOND, REST = len(BEFORE), len(BEFORE) + len(GAP), len(AFTER)
OBJECT = FILE.index(b"1 0 obj")


def fault(
    values: object, file: bytes = FILE, contents: bytes | None = CONTENTS, at: int | None = OBJECT
) -> str | None:
    """Return the rule that a ByteRange breaks."""
    return inspect_byte_range(file, values, contents, at).fault


def test_sound_byte_range_has_no_fault() -> None:
    """Four numbers from the start, around exactly this dictionary's /Contents."""
    sound = inspect_byte_range(FILE, [0, FIRST, SECOND, REST], CONTENTS, OBJECT)
    assert sound.fault is None
    assert sound.end == len(FILE)
    assert signed_digest(FILE, sound) is not None


@pytest.mark.parametrize(
    "values",
    [
        None,
        "0 1 2 3",
        [],
        [0, FIRST, SECOND],
        [0, FIRST, SECOND, REST, 0, 0],
        [0, -FIRST, SECOND, REST],
        [0, FIRST, SECOND, -1],
        [0, float(FIRST), SECOND, REST],
        [0, True, SECOND, REST],
    ],
)
def test_byte_range_is_four_whole_numbers(values: object) -> None:
    """VERIFICATION 4.1: anything else is malformed."""
    assert fault(values) == "byte_range_malformed"


def test_byte_range_starts_at_zero() -> None:
    """Content before the range would be unsigned."""
    assert fault([1, FIRST - 1, SECOND, REST]) == "byte_range_not_from_start"


@pytest.mark.parametrize(
    "values",
    [
        [0, FIRST, SECOND, REST + 1],
        [0, SECOND, FIRST, REST],
        [0, FIRST, FIRST, REST],
        [0, 10**18, 10**19, 1],
    ],
)
def test_byte_range_lies_in_the_file_in_order(values: list[int]) -> None:
    """Parts outside the file, swapped or overlapping are a fault."""
    assert fault(values) == "byte_range_outside_file"


@pytest.mark.parametrize(
    "values",
    [
        [0, FIRST - 1, SECOND, REST],
        [0, FIRST, SECOND + 1, REST - 1],
        [0, FIRST + 1, SECOND - 1, REST + 1],
        [0, 9, SECOND, REST],
    ],
)
def test_gap_is_exactly_contents(values: list[int]) -> None:
    """A gap wider or narrower than /Contents with its delimiters hides something."""
    assert fault(values) == "byte_range_gap_not_contents"


@pytest.mark.parametrize("gap", [b"<00ff10%>", b"<00ff1>", b"(00ff10)", b"<00fe10>", b"<00gg10>"])
def test_gap_holds_this_value_in_hexadecimal(gap: bytes) -> None:
    """Comments, odd digits, another string type or another value in the gap are a fault."""
    file = BEFORE + gap + AFTER
    values = [0, FIRST, FIRST + len(gap), REST]
    assert fault(values, file) == "byte_range_gap_not_contents"


def test_dictionary_stands_around_its_gap() -> None:
    """VERIFICATION 4.3: a copy of the dictionary elsewhere cannot borrow the gap."""
    values = [0, FIRST, SECOND, REST]
    copy = FILE.index(b"endobj") + 1
    assert fault(values, at=copy) == "byte_range_gap_not_contents"
    assert fault(values, at=None) == "byte_range_gap_not_contents"
    other = b"%PDF-1.7\n9 0 obj\n<<>>\nendobj\n" + BEFORE[9:]
    moved = [0, len(other), len(other) + len(GAP), REST]
    assert fault(moved, other + GAP + AFTER, at=9) == "byte_range_gap_not_contents"


def test_missing_contents_is_a_fault() -> None:
    """A dictionary without /Contents signs nothing."""
    assert fault([0, FIRST, SECOND, REST], contents=None) == "byte_range_gap_not_contents"
