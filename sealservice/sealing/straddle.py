"""Cuts a seal into slices over the edges of pages (骑缝章), each slice once, whole when fanned out.

The sheets lie on each other, the first page on top, and are fanned out so that each one shows a
strip of the edge. Read over the strips, the seal is whole:
1. Right edge: sheets below come out to the right, so the first page shows the leftmost slice. Left
   edge: the first page shows the rightmost one. Bottom edge: the first page shows the topmost one.
   Top edge: the first page shows the lowest one.
2. The pages of the set, in the order of the document, are shared between as many seals as it takes
   to have at most ``pages_per_seal`` pages for each, as evenly as can be; never a page alone, so
   that of an odd number of pages in twos the first three share a seal.
3. The seal is cut at whole micrometres, each cut once, so that two neighbours share it exactly:
   no gap, no overlap, no slice twice.
4. ``at`` is the distance of the seal's centre along the edge, the same on every page: from the
   bottom for left and right, from the left for top and bottom. Without it the middle of the page
   whose edge is shortest decides.
5. Printed on both sides and turned like the pages of a book, odd pages are fronts. They make up
   seals by themselves, and so do the backs: theirs stand on the same edges of the paper, that is
   left for right, and whole when the stack is turned over. A single back shows no slice.
6. Refused are: one page alone, slices thinner than asked for (saying how many pages one seal is
   enough for), and slices that do not lie on their page.
"""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Final

from sealservice.kernel.text import Text
from sealservice.sealing.geometry import DisplayedBox, PageGeometry, user_space
from sealservice.sealing.model import Edge, Impression, StraddlePlacement, Window
from sealservice.sealing.page_sets import resolve
from sealservice.sealing.placement import SealSize, finite, invalid
from sealservice.sealing.placement_errors import PlacementOutside, StraddleImpossible

FEWEST_PAGES: Final = 2
_MICROMETRES: Final = 1_000
_UPRIGHT: Final = (Edge.LEFT, Edge.RIGHT)
_BACK: Final = {
    Edge.LEFT: Edge.RIGHT,
    Edge.RIGHT: Edge.LEFT,
    Edge.TOP: Edge.TOP,
    Edge.BOTTOM: Edge.BOTTOM,
}
"""Which edge of a back is the same edge of the paper, when pages are turned like a book's."""

_ONE_PAGE: Final = Text(
    "骑缝章至少需要两页，所选范围只有 {count} 页。请扩大页码范围，或改用坐标、关键字加盖整章",
    "it takes two pages, and there is only {count}; name more pages, or place the whole seal by "
    "coordinates or keyword",
)
_ONE_SHEET: Final = Text(
    "双面打印时骑缝章至少需要两张纸（三页）。请关闭双面选项，或改用坐标、关键字加盖整章",
    "printed on both sides it takes two sheets (three pages); leave duplex out, or place the whole "
    "seal by coordinates or keyword",
)
_TOO_THIN: Final = Text(
    "每片仅宽 {width} 毫米，小于最小宽度 {least} 毫米。请将每枚印章的页数设为不超过 {pages}",
    "slices would be {width} mm wide, thinner than {least} mm; use at most {pages} pages per seal",
)
_SMALL_SEAL: Final = Text(
    "印章本身小于两片最小宽度 {least} 毫米之和",
    "the seal is smaller than two slices of {least} mm",
)
_PER_SEAL: Final = Text("每枚印章至少两页", "a seal takes two pages at least")
_NO_MARGIN: Final = Text("页边距离不能为负", "the margin cannot be negative")
_NO_SLICE: Final = Text("最小切片宽度应大于零", "the smallest slice must be wider than nothing")
_OUTSIDE: Final = Text(
    "骑缝章切片未完全落在第 {page} 页内（该边长 {length:.1f} 毫米，印章中心在 {at:.1f} 毫米处）",
    "the slice is not wholly on page {page}, whose edge is {length:.1f} mm long (the seal's centre "
    "is at {at:.1f} mm)",
)


def straddling(
    placement: StraddlePlacement, size: SealSize, pages: Sequence[PageGeometry]
) -> Iterator[Impression]:
    """Give the slices, seal by seal, and of each seal in the order of its pages.

    Raises:
        PageSetInvalid, PlacementInvalid, PlacementOutside, StraddleImpossible.
    """
    _refuse_senseless(placement)
    chosen = tuple(sorted(resolve(placement.pages, len(pages))))
    lengths = [_length(placement.edge, pages[page]) for page in chosen]
    at = min(lengths) / 2 if placement.at_mm is None else placement.at_mm
    for side in _sides(placement, chosen):
        for group in groups(side, placement.pages_per_seal):
            yield from _slices(placement, size, pages, (group, at))


