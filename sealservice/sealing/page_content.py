"""Puts impressions of a seal on pages that nobody has signed yet, as content of the pages.

1. The page's own content is enclosed in q and Q; a stream of ours follows, which names the drawing.
   The drawing is stored once, however many pages show it.
2. In a tagged document our part is an artifact (ISO 32000-2 14.8.2.2): it is no text to be read.
3. The drawing gets a name among the resources that the page has, its own or inherited, without
   touching any other. The name is drawn by lot: content written beforehand cannot know it, and so
   cannot show the seal where nobody approved it. Pages may go on sharing their resources.
4. Where the content is not proven balanced (sealing/balance.py), a stamp annotation shows the
   impression instead; it prints, is locked and read-only (ISO 32000-2 12.5.6.12), and has its place
   in the structure tree of a tagged document.
"""

import secrets
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from sealservice.sealing.model import Impression
from sealservice.sealing.painting import drawn_name
from sealservice.sealing.pdf_values import entry, numbers, raw_entry
from sealservice.sealing.reading import TREE_DEPTH
from sealservice.sealing.stamps import appearance, paint
from sealservice.sealing.structure import ANNOTATION, Structure
from sealservice.seals.artwork import Artwork

_STAMP_FLAGS: Final = 4 | 64 | 128 | 512
"""Print, read-only, locked, contents locked (ISO 32000-2 table 167)."""

Pages = dict[int, list[Impression]]


@dataclass(frozen=True, slots=True)
class PageContent:
    """What is drawn on the pages of one document with one drawing."""

    writer: IncrementalPdfFileWriter
    drawn: generic.IndirectObject
    artwork: Artwork
    label: str
    """What a stamp annotation says it is."""
    structure: Structure
    name: str = field(default_factory=drawn_name)

    def add(self, impressions: Iterable[Impression], balanced: frozenset[int]) -> None:
        """Put impressions on their pages; ``balanced`` has the pages that take more content."""
        pages: Pages = defaultdict(list)
        for impression in impressions:
            pages[impression.box.page].append(impression)
        opening = None
        for index, shown in pages.items():
            reference, _ = self.writer.find_page_for_modification(index)
            if index in balanced:
                opening = opening or self._stream(b"q\n")
                self._draw(reference.get_object(), shown, opening)
            else:
                self._stamp(reference, shown)

    def _draw(
        self,
        page: generic.DictionaryObject,
        impressions: list[Impression],
        opening: generic.IndirectObject,
    ) -> None:
        operators = b"\n".join(paint(one, self.artwork, self.name) for one in impressions)
        if self.structure.is_there:
            operators = b"/Artifact BMC\n" + operators + b"\nEMC"
        own = _streams(page)
        if own:
            ours = self._stream(b"\nQ\n" + operators + b"\n")
            page[pdf_name("/Contents")] = generic.ArrayObject([opening, *own, ours])
        else:
            page[pdf_name("/Contents")] = self._stream(operators + b"\n")
        self._name_drawing(page)
        self.writer.update_container(page)

    def _name_drawing(self, page: generic.DictionaryObject) -> None:
        """Put the drawing among the XObjects of a page's resources, wherever those are kept."""
        resources = _inherited_resources(page)
        if resources is None:
            resources = generic.DictionaryObject()
            page[pdf_name("/Resources")] = resources
        held = entry(resources, "/XObject", None)
        if not isinstance(held, generic.DictionaryObject):
            held = generic.DictionaryObject()
            resources[pdf_name("/XObject")] = held
            self.writer.update_container(resources)
        if self.name not in held:
            held[pdf_name(self.name)] = self.drawn
            self.writer.update_container(held)

    def _stamp(self, page: generic.Reference, impressions: list[Impression]) -> None:
        for impression in impressions:
            box = impression.box
            rectangle = (box.left, box.bottom, box.right, box.top)
            shown = appearance(self.writer, self.drawn, self.artwork, impression, rectangle)
            annotation = generic.DictionaryObject(
                {
                    pdf_name("/Type"): pdf_name("/Annot"),
                    pdf_name("/Subtype"): pdf_name("/Stamp"),
                    pdf_name("/Rect"): numbers(rectangle),
                    pdf_name("/F"): generic.NumberObject(_STAMP_FLAGS),
                    pdf_name("/Contents"): generic.TextStringObject(self.label),
                    pdf_name("/NM"): generic.TextStringObject(f"seal-{secrets.token_hex(8)}"),
                    pdf_name("/P"): generic.IndirectObject(
                        page.idnum, page.generation, page.get_pdf_handler()
                    ),
                    pdf_name("/AP"): generic.DictionaryObject({pdf_name("/N"): shown}),
                }
            )
            held = self.writer.add_object(annotation)
            self.writer.register_annotation(page, held)
            self.structure.take_in(held, box.page, ANNOTATION)

    def _stream(self, operators: bytes) -> generic.IndirectObject:
        return self.writer.add_object(generic.StreamObject(stream_data=operators))


def _streams(page: generic.DictionaryObject) -> list[generic.PdfObject]:
    """Return the references of a page's content streams."""
    held = raw_entry(page, "/Contents")
    value = held.get_object() if held is not None else None
    if isinstance(value, generic.ArrayObject):
        return [value.raw_get(position) for position in range(len(value))]
    return [held] if isinstance(value, generic.StreamObject) else []


def _inherited_resources(page: generic.DictionaryObject) -> generic.DictionaryObject | None:
    node = page
    for _ in range(TREE_DEPTH):
        if not isinstance(node, generic.DictionaryObject):
            break
        found = entry(node, "/Resources", None)
        if found is not None:
            return found if isinstance(found, generic.DictionaryObject) else None
        node = entry(node, "/Parent", None)
    return None
