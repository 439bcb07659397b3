"""The geometry of pages: displayed millimetres to user space, and what does not fit there."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealservice.sealing.geometry import PageGeometry, displayed, overlap, user_space
from sealservice.sealing.model import Box, CoordinatePlacement, KeywordPlacement, Origin
from sealservice.sealing.placement import SealSize, at_coordinates, on_text, seal_box
from sealservice.sealing.placement_errors import PlacementInvalid, PlacementOutside

ROTATIONS = [0, 90, 180, 270]
COORDINATES = st.floats(-2000, 2000)
A4 = PageGeometry(0, 0, 595.276, 841.89)
SEAL = SealSize(40, 30)

geometries = st.builds(
    lambda left, bottom, width, height, rotation, unit: PageGeometry(
        left, bottom, left + width, bottom + height, rotation, unit
    ),
    COORDINATES, COORDINATES, st.floats(200, 3000), st.floats(200, 3000),
    st.sampled_from(ROTATIONS), st.floats(0.5, 10),
)  # fmt: skip


@given(geometry=geometries, x=COORDINATES, y=COORDINATES)
def test_directions_are_inverse(geometry: PageGeometry, x: float, y: float) -> None:
    """To user space and back again is where one was."""
    assert geometry.to_displayed(geometry.to_user_space((x, y))) == pytest.approx((x, y), abs=1e-6)


@pytest.mark.parametrize(
    ("rotation", "corner"),
    [(0, (10, 20)), (90, (110, 20)), (180, (110, 220)), (270, (10, 220))],
)
def test_bottom_left_corner(rotation: int, corner: tuple[float, float]) -> None:
    """A page turned clockwise by 90 degrees has its right bottom corner at the left bottom."""
    geometry = PageGeometry(10, 20, 110, 220, rotation)
    assert geometry.to_user_space((0, 0)) == corner


@given(geometry=geometries, x=COORDINATES, y=COORDINATES, clamp=st.booleans())
def test_box_is_inside_or_refused(
    geometry: PageGeometry, x: float, y: float, *, clamp: bool
) -> None:
    """Whatever point is asked for, a box that is given lies wholly on the page, at its size."""
    try:
        box = seal_box(0, geometry, (x, y), SEAL, clamp=clamp)
    except PlacementOutside:
        assert not clamp or geometry.width_mm < 40 or geometry.height_mm < 30
        return
    shown = displayed(box, geometry)
    slack = 0.002 * geometry.user_unit
    assert -slack < shown.left < shown.right < geometry.width_mm + slack
    assert -slack < shown.bottom < shown.top < geometry.height_mm + slack
    assert shown.right - shown.left == pytest.approx(40, abs=slack)
    assert shown.top - shown.bottom == pytest.approx(30, abs=slack)


@given(geometry=geometries, x=st.floats(21, 100), y=st.floats(16, 100))
def test_nothing_is_moved_without_need(geometry: PageGeometry, x: float, y: float) -> None:
    """Where the seal fits, clamping changes nothing."""
    try:
        box = seal_box(0, geometry, (x, y), SEAL)
    except PlacementOutside:
        return
    assert seal_box(0, geometry, (x, y), SEAL, clamp=True) == box


@pytest.mark.parametrize("name", ["x", "y"])
@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_senseless_coordinates_are_named(name: str, number: float) -> None:
    """A coordinate that is no number is refused by its name, also when clamping."""
    place = {"x": 50.0, "y": 50.0, name: number}
    wanted = CoordinatePlacement("1", place["x"], place["y"], clamp=True)
    with pytest.raises(PlacementInvalid, match=f"{name} is not a finite number"):
        list(at_coordinates(wanted, SEAL, [A4]))


def test_distances_have_an_end() -> None:
    """A coordinate beyond every page is refused as such, not printed with 300 digits."""
    with pytest.raises(PlacementInvalid, match="x is more than a kilometre"):
        list(at_coordinates(CoordinatePlacement("1", 1e308, 5), SEAL, [A4]))


def test_a_seal_as_large_as_its_page() -> None:
    """What fits but for rounding fits, and what does not is refused for its size."""
    page = PageGeometry(0, 0, 40 * 72 / 25.4, 30 * 72 / 25.4)
    assert seal_box(0, page, (20, 15), SealSize(40.0003, 30), clamp=True)
    with pytest.raises(PlacementOutside, match="larger than page 1"):
        seal_box(0, page, (20, 15), SealSize(40.0009, 30), clamp=True)


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_senseless_shifts_are_named(number: float) -> None:
    """A shift that is no number is refused by its name."""
    text = displayed(Box(0, 100, 100, 110, 110, 0), A4)
    with pytest.raises(PlacementInvalid, match="dy is not a finite number"):
        on_text(KeywordPlacement("章", dy_mm=number), text, SEAL, A4)


@pytest.mark.parametrize("size", [(0, 40), (40, -1), (math.nan, 40), (math.inf, 40)])
def test_senseless_sizes_are_refused(size: tuple[float, float]) -> None:
    """A seal has a size above nothing."""
    with pytest.raises(PlacementInvalid):
        SealSize(*size)


@pytest.mark.parametrize("clamp", [False, True])
def test_seal_larger_than_its_page(*, clamp: bool) -> None:
    """No clamping makes a seal fit that is larger than its page; both sizes are named."""
    stamp = PageGeometry(0, 0, 100, 100, user_unit=0.5)
    with pytest.raises(PlacementOutside, match=r"40×30 mm.*larger than page 3 \(17.6×17.6 mm\)"):
        seal_box(2, stamp, (8, 8), SEAL, clamp=clamp)


def test_seal_touching_the_edge_is_accepted() -> None:
    """A seal may lie at the very edge, and not a twentieth of a millimetre over it."""
    assert seal_box(0, A4, (20, 15), SEAL).left == 0
    with pytest.raises(PlacementOutside, match=r"left edge by 0\.05 mm"):
        seal_box(0, A4, (19.95, 15), SEAL)


def test_every_side_is_named() -> None:
    """A seal over a corner is told over which edges, in both languages."""
    with pytest.raises(PlacementOutside) as caught:
        seal_box(4, A4, (210, 297), SEAL)
    assert "第 5 页右边超出 20.00 毫米、上边超出 15.00 毫米" in caught.value.message.zh
    assert "right edge by 20.00 mm and the upper edge by 15.00 mm" in caught.value.message.en


def test_wide_seal_on_a_turned_page() -> None:
    """Width and height change places in user space when the page is turned."""
    box = seal_box(0, PageGeometry(0, 0, 595, 842, 90), (100, 100), SEAL)
    assert box.top - box.bottom > box.right - box.left


@pytest.mark.parametrize(
    ("origin", "corner"),
    [
        (Origin.BOTTOM_LEFT, (30, 40)),
        (Origin.BOTTOM_RIGHT, (210 - 30, 40)),
        (Origin.TOP_LEFT, (30, 297 - 40)),
        (Origin.TOP_RIGHT, (210 - 30, 297 - 40)),
        (Origin.CENTRE, (105 + 30, 148.5 + 40)),
    ],
)
@pytest.mark.parametrize("rotation", ROTATIONS)
def test_named_origins(origin: Origin, corner: tuple[float, float], rotation: int) -> None:
    """Each origin counts into the page as displayed; the centre counts right and up."""
    width, height = (595.276, 841.89) if rotation in (0, 180) else (841.89, 595.276)
    page = PageGeometry(-7, 11, width - 7, height + 11, rotation)
    (box,) = at_coordinates(CoordinatePlacement("1", 30, 40, origin), SEAL, [page])
    assert displayed(box, page).centre == pytest.approx(corner, abs=0.001)


def test_mixed_sizes() -> None:
    """On pages of different sizes the same point is measured on each by itself."""
    small = PageGeometry(0, 0, 419.53, 595.28, 270, 1)
    wanted = CoordinatePlacement("all", 30, 40, Origin.TOP_RIGHT)
    boxes = list(at_coordinates(wanted, SEAL, [A4, small, A4]))
    assert [box.page for box in boxes] == [0, 1, 2]
    for box, page in zip(boxes, (A4, small, A4), strict=True):
        x, y = displayed(box, page).centre
        assert (page.width_mm - x, page.height_mm - y) == pytest.approx((30, 40), abs=0.001)


@given(geometry=geometries, page=st.integers(0, 9), x=COORDINATES, y=COORDINATES)
def test_displayed_boxes_come_back(geometry: PageGeometry, page: int, x: float, y: float) -> None:
    """A box in user space, shown in mm and read back, is the same box."""
    box = Box(page, round(x, 3), round(y, 3), round(x + 50, 3), round(y + 9, 3), geometry.rotation)
    again = user_space(displayed(box, geometry), geometry)
    assert again.page == page
    numbers = (again.left, again.bottom, again.right, again.top)
    assert numbers == pytest.approx((box.left, box.bottom, box.right, box.top), abs=0.0011)


def test_overlap() -> None:
    """Boxes that share an edge do not overlap, nor do those of different pages."""
    box = Box(0, 0, 0, 10, 10, 0)
    assert overlap(box, Box(0, 9, 9, 20, 20, 0))
    assert not overlap(box, Box(0, 10, 0, 20, 10, 0))
    assert not overlap(box, Box(1, 0, 0, 10, 10, 0))