def groups(pages: Sequence[int], pages_per_seal: int) -> list[Sequence[int]]:
    """Share pages between seals: so many to each at most, as evenly as can be, no page alone."""
    count = max(1, min(-(-len(pages) // pages_per_seal), len(pages) // FEWEST_PAGES))
    least, more = divmod(len(pages), count)
    ends = [least * number + min(number, more) for number in range(count + 1)]
    return [pages[start:end] for start, end in pairwise(ends)]


def cuts(length_mm: float, slices: int) -> tuple[float, ...]:
    """Return where a length is cut into equal slices: from 0 to all of it, at whole micrometres."""
    whole = Fraction(length_mm)
    inner = (round(whole * number * _MICROMETRES / slices) for number in range(1, slices))
    return (0.0, *(micrometres / _MICROMETRES for micrometres in inner), length_mm)


def wholes(impressions: Sequence[Impression]) -> list[list[Impression]]:
    """Return slices, as ``straddling`` gives them, put together to the seals that they are of.

    A seal begins wherever a slice does not join the one before it, or is there already.
    """
    seals: list[list[Impression]] = []
    for impression in impressions:
        window, begun = impression.window, [one.window for one in seals[-1]] if seals else []
        last = begun[-1] if begun else None
        if window is None or last is None or window in begun or not _join(last, window):
            seals.append([])
        seals[-1].append(impression)
    return seals


def _join(one: Window, other: Window) -> bool:
    """Return whether two windows share a cut."""
    beside = one.right == other.left or one.left == other.right
    above = one.top == other.bottom or one.bottom == other.top
    same_height = (one.bottom, one.top) == (other.bottom, other.top)
    same_width = (one.left, one.right) == (other.left, other.right)
    return (beside and same_height) or (above and same_width)


def _refuse_senseless(placement: StraddlePlacement) -> None:
    at = 0.0 if placement.at_mm is None else placement.at_mm
    finite(at=at, margin=placement.margin_mm, smallest_slice=placement.smallest_slice_mm)
    if placement.pages_per_seal < FEWEST_PAGES:
        raise invalid(_PER_SEAL)
    if placement.margin_mm < 0:
        raise invalid(_NO_MARGIN)
    if placement.smallest_slice_mm * _MICROMETRES < 1:
        raise invalid(_NO_SLICE)


def _sides(placement: StraddlePlacement, chosen: Sequence[int]) -> Sequence[Sequence[int]]:
    """Return the pages that make up seals together: all, or fronts and backs."""
    if not placement.duplex:
        if len(chosen) < FEWEST_PAGES:
            raise _impossible(_ONE_PAGE.filled(count=len(chosen)))
        return [chosen]
    fronts = [page for page in chosen if not _is_back(page)]
    backs = [page for page in chosen if _is_back(page)]
    sides = [side for side in (fronts, backs) if len(side) >= FEWEST_PAGES]
    if not sides:
        raise _impossible(_ONE_SHEET)
    return sides


def _is_back(page: int) -> bool:
    return page % 2 == 1


def _slices(
    placement: StraddlePlacement,
    size: SealSize,
    pages: Sequence[PageGeometry],
    where: tuple[Sequence[int], float],
) -> Iterator[Impression]:
    """Give the slices of one seal."""
    group, at = where
    is_back = placement.duplex and _is_back(group[0])
    edge = _BACK[placement.edge] if is_back else placement.edge
    windows = _windows(edge, size, len(group), placement.smallest_slice_mm, turned=is_back)
    for page, window in zip(group, windows, strict=True):
        geometry = pages[page]
        centre = _length(edge, geometry) - at if is_back and edge not in _UPRIGHT else at
        shown = _shown(page, geometry, edge, (window, centre, placement.margin_mm))
        box = user_space(shown, geometry)
        if not geometry.contains(box):
            length = _length(edge, geometry)
            reason = _OUTSIDE.filled(page=page + 1, length=length, at=centre)
            raise PlacementOutside(reason_zh=reason.zh, reason_en=reason.en)
        yield Impression(box, window)


def _windows(
    edge: Edge, size: SealSize, slices: int, smallest_mm: float, *, turned: bool
) -> list[Window]:
    """Return the parts of the seal in the order of the pages."""
    length = size.width if edge in _UPRIGHT else size.height
    if length / slices < smallest_mm:
        raise _too_thin(length, slices, smallest_mm)
    marks = cuts(length, slices)
    parts = pairwise(marks)
    if edge in _UPRIGHT:
        windows = [Window(low, 0.0, high, size.height) for low, high in parts]
    else:
        windows = [Window(0.0, low, size.width, high) for low, high in parts]
    first_is_last = edge in (Edge.LEFT, Edge.BOTTOM)
    return windows[::-1] if first_is_last != turned else windows


def _shown(
    page: int, geometry: PageGeometry, edge: Edge, slice_: tuple[Window, float, float]
) -> DisplayedBox:
    """Return where a slice shows: window, centre along the edge, margin."""
    window, centre, margin = slice_
    across, along = window.right - window.left, window.top - window.bottom
    if edge in _UPRIGHT:
        left = margin if edge is Edge.LEFT else geometry.width_mm - margin - across
        return DisplayedBox(page, left, centre - along / 2, left + across, centre + along / 2)
    bottom = margin if edge is Edge.BOTTOM else geometry.height_mm - margin - along
    return DisplayedBox(page, centre - across / 2, bottom, centre + across / 2, bottom + along)


def _length(edge: Edge, geometry: PageGeometry) -> float:
    return geometry.height_mm if edge in _UPRIGHT else geometry.width_mm


def _too_thin(length: float, slices: int, smallest_mm: float) -> StraddleImpossible:
    enough = int(length / smallest_mm)
    if enough < FEWEST_PAGES:
        return _impossible(_SMALL_SEAL.filled(least=f"{smallest_mm:g}"))
    width = f"{length / slices:.2f}"
    return _impossible(_TOO_THIN.filled(width=width, least=f"{smallest_mm:g}", pages=enough))


def _impossible(reason: Text) -> StraddleImpossible:
    return StraddleImpossible(reason_zh=reason.zh, reason_en=reason.en)
