"""One change after signing, before it is held against what the signature allows."""

from dataclasses import dataclass
from enum import IntEnum


class Need(IntEnum):
    """What must be allowed for a change to be legitimate (ISO 32000-2 table 257)."""

    NOTHING = 1
    """A DSS or a document timestamp: allowed even where no change is."""
    FILLING = 2
    """Forms are filled, and signatures added."""
    ANNOTATING = 3
    """Notes are added."""
    REVISING = 4
    """Notes that were signed are changed or taken away, which only an express permission allows."""
    EVERYTHING = 9
    """No permission that a signature can give allows it."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change and where it is."""

    kind: str
    need: Need
    detail: str
    field: str | None = None
    """The full name of the form field that a lock may forbid to change (12.8.2.4)."""
    page: int | None = None
    """The position of the page in the newest revision, 0 for the first; None: it has none."""
    rect: tuple[float, float, float, float] | None = None
    """Points on that page, where the change says itself where it shows."""
    is_data: bool = False
    """What a form field says was changed, which a certification must have allowed."""
    is_new_field: bool = False
    """A signature field that shows and was not there when the document was signed."""
