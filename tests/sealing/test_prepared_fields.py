"""Empty fields that a document was prepared with: filled, and their demands met or refused."""

import io
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name

from sealservice.sealing.errors import RestrictionsConflict
from sealservice.sealing.model import CoordinatePlacement, FieldPlacement, Level
from sealservice.sealing.placement_errors import FieldUnusable
from sealservice.sealing.terms import Certification, FieldLock, LockScope, Restrictions
from tests import oracles
from tests.sealing.pages import prepared_form, saved
from tests.sealing.press_checks import accepted
from tests.world_press import PressWorld

PARTY = FieldPlacement("甲方.签章")
OTHER = FieldPlacement("乙方签章")
SOMEWHERE = CoordinatePlacement("1", 30, 170)


def form(**entries: Any) -> bytes:  # noqa: ANN401 - PDF values
    """Return a form whose first field has more entries; values are made with pikepdf."""
    with pikepdf.open(io.BytesIO(prepared_form())) as document:
        field = document.Root.AcroForm.Fields[0].Kids[0]
        for name, value in entries.items():
            field[f"/{name}"] = value
        return saved(document)


def seed(**entries: Any) -> bytes:  # noqa: ANN401 - PDF values
    """Return a form whose first field has seed values."""
    return form(SV=Dictionary(Type=Name.SV, **entries))


@pytest.mark.parametrize("placement", [PARTY, OTHER], ids=["merged", "own widget"])
def test_a_prepared_field_is_filled(world: PressWorld, placement: FieldPlacement) -> None:
    """Its place and name stay, the seal shows in it, no field is added, all judges accept."""
    source = prepared_form()
    prepared = world.prepare(source, placement)
    assert [one.revision.field for one in prepared] == [placement.field]
    unseen = int(placement is OTHER)
    pdf = accepted(world.sign(source, prepared, Level.B_LTA), world, [placement.field], unseen)
    with pikepdf.open(io.BytesIO(source)) as before, pikepdf.open(io.BytesIO(pdf)) as after:
        pages = [[list(map(float, a.Rect)) for a in d.pages[0].Annots] for d in (before, after)]
        assert len(after.Root.AcroForm.Fields) == len(before.Root.AcroForm.Fields) + 1
    assert pages[1][: len(pages[0])] == pages[0]


def test_two_fields_and_a_place_take_three_signatures_less_one(world: PressWorld) -> None:
    """The first field takes the place along as page content; the other field signs by itself."""
    source = prepared_form()
    prepared = world.prepare(source, SOMEWHERE, OTHER, PARTY)
    assert [one.revision.field for one in prepared] == [OTHER.field, PARTY.field]
    assert [len(one.impressions) for one in prepared] == [2, 1]
    pdf = world.sign(source, prepared, Level.B_LTA)
    accepted(pdf, world, [OTHER.field, PARTY.field], unseen=1)


def test_a_field_of_two_objects_is_not_filled_on_a_signed_document(world: PressWorld) -> None:
    """Some verifiers would take it for tampering; the merged one beside it can be filled."""
    signed = world.seal(prepared_form(), Level.B_LTA, SOMEWHERE)
    with pytest.raises(FieldUnusable, match="two objects"):
        world.prepare(signed, OTHER)
    pdf = world.seal(signed, Level.B_LTA, PARTY)
    accepted(pdf, world, ["Seal1", PARTY.field])


def test_a_field_s_own_lock_is_obeyed(world: PressWorld) -> None:
    """Its /Lock becomes the FieldMDP of the signature, and the document says so to all judges."""
    lock = Dictionary(Type=Name.SigFieldLock, Action=Name.Include, Fields=Array(["备注"]))
    source = form(Lock=lock)
    prepared = world.prepare(source, PARTY)
    assert prepared[0].restrictions.lock == FieldLock(LockScope.INCLUDE, ("备注",))
    pdf = accepted(world.sign(source, prepared, Level.B_LTA), world, [PARTY.field])
    with pikepdf.open(io.BytesIO(pdf)) as document:
        (reference,) = document.Root.AcroForm.Fields[0].Kids[0].V.Reference
        assert reference.TransformMethod == "/FieldMDP"
        assert [str(name) for name in reference.TransformParams.Fields] == ["备注"]


