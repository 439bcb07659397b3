"""What is written on a seal, and by which name a design calls each text."""

from dataclasses import dataclass
from enum import StrEnum


class Slot(StrEnum):
    """A text that a horizontal line of a design may hold."""

    NAME = "name"
    TITLE = "title"
    """What the seal is for, e.g. 合同专用章; the design gives it."""
    LINE = "line"
    NUMBER = "number"
    CODE = "code"
    MARK = "mark"


@dataclass(frozen=True, slots=True)
class SealTexts:
    """What is written on a seal, apart from its title, which the design gives."""

    name: str
    """Along the arc: the full name on the license. In the columns of a name seal: the person's."""
    line: str | None = None
    """A horizontal line of its own: a department, a branch, a running number such as （1）."""
    code: str | None = None
    """The seal code, along the bottom or on a line; name and invoice seals do not show it."""
    number: str | None = None
    """Across the middle of an invoice seal: the taxpayer's number (the USCC)."""
    mark: str | None = None
    """A warning that the seal has no effect: ``artwork.DEMONSTRATION_LINE``."""
