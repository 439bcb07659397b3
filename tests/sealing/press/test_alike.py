"""Both presses make the same of a document, as others see it."""

import io
from dataclasses import replace

import pikepdf
import pytest

from sealservice.limits import Limits
from sealservice.sealing.errors import DocumentCertified
from sealservice.sealing.model import Die, Level, Mark
from sealservice.sealing.press.preparation import FastPreparation
from sealservice.sealing.pyhanko_press import PyHankoPreparation
from sealservice.sealing.terms import (
    UNRESTRICTED,
    Certification,
    FieldLock,
    LockScope,
    Restrictions,
)
from tests.sealing.pages import prepared_form, saved, tagged_form
from tests.sealing.press.alike import differences, pictures
from tests.sealing.press.conftest import MOMENT, placed
from tests.sealing.press.shapes import SHAPES


def require_alike(
    source: bytes,
    marks: tuple[Mark, ...],
    fast: FastPreparation,
    reference: PyHankoPreparation,
    asked: Restrictions = UNRESTRICTED,
) -> None:
    """Require the same objects, fields and pixels of both presses, and the same bytes again."""
    wanted = (source, marks, MOMENT, Level.B_LTA, asked)
    made = fast.prepare_here(*wanted)
    assert made == fast.prepare_here(*wanted)
    expected = reference.prepare(*wanted)
    assert [one.restrictions for one in made] == [one.restrictions for one in expected]
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


def filling(die: Die, name: str, left: float = 70.0) -> Mark:
    """Return a seal in a prepared field, not as large as that."""
    mark = placed(die, left=left)
    return Mark(die, (replace(mark.impressions[0], field=name),))


LOCKS = [
    Restrictions(lock=FieldLock(LockScope.ALL)),
    Restrictions(lock=FieldLock(LockScope.INCLUDE, ("备注",))),
    Restrictions(Certification.FORM_FILLING, FieldLock(LockScope.EXCLUDE, ("甲方",))),
    Restrictions(Certification.NO_CHANGES),
    Restrictions(Certification.ANNOTATIONS),
]


@pytest.mark.parametrize("asked", LOCKS, ids=str)
def test_restrictions(
    die: Die, fast: FastPreparation, reference: PyHankoPreparation, asked: Restrictions
) -> None:
    """Certifications and locks, with a new field and with a prepared one."""
    for mark in (placed(die), filling(die, "甲方.签章"), filling(die, "乙方签章")):
        require_alike(prepared_form(), (mark,), fast, reference, asked)


def test_prepared_fields(die: Die, fast: FastPreparation, reference: PyHankoPreparation) -> None:
    """Fields of one and of two objects, tagged ones, several in an order, on packed objects."""
    second = replace(die, seal_id="seal_2", label="x")
    both = (filling(die, "乙方签章"), filling(second, "甲方.签章", left=260))
    with pikepdf.open(io.BytesIO(prepared_form())) as document:
        packed = saved(document, streams=True)
    for source in (prepared_form(), packed):
        require_alike(source, both, fast, reference, Restrictions(Certification.FORM_FILLING))
    tagged = tagged_form("A", "B")
    require_alike(tagged, (filling(die, "A"), filling(second, "B")), fast, reference)


@pytest.mark.parametrize("level", [None, 2, 3])
def test_a_prepared_field_s_own_lock(
    die: Die, fast: FastPreparation, reference: PyHankoPreparation, level: int | None
) -> None:
    """It goes into the signature, with its own permission."""
    with pikepdf.open(io.BytesIO(prepared_form())) as document:
        field = document.Root.AcroForm.Fields[0].Kids[0]
        lock = {"/Action": pikepdf.Name.Include, "/Fields": pikepdf.Array(["备注"])}
        field.Lock = pikepdf.Dictionary(lock if level is None else {**lock, "/P": level})
        source = saved(document)
    for asked in (UNRESTRICTED, Restrictions(Certification.FORM_FILLING)):
        require_alike(source, (filling(die, "甲方.签章"),), fast, reference, asked)


def test_certified_documents(
    die: Die, fast: FastPreparation, reference: PyHankoPreparation
) -> None:
    """A certification that allows it lets prepared fields be filled, and nothing be added."""
    for certification in (Certification.FORM_FILLING, Certification.ANNOTATIONS):
        asked, source = Restrictions(certification), prepared_form()
        mark = filling(die, "乙方签章")
        (first,) = fast.prepare_here(source, (mark,), MOMENT, Level.B_LTA, asked)
        source += first.revision.tail
        require_alike(source, (filling(die, "甲方.签章", left=260),), fast, reference)
        with pytest.raises(DocumentCertified):
            fast.prepare_here(source, (placed(die),), MOMENT)
