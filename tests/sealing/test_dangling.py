"""A document may not refer to objects that only sealing will add to it."""

import pytest

from sealservice.infra.inspection import SandboxedInspector
from sealservice.sealing.errors import ActiveContent, ObjectCountWrong
from sealservice.sealing.model import CoordinatePlacement
from tests.sealing.press.alike import pictures
from tests.sealing.press.raw import OBJECTS, revised, streams, table
from tests.world_press import PressWorld

_STAMP = b"/Annots[<</Type/Annot/Subtype/Stamp/F 4/Rect[50 50 250 250]/AP<</N %b>>>>]>>"
_SIZE = 5


def stamped(reference: bytes) -> dict[int, bytes]:
    """Return objects of two pages, the second with a stamp that shows what is referred to."""
    return {**OBJECTS, 4: OBJECTS[4][:-2] + _STAMP % reference}


def test_the_seal_would_show_where_nobody_approved_it(world: PressWorld) -> None:
    """What the refusal is for: a stamp on page 2 that becomes the seal placed on page 1."""
    found = False
    for number in range(_SIZE, _SIZE + 8):
        source = table(stamped(b"%d 0 R" % number), _SIZE)
        sealed = world.seal(source, placement=CoordinatePlacement("1", 60, 60))
        found = found or pictures(sealed, 1) != pictures(source, 1)
        with pytest.raises(ActiveContent, match="not in it yet"):
            world.inspector.pages(source)
    assert found


@pytest.mark.parametrize(
    "source",
    [
        table(stamped(b"5 0 R"), _SIZE),
        table(stamped(b"9999999999 65535 R"), _SIZE),
        table(stamped(b"5%x\n0\r\nR"), _SIZE),
        table(stamped(b"00000000005 0 R"), _SIZE),
        table(stamped(b"5 000000 R"), _SIZE),
        table({**stamped(b"5 0 R"), 1: b"%trailer\n" + OBJECTS[1]}, _SIZE),
        streams(stamped(b"12 0 R")),
        revised(table(stamped(b"5 0 R"), _SIZE), {4: OBJECTS[4]}, _SIZE, b"/Root 1 0 R"),
    ],
    ids=[
        "plain",
        "far",
        "with a comment",
        "with zeros",
        "of a long generation",
        "behind a comment like a trailer",
        "in an object stream",
        "in an earlier revision",
    ],
)
def test_references_beyond_are_refused(inspector: SandboxedInspector, source: bytes) -> None:
    """However they are written, and wherever."""
    with pytest.raises(ActiveContent, match="not in it yet"):
        inspector.pages(source)


@pytest.mark.parametrize(
    "source",
    [
        table(OBJECTS, _SIZE),
        table(OBJECTS, _SIZE, b"/Root 1 0 R/AdditionalStreams[/x 5 0 R]"),
        table(stamped(b"5 0 R"), 6),
        table({**OBJECTS, 1: OBJECTS[1][:-2] + b"/Lang(15 0 Re)>>"}, _SIZE),
        revised(table(stamped(b"5 0 R"), _SIZE), {5: b"null"}, 6, b"/Root 1 0 R"),
        streams(OBJECTS),
    ],
    ids=["none", "in the trailer", "of a missing object", "of letters", "filled", "streams"],
)
def test_others_are_not(inspector: SandboxedInspector, source: bytes) -> None:
    """What can be no object of the seal is no reason to refuse."""
    assert inspector.pages(source) == 2


def test_a_file_that_miscounts_its_objects_is_told_so(inspector: SandboxedInspector) -> None:
    """Tools that join files leave a /Size that is too small; a seal would replace objects."""
    with pytest.raises(ObjectCountWrong, match="qpdf"):
        inspector.pages(table(OBJECTS, 3))
