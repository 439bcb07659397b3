"""What was found out about a picture that becomes a seal, told before the seal is made."""

from dataclasses import dataclass
from enum import StrEnum

from sealservice.kernel.text import Text
from sealservice.seals.artwork import Artwork


class FindingKind(StrEnum):
    """What a finding is about."""

    BACKGROUND = "background"
    """What was taken for paper and left out."""
    CUT = "cut"
    """How much of the picture is left around its ink."""
    RESOLUTION = "resolution"
    CONTRAST = "contrast"
    SIZE = "size"
    COLOUR = "colour"


@dataclass(frozen=True, slots=True)
class Finding:
    """One observation; a concern is no refusal, but somebody should look."""

    kind: FindingKind
    is_concern: bool
    text: Text


@dataclass(frozen=True, slots=True)
class Imported:
    """A picture that was read: the drawing made of it, and what was found out on the way."""

    artwork: Artwork
    findings: tuple[Finding, ...]
