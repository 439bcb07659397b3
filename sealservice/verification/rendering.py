"""How pages look, signed and now: the second look at changes that the comparison cleared.

Only pages on which something changed are rendered, at most ``PAGE_LIMIT`` of them.

1. Without their annotations, the page looks as it did when it was signed: else "visual".
2. With them, it looks otherwise only where a change says that it shows: else "visual".
3. What was signed is still to be read: ink that is blank now, in the rectangle of a change, is
   "covering". Ink under other ink, as under a seal, is not. A note that no program has drawn
   yet may be drawn over all of its rectangle.
4. What the comparison denied is rendered to mark where it shows, and for nothing else.

A page that cannot be rendered is not judged by its looks.
"""

from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from typing import Final

import pypdfium2 as pdfium
from PIL import Image, ImageChops

from sealservice.verification.comparison.change import Change, Need
from sealservice.verification.pixels import Pair, boxes, differing, erased, few_merged, ink, paper

PAGE_LIMIT: Final = 16
"""Most pages that are rendered for one signature."""
_LOST_INK: Final = 24
"""Pixels: less than a small digit has."""
_SLACK: Final = 3
"""Points around a rectangle within which its line may be drawn."""

_UNDRAWN: Final = frozenset({"/FreeText", "/Redact", "/Stamp", "/Square", "/Circle"})
"""Notes that a program may draw itself, over all of their rectangle."""


def looked_at(signed: bytes, newest: bytes, changes: Iterable[Change]) -> tuple[Change, ...]:
    """Return the changes, and what their pages look like besides.

    Args:
        signed: the file up to the end of the signed revision.
        newest: the whole file.
        changes: what the comparison found.
    """
    found = list(changes)
    numbers = sorted({change.page for change in found if change.page is not None})
    if not numbers or any(change.kind == "page_count" for change in found):
        return tuple(found)
    try:
        with closing(pdfium.PdfDocument(signed)) as old, closing(pdfium.PdfDocument(newest)) as new:
            # Fields are drawn only by a form environment.
            old.init_forms()
            new.init_forms()
            for number in numbers[:PAGE_LIMIT]:
                others = [change for change in found if change.page != number]
                here = [change for change in found if change.page == number]
                found = [*others, *_on_page(here, Pair(old[number], new[number]))]
    except (pdfium.PdfiumError, IndexError):
        return tuple(found)
    return tuple(found)


def _on_page(here: list[Change], pair: Pair) -> Iterator[Change]:
    if not pair.is_comparable:
        yield from here
        return
    content = differing(pair.look(is_old=True, annotated=False), pair.look(annotated=False))
    placed = [change for change in here if change.rect is not None]
    nowhere = [change for change in here if change.rect is None]
    yield from placed
    if nowhere:
        yield from _marked(nowhere, content, pair)
    else:
        page = here[0].page
        for mask in (content, _elsewhere(placed, pair)):
            for rect in few_merged(boxes(mask, pair)):
                yield Change("visual", Need.EVERYTHING, "", page=page, rect=rect)
    for change in placed:
        if change.need < Need.EVERYTHING and _covers(change, pair):
            need = change.need if change.kind == "form_filling" else Need.EVERYTHING
            yield replace(change, kind="covering", need=need)


def _marked(nowhere: list[Change], content: Image.Image, pair: Pair) -> Iterator[Change]:
    shown = few_merged(boxes(content, pair))
    yield from (replace(nowhere[0], rect=rect) for rect in shown)
    yield from nowhere[1:] if shown else nowhere


def _elsewhere(placed: list[Change], pair: Pair) -> Image.Image:
    """Return what looks otherwise outside the rectangles of the changes."""
    shown = differing(pair.look(is_old=True), pair.look())
    for change in placed:
        if change.rect is not None:
            erased(shown, pair.box(change.rect, _SLACK))
    return shown


def _covers(change: Change, pair: Pair) -> bool:
    """Return whether ink that was signed and seen cannot be seen any more."""
    if change.rect is None:
        return False
    box = pair.box(change.rect, _SLACK)
    seen = ImageChops.darker(
        ink(pair.look(is_old=True, annotated=False), box), ink(pair.look(is_old=True), box)
    )
    is_drawn = change.detail not in _UNDRAWN
    lost = ImageChops.darker(seen, paper(pair.look(), box)) if is_drawn else seen
    return lost.histogram()[255] > _LOST_INK
