"""What somebody who places a seal has to know of a document."""

from dataclasses import dataclass

from sealservice.sealing.geometry import DisplayedBox, PageGeometry, displayed
from sealservice.sealing.model import Box, Impression


@dataclass(frozen=True, slots=True)
class EmptyField:
    """A signature field that waits to be filled."""

    name: str
    """Its full name, ISO 32000-2 12.7.4.2."""
    box: Box
    shown: DisplayedBox


@dataclass(frozen=True, slots=True)
class Layout:
    """How the pages lie, and what is on them already."""

    pages: tuple[PageGeometry, ...]
    """One for each page, see there for its displayed size in mm."""
    fields: tuple[EmptyField, ...]
    """Those that a seal may fill."""
    signatures: int
    """Filled signature fields, document timestamps included."""


@dataclass(frozen=True, slots=True)
class Found:
    """A place where a text stands."""

    number: int
    """In reading order over the pages that were searched, from 1."""
    shown: DisplayedBox
    """Around its letters; of a text broken over lines, around those of its longest part."""
    line: str
    """The line it stands in."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a search for a text found."""

    found: tuple[Found, ...]
    nearest: tuple[str, ...] = ()
    """When nothing was found: texts of the document that come close, the closest first."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One place where a seal, or a slice of it, would show."""

    impression: Impression
    """In user space, as it would be sealed."""
    box: DisplayedBox
    """The same on the page as displayed, in mm."""


def shown(impressions: tuple[Impression, ...], layout: Layout) -> tuple[Shown, ...]:
    """Return impressions in both measures."""
    return tuple(
        Shown(impression, displayed(impression.box, layout.pages[impression.box.page]))
        for impression in impressions
    )
