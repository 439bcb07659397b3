"""Paths: what shapes and letters are made of."""

from collections.abc import Iterable
from dataclasses import dataclass

from fontTools.misc.transform import Transform

Point = tuple[float, float]
Box = tuple[float, float, float, float]
"""Left, bottom, right, top."""


@dataclass(frozen=True, slots=True)
class Step:
    """One path operator of ISO 32000-2 8.5.2 (m, l, c or h) with its points."""

    operator: str
    points: tuple[Point, ...] = ()


Path = tuple[Step, ...]


def moved(path: Iterable[Step], placed: Transform) -> Path:
    """Return a path after a transformation."""
    return tuple(Step(step.operator, tuple(placed.transformPoints(step.points))) for step in path)
