"""A damaged document is declined, or sealed as the other press seals it; never otherwise."""

import io
import random

import pikepdf
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sealservice.kernel.errors import Refused
from sealservice.limits import Limits
from sealservice.sealing.inspection import inspect
from sealservice.sealing.model import Die
from sealservice.sealing.press.declined import Declined, Reason
from sealservice.sealing.press.preparation import FastPreparation
from sealservice.sealing.pyhanko_press import PyHankoPreparation
from tests.fuzz.mutations import damaged
from tests.sealing.press.alike import differences, pictures
from tests.sealing.press.conftest import MOMENT, placed
from tests.sealing.press.raw import OBJECTS, streams, table
from tests.sealing.press.shapes import SHAPES

_KINDS = ("form of objects, table", "form, streams", "deep", "old", "typeset, PDF/UA")


def _opens(pdf: bytes) -> bool:
    try:
        with pikepdf.open(io.BytesIO(pdf), attempt_recovery=False) as document:
            return bool(document.pages)
    except pikepdf.PdfError:
        return False


@given(kind=st.sampled_from([*_KINDS, "by hand", "by hand, packed"]), chance=st.integers(0, 2**32))
@settings(max_examples=150, deadline=None, phases=(Phase.explicit, Phase.generate))
def test_damage(
    die: Die, fast: FastPreparation, reference: PyHankoPreparation, kind: str, chance: int
) -> None:
    """Whatever is prepared here, and is no refused document, both presses prepare alike."""
    by_hand = {"by hand": table(OBJECTS, 5), "by hand, packed": streams(OBJECTS)}
    whole = by_hand[kind] if kind in by_hand else SHAPES[kind]()
    source = damaged(whole, random.Random(chance))  # noqa: S311 - not for a secret
    mark = placed(die)
    try:
        (made,) = fast.prepare_here(source, (mark,), MOMENT)
    except Declined as declined:
        assert declined.reason is not Reason.UNFORESEEN  # noqa: PT017 - most are declined
        return
    try:
        inspect(source, Limits().document_pages)
    except Refused:
        return
    (expected,) = reference.prepare(source, (mark,), MOMENT)
    ours, theirs = source + made.revision.tail, source + expected.revision.tail
    assert _opens(ours) == _opens(theirs)
    if _opens(ours):
        assert differences(source, source, made.revision, expected.revision) == []
        assert pictures(ours, 0) == pictures(theirs, 0)
