"""Sets of pages in a few letters: ``1``, ``1,3-5,last``, ``2-``, ``-1``, ``odd``, ``all``.

1. Parts stand between commas; white space does not count, full-width letters are as good, and so
   are dashes of any length, ``~`` and ``第3页``.
2. A page is counted from 1, or from the end: ``-1`` and ``last`` are the last page, ``-2`` and
   ``last-1`` the one before it.
3. A range runs forwards, both ends included; without its second end it runs to the last page.
4. ``odd`` and ``even`` go by page numbers; ``all`` is every page.
5. Pages come in the order in which they are named; one that is named twice comes once.
6. A part that is none of these, a page that is not there, and a set without pages are refused, and
   the refusal names the part.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from sealservice.kernel.text import Text
from sealservice.sealing.placement_errors import PageSetInvalid, PlacementOutside

GREATEST_LENGTH: Final = 1_000
"""Letters in the longest set."""
_END: Final = r"last(?:-\d{1,6})?|-?\d{1,6}"
_PART: Final = re.compile(rf"({_END})(?:(-)({_END})?)?", re.ASCII)
_STEPS: Final = {"all": (0, 1), "odd": (0, 2), "even": (1, 2)}
_WORDS: Final = {
    "全部页": "all",
    "全部": "all",
    "奇数页": "odd",
    "奇数": "odd",
    "偶数页": "even",
    "偶数": "even",
    "末页": "last",
    "至": "-",
    "、": ",",
}

_NO_SUCH_PAGE: Final = Text(
    "没有第 {page} 页（文件共 {pages} 页）", "there is no page {page} (the document has {pages})"
)
_FROM_ONE: Final = Text("页码从 1 开始", "pages count from 1")
_BACKWARDS: Final = Text("页码范围应从小到大", "a range runs from the lower page to the higher one")
_NOT_A_SET: Final = Text(
    "可写作 1、1,3-5、2-、last、odd、even、all", "write 1 or 1,3-5 or 2- or last, odd, even, all"
)
_EMPTY: Final = Text("其中没有任何页", "there is no page in it")
_EMPTY_PART: Final = Text("两个逗号之间没有内容", "a part between commas is empty")
_TOO_LONG: Final = Text("写得太长", "it is too long")


def resolve(page_set: str, pages: int) -> tuple[int, ...]:
    """Return the indices (from 0) of a set's pages in a document of so many pages.

    Raises:
        PageSetInvalid: it is no page set, or an empty one.
        PlacementOutside: there is no such page.
    """
    if len(page_set) > GREATEST_LENGTH:
        raise _invalid(page_set[:20] + "…", _TOO_LONG)
    chosen: dict[int, None] = {}
    for part in _parts(page_set):
        chosen.update(dict.fromkeys(_indices(part, page_set, pages)))
    if not chosen:
        raise _invalid(page_set, _EMPTY)
    return tuple(chosen)


def _parts(page_set: str) -> list[str]:
    folded = "".join(unicodedata.normalize("NFKC", page_set).split()).lower()
    folded = "".join("-" if _is_dash(letter) else letter for letter in folded)
    folded = re.sub(r"第?(\d+)页", r"\1", folded, flags=re.ASCII)
    for word in sorted(_WORDS, key=len, reverse=True):
        folded = folded.replace(word, _WORDS[word])
    return folded.split(",")


def _is_dash(letter: str) -> bool:
    return letter == "~" or unicodedata.category(letter) == "Pd"


def _indices(part: str, page_set: str, pages: int) -> Sequence[int]:
    if part in _STEPS:
        first, step = _STEPS[part]
        return range(first, pages, step)
    if not part:
        raise _invalid(page_set, _EMPTY_PART)
    match = _PART.fullmatch(part)
    if match is None:
        raise _invalid(part, _NOT_A_SET)
    first = _index(match[1], part, pages)
    if match[2] is None:
        return (first,)
    last = pages - 1 if match[3] is None else _index(match[3], part, pages)
    if last < first:
        raise _invalid(part, _BACKWARDS)
    return range(first, last + 1)


def _index(end: str, part: str, pages: int) -> int:
    """Turn one page of a part into an index from 0."""
    if end.startswith("last"):
        index = pages - 1 - int(end[5:] or 0)
    elif int(end) == 0:
        raise _invalid(part, _FROM_ONE)
    else:
        index = int(end) - 1 if int(end) > 0 else pages + int(end)
    if not 0 <= index < pages:
        reason = _NO_SUCH_PAGE.filled(page=end, pages=pages)
        raise PlacementOutside(reason_zh=reason.zh, reason_en=reason.en)
    return index


def _invalid(part: str, reason: Text) -> PageSetInvalid:
    return PageSetInvalid(part=part, reason_zh=reason.zh, reason_en=reason.en)
