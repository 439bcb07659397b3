"""A seal that was imported as a picture: where there is ink, and where there is none."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stencil:
    """A mask through which one colour is painted (ISO 32000-2 8.9.6.2).

    As an image XObject: /ImageMask true, /BitsPerComponent 1, /Decode [1 0], for 1 means ink.
    """

    width: int
    """Pixels."""
    height: int
    bits: bytes
    """Rows from the top, each padded to a whole byte, the leftmost pixel in the highest bit."""
