"""The three colours of seals."""

from enum import StrEnum
from typing import Final

from sealservice.kernel.text import Text


class Colour(StrEnum):
    """The ink of a seal."""

    RED = "red"
    BLUE = "blue"
    BLACK = "black"

    @property
    def rgb(self) -> tuple[float, float, float]:
        """Return its DeviceRGB parts, 0 to 1, read as sRGB."""
        return _PARTS[self]


_PARTS: Final = {
    Colour.RED: (0.84, 0.07, 0.09),
    Colour.BLUE: (0.09, 0.2, 0.66),
    Colour.BLACK: (0.1, 0.1, 0.1),
}

COLOUR_NAMES: Final = {
    Colour.RED: Text("红色", "red"),
    Colour.BLUE: Text("蓝色", "blue"),
    Colour.BLACK: Text("黑色", "black"),
}
