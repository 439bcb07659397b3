"""Straddling seals: every slice once, in its place, whole again when the pages are fanned out."""

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sealservice.sealing.geometry import DisplayedBox, PageGeometry, displayed
from sealservice.sealing.model import Edge, Impression, StraddlePlacement, Window
from sealservice.sealing.placement import SealSize
from sealservice.sealing.placement_errors import (
    PageSetInvalid,
    PlacementInvalid,
    PlacementOutside,
    StraddleImpossible,
)
from sealservice.sealing.straddle import cuts, groups, straddling, wholes

A4 = PageGeometry(0, 0, 595.276, 841.89)
SEAL = SealSize(42, 30)
UPRIGHT = (Edge.LEFT, Edge.RIGHT)
THIN = StraddlePlacement(smallest_slice_mm=0.1)

sheets = st.builds(
    lambda left, bottom, width, height, rotation, unit: PageGeometry(
        left, bottom, left + width / unit, bottom + height / unit, rotation, unit
    ),
    st.floats(-900, 900), st.floats(-900, 900), st.floats(300, 2000), st.floats(300, 2000),
    st.sampled_from([0, 90, 180, 270]), st.sampled_from([0.5, 1.0, 2.0]),
)  # fmt: skip


def length(edge: Edge, window: Window) -> tuple[float, float]:
    """Return where a window begins and ends in the direction of the cuts."""
    upright = edge in UPRIGHT
    return (window.left, window.right) if upright else (window.bottom, window.top)


def require_tiling(edge: Edge, size: SealSize, slices: Sequence[Impression]) -> None:
    """Require that slices are the whole seal: no gap, no overlap, none twice, to the last bit."""
    windows = [one.window for one in slices if one.window is not None]
    assert len(windows) == len(slices)
    parts = sorted(length(edge, window) for window in windows)
    assert parts[0][0] == 0
    assert parts[-1][1] == (size.width if edge in UPRIGHT else size.height)
    assert all(one[1] == other[0] for one, other in pairwise(parts))
    assert all(begin < end for begin, end in parts)
    for window in windows:
        across = (window.bottom, window.top) if edge in UPRIGHT else (window.left, window.right)
        assert across == (0, size.height if edge in UPRIGHT else size.width)


@given(
    sizes=st.lists(sheets, min_size=1, max_size=4),
    count=st.integers(1, 300),
    per_seal=st.integers(2, 60),
    edge=st.sampled_from(list(Edge)),
)
def test_slices_tile_the_seal(
    sizes: list[PageGeometry], count: int, per_seal: int, edge: Edge
) -> None:
    """On 1 to 300 pages of mixed sizes every seal is there once, one slice a page, all on paper."""
    pages = [sizes[index % len(sizes)] for index in range(count)]
    placement = StraddlePlacement(edge, pages_per_seal=per_seal, smallest_slice_mm=0.1)
    if count == 1:
        with pytest.raises(StraddleImpossible, match="two pages"):
            list(straddling(placement, SEAL, pages))
        return
    impressions = list(straddling(placement, SEAL, pages))
    assert [one.box.page for one in impressions] == list(range(count))
    for seal in wholes(impressions):
        require_tiling(edge, SEAL, seal)
        assert 2 <= len(seal) <= max(per_seal, 3)
        for one in seal:
            require_place(edge, displayed(one.box, pages[one.box.page]), one.window, pages)
    assert sum(map(len, wholes(impressions))) == count


def require_place(
    edge: Edge, shown: DisplayedBox, window: Window | None, pages: Sequence[PageGeometry]
) -> None:
    """Require a slice to touch its edge, as wide as its part of the seal, at the one height."""
    assert window is not None
    page = pages[shown.page]
    touching = {
        Edge.LEFT: shown.left,
        Edge.BOTTOM: shown.bottom,
        Edge.RIGHT: page.width_mm - shown.right,
        Edge.TOP: page.height_mm - shown.top,
    }
    assert touching[edge] == pytest.approx(0, abs=0.002)
    width, height = window.right - window.left, window.top - window.bottom
    assert shown.right - shown.left == pytest.approx(width, abs=0.002)
    assert shown.top - shown.bottom == pytest.approx(height, abs=0.002)
    if edge in UPRIGHT:
        middle = min(page.height_mm for page in pages) / 2
        assert shown.centre[1] == pytest.approx(middle, abs=0.002)
    else:
        middle = min(page.width_mm for page in pages) / 2
        assert shown.centre[0] == pytest.approx(middle, abs=0.002)


