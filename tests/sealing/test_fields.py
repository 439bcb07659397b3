"""Prepared signature fields: which take a seal, how large it shows there, and which do not."""

import io

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from sealservice.infra.inspection import SandboxedInspector
from sealservice.sealing.geometry import displayed
from sealservice.sealing.model import FieldPlacement, PlacedSeal
from sealservice.sealing.placement_errors import FieldNotFound, FieldUnusable
from tests.sealing.pages import reshaped, saved, typeset
from tests.sealing.placed import POINTS, everywhere, form


@pytest.mark.parametrize(
    ("name", "centre", "size"),
    [
        ("Small", (75, 100), 50 / POINTS),
        ("Large", (300, 150), 40),
        ("PartyA.Seal", (100, 350), 100 / POINTS),
    ],
)
def test_prepared_fields(
    inspector: SandboxedInspector, name: str, centre: tuple[float, float], size: float
) -> None:
    """A seal stands in the middle of its field: at its true size, or as large as there is room."""
    (one,) = everywhere(inspector, form(), FieldPlacement(name), size=40)
    assert one.field == name
    box = one.box
    assert ((box.left + box.right) / 2, (box.bottom + box.top) / 2) == pytest.approx(
        centre, abs=0.001
    )
    assert box.right - box.left == pytest.approx(size * POINTS, abs=0.002)
    assert box.top - box.bottom == pytest.approx(size * POINTS, abs=0.002)


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_fields_of_turned_pages(inspector: SandboxedInspector, rotate: int) -> None:
    """A wide seal keeps its proportions as displayed, however its page is turned."""
    with pikepdf.open(io.BytesIO(form())) as document:
        document.pages[0].obj.Rotate = rotate
        source = saved(document)
    seal = PlacedSeal(45, 30, (FieldPlacement("Small"),))
    ((one,),) = inspector.locate(source, (seal,))
    shown = displayed(one.box, inspector.layout(source).pages[0])
    width, height = shown.right - shown.left, shown.top - shown.bottom
    assert width / height == pytest.approx(1.5, abs=0.001)
    room = 50 if rotate in (0, 180) else 1.5 * 50
    assert width == pytest.approx(room / POINTS, abs=0.001)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Hidden", "hidden, or has no size"),
        ("Nothing", "hidden, or has no size"),
        ("Locked", "read-only, or locked"),
        ("Filled", "signed already"),
        ("Outside", "not wholly on its page"),
    ],
)
def test_fields_that_take_no_seal(inspector: SandboxedInspector, name: str, said: str) -> None:
    """Each is refused with its reason, and with the alternative."""
    with pytest.raises(FieldUnusable, match=said) as caught:
        everywhere(inspector, form(), FieldPlacement(name))
    assert "坐标" in caught.value.message.zh
    assert "coordinates" in caught.value.message.en


@pytest.mark.parametrize("name", ["Seal", "PartyA", "PartyA.Seals", "small", "Text", ""])
def test_missing_fields(inspector: SandboxedInspector, name: str) -> None:
    """A name that is no signature field's is refused with those that could be filled."""
    with pytest.raises(FieldNotFound) as caught:
        everywhere(inspector, form(), FieldPlacement(name))
    assert set(caught.value.fields["others"]) == {"Small", "Large", "PartyA.Seal"}  # type: ignore[call-overload]


def test_nearest_field_comes_first(inspector: SandboxedInspector) -> None:
    """Of the fields there are, the one that was meant is named first."""
    with pytest.raises(FieldNotFound, match=r"Empty fields are: “PartyA\.Seal”"):
        everywhere(inspector, form(), FieldPlacement("PartyA.Sael"))


def test_documents_without_fields(inspector: SandboxedInspector) -> None:
    """Where there is no field at all, that is said."""
    with pytest.raises(FieldNotFound, match="It has no empty one"):
        everywhere(inspector, typeset(), FieldPlacement("Seal"))


def test_fields_locked_by_a_signature(inspector: SandboxedInspector) -> None:
    """A field that an earlier signature locks takes no seal any more."""
    lock = Dictionary(Action=Name.Include, Fields=Array([String("Large"), String("PartyA.Seal")]))
    reference = Dictionary(TransformMethod=Name("/FieldMDP"), TransformParams=lock)
    signature = Dictionary(Type=Name.Sig, Reference=Array([reference]))
    source = form(Filled={"V": signature})
    for name in ("Large", "PartyA.Seal"):
        with pytest.raises(FieldUnusable, match="locked"):
            everywhere(inspector, source, FieldPlacement(name))
    assert everywhere(inspector, source, FieldPlacement("Small"))


def test_layout(inspector: SandboxedInspector) -> None:
    """The layout tells the pages' displayed sizes, the fields to be filled, and the signatures."""
    layout = inspector.layout(form())
    assert [field.name for field in layout.fields] == ["Small", "Large", "PartyA.Seal"]
    assert layout.signatures == 1
    (page,) = layout.pages
    assert (page.width_mm, page.height_mm) == pytest.approx((150, 200), abs=0.01)
    shown = layout.fields[0].shown
    assert (shown.left * POINTS, shown.top * POINTS) == pytest.approx((50, 150), abs=0.01)
    (turned,) = inspector.layout(reshaped(rotate=90, user_unit=2)).pages
    assert (turned.width_mm, turned.height_mm) == pytest.approx((400, 300), abs=0.02)


def test_flags_of_the_wrong_kind(inspector: SandboxedInspector) -> None:
    """Flags that are no numbers set nothing, and condemn no document."""
    source = form(Small={"F": Name.x, "Ff": String("x")})
    assert everywhere(inspector, source, FieldPlacement("Small"))
