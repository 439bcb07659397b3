"""Changes of pages: how many there are, what is drawn on them, how large they are.

1. Every page of the signed revision is there, in the same order, and no other.
2. Attributes count where they take effect: what a page inherits from the page tree is its own
   (ISO 32000-2 7.7.3.4). Nodes of the tree are not looked at for anything else.
3. What is drawn (/Contents, /Resources), the size and the turn, and all other keys stay the same.
4. Notes for programs (/PieceInfo, /LastModified, /Metadata), and the numbers that tie a page to the
   structure tree, may change: nobody sees them. Annotations: see ``annotations``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pyhanko.pdf_utils import generic

from sealservice.verification.comparison.change import Change, Need
from sealservice.verification.comparison.equality import Comparison, Landmarks
from sealservice.verification.comparison.history import (
    Key,
    Snapshot,
    as_dictionary,
    elements,
    key_of,
    raw,
)
from sealservice.verification.comparison.marks import ordered

_INHERITED: Final = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")
_UNSEEN: Final = frozenset(
    {"/Parent", "/Annots", "/LastModified", "/PieceInfo", "/Metadata", "/StructParents",
     "/Tabs"}
)  # fmt: skip
_KINDS: Final = {"/Contents": "content", "/Resources": "content", "/AA": "action"}
_PAGE_LIMIT: Final = 100_000
TREE: Final = "page tree"


@dataclass(frozen=True)
class Page:
    """A page with what it inherits."""

    key: Key | None
    dictionary: generic.DictionaryObject
    effective: dict[str, generic.PdfObject]


@dataclass
class Pages:
    """The pages of one revision, and the objects that they and their tree are."""

    listed: list[Page]
    landmarks: Landmarks


def read_pages(snapshot: Snapshot) -> Pages:
    """Return the pages of a revision in order; a node that is met twice is left out."""
    found = Pages([], {})
    waiting: list[tuple[generic.PdfObject | None, dict[str, generic.PdfObject]]] = [
        (raw(snapshot.root, "/Pages"), {})
    ]
    while waiting and len(found.listed) < _PAGE_LIMIT:
        held, inherited = waiting.pop()
        key, node = key_of(held), as_dictionary(snapshot.resolved(held))
        if key is not None and key in found.landmarks:
            continue
        own = {name: node.raw_get(name) for name in _INHERITED if name in node}
        effective = inherited | own
        if "/Kids" in node:
            name, kids = TREE, snapshot.items(node, "/Kids")
            waiting.extend((kid, effective) for kid in reversed(kids))
        else:
            name = f"page {len(found.listed)}"
            found.listed.append(Page(key, node, effective))
        if key is not None:
            found.landmarks[key] = name
    return found


def page_changes(comparison: Comparison, old: Pages, new: Pages) -> Iterator[Change]:
    """Yield what was done to pages, their annotations apart."""
    told = [
        one.at(one.at(one.root, "/Pages"), "/Count") for one in (comparison.old, comparison.new)
    ]
    if len(old.listed) == len(new.listed) and not comparison.same(*told):
        # Programs go by it, and show fewer pages than there are.
        yield Change("page_count", Need.EVERYTHING, "/Count")
    if len(old.listed) != len(new.listed):
        yield from _counted(comparison.new, old, new)
        return
    for number, (before, after) in enumerate(zip(old.listed, new.listed, strict=True)):
        for name in sorted(_names(before) | _names(after)):
            if not _same_entry(comparison, name, before, after):
                kind = _KINDS.get(name, "page")
                yield Change(kind, Need.EVERYTHING, f"page {number + 1}: {name}", page=number)


def _same_entry(comparison: Comparison, name: str, old: Page, new: Page) -> bool:
    one, other = (page.effective.get(name) or raw(page.dictionary, name) for page in (old, new))
    if comparison.same(one, other):
        return True
    if name != "/Contents":
        return False
    # One stream, and an array that holds it alone, draw the same (7.7.3.3).
    drawn = _streams(comparison.old, one), _streams(comparison.new, other)
    pairs = zip(*drawn, strict=False)
    return len(drawn[0]) == len(drawn[1]) and all(comparison.same(*pair) for pair in pairs)


def _streams(snapshot: Snapshot, held: generic.PdfObject | None) -> list[generic.PdfObject]:
    value = snapshot.resolved(held)
    if isinstance(value, generic.ArrayObject):
        return elements(value)
    return [held] if held is not None else []


def _counted(snapshot: Snapshot, old: Pages, new: Pages) -> Iterator[Change]:
    detail = f"{len(old.listed)} -> {len(new.listed)}"
    known = {page.key for page in old.listed}
    added = [number for number, page in enumerate(new.listed) if page.key not in known]
    if not added:
        yield Change("page_count", Need.EVERYTHING, detail)
    for number in added:
        whole = ordered(snapshot, new.listed[number].effective.get("/MediaBox"))
        yield Change("page_count", Need.EVERYTHING, detail, page=number, rect=whole)


def _names(page: Page) -> set[str]:
    return {str(name) for name in page.dictionary} - _UNSEEN | page.effective.keys()
