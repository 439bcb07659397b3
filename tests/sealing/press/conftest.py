"""What the tests of the fast press share: a seal, both presses, and places on pages."""

from datetime import UTC, datetime

import pytest

from sealservice.limits import Limits
from sealservice.sealing.model import Box, Die, Impression, Mark
from sealservice.sealing.press.preparation import FastPreparation
from sealservice.sealing.pyhanko_press import PyHankoPreparation
from sealservice.seals.artwork import POINTS_PER_MM, SealTexts, draw
from sealservice.seals.design import load_design
from sealservice.trust.model import KeyAlgorithm
from tests.world_verification import InProcess

MOMENT = datetime(2026, 11, 24, 12, 0, 5, tzinfo=UTC)


@pytest.fixture(scope="session")
def die() -> Die:
    """Give a seal; its certificate plays no part before it signs."""
    texts = SealTexts("示范贸易有限公司", code="3501000000017", mark="测试专用")
    return Die("seal_1", b"", (), KeyAlgorithm.P256, draw(load_design("official"), texts))


@pytest.fixture(scope="session")
def reference() -> PyHankoPreparation:
    """Give the press that is the reference."""
    return PyHankoPreparation(InProcess(), Limits())


@pytest.fixture(scope="session")
def fast(reference: PyHankoPreparation) -> FastPreparation:
    """Give the fast press."""
    return FastPreparation(reference, Limits())


def placed(die: Die, *, page: int = 0, left: float = 60.0, rotation: int = 0) -> Mark:
    """Return a seal in one place."""
    size = die.artwork.width_mm * POINTS_PER_MM
    box = Box(page, left, 80.0, left + size, 80.0 + size, rotation)
    return Mark(die, (Impression(box),))
