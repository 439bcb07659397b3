"""Ellipses measured by the length of their arc, so that letters spread evenly along them."""

from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from math import atan2, cos, degrees, hypot, pi, radians, sin
from typing import Final

_PARTS: Final = 360
"""Into which the half of an ellipse is cut to measure it: exact to a micrometre at 50 mm."""


@dataclass(frozen=True)
class Stand:
    """A point of a curve, and how a letter that stands on it is turned."""

    x: float
    y: float
    turn: float
    """Counter-clockwise from upright, radians: the letter's head points outwards."""


@dataclass(frozen=True)
class Curve:
    """An ellipse around the centre, half as wide and high as this in mm.

    A point is named by the length of the arc from the top to it, clockwise positive. Inside, the
    parameter ``t`` runs from the top likewise: (width sin t, height cos t).
    """

    width: float
    height: float

    @cached_property
    def _lengths(self) -> list[float]:
        """Return the lengths of the arc from the top to each of the equal parts of ``t``."""
        part = pi / _PARTS
        lengths = [0.0]
        for number in range(_PARTS):
            middle = (number + 0.5) * part
            speed = hypot(self.width * cos(middle), self.height * sin(middle))
            lengths.append(lengths[-1] + speed * part)
        return lengths

    @property
    def half(self) -> float:
        """Return the length from the top to the bottom."""
        return self._lengths[-1]

    def to(self, angle: float) -> float:
        """Return the length from the top to where this angle at the centre (degrees) reaches."""
        turned = radians(angle)
        at = atan2(sin(turned) / self.width, cos(turned) / self.height) / pi * _PARTS
        number = min(int(at), _PARTS - 1)
        before, behind = self._lengths[number : number + 2]
        return before + (at - number) * (behind - before)

    def parameter(self, length: float) -> float:
        """Return ``t`` of the point this far from the top."""
        way = min(abs(length), self.half)
        number = max(1, bisect_left(self._lengths, way))
        before, behind = self._lengths[number - 1 : number + 1]
        t = (number - 1 + (way - before) / (behind - before)) * pi / _PARTS
        return t if length >= 0 else -t

    def stand(self, length: float) -> Stand:
        """Return the point this far from the top, and the direction outwards there."""
        t = self.parameter(length)
        outwards = atan2(self.height * sin(t), self.width * cos(t))
        return Stand(self.width * sin(t), self.height * cos(t), -outwards)

    def sharpest(self, length: float) -> float:
        """Return the greatest curvature (1/mm) from the top to this point, on either side."""
        t = min(self.parameter(length), pi / 2) if self.width > self.height else 0.0
        speed = hypot(self.width * cos(t), self.height * sin(t))
        return self.width * self.height / speed**3

    def angle(self, length: float) -> float:
        """Return the angle at the centre of this point, degrees clockwise from the top."""
        at = self.stand(length)
        return degrees(atan2(at.x, at.y))
