"""Unified social credit codes (统一社会信用代码), GB 32100-2015.

1. Full-width letters become half-width, small letters capital: both are ways of typing the same
   code. Nothing else is mended.
2. Every letter is in the alphabet of clause 5, which leaves out I, O, S, V and Z.
3. There are 18 letters: registrar (1), class (1), administrative division (6 digits), entity
   code (9), check (1).
4. The check letter is C18 = (31 - sum(Ci * Wi) mod 31) mod 31 with Wi = 3^(i-1) mod 31, i = 1..17.
"""

from string import ascii_lowercase, ascii_uppercase
from typing import Final, NewType

from sealservice.licenses.errors import (
    UsccCheckWrong,
    UsccDivisionWrong,
    UsccLengthWrong,
    UsccLetterForbidden,
)

Uscc = NewType("Uscc", str)
"""A credit code that passed ``parse_uscc``."""

ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
LENGTH: Final = 18
_DIVISION: Final = slice(2, 8)
_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(LENGTH - 1))
_TYPED_ALIKE: Final[dict[int, str | int]] = {
    **{full: chr(full - 0xFEE0).upper() for full in range(0xFF01, 0xFF5F)},
    **str.maketrans(ascii_lowercase, ascii_uppercase),
}


def parse_uscc(text: str) -> Uscc:
    """Return the credit code in capitals, or say exactly what is wrong with it.

    Raises:
        UsccLetterForbidden: a letter is outside the alphabet.
        UsccLengthWrong: there are not 18 letters.
        UsccDivisionWrong: the administrative division is not all digits.
        UsccCheckWrong: the check letter does not fit.
    """
    code = text.translate(_TYPED_ALIKE)
    _require_alphabet(code)
    if len(code) != LENGTH:
        raise UsccLengthWrong(length=len(code))
    _require_division(code)
    expected = check_letter(code[:-1])
    if code[-1] != expected:
        raise UsccCheckWrong(expected=expected, found=code[-1])
    return Uscc(code)


def check_letter(first_seventeen: str) -> str:
    """Return the check letter that belongs to the first 17 letters of a code."""
    weighted = zip(first_seventeen, _WEIGHTS, strict=True)
    total = sum(ALPHABET.index(letter) * weight for letter, weight in weighted)
    return ALPHABET[-total % 31]


def _require_alphabet(code: str) -> None:
    for position, letter in enumerate(code, start=1):
        if letter not in ALPHABET:
            shown = letter if letter.isprintable() and letter != " " else f"U+{ord(letter):04X}"
            raise UsccLetterForbidden(position=position, letter=shown)


def _require_division(code: str) -> None:
    for position, letter in enumerate(code[_DIVISION], start=_DIVISION.start + 1):
        if not letter.isdigit():
            raise UsccDivisionWrong(position=position, letter=letter)
