"""How pages look, signed and now: the second look at changes that the comparison cleared.

Only pages on which something changed are rendered, at most ``PAGE_LIMIT`` of them.

1. Without their annotations, the page looks as it did when it was signed: else "visual".
2. With them, it looks otherwise only where a change says that it shows: else "visual".
3. What was signed is still to be read: ink that is blank now, in the rectangle of a change, is
   "covering". Ink under other ink, as under a seal, is not. A note that no program has drawn
   yet may be drawn over all of its rectangle.
4. What the comparison denied is rendered to mark where it shows, and for nothing else.

A page that cannot be rendered is not judged by its looks; pages over the limit are told of.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Final

import pypdfium2 as pdfium
from PIL import Image, ImageChops

from sealservice.verification.company import apart
from sealservice.verification.comparison.change import Change, Need
from sealservice.verification.pixels import (
    PageLooks,
    Pair,
    boxes,
    erased,
    few_merged,
    ink,
    paper,
)

PAGE_LIMIT: Final = 16
"""Most pages that are rendered for one signature."""
PAGES_IN_ALL: Final = 128
"""And for all signatures of a file."""
_KEPT: Final = 4
"""Pages whose newest looks are kept for the next signature."""
NOT_RENDERED: Final = "not_rendered"
_LOST_INK: Final = 24
"""Pixels: less than a small digit has."""
_SLACK: Final = 3
"""Points around a rectangle within which its line may be drawn."""

_UNDRAWN: Final = frozenset({"/FreeText", "/Redact", "/Stamp", "/Square", "/Circle"})
"""Notes that a program may draw itself, over all of their rectangle."""


class Looks:
    """Renders the pages of one file; the newest looks are rendered once for all signatures."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._newest: pdfium.PdfDocument | None = None
        self._pages: dict[int, PageLooks] = {}
        self._left = PAGES_IN_ALL

    def added(self, end: int, changes: Iterable[Change]) -> tuple[Change, ...]:
        """Return the changes, and what their pages look like besides.

        Args:
            end: where the signed revision ends, in bytes.
            changes: what the comparison found.
        """
        found = list(changes)
        numbers = sorted({change.page for change in found if change.page is not None})
        if not numbers or any(change.kind == "page_count" for change in found):
            return tuple(found)
        shown, self._left = apart(lambda: self._shown(end, found, numbers))
        return shown

    def _shown(
        self, end: int, found: list[Change], numbers: list[int]
    ) -> tuple[tuple[Change, ...], int]:
        """Return the changes, and how many pages may still be rendered."""
        try:
            with closing(_opened(self._data[:end])) as signed:
                looked_at = numbers[: min(PAGE_LIMIT, self._left)]
                self._left -= len(looked_at)
                for number in looked_at:
                    others = [change for change in found if change.page != number]
                    here = [change for change in found if change.page == number]
                    pair = Pair(PageLooks(signed[number]), self._page(number))
                    found = [*others, *_on_page(here, pair)]
                if len(numbers) > len(looked_at):
                    found.append(Change(NOT_RENDERED, Need.NOTHING, ""))
        except (pdfium.PdfiumError, IndexError):
            found.append(Change(NOT_RENDERED, Need.NOTHING, ""))
        return tuple(found), self._left

    def _page(self, number: int) -> PageLooks:
        if number not in self._pages:
            if len(self._pages) >= _KEPT:
                self._pages.clear()
            if self._newest is None:
                self._newest = _opened(self._data)
            self._pages[number] = PageLooks(self._newest[number])
        return self._pages[number]


def _opened(data: bytes) -> pdfium.PdfDocument:
    document = pdfium.PdfDocument(data)
    # Fields are drawn only by a form environment.
    document.init_forms()
    return document


def _on_page(here: list[Change], pair: Pair) -> Iterator[Change]:
    if not pair.is_comparable:
        yield from here
        return
    content = pair.differing(annotated=False)
    placed = [change for change in here if change.rect is not None]
    nowhere = [change for change in here if change.rect is None]
    yield from placed
    if nowhere:
        yield from _marked(nowhere, content, pair)
    else:
        page = here[0].page
        for mask in (content, _elsewhere(placed, pair)):
            for rect in few_merged(boxes(mask, pair.new)):
                yield Change("visual", Need.EVERYTHING, "", page=page, rect=rect)
    for change in placed:
        if change.need < Need.EVERYTHING and _covers(change, pair):
            need = change.need if change.kind == "form_filling" else Need.EVERYTHING
            yield replace(change, kind="covering", need=need)


def _marked(nowhere: list[Change], content: Image.Image, pair: Pair) -> Iterator[Change]:
    shown = few_merged(boxes(content, pair.new))
    yield from (replace(nowhere[0], rect=rect) for rect in shown)
    yield from nowhere[1:] if shown else nowhere


def _elsewhere(placed: list[Change], pair: Pair) -> Image.Image:
    """Return what looks otherwise outside the rectangles of the changes."""
    shown = pair.differing()
    for change in placed:
        if change.rect is not None:
            erased(shown, pair.new.box(change.rect, _SLACK))
    return shown


def _covers(change: Change, pair: Pair) -> bool:
    """Return whether ink that was signed and seen cannot be seen any more."""
    if change.rect is None:
        return False
    box = pair.new.box(change.rect, _SLACK)
    seen = ImageChops.darker(ink(pair.old.look(annotated=False), box), ink(pair.old.look(), box))
    is_drawn = change.detail not in _UNDRAWN
    lost = ImageChops.darker(seen, paper(pair.new.look(), box)) if is_drawn else seen
    return lost.histogram()[255] > _LOST_INK
