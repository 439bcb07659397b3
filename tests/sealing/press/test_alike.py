"""Both presses make the same of a document, as others see it."""

from dataclasses import replace

import pytest

from sealservice.config import Limits
from sealservice.sealing.model import Die, Mark
from sealservice.sealing.press.preparation import FastPreparation
from sealservice.sealing.pyhanko_press import PyHankoPreparation
from tests.sealing.press.alike import differences, pictures
from tests.sealing.press.conftest import MOMENT, placed
from tests.sealing.press.shapes import SHAPES


def require_alike(
    source: bytes, marks: tuple[Mark, ...], fast: FastPreparation, reference: PyHankoPreparation
) -> None:
    """Require the same objects, fields and pixels of both presses, and the same bytes again."""
    made = fast.prepare_here(source, marks, MOMENT)
    assert made == fast.prepare_here(source, marks, MOMENT)
    expected = reference.prepare(source, marks, MOMENT)
    assert [one.impressions for one in made] == [one.impressions for one in expected]
    ours, theirs = source, source
    for one, other in zip(made, expected, strict=True):
        assert one.seal_id == other.seal_id
        assert one.revision.claimed_time == other.revision.claimed_time
        assert differences(ours, theirs, one.revision, other.revision) == []
        ours, theirs = ours + one.revision.tail, theirs + other.revision.tail
        _require_gap(ours, one.revision.byte_range)
    for page in {one.box.page for mark in marks for one in mark.impressions}:
        assert pictures(ours, page) == pictures(theirs, page)


def _require_gap(pdf: bytes, byte_range: tuple[int, int, int, int]) -> None:
    begin, start, end, rest = byte_range
    assert (begin, end + rest) == (0, len(pdf))
    reserved = Limits().signature_bytes
    assert pdf[start:end] == b"<" + b"0" * (2 * reserved) + b">"
    assert pdf[:start].endswith(b"/Contents")


@pytest.mark.parametrize("shape", list(SHAPES))
def test_one_seal(
    shape: str, die: Die, fast: FastPreparation, reference: PyHankoPreparation
) -> None:
    """On every shape of document, with a place that is exact and one that has to be rounded."""
    source = SHAPES[shape]()
    for mark in (placed(die), placed(die, left=33.123456, rotation=90)):
        require_alike(source, (mark,), fast, reference)


def test_several_seals(die: Die, fast: FastPreparation, reference: PyHankoPreparation) -> None:
    """Each seal is a revision of its own, which knows the ones before it."""
    second = replace(die, seal_id="seal_2", label="x")
    marks = (placed(die, page=1), placed(second, page=2), placed(second, page=1, left=200))
    for shape in ("form of objects, table", "no identifier"):
        require_alike(SHAPES[shape](), marks, fast, reference)


def test_places_on_a_signed_document(
    die: Die, fast: FastPreparation, reference: PyHankoPreparation
) -> None:
    """Where somebody signed, each place is a signature of its own."""
    source = SHAPES["typeset, PDF/UA"]()
    (first,) = fast.prepare_here(source, (placed(die),), MOMENT)
    source += first.revision.tail
    one, other = placed(die, left=200), placed(die, left=300)
    both = Mark(die, (*one.impressions, *other.impressions))
    require_alike(source, (both,), fast, reference)
