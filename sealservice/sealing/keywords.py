"""Finds a text in the letters of a page, as a reader would say it is there.

1. Full and half width are the same (NFKC), and so are brackets of every shape and dashes of every
   length. White space, line ends and invisible letters do not count; capitals do.
2. Occurrences do not overlap. They are numbered over the pages in order and, on a page, line by
   line from the top, each line from the left, in whatever order the file draws them.
3. A text that is broken over lines is one occurrence. Its place is that of its longest part, of
   equally long ones the last: a seal belongs on letters, not between two lines. Letters that
   stand below each other in one column are vertical text, and one part.
4. When nothing is found, the texts of the same length that come closest are named; of equally
   close ones those with the same letters in the same place.
"""

import difflib
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Final

from sealservice.kernel.text import Text
from sealservice.sealing.geometry import DisplayedBox
from sealservice.sealing.layout import Found
from sealservice.sealing.placement import invalid
from sealservice.sealing.placement_errors import OccurrenceNotFound

_NEAREST: Final = 3
_NEAR_ENOUGH: Final = 0.5
"""Of the letters, in order: difflib's ratio."""
_LINES_COMPARED: Final = 40
_LETTERS_COMPARED: Final = 500
"""Of each line: to look for a text must not take longer than its absence matters."""
_COLUMN: Final = 1.6
"""Letters within so many letter widths stand in one column."""
_SAME: Final = {"Ps": "(", "Pe": ")", "Pd": "-"}
"""What letters of a Unicode category count as."""
_MINUS: Final = "\N{MINUS SIGN}"

_NO_OCCURRENCE: Final = Text("关键字序号从 1 开始，或用 -1 表示最后一处",
                             "occurrences count from 1, or -1 from the last")  # fmt: skip

BoxOf = Callable[[int], DisplayedBox]
"""Gives the box of a letter of a page by its index."""


@dataclass(frozen=True, slots=True)
class PageText:
    """The letters of one page as they are compared."""

    page: int
    """0 for the first page."""
    folded: str
    origins: tuple[int, ...]
    """For each folded letter, which letter of the page it comes from."""
    breaks: tuple[int, ...]
    """For each folded letter, the number of line ends before it."""
    lines: tuple[str, ...]
    """As they stand on the page."""


@lru_cache(maxsize=1 << 16)
def folded_letter(letter: str) -> str:
    """Return what a letter counts as; nothing for white space and invisible ones."""
    return "".join(_folded_form(part) for part in unicodedata.normalize("NFKC", letter))


def folded(text: str) -> str:
    """Return a text as it is compared."""
    return "".join(folded_letter(letter) for letter in text)


def _folded_form(letter: str) -> str:
    category = unicodedata.category(letter)
    if category[0] == "Z" or (category[0] == "C" and category != "Co"):
        return ""
    return "-" if letter == _MINUS else _SAME.get(category, letter)


def page_text(page: int, letters: str) -> PageText:
    """Fold the letters of a page, line ends included."""
    parts: list[str] = []
    origins: list[int] = []
    breaks: list[int] = []
    line = 0
    for index, letter in enumerate(letters):
        line += letter == "\n"
        part = folded_letter(letter)
        parts.append(part)
        origins += [index] * len(part)
        breaks += [line] * len(part)
    return PageText(page, "".join(parts), tuple(origins), tuple(breaks), tuple(letters.split("\n")))


def places(text: PageText, wanted: str, box_of: BoxOf) -> list[tuple[DisplayedBox, str]]:
    """Return box and line of each occurrence of a folded text, in reading order."""
    found: list[tuple[DisplayedBox, str]] = []
    start = text.folded.find(wanted) if wanted else -1
    while start >= 0:
        found.append(_place(text, range(start, start + len(wanted)), box_of))
        start = text.folded.find(wanted, start + len(wanted))
    return _in_reading_order(found)


