"""What was drawn is what is read back."""

import json

import pytest

from sealservice.seals.artwork import Artwork
from sealservice.seals.kept import artwork_of, kept
from sealservice.seals.stencil import Stencil

OPERATORS = b"q 1 0 0 rg 0 0 m 1 1 l f Q\n"
STENCIL = Stencil(9, 2, bytes([0b10000000, 0b10000000, 0, 0b10000000]))


@pytest.mark.parametrize("stencil", [None, STENCIL])
def test_kept_drawing_is_the_same(stencil: Stencil | None) -> None:
    """Through JSON and back, the drawing and its digest are unchanged."""
    artwork = Artwork(40, 30.5, OPERATORS, stencil)
    again = artwork_of(json.loads(json.dumps(kept(artwork))))
    assert again == artwork
    assert again.sha256 == artwork.sha256


def test_digest_covers_the_stencil() -> None:
    """A drawing with another stencil, or with none, has another digest."""
    others = (None, Stencil(9, 2, bytes(4)), Stencil(10, 2, STENCIL.bits), STENCIL)
    assert len({Artwork(40, 40, OPERATORS, stencil).sha256 for stencil in others}) == len(others)
