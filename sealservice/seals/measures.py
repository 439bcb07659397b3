"""What a seal design says: mm and degrees, from the centre of the seal, y upwards.

``design`` reads it from ``templates/seals/*.yaml``, strictly.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sealservice.kernel.text import Text
from sealservice.seals.texts import SealTexts, Slot


class Shape(StrEnum):
    """The form of a seal's rim."""

    OVAL = "oval"
    """Round, when it is as wide as high."""
    RECTANGLE = "rectangle"


class Type(StrEnum):
    """A typeface."""

    SONG = "song"
    GOTHIC = "gothic"


@dataclass(frozen=True, slots=True)
class Outline:
    """The rim."""

    shape: Shape
    width: float
    height: float
    rim_width: float
    corner: float = 0.0
    """Radius of a rectangle's corners."""


@dataclass(frozen=True, slots=True)
class Star:
    """A five-pointed star."""

    diameter: float
    """Of the circle through its points."""
    centre: float = 0.0
    """Its height over the seal's centre."""


@dataclass(frozen=True, slots=True)
class SecondArc:
    """For long names: a second arc inside the first one, both of the same height."""

    below: float
    """Letters lower than this on one arc are set on two, and never higher than this."""
    gap: float
    """Between the feet of the first arc and the heads of the second."""


@dataclass(frozen=True, slots=True)
class NameArc:
    """Where the name runs clockwise around the top, feet towards the centre."""

    inset: float
    """From the rim to the letters' em boxes."""
    height: float
    """Of an em; long names get smaller letters."""
    smallest_height: float
    span: float
    """From the first letter's left to the last one's right at most, degrees at the centre."""
    widest_pitch: float
    """Of one em, along the middle of the letters: a short name does not take the whole span."""
    widest: float
    """Width of an em by its height."""
    narrowest: float
    filled: float
    """Share of its pitch that an em fills."""
    second: SecondArc | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A horizontal text, centred left to right."""

    holds: Slot
    height: float
    """Of an em; of the digits themselves when ``digits`` says so."""
    width: float
    """At most."""
    widest: float = 1.0
    """Width of an em by its height."""
    narrowest: float = 0.55
    smallest: float | None = None
    """Height of an em at least; None: lines do not become lower."""
    type: Type = Type.SONG
    digits: bool = False
    required: bool = False
    repeated: bool = False
    """Micro-text: as often as it fits, with a space between."""


@dataclass(frozen=True, slots=True)
class Stack:
    """Horizontal texts one below the other, those that are given, about one middle."""

    middle: float
    """Height of its middle over the seal's centre."""
    height: float
    """At most: more is made to fit by making all of it smaller."""
    gap: float
    """Between two lines."""
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class CodeArc:
    """Where the seal code runs counter-clockwise along the bottom, heads towards the centre."""

    inset: float
    """From the rim to the heads."""
    height: float
    """Of an em."""
    span: float
    """At most, degrees at the centre."""
    pitch: float
    """Of one letter, along the heads."""


QR_MODULES: Final = 21
"""In a row of the smallest QR code (ISO/IEC 18004, version 1), the only one drawn."""


@dataclass(frozen=True, slots=True)
class QrSquare:
    """Where the seal code stands as a QR code."""

    module: float
    """Side of one of its squares."""
    centre: float = 0.0
    """Its height over the seal's centre."""

    @property
    def quiet(self) -> float:
        """Return the side of the square that nothing else may reach: four modules around it."""
        return self.module * (QR_MODULES + 2 * 4)


@dataclass(frozen=True, slots=True)
class Ending:
    """What is added to a person's name of so many letters, e.g. 之印."""

    letters: int
    text: str


@dataclass(frozen=True, slots=True)
class Columns:
    """Where letters stand in columns, from the right to the left, each from the top."""

    width: float
    height: float
    gap: float
    """Between two columns, and between two letters of one."""
    narrowest: float
    """Width of a letter by its height."""
    widest: float
    smallest: float
    """Lowest and narrowest letter."""
    title_follows: bool = False
    """The design's title fills a column of its own, the last."""
    endings: tuple[Ending, ...] = ()


@dataclass(frozen=True, slots=True)
class SealDesign:
    """Everything about a seal except its texts."""

    id: str
    label: Text
    """What people call it."""
    outline: Outline
    weight: float
    """Width of the stroke around letters, ems."""
    sample: SealTexts
    """The texts that show it in the gallery."""
    title: str | None = None
    """What the seal is for, written on it."""
    star: Star | None = None
    name: NameArc | None = None
    columns: Columns | None = None
    stacks: tuple[Stack, ...] = ()
    code: CodeArc | None = None
    qr: QrSquare | None = None

    def has_line(self, slot: Slot) -> bool:
        """Return whether a horizontal line holds this text."""
        return any(line.holds is slot for stack in self.stacks for line in stack.lines)

    def has_place(self, slot: Slot) -> bool:
        """Return whether this text stands anywhere; the code may run along an arc, or be a QR."""
        if slot is Slot.CODE and (self.code or self.qr):
            return True
        return self.has_line(slot)
