"""Every design looks as it did when people last looked at it."""

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from sealservice.seals.artwork import draw
from sealservice.seals.design import designs, load_design
from tests.seals.drawings import poppler
from tests.seals.golden import DPI, FOLDER, different, shown

ALLOWED = (0.005, 0.06)
"""On average, and in a square millimetre: what another version of poppler may smooth otherwise.

Another digit of the seal code differs by 0.14 in its place, a star 0.2 mm smaller by 0.07.
"""


@pytest.mark.parametrize("design_id", designs())
def test_design_is_its_golden_picture(design_id: str, tmp_path: Path) -> None:
    """What poppler shows at 300 dpi is the golden picture (renewed by tests/seals/golden.py)."""
    with Image.open(FOLDER / f"{design_id}.png") as golden:
        now = shown(tmp_path, design_id)
        assert now.size == golden.size
        found = different(now, golden)
    assert all(share < allowed for share, allowed in zip(found, ALLOWED, strict=True)), found


def test_a_small_change_is_seen(tmp_path: Path) -> None:
    """One other digit of the seal code is more than what is allowed."""
    design = load_design("official")
    other = replace(design.sample, code="4190010012346")
    one, changed = (poppler(draw(design, texts), tmp_path, DPI) for texts in (design.sample, other))
    assert different(one, changed)[1] > ALLOWED[1]


def test_every_golden_picture_is_of_a_design() -> None:
    """None is left of a design that is no more."""
    assert sorted(file.stem for file in FOLDER.iterdir()) == designs()
