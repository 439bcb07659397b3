"""Why the fast press leaves a document to the other one. Never an error for whoever asked."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Final

_LOG: Final = logging.getLogger(__name__)
_MISTAKES: Final = (
    LookupError,
    ArithmeticError,
    ValueError,
    TypeError,
    AttributeError,
    RecursionError,
)
"""What a mistake of ours would raise over a document that nobody thought of."""


class Reason(StrEnum):
    """What is not fully understood."""

    HEADER = "header"
    """It does not begin with ``%PDF-1.0`` to ``%PDF-2.0``."""
    END = "end"
    """It does not end with startxref, a number, ``%%EOF``, and one end-of-line at most."""
    SECTION = "section"
    """A cross-reference section is not exactly as the standard has it, or not where it should."""
    SECTIONS_LOOP = "sections_loop"
    """/Prev leads back to a section that was read."""
    HYBRID = "hybrid"
    """Its cross-reference tables have streams beside them, for readers that know these."""
    MIXED = "mixed"
    """Some of its sections are cross-reference tables, others streams."""
    DANGLING = "dangling"
    """Its trailer refers to an object that is not there yet, and would be one of ours."""
    ENCRYPTED = "encrypted"
    SYNTAX = "syntax"
    """An object is not written as the standard has it, or with comments or escaped keys."""
    DUPLICATE = "duplicate"
    """A key stands twice in a dictionary, or an object twice in a section."""
    OBJECT = "object"
    """An object is missing, or is not where its cross-reference says, or is of a generation."""
    STREAM = "stream"
    """A stream's length, filter or parameters are not those we know."""
    KIND = "kind"
    """An entry is of another type than expected."""
    PAGE_TREE = "page_tree"
    """The page tree is no tree, or its counts are wrong."""
    FORM = "form"
    """The interactive form holds something that is not a reference to a field."""
    XFA = "xfa"
    TAGGED = "tagged"
    """It has a structure tree, to which the seal would have to be added."""
    PERMISSIONS = "permissions"
    """It carries usage rights, or its certification forbids every change, or is not understood."""
    RESTRICTIONS = "restrictions"
    """What a prepared field is to lock is not plain."""
    SEED_VALUES = "seed_values"
    """A prepared field makes demands of its signature."""
    EXTENSIONS = "extensions"
    """Its developer extensions are not a plain dictionary, or hold an older one of ours."""
    PLACEMENT = "placement"
    """A prepared field that is not plainly one, or a place of no size."""
    CONTENT = "content"
    """The content of a page is not proven to leave nothing open behind it."""
    COST = "cost"
    """It would take more work than allowed (config.Limits, ``press_...``)."""
    UNFORESEEN = "unforeseen"
    """A mistake of ours; tests hold that it does not happen."""


class Declined(Exception):
    """A document that the fast press does not fully understand."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason


def log_declined(reason: Reason) -> None:
    """Tell the log why a document was left to the other press."""
    _LOG.info("left to the press of pyHanko: %s", reason.value)


@contextmanager
def foreseen() -> Iterator[None]:
    """Decline whatever a mistake of ours makes Python raise, and leave its trace in the log.

    Raises:
        Declined: UNFORESEEN.
    """
    try:
        yield
    except _MISTAKES:
        _LOG.exception("the fast press did not foresee this document")
        raise Declined(Reason.UNFORESEEN) from None
