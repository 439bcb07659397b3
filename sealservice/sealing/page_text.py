"""Reads the letters of a document's pages, and where each stands. Runs in the sandbox."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

import pypdfium2 as pdfium

from sealservice.sealing.geometry import DisplayedBox, PageGeometry, displayed
from sealservice.sealing.keywords import PageText, folded, nearest, page_text, places
from sealservice.sealing.layout import Found, SearchResult
from sealservice.sealing.model import Box

_GREATEST_LETTER: Final = 0x10FFFF


@dataclass(frozen=True, slots=True)
class Texts:
    """The text of a document, read page by page as far as it is needed."""

    pdf: bytes
    pages: Sequence[PageGeometry]
    _kept: dict[tuple[str, tuple[int, ...]], SearchResult] = field(default_factory=dict)

    def search(self, text: str, pages: tuple[int, ...]) -> SearchResult:
        """Return where a text stands on some pages, see ``keywords``."""
        wanted, ordered = folded(text), tuple(sorted(pages))
        if (wanted, ordered) not in self._kept:
            self._kept[wanted, ordered] = self._searched(wanted, ordered)
        return self._kept[wanted, ordered]

    def _searched(self, wanted: str, pages: tuple[int, ...]) -> SearchResult:
        found: list[tuple[DisplayedBox, str]] = []
        lines: list[str] = []
        for text, textpage in self._read(pages if wanted else ()):
            box_of = partial(_letter_box, textpage, text.page, self.pages[text.page])
            found += places(text, wanted, box_of)
            lines += () if found else text.lines
        numbered = (Found(number, *place) for number, place in enumerate(found, 1))
        return SearchResult(tuple(numbered), () if found else nearest(wanted, lines))

    def _read(self, pages: Iterable[int]) -> Iterator[tuple[PageText, pdfium.PdfTextPage]]:
        document = pdfium.PdfDocument(self.pdf)
        for index in pages:
            page = document[index]
            textpage = page.get_textpage()
            yield page_text(index, _letters(textpage)), textpage
            textpage.close()
            page.close()
        document.close()


def _letter_box(
    textpage: pdfium.PdfTextPage, page: int, geometry: PageGeometry, index: int
) -> DisplayedBox:
    left, bottom, right, top = textpage.get_charbox(index)
    return displayed(Box(page, left, bottom, right, top, geometry.rotation), geometry)


def _letters(textpage: pdfium.PdfTextPage) -> str:
    """Return the letters one by one: only so does the index of each lead to its box."""
    unicode = pdfium.raw.FPDFText_GetUnicode
    codes = (unicode(textpage, index) for index in range(textpage.count_chars()))
    return "".join(chr(code) if code <= _GREATEST_LETTER else "\0" for code in codes)
