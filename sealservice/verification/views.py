"""Pages of a verified file as pictures: where seals show, and what was changed, before and after.

1. Pages on which signatures show, in order, as they are now; each signature's place is outlined.
2. Changes that are not permitted come before permitted ones; each changed page is shown once, as
   the earliest signature covers it and as it is now, both with the changed parts outlined.
3. Pictures are help, never part of a verdict: what cannot be drawn is left out.

The file is drawn in the sandbox; what comes out is as little trusted as the file.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Final

from sealservice.kernel.errors import SealserviceError
from sealservice.kernel.sandbox import Sandbox
from sealservice.verification.model import Report, SignatureReport

Rectangle = tuple[float, float, float, float]

SEAL_PAGES: Final = 4
CHANGED_PAGES: Final = 3
_BOXES: Final = 60
"""Most outlines on one page."""
_ILLEGITIMATE: Final = "illegitimate"


class Outlined(StrEnum):
    """What an outline surrounds."""

    SEAL = "seal"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Outline:
    """A rectangle in user space (points: left, bottom, right, top) and what it surrounds."""

    kind: Outlined
    number: int
    """Of the signature in the report, 1 for the first."""
    rect: Rectangle


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page to be drawn."""

    page: int
    """1 for the first."""
    end: int
    """How many bytes of the file to look at: where a revision ends."""
    outlines: tuple[Outline, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """An outline on the picture, in pixels from its upper left corner."""

    kind: Outlined
    number: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class View:
    """A page as displayed."""

    page: int
    width: int
    """Pixels."""
    height: int
    picture: bytes
    """WebP."""
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class ChangedPage:
    """A page before and after the changes that follow a signature."""

    number: int
    """Of that signature in the report, 1 for the first."""
    page: int
    before: View | None
    """As the signature covers it; None: there was no such page, or it cannot be drawn."""
    after: View | None


@dataclass(frozen=True, slots=True)
class Views:
    """What of a file is shown beside its report."""

    seals: tuple[View, ...] = ()
    more_pages: int = 0
    """Pages with signatures that are not shown."""
    changes: tuple[ChangedPage, ...] = ()


@dataclass(frozen=True, slots=True)
class PageViews:
    """Draws what a report speaks of."""

    sandbox: Sandbox

    def of(self, report: Report, data: bytes) -> Views:
        """Return the views of a file; none when it cannot be drawn."""
        seals = _seal_pages(report, len(data))
        changes = list(islice(_changed_pages(report, len(data)), CHANGED_PAGES))
        shown = seals[:SEAL_PAGES]
        wanted = (*shown, *(wish for _, *pair in changes for wish in pair))
        if not wanted:
            return Views()
        try:
            drawn = self.sandbox.run(draw, data, wanted)
        except SealserviceError:
            return Views()
        return Views(
            tuple(view for view in drawn[: len(shown)] if view),
            len(seals) - len(shown),
            tuple(_changed(changes, drawn[len(shown) :])),
        )


def draw(data: bytes, wanted: tuple[Wanted, ...]) -> tuple[View | None, ...]:
    """Draw pages; this is the function that runs in the sandbox."""
    from sealservice.verification import drawing  # noqa: PLC0415 - loaded in the sandbox only

    return drawing.draw(data, wanted)


def _seal_pages(report: Report, size: int) -> list[Wanted]:
    outlines: dict[int, list[Outline]] = {}
    for number, signature in enumerate(report.signatures, start=1):
        for place in signature.appearances:
            outline = Outline(Outlined.SEAL, number, place.rect)
            outlines.setdefault(place.page, []).append(outline)
    return [Wanted(page, size, tuple(outlines[page][:_BOXES])) for page in sorted(outlines)]


def _changed_pages(report: Report, size: int) -> Iterator[tuple[int, Wanted, Wanted]]:
    """Yield number of the signature, and a page before and after; what is not permitted first."""
    signed = list(enumerate(report.signatures, start=1))
    told: set[int] = set()
    for is_illegitimate in (True, False):
        for number, signature in signed:
            end = _signed_end(signature)
            if end is None or end >= size:
                continue
            for page, rects in sorted(_regions(signature, is_illegitimate=is_illegitimate).items()):
                if page in told:
                    continue
                told.add(page)
                marks = tuple(Outline(Outlined.CHANGE, number, rect) for rect in rects[:_BOXES])
                yield number, Wanted(page, end, marks), Wanted(page, size, marks)


def _signed_end(signature: SignatureReport) -> int | None:
    """Return where the revision ends that a signature covers."""
    match signature.byte_range:
        case (_, _, start, length):
            return start + length
        case _:
            return None


def _regions(signature: SignatureReport, *, is_illegitimate: bool) -> dict[int, list[Rectangle]]:
    found: dict[int, list[Rectangle]] = {}
    for change in signature.modifications:
        if (change.level == _ILLEGITIMATE) is is_illegitimate:
            for region in change.regions:
                found.setdefault(region.page, []).append(region.rect)
    return found


def _changed(
    changes: list[tuple[int, Wanted, Wanted]], drawn: tuple[View | None, ...]
) -> Iterator[ChangedPage]:
    pairs = zip(drawn[::2], drawn[1::2], strict=True)
    for (number, wish, _), (before, after) in zip(changes, pairs, strict=True):
        if before or after:
            yield ChangedPage(number, wish.page, before, after)