def test_a_field_s_lock_leaves_room_for_the_order(world: PressWorld) -> None:
    """A field that locks everything is the last one of its order, or the order is refused."""
    lock = Dictionary(Type=Name.SigFieldLock, Action=Name.All)
    pdf = world.sign(locking := form(Lock=lock), world.prepare(locking, OTHER, PARTY), Level.B_LTA)
    accepted(pdf, world, [OTHER.field, PARTY.field], unseen=1)
    with pikepdf.open(io.BytesIO(prepared_form())) as document:
        document.Root.AcroForm.Fields[1].Lock = lock
        first = saved(document)
    with pytest.raises(RestrictionsConflict, match=r"乙方签章.*甲方\.签章"):
        world.prepare(first, OTHER, PARTY)


def test_another_lock_than_the_field_s_is_refused(world: PressWorld) -> None:
    """A form's author decides what the field locks."""
    source = form(Lock=Dictionary(Type=Name.SigFieldLock, Action=Name.All))
    asked = Restrictions(lock=FieldLock(LockScope.INCLUDE, ("备注",)))
    with pytest.raises(FieldUnusable, match="a lock of its own"):
        world.prepare(source, PARTY, restrictions=asked)


@pytest.mark.parametrize(
    ("name", "bit", "value"),
    [
        ("Filter", 1, Name("/Acme.Signer")),
        ("SubFilter", 2, Array([Name("/adbe.pkcs7.detached")])),
        ("V", 4, 9),
        ("Reasons", 8, Array(["同意"])),
        ("LegalAttestation", 16, Array(["none"])),
        ("DigestMethod", 64, Array(["SHA512"])),
        ("LockDocument", 128, Name("/true")),
        ("AppearanceFilter", 256, "Acme"),
        ("Cert", 0, Dictionary(Ff=8, SubjectDN=Array([Dictionary(O="Acme")]))),
        ("Cert", 0, Dictionary(Ff=4, OID=Array(["1.2.3"]))),
        ("MDP", 0, Dictionary(P=9)),
        ("Ff", 1024, 1024),
    ],
)
def test_a_demand_that_cannot_be_met_is_refused_by_name(
    world: PressWorld, name: str, bit: int, value: object
) -> None:
    """Nothing is signed against the will of the form's author."""
    source = seed(**({"Ff": bit} | {name: value}))
    with pytest.raises(FieldUnusable, match=f"/{name}"):
        world.prepare(source, PARTY)


def test_demands_that_can_be_met_are(world: PressWorld) -> None:
    """Filter, sub-filter, digest, proofs of status, a timestamp, the issuer: as we do it anyway."""
    issuer = Array([pikepdf.String(world.die.chain[0])])
    source = seed(
        Ff=1 | 2 | 4 | 8 | 32 | 64,
        Filter=Name("/Adobe.PPKLite"),
        SubFilter=Array([Name("/adbe.pkcs7.detached"), Name("/ETSI.CAdES.detached")]),
        V=2,
        Reasons=Array(["."]),
        AddRevInfo=True,
        DigestMethod=Array(["SHA384", "SHA256"]),
        TimeStamp=Dictionary(Ff=1, URL="http://127.0.0.1:9/"),
        Cert=Dictionary(Ff=2, Issuer=issuer),
    )
    accepted(world.sign(source, world.prepare(source, PARTY), Level.B_LTA), world, [PARTY.field])
    with pytest.raises(FieldUnusable, match="/AddRevInfo"):
        world.prepare(source, PARTY, level=Level.B_T)


def test_demands_that_do_not_bind_are_no_hindrance(world: PressWorld) -> None:
    """A value whose bit is not set is only a proposal."""
    source = seed(Ff=0, SubFilter=Array([Name("/adbe.pkcs7.detached")]), Reasons=Array(["同意"]))
    assert world.prepare(source, PARTY)


def test_a_demanded_certification_is_made(world: PressWorld) -> None:
    """A field may want to certify; where that is too late it cannot be filled."""
    source = seed(MDP=Dictionary(P=2))
    prepared = world.prepare(source, PARTY)
    assert prepared[0].restrictions.certification is Certification.FORM_FILLING
    pdf = accepted(world.sign(source, prepared, Level.B_LTA), world, [PARTY.field])
    assert oracles.certification_of(pdf) == 2
    signed = world.seal(source, Level.B_B, SOMEWHERE)
    with pytest.raises(FieldUnusable, match="/MDP"):
        world.prepare(signed, PARTY)
