"""Games with the bytes of a signature: none ends valid, and none without a report."""

import pytest

from sealservice.verification.dictionary_keys import repeated_keys
from sealservice.verification.model import Verdict
from tests.verification.attacks.byte_games import FORGERIES, GAMES, wrapped
from tests.world_verification import SignedWorld, blank_pdf


@pytest.fixture(scope="module")
def plain(world: SignedWorld) -> bytes:
    """Return a small signed file whose objects are readable as they stand."""
    pdf = world.sign(blank_pdf(), world.plain_signer)
    assert world.verify(pdf).verdict is Verdict.VALID
    return pdf


@pytest.mark.parametrize("name", FORGERIES)
def test_no_forgery_is_valid(world: SignedWorld, plain: bytes, name: str) -> None:
    """VERIFICATION 4.1, 4.2 and 4.5: what is missing or broken is never taken for good."""
    report = world.verify(FORGERIES[name](plain))
    assert report.verdict in (Verdict.INVALID, Verdict.UNREADABLE)


@pytest.mark.parametrize("name", GAMES)
def test_no_game_is_valid(world: SignedWorld, plain: bytes, name: str) -> None:
    """VERIFICATION 4.2 to 4.4: nothing hides in the gap, behind it, or around the file."""
    report = world.verify(GAMES[name](plain))
    assert report.verdict is not Verdict.VALID
    assert report.verdict is not Verdict.UNSIGNED


def test_wrapping_is_seen_through(world: SignedWorld, plain: bytes) -> None:
    """VERIFICATION 4.3: the digest holds over the bytes that were moved, and it does not help."""
    report = world.verify(wrapped(plain))
    (signature,) = report.signatures
    assert report.verdict is Verdict.INVALID
    assert "byte_range_gap_not_contents" in {error.key for error in signature.errors}


@pytest.mark.parametrize(
    "written",
    [
        b"1 0 obj <</A 1/B/C/A 2>>",
        b"1 0 obj <</Contents <00>/Conten#74s <01>>>",
        b"1 0 obj <</A 5 0 R %/B\n/C (/D) /A [1]>>",
    ],
)
def test_a_key_that_is_there_twice_is_found(written: bytes) -> None:
    """Also when it is written otherwise, behind a comment or a reference."""
    assert repeated_keys(written)


@pytest.mark.parametrize(
    "written",
    [
        b"1 0 obj <</A/B/B/A/C <</A 1/B 2>>/D [/A /B]>> <</A 1>>",
        b"1 0 obj <</A (/B \\) /B)/B <41>/C true/D null/E 1.5/F 5 0 R>>",
        b"",
    ],
)
def test_a_name_that_is_a_value_is_no_key(written: bytes) -> None:
    """Values, keys of inner dictionaries, and what is in strings do not count."""
    assert repeated_keys(written) == set()
