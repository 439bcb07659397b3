"""Three parties seal one document after another: every earlier seal goes on being valid."""

import io

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from sealservice.sealing.model import CoordinatePlacement, Level
from tests.sealing.kinds import SOURCES
from tests.sealing.press_checks import accepted
from tests.world_press import PressWorld

FIELDS = ["Seal1", "Seal2", "Seal3"]


@pytest.mark.parametrize("kind", SOURCES)
def test_three_orders_on_one_document(world: PressWorld, kind: str) -> None:
    """Forms, annotations, PDF/A, tags, linearised, object streams: pyHanko and pdfsig accept all.

    What EU DSS and PDFBox say of the same is in tests/interop/test_many_seals.py.
    """
    pdf = SOURCES[kind]()
    for x, level in zip((27, 75, 123), (Level.B_B, Level.B_LTA, Level.B_B), strict=True):
        sealed = world.seal(pdf, level, CoordinatePlacement("1", x, 170))
        assert sealed.startswith(pdf)
        pdf = sealed
    accepted(pdf, world, FIELDS)
    for embedded in PdfFileReader(io.BytesIO(pdf)).embedded_signatures:
        embedded.compute_integrity_info()
        assert embedded.summarise_integrity_info()["docmdp_ok"]
