"""Convex hulls of letters' ink, and whether they keep apart."""

from collections.abc import Iterable, Iterator
from itertools import combinations, pairwise
from math import hypot

from sealservice.seals.paths import Path, Point

_PARTS = 3
"""Into which a curve is cut; typefaces have corners at the extremes of their curves."""


def hull(path: Path) -> list[Point]:
    """Return the convex hull of a path, counter-clockwise (Andrew's monotone chain)."""
    points = sorted(set(_traced(path)))
    return [*_chain(points), *_chain(reversed(points))]


def _traced(path: Path) -> Iterator[Point]:
    """Yield points along a path; handles of curves may lie far beside the ink."""
    at: Point = (0.0, 0.0)
    for step in path:
        if len(step.points) > 1:
            for part in range(1, _PARTS):
                yield _on_curve((at, *step.points), part / _PARTS)
        if step.points:
            at = step.points[-1]
            yield at


def _on_curve(points: tuple[Point, ...], t: float) -> Point:
    """Return a point of a Bézier curve (de Casteljau)."""
    while len(points) > 1:
        points = tuple(
            (ax + (bx - ax) * t, ay + (by - ay) * t) for (ax, ay), (bx, by) in pairwise(points)
        )
    return points[0]


def _chain(points: Iterable[Point]) -> list[Point]:
    chain: list[Point] = []
    for x, y in points:
        while len(chain) > 1:
            (ax, ay), (bx, by) = chain[-2:]
            if (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0:
                break
            chain.pop()
        chain.append((x, y))
    return chain[:-1]


def close_pairs(hulls: list[tuple[list[Point], float]]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of hulls that come closer than the smaller of the gaps they ask for."""
    for (a, (one, wide)), (b, (other, wider)) in combinations(enumerate(hulls), 2):
        gap = min(wide, wider)
        if not (_parted(one, other, gap) or _parted(other, one, gap) or _distant(one, other, gap)):
            yield a, b


def _parted(one: list[Point], other: list[Point], gap: float) -> bool:
    """Return whether a side of the first hull has all of the second beyond it, by a gap."""
    for (ax, ay), (bx, by) in pairwise([*one, one[0]]):
        length = hypot(bx - ax, by - ay)
        outwards = ((by - ay) / length, (ax - bx) / length)
        if all((x - ax) * outwards[0] + (y - ay) * outwards[1] >= gap for x, y in other):
            return True
    return False


def _distant(one: list[Point], other: list[Point], gap: float) -> bool:
    """Return whether hulls that do not meet are a gap apart, from corners to sides."""
    if not (_parted(one, other, 0) or _parted(other, one, 0)):
        return False
    return all(
        _distance(corner, *side) >= gap
        for corners, others in ((one, other), (other, one))
        for corner in corners
        for side in pairwise([*others, others[0]])
    )


def _distance(point: Point, start: Point, end: Point) -> float:
    """Return how far a point is from a line between two others."""
    (x, y), (ax, ay), (bx, by) = point, start, end
    way = ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / hypot(bx - ax, by - ay) ** 2
    nearest = min(1.0, max(0.0, way))
    return hypot(x - ax - nearest * (bx - ax), y - ay - nearest * (by - ay))
