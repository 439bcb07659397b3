"""Seals that earlier orders drew as content of pages are found, and are not covered."""

import io

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pikepdf import Dictionary, Name

from sealservice.infra.inspection import SandboxedInspector
from sealservice.sealing.model import (
    Box,
    CoordinatePlacement,
    Impression,
    Level,
    Origin,
    StraddlePlacement,
    Window,
)
from sealservice.sealing.painting import drawn_name, paint, painted
from sealservice.sealing.placement_errors import SealsCollide
from sealservice.seals.artwork import POINTS_PER_MM, Artwork
from tests.sealing.pages import saved, typeset
from tests.sealing.placed import everywhere
from tests.world_press import PressWorld

DRAWN = Artwork(42.0, 30.0, b"")
NAME = drawn_name()
SIZES = {NAME.encode(): (0.0, 0.0, 42 * POINTS_PER_MM, 30 * POINTS_PER_MM)}
WINDOWS = [None, Window(0, 0, 10.5, 30), Window(21, 0, 31.5, 30), Window(0, 15, 42, 30)]

boxes = st.builds(
    lambda left, bottom, width, height, rotation: Box(
        0, left, bottom, round(left + width, 3), round(bottom + height, 3), rotation
    ),
    *(st.floats(-14_400, 14_400).map(lambda value: round(value, 3)) for _ in range(2)),
    *(st.floats(2, 400).map(lambda value: round(value, 3)) for _ in range(2)),
    st.sampled_from([0, 90, 180, 270]),
)


@given(box=boxes, window=st.sampled_from(WINDOWS))
def test_what_is_painted_is_found(box: Box, window: Window | None) -> None:
    """Whole seals and slices, however the page is turned, are found where they were painted."""
    content = b"q 1 0 0 1 0 0 cm " + paint(Impression(box, window), DRAWN, NAME) + b" Q"
    (found,) = painted(content, SIZES)
    assert found == pytest.approx((box.left, box.bottom, box.right, box.top), abs=0.002)


def test_other_names_are_not_ours() -> None:
    """A drawing of another name, or of an unknown size, is none of ours."""
    impression = Impression(Box(0, 0, 0, 100, 100, 0))
    assert not list(painted(paint(impression, DRAWN, "/Seal1"), SIZES))
    assert not list(painted(paint(impression, DRAWN, drawn_name()), SIZES))


def booklet(rotation: int) -> bytes:
    """Return four pages that are turned."""
    with pikepdf.open(io.BytesIO(typeset(standard="1.7"))) as one:
        document = pikepdf.new()
        for _ in range(4):
            document.pages.extend(one.pages)
        document.Root.Pages.Rotate = rotation
        return saved(document)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_slices_of_an_earlier_order_are_not_covered(
    world: PressWorld, inspector: SandboxedInspector, rotation: int
) -> None:
    """The second party's straddling seal needs another place on the edge, to the millimetre."""
    half = world.die.artwork.height_mm / 2
    pdf = world.seal(booklet(rotation), placement=StraddlePlacement(at_mm=60))
    for at in (60, 60 + half + 9.9):
        with pytest.raises(SealsCollide) as refused:
            everywhere(inspector, pdf, StraddlePlacement(at_mm=at))
        assert refused.value.as_json()["code"] == "seals_collide"
    assert len(everywhere(inspector, pdf, StraddlePlacement(at_mm=60 + half + 10.1))) == 4
    with pytest.raises(SealsCollide, match=r"第 3 页|page 3"):
        everywhere(inspector, pdf, CoordinatePlacement("3", 25, 60, Origin.BOTTOM_RIGHT), size=40)


def test_whole_seals_of_an_earlier_order_are_not_covered(
    world: PressWorld, inspector: SandboxedInspector
) -> None:
    """A seal drawn on a page keeps others off its box, and no further."""
    half = world.die.artwork.width_mm / 2
    pdf = world.seal(
        booklet(0), Level.B_B, CoordinatePlacement("2", 40, 60), CoordinatePlacement("4", 90, 60)
    )
    with pytest.raises(SealsCollide):
        everywhere(inspector, pdf, CoordinatePlacement("4", 90 - half - 9.9, 60))
    everywhere(inspector, pdf, CoordinatePlacement("4", 90 - half - 10.1, 60))
    everywhere(inspector, pdf, CoordinatePlacement("3", 90, 60))


def test_strange_resources_hold_no_seals(inspector: SandboxedInspector) -> None:
    """Names like ours for something else, or content that is none, are no obstacles."""
    with pikepdf.open(io.BytesIO(booklet(0))) as document:
        page = document.pages[0]
        name = Name(drawn_name())
        held = Dictionary()
        held[name] = Dictionary()
        page.Resources.XObject = held
        held[Name(drawn_name())] = document.make_stream(b"", BBox=Name.None_)
        held[Name(drawn_name())] = document.make_stream(b"", BBox=[0, 0, 100, 100])
        source = saved(document)
    assert everywhere(inspector, source, CoordinatePlacement("1", 40, 60))
