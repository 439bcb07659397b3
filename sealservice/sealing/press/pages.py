"""Finds pages by their position, in a page tree that is proven to be one (ISO 32000-2 7.7.3).

1. Every node is a /Pages with /Kids and /Count, or a /Page without /Kids; none occurs twice.
2. Every node names as its /Parent the one that holds it.
3. Every /Count is the number of pages below.
All of the tree is looked at, for readers that go by /Count and readers that go by /Kids must find
the same page.
"""

from typing import Final

from sealservice.sealing.press.declined import Declined, Reason
from sealservice.sealing.press.reader import Reader
from sealservice.sealing.press.syntax import Entries, integer, reference, references

_LEAF: Final = b"/Page"
_BRANCH: Final = b"/Pages"


def find_pages(reader: Reader, catalog: Entries, wanted: set[int]) -> dict[int, int]:
    """Return the object numbers of pages by their positions, 0 for the first.

    Raises:
        Declined: PAGE_TREE, and whatever the reader declines.
    """
    top = reference(catalog.get(b"/Pages"))
    if top is None:
        raise Declined(Reason.PAGE_TREE)
    walk = _Walk(reader)
    walk.count(top, None, reader.limits.press_depth)
    if wanted and max(wanted) >= len(walk.pages):
        raise Declined(Reason.PAGE_TREE)
    found = {position: walk.pages[position] for position in wanted}
    if any(reader.dictionary(number).get(b"/Type") != _LEAF for number in found.values()):
        raise Declined(Reason.PAGE_TREE)
    return found


class _Walk:
    """A page tree as it is being looked at, from the first page to the last."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._seen: set[int] = set()
        self.pages: list[int] = []

    def count(self, number: int, parent: int | None, depth: int) -> int:
        """Return how many pages a node has."""
        if number in self._seen or depth == 0:
            raise Declined(Reason.PAGE_TREE)
        self._seen.add(number)
        if parent is not None and self._is_plain_leaf(number, parent):
            return self._leaf(number)
        entries = self._reader.dictionary(number)
        if reference(entries.get(b"/Parent")) != parent:
            raise Declined(Reason.PAGE_TREE)
        kind, kids = entries.get(b"/Type"), entries.get(b"/Kids")
        if kind == _LEAF and kids is None:
            return self._leaf(number)
        if kind != _BRANCH or kids is None:
            raise Declined(Reason.PAGE_TREE)
        held = references(self._reader.followed(kids), Reason.PAGE_TREE)
        pages = sum([self.count(kid, number, depth - 1) for kid in held])
        if integer(entries.get(b"/Count")) != pages:
            raise Declined(Reason.PAGE_TREE)
        return pages

    def _is_plain_leaf(self, number: int, parent: int) -> bool:
        """Return whether a node is a page at first sight: it has /Kids at no level.

        That a page has the right type is looked at only where a seal is put on it.
        """
        written = self._reader.shallow(number)
        if written is None or b"/Kids" in written or b"#" in written:
            return False
        return b"/Parent %d 0 R" % parent in written

    def _leaf(self, number: int) -> int:
        self.pages.append(number)
        if len(self.pages) > self._reader.limits.document_pages:
            raise Declined(Reason.COST)
        return 1