def chosen(occurrence: str | int, found: Sequence[Found], keyword: str) -> Sequence[Found]:
    """Return the occurrences that a placement asks for, out of one or more.

    Raises:
        PlacementInvalid: it asks for number 0.
        OccurrenceNotFound: there are not so many.
    """
    if occurrence == "all":
        return found
    number = {"first": 1, "last": -1}.get(str(occurrence), occurrence)
    if not isinstance(number, int) or number == 0:
        raise invalid(_NO_OCCURRENCE)
    index = number - 1 if number > 0 else len(found) + number
    if not 0 <= index < len(found):
        raise OccurrenceNotFound(keyword=keyword, count=len(found), occurrence=number)
    return (found[index],)


def nearest(wanted: str, lines: Iterable[str]) -> tuple[str, ...]:
    """Return up to three texts of some lines that come closest to a folded text."""
    if not wanted:
        return ()
    letters = Counter(wanted)
    common = {
        line: sum((Counter(folded(line)) & letters).values()) for line in dict.fromkeys(lines)
    }
    best = sorted((line for line in common if common[line]), key=lambda line: -common[line])
    scored: dict[str, float] = {}
    for line in best[:_LINES_COMPARED]:
        ratio, text = _nearest_in(wanted, line)
        if ratio >= _NEAR_ENOUGH:
            scored.setdefault(text, ratio)
    return tuple(sorted(scored, key=lambda text: -scored[text])[:_NEAREST])


def _nearest_in(wanted: str, line: str) -> tuple[float, str]:
    """Return the part of a line that is most like a text, and how like it is.

    Of parts that are equally like it, the one with more letters in their very place.
    """
    matcher = difflib.SequenceMatcher(b=wanted, autojunk=False)
    best = (0.0, 0)
    nearest_part = ""
    letters = [index for index, letter in enumerate(line) if folded_letter(letter)]
    letters = letters[:_LETTERS_COMPARED]
    for start in range(max(1, len(letters) - len(wanted) + 1)):
        span = letters[start : start + len(wanted)]
        part = line[span[0] : span[-1] + 1]
        compared = folded(part)
        matcher.set_seq1(compared)
        in_place = sum(map(str.__eq__, compared, wanted))
        if (matcher.quick_ratio(), in_place) > best:
            found = (matcher.ratio(), in_place)
            if found > best:
                best, nearest_part = found, part
    return best[0], nearest_part


def _place(text: PageText, span: range, box_of: BoxOf) -> tuple[DisplayedBox, str]:
    """Return where an occurrence is, and the line that its place is in."""
    parts = [list(part) for _, part in groupby(span, key=lambda index: text.breaks[index])]
    boxes = [[box_of(text.origins[index]) for index in part] for part in parts]
    letters = [box for part in boxes for box in part]
    longest = max(range(len(parts)), key=lambda index: (len(parts[index]), index))
    line = text.lines[text.breaks[parts[longest][0]]].strip()
    if len(parts) > 1 and not _is_column(letters):
        letters = boxes[longest]
    return around(letters), line


def _is_column(letters: Sequence[DisplayedBox]) -> bool:
    """Return whether letters stand below each other."""
    whole = around(letters)
    widest = max(max(box.right - box.left, box.top - box.bottom) for box in letters)
    return whole.right - whole.left <= _COLUMN * widest


def around(boxes: Sequence[DisplayedBox]) -> DisplayedBox:
    """Return the box around boxes of one page."""
    return DisplayedBox(
        boxes[0].page,
        min(box.left for box in boxes),
        min(box.bottom for box in boxes),
        max(box.right for box in boxes),
        max(box.top for box in boxes),
    )


def _in_reading_order(
    found: list[tuple[DisplayedBox, str]],
) -> list[tuple[DisplayedBox, str]]:
    """Sort occurrences from the top, and those side by side from the left."""
    ordered: list[tuple[DisplayedBox, str]] = []
    row: list[tuple[DisplayedBox, str]] = []
    for place in sorted(found, key=lambda place: -place[0].centre[1]):
        if row and place[0].centre[1] < row[0][0].bottom:
            ordered += sorted(row, key=lambda place: place[0].left)
            row = []
        row.append(place)
    return ordered + sorted(row, key=lambda place: place[0].left)
