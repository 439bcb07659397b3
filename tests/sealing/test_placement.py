"""The geometry of pages: displayed millimetres to user space."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealservice.sealing.errors import PlacementOutside
from sealservice.sealing.placement import PageGeometry, page_index, seal_box

ROTATIONS = [0, 90, 180, 270]
COORDINATES = st.floats(-2000, 2000)


@given(
    rotation=st.sampled_from(ROTATIONS), x=COORDINATES, y=COORDINATES, left=COORDINATES,
    bottom=COORDINATES,
)  # fmt: skip
def test_directions_are_inverse(
    rotation: int, x: float, y: float, left: float, bottom: float
) -> None:
    """To user space and back again is where one was."""
    geometry = PageGeometry(left, bottom, left + 595, bottom + 842, rotation)
    assert geometry.to_displayed(geometry.to_user_space((x, y))) == pytest.approx((x, y), abs=1e-6)


@pytest.mark.parametrize(
    ("rotation", "corner"),
    [(0, (10, 20)), (90, (110, 20)), (180, (110, 220)), (270, (10, 220))],
)
def test_bottom_left_corner(rotation: int, corner: tuple[float, float]) -> None:
    """A page turned clockwise by 90 degrees has its right bottom corner at the left bottom."""
    geometry = PageGeometry(10, 20, 110, 220, rotation)
    assert geometry.to_user_space((0, 0)) == corner


@given(rotation=st.sampled_from(ROTATIONS), x=st.floats(-100, 700), y=st.floats(-100, 1000))
def test_box_is_inside_or_refused(rotation: int, x: float, y: float) -> None:
    """Whatever point is asked for, a box that is given lies wholly on the page."""
    geometry = PageGeometry(-30, -40, 565, 802, rotation)
    try:
        box = seal_box(0, geometry, (x, y), 40, 30)
    except PlacementOutside:
        return
    assert -30.001 <= box.left < box.right <= 565.001
    assert -40.001 <= box.bottom < box.top <= 802.001


@pytest.mark.parametrize("point", [(float("nan"), 50), (50, float("inf")), (-1e308, 5)])
def test_senseless_numbers_are_refused(point: tuple[float, float]) -> None:
    """No number, however odd, passes as a place."""
    with pytest.raises(PlacementOutside):
        seal_box(0, PageGeometry(0, 0, 595, 842), point, 40, 40)


def test_seal_touching_the_edge_is_accepted() -> None:
    """A seal may lie at the very edge, and not a tenth of a point over it."""
    geometry = PageGeometry(0, 0, 595, 842)
    radius = 20 * geometry.units_per_mm
    assert seal_box(0, geometry, (radius, radius), 40, 40).left == 0
    with pytest.raises(PlacementOutside):
        seal_box(0, geometry, (radius - 0.1, radius), 40, 40)


def test_wide_seal_on_a_turned_page() -> None:
    """Width and height change places in user space when the page is turned."""
    box = seal_box(0, PageGeometry(0, 0, 595, 842, 90), (300, 300), 45, 30)
    assert box.top - box.bottom > box.right - box.left


@pytest.mark.parametrize(("page", "index"), [(1, 0), (3, 2), (-1, 2), (-3, 0)])
def test_page_index(page: int, index: int) -> None:
    """Pages count from 1, or from -1 at the end."""
    assert page_index(page, 3) == index


@pytest.mark.parametrize("page", [0, 4, -4])
def test_missing_page(page: int) -> None:
    """A page that is not there is refused by its number, in both languages."""
    with pytest.raises(PlacementOutside) as caught:
        page_index(page, 3)
    assert f"第 {page} 页" in caught.value.message.zh
    assert f"page {page}" in caught.value.message.en
