"""Convex hulls of letters, and whether they keep apart: stricter than the ink itself."""

from collections.abc import Iterable, Iterator
from itertools import combinations, pairwise
from math import hypot

from sealservice.seals.paths import Path, Point


def hull(path: Path) -> list[Point]:
    """Return the convex hull of a path's points, counter-clockwise (Andrew's monotone chain)."""
    points = sorted({point for step in path for point in step.points})
    return [*_chain(points), *_chain(reversed(points))]


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
        if not (_parted(one, other, gap) or _parted(other, one, gap)):
            yield a, b


def _parted(one: list[Point], other: list[Point], gap: float) -> bool:
    """Return whether a side of the first hull has all of the second beyond it, by a gap."""
    for (ax, ay), (bx, by) in pairwise([*one, one[0]]):
        length = hypot(bx - ax, by - ay)
        outwards = ((by - ay) / length, (ax - bx) / length)
        if all((x - ax) * outwards[0] + (y - ay) * outwards[1] >= gap for x, y in other):
            return True
    return False
