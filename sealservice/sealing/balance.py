"""Whether something can be drawn behind a page's own content, unharmed by what that left behind.

The content of a page is enclosed in q and Q, so that what follows starts from a graphics state
that is known (ISO 32000-2 8.4.4). That holds only if the content itself
1. can be read to its end without a complaint;
2. restores each state it saves, in order, and none that it did not save;
3. ends each text object and each marked-content sequence that it begins (9.4.1, 14.6);
4. is not nested so deeply that one more level is more than PDF/A allows (ISO 19005-1 6.1.12).
What is not proven is not assumed.
"""

import io
from collections.abc import Iterable

import pikepdf

from sealservice.sealing.evenness import STEPS, comes_out_even


def balanced_pages(pdf: bytes, pages: Iterable[int]) -> frozenset[int]:
    """Return those of the pages (0 for the first) whose content is proven balanced."""
    with pikepdf.open(io.BytesIO(pdf), attempt_recovery=False, suppress_warnings=True) as document:
        return frozenset(page for page in set(pages) if _is_balanced(document, page))


def _is_balanced(document: pikepdf.Pdf, page: int) -> bool:
    document.get_warnings()
    try:
        found = pikepdf.parse_content_stream(document.pages[page], " ".join(STEPS))
        operators = [str(instruction.operator) for instruction in found]
    except (pikepdf.PdfError, ValueError, TypeError):
        return False
    return not document.get_warnings() and comes_out_even(operators)