@pytest.mark.parametrize(
    ("edge", "first"),
    [
        (Edge.RIGHT, Window(0, 0, 14, 30)),
        (Edge.LEFT, Window(28, 0, 42, 30)),
        (Edge.BOTTOM, Window(0, 20, 42, 30)),
        (Edge.TOP, Window(0, 0, 42, 10)),
    ],
)
def test_first_page_is_on_top(edge: Edge, first: Window) -> None:
    """Fanned out with the first page on top, the strips read as the seal."""
    impressions = list(straddling(StraddlePlacement(edge), SEAL, [A4] * 3))
    assert impressions[0].window == first


@given(count=st.integers(2, 2_000), per_seal=st.integers(2, 100))
def test_pages_are_shared_evenly(count: int, per_seal: int) -> None:
    """Groups follow each other, differ by one page at most, and none is a page alone."""
    shared = groups(range(count), per_seal)
    assert [page for group in shared for page in group] == list(range(count))
    sizes = {len(group) for group in shared}
    assert max(sizes) - min(sizes) <= 1
    assert min(sizes) >= 2
    assert max(sizes) <= (per_seal if per_seal > 2 else 3)
    assert len(shared) == max(1, min(math.ceil(count / per_seal), count // 2))


@given(size=st.floats(0.5, 60), slices=st.integers(1, 300))
def test_cuts_are_at_micrometres(size: float, slices: int) -> None:
    """Cuts run from nothing to all, each a whole micrometre, none further off than half of one."""
    marks = cuts(size, slices)
    assert (marks[0], marks[-1], len(marks)) == (0, size, slices + 1)
    for number, mark in enumerate(marks[1:-1], 1):
        assert mark == round(mark * 1_000) / 1_000
        assert mark == pytest.approx(size * number / slices, abs=0.000_51)


def test_three_hundred_pages() -> None:
    """Twenty pages to a seal make fifteen whole seals of 300 pages."""
    impressions = list(straddling(StraddlePlacement(), SEAL, [A4] * 300))
    assert [len(seal) for seal in wholes(impressions)] == [20] * 15


@pytest.mark.parametrize("count", [3, 4, 5, 8, 41])
@pytest.mark.parametrize("edge", list(Edge))
def test_both_sides(count: int, edge: Edge) -> None:
    """Printed on both sides, fronts make up whole seals, and backs theirs; no slice faces another.

    A back's slice is on the same edge of the paper; a back alone has none.
    """
    placement = replace(THIN, edge=edge, duplex=True, at_mm=70)
    impressions = list(straddling(placement, SEAL, [A4] * count))
    seals = wholes(impressions)
    for seal in seals:
        require_tiling(edge, SEAL, seal)
        assert len({one.box.page % 2 for one in seal}) == 1
    fronts, backs = (count + 1) // 2, count // 2
    assert len(impressions) == fronts + (backs if backs > 1 else 0)
    for one in impressions:
        shown = displayed(one.box, A4)
        if one.box.page % 2 == 0:
            continue
        if edge in UPRIGHT:
            is_left = edge is Edge.RIGHT
            assert (shown.left == pytest.approx(0, abs=0.01)) == is_left
            assert shown.centre[1] == pytest.approx(70, abs=0.01)
        else:
            assert shown.centre[0] == pytest.approx(A4.width_mm - 70, abs=0.01)


@pytest.mark.parametrize(
    ("edge", "ascending"),
    [(Edge.RIGHT, True), (Edge.LEFT, False), (Edge.TOP, False), (Edge.BOTTOM, True)],
)
def test_backs_read_when_turned_over(edge: Edge, *, ascending: bool) -> None:
    """Turned over, the last sheet is on top: its back shows what lies outermost."""
    placement = replace(THIN, edge=edge, duplex=True)
    impressions = list(straddling(placement, SEAL, [A4] * 6))
    begins = [length(edge, one.window)[0] for one in impressions[3:] if one.window]
    assert begins == sorted(begins, reverse=not ascending)


def test_slices_of_chosen_pages() -> None:
    """Only the pages of the set bear slices, in the order of the document."""
    placement = StraddlePlacement(pages="last,3,1-2")
    impressions = list(straddling(placement, SEAL, [A4] * 9))
    assert [one.box.page for one in impressions] == [0, 1, 2, 8]
    require_tiling(Edge.RIGHT, SEAL, impressions)


def test_margin_and_height() -> None:
    """A slice keeps its distance from the edge, and its centre its own from the bottom."""
    placement = StraddlePlacement(at_mm=150, margin_mm=4)
    for one in straddling(placement, SEAL, [A4, A4]):
        shown = displayed(one.box, A4)
        assert A4.width_mm - shown.right == pytest.approx(4, abs=0.001)
        assert shown.centre[1] == pytest.approx(150, abs=0.001)


def test_one_height_on_pages_of_different_sizes() -> None:
    """Measured from the bottom, where sheets are knocked together, all slices meet."""
    a3 = PageGeometry(0, 0, 841.89, 1190.55)
    impressions = list(straddling(StraddlePlacement(), SEAL, [a3, A4, a3]))
    heights = [displayed(one.box, a3).centre[1] for one in impressions]
    assert heights == pytest.approx([A4.height_mm / 2] * 3, abs=0.001)


def test_thin_slices_are_refused_with_what_would_do() -> None:
    """A seal of 42 mm on 60 pages would be cut too thin for 1 mm; 42 pages are enough."""
    with pytest.raises(StraddleImpossible, match=r"0\.70 mm wide.*at most 42 pages per seal"):
        list(straddling(StraddlePlacement(pages_per_seal=60), SEAL, [A4] * 60))
    assert list(straddling(StraddlePlacement(pages_per_seal=42), SEAL, [A4] * 60))
    with pytest.raises(StraddleImpossible, match="smaller than two slices"):
        list(straddling(StraddlePlacement(smallest_slice_mm=30), SEAL, [A4] * 2))


@pytest.mark.parametrize(
    "changed",
    [
        {"at_mm": math.nan},
        {"at_mm": math.inf},
        {"margin_mm": math.nan},
        {"margin_mm": -1},
        {"smallest_slice_mm": 0},
        {"smallest_slice_mm": -1},
        {"smallest_slice_mm": math.nan},
        {"pages_per_seal": 1},
        {"pages_per_seal": 0},
        {"pages_per_seal": -20},
    ],
)
def test_senseless_numbers_are_refused(changed: dict[str, float]) -> None:
    """A number that makes no sense is refused as such, whatever the document."""
    with pytest.raises(PlacementInvalid):
        list(straddling(replace(StraddlePlacement(), **changed), SEAL, [A4] * 4))  # type: ignore[arg-type]


@pytest.mark.parametrize("changed", [{"at_mm": 10}, {"at_mm": 290}, {"margin_mm": 200}])
def test_slices_over_the_edge_are_refused(changed: dict[str, float]) -> None:
    """A slice that is not wholly on its page is refused, naming the page."""
    with pytest.raises(PlacementOutside, match="page 1,"):
        list(straddling(replace(StraddlePlacement(), **changed), SEAL, [A4] * 4))  # type: ignore[arg-type]


def test_the_page_that_is_too_small_is_named() -> None:
    """Among large pages the small one is told, with the length of its edge."""
    small = PageGeometry(0, 0, 300, 300)
    with pytest.raises(PlacementOutside, match=r"page 3, whose edge is 105\.8 mm"):
        list(straddling(StraddlePlacement(at_mm=150), SEAL, [A4, A4, small]))


@pytest.mark.parametrize("pages", ["1", "last", "even"])
def test_a_page_alone_is_refused(pages: str) -> None:
    """One page cannot be straddled; the refusal names the whole seal as the alternative."""
    with pytest.raises(StraddleImpossible) as caught:
        list(straddling(StraddlePlacement(pages=pages), SEAL, [A4] * 3))
    assert "整章" in caught.value.message.zh
    assert "whole seal" in caught.value.message.en


def test_one_sheet_is_refused() -> None:
    """Two pages printed on one sheet cannot be straddled either."""
    with pytest.raises(StraddleImpossible, match="two sheets"):
        list(straddling(StraddlePlacement(duplex=True), SEAL, [A4] * 2))


def test_missing_pages_are_refused() -> None:
    """The set of a straddling seal is read as every other one."""
    with pytest.raises(PlacementOutside):
        list(straddling(StraddlePlacement(pages="1-9"), SEAL, [A4] * 3))
    with pytest.raises(PageSetInvalid):
        list(straddling(StraddlePlacement(pages="0"), SEAL, [A4] * 3))
