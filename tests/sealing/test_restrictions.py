"""Certification and locks that an order asks for, and what they leave room for."""

import io
from dataclasses import replace

import pikepdf
import pytest

from sealservice.limits import Limits
from sealservice.sealing.errors import (
    CertificationImpossible,
    ChangesForbidden,
    DocumentCertified,
    RestrictionsConflict,
    TooManySignatures,
)
from sealservice.sealing.model import CoordinatePlacement, FieldPlacement, Level
from sealservice.sealing.placement_errors import FieldNotFound
from sealservice.sealing.terms import Certification, FieldLock, LockScope, Restrictions
from tests import oracles
from tests.sealing.pages import prepared_form, typeset
from tests.sealing.press_checks import accepted
from tests.world_press import PressWorld

LEFT, RIGHT = CoordinatePlacement("1", 30, 170), CoordinatePlacement("1", 100, 170)
PARTY, OTHER = FieldPlacement("甲方.签章"), FieldPlacement("乙方签章")
ALL = FieldLock(LockScope.ALL)


@pytest.mark.parametrize("certification", list(Certification))
def test_the_first_signature_may_certify(world: PressWorld, certification: Certification) -> None:
    """The catalog points at it with the permission asked for; proofs may follow even with none."""
    source = typeset()
    asked = Restrictions(certification)
    prepared = world.prepare(source, LEFT, RIGHT, restrictions=asked)
    pdf = accepted(world.sign(source, prepared, Level.B_LTA), world, ["Seal1"])
    assert oracles.certification_of(pdf) == certification.permission
    if certification is Certification.NO_CHANGES:
        with pytest.raises(ChangesForbidden):
            world.inspector.pages(pdf)
    else:
        with pytest.raises(DocumentCertified):
            world.prepare(pdf, CoordinatePlacement("1", 30, 30))


def test_a_certified_form_takes_seals_in_its_prepared_fields(world: PressWorld) -> None:
    """Within one order, and in a later one: filling what was prepared is allowed."""
    source, asked = prepared_form(), Restrictions(Certification.FORM_FILLING)
    prepared = world.prepare(source, LEFT, OTHER, restrictions=asked)
    assert [one.revision.field for one in prepared] == [OTHER.field]
    pdf = world.sign(source, prepared, Level.B_LTA)
    pdf = accepted(world.seal(pdf, Level.B_LTA, PARTY), world, [OTHER.field, PARTY.field], 1)
    assert oracles.certification_of(pdf) == 2
    both = world.prepare(source, OTHER, PARTY, restrictions=asked)
    accepted(world.sign(source, both, Level.B_LTA), world, [OTHER.field, PARTY.field], 1)


def test_a_pdf_a_1_timestamp_is_more_than_a_strict_lock_allows(world: PressWorld) -> None:
    """It needs an appearance; so such an order is refused beforehand, and possible at B-LT."""
    source = typeset(standard="a-1b")
    for asked in (Restrictions(Certification.NO_CHANGES), Restrictions(lock=ALL)):
        with pytest.raises(RestrictionsConflict):
            world.prepare(source, LEFT, restrictions=asked)
        prepared = world.prepare(source, LEFT, level=Level.B_LT, restrictions=asked)
        accepted(world.sign(source, prepared, Level.B_LT), world, ["Seal1"])


def test_only_a_first_signature_certifies(world: PressWorld) -> None:
    """On a document that is signed already certification is refused before approval."""
    signed = world.seal(typeset(), Level.B_B, LEFT)
    for certification in Certification:
        with pytest.raises(CertificationImpossible):
            world.prepare(signed, RIGHT, restrictions=Restrictions(certification))


@pytest.mark.parametrize(
    ("lock", "names"),
    [
        (ALL, None),
        (FieldLock(LockScope.INCLUDE, ("备注",)), ["备注"]),
        (FieldLock(LockScope.EXCLUDE, ("甲方",)), ["甲方"]),
    ],
)
def test_the_last_signature_may_lock_fields(
    world: PressWorld, lock: FieldLock, names: list[str] | None
) -> None:
    """Field and signature dictionary say the same; all judges accept, proofs included."""
    source = prepared_form()
    prepared = world.prepare(source, LEFT, RIGHT, restrictions=Restrictions(lock=lock))
    pdf = accepted(world.sign(source, prepared, Level.B_LTA), world, ["Seal1"])
    with pikepdf.open(io.BytesIO(pdf)) as document:
        field = next(one for one in document.Root.AcroForm.Fields if one.T == "Seal1")
        (reference,) = field.V.Reference
        for said in (field.Lock, reference.TransformParams):
            assert str(said.Action) == f"/{lock.scope.value.title()}"
            assert [str(name) for name in said.get("/Fields", [])] == (names or [])


def test_locks_are_obeyed_by_later_orders(world: PressWorld) -> None:
    """After a lock on everything, or on all but some, no new field can be added."""
    for lock in (ALL, FieldLock(LockScope.EXCLUDE, ("备注",))):
        source = prepared_form()
        prepared = world.prepare(source, LEFT, restrictions=Restrictions(lock=lock))
        with pytest.raises(ChangesForbidden):
            world.inspector.pages(world.sign(source, prepared))


def test_a_lock_names_fields_that_are_there(world: PressWorld) -> None:
    """A name that no field bears is a mistake; the names that are there are told."""
    asked = Restrictions(lock=FieldLock(LockScope.INCLUDE, ("备住",)))
    with pytest.raises(FieldNotFound, match=r"备住.*备注"):
        world.prepare(prepared_form(), LEFT, restrictions=asked)


def test_no_changes_leaves_no_room_for_a_second_signature(world: PressWorld) -> None:
    """An order of two signatures cannot forbid every change with its first."""
    asked = Restrictions(Certification.NO_CHANGES)
    with pytest.raises(CertificationImpossible):
        world.prepare(prepared_form(), PARTY, OTHER, restrictions=asked)


def test_more_signatures_than_allowed_are_refused(world: PressWorld) -> None:
    """On a signed document each place is a signature; the refusal names count and limit."""
    signed = world.seal(typeset(), Level.B_B, LEFT)
    narrow = world.limited(replace(Limits(), order_signatures=1))
    with pytest.raises(TooManySignatures, match=r"take 2 .* more than 1"):
        narrow.prepare(signed, RIGHT, CoordinatePlacement("1", 30, 30))
    assert len(narrow.prepare(typeset(), LEFT, RIGHT)) == 1


def test_prepared_fields_and_restrictions(each_press: PressWorld) -> None:
    """A certifying seal in a prepared field, then another one that locks a field: all hold."""
    certified = Restrictions(Certification.FORM_FILLING)
    locked = Restrictions(lock=FieldLock(LockScope.INCLUDE, ("备注",)))
    source = prepared_form()
    first = each_press.prepare(source, FieldPlacement("乙方签章"), restrictions=certified)
    pdf = each_press.sign(source, first, Level.B_LTA)
    with pytest.raises(DocumentCertified):
        each_press.prepare(pdf)
    second = each_press.prepare(pdf, FieldPlacement("甲方.签章"), restrictions=locked)
    assert [one.restrictions for one in (*first, *second)] == [certified, locked]
    pdf = each_press.sign(pdf, second, Level.B_LTA)
    accepted(pdf, each_press, ["乙方签章", "甲方.签章"], unseen=1)
    assert oracles.certification_of(pdf) == 2
