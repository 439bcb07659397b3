"""The signature field of a seal: a new one, or an empty one that the document was prepared with.

A field and its widget may be one object or two (ISO 32000-2 12.7.4.1). A prepared field keeps its
place, its flags and what it is called; it is made to print. Where somebody signed already, a field
of two objects is refused: some verifiers take the filling of its widget for a forbidden change.
"""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, Final

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, enumerate_sig_fields
from pyhanko.sign.signers.cms_embedder import PdfCMSEmbedder

from sealservice.sealing.model import Impression
from sealservice.sealing.pdf_values import entry
from sealservice.sealing.room import refuse_two_objects
from sealservice.sealing.stamps import Rectangle

_PRINT: Final = 4
"""Of the flags of an annotation (ISO 32000-2 table 167)."""

Embedding = Generator[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class SealField:
    """A field that waits for its signature dictionary."""

    name: str
    field: generic.DictionaryObject
    placed: generic.IndirectObject
    """Its widget, which may be the field itself."""
    embedding: Embedding
    writer: IncrementalPdfFileWriter
    is_new: bool

    @property
    def widget(self) -> generic.DictionaryObject:
        """Return the widget's dictionary."""
        widget: generic.DictionaryObject = self.placed.get_object()
        return widget

    @property
    def rectangle(self) -> Rectangle:
        """Return where the widget lies."""
        x1, y1, x2, y2 = (float(corner) for corner in self.widget["/Rect"])
        return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)

    def show(self, appearance: generic.IndirectObject) -> None:
        """Give the widget its appearance."""
        shown = {pdf_name("/N"): appearance}
        self.widget[pdf_name("/AP")] = generic.DictionaryObject(shown)
        flags = int(entry(self.widget, "/F", 0)) | _PRINT
        self.widget[pdf_name("/F")] = generic.NumberObject(flags)
        self.writer.update_container(self.widget)


def open_field(
    writer: IncrementalPdfFileWriter, impression: Impression, label: str, *, is_signed: bool
) -> SealField:
    """Return the field of an impression; a new one unless it fills one that is there.

    ``label`` is what it is called by readers who do not see it (/TU, ISO 32000-2 table 226); a
    prepared field that has no such name gets it only where nobody signed it without one.

    Raises:
        FieldUnusable: it cannot be filled without harm to earlier signatures.
    """
    if impression.field is None:
        name, box = free_name(writer, "Seal"), impression.box
        corners = (box.left, box.bottom, box.right, box.top)
        spec = SigFieldSpec(name, on_page=box.page, box=corners, readable_field_name=label)  # type: ignore[arg-type]
        embedding = PdfCMSEmbedder(new_field_spec=spec).write_cms(name, writer)
    else:
        name = impression.field
        embedding = PdfCMSEmbedder().write_cms(name, writer, existing_fields_only=True)
    placed = next(embedding)
    field = placed.get_object()
    is_new = impression.field is None
    if "/TU" not in field and (is_new or not is_signed):
        field[pdf_name("/TU")] = generic.TextStringObject(label)
    kids = entry(field, "/Kids", ())
    if kids and is_signed:
        refuse_two_objects(name)
    placed = kids.raw_get(0) if kids else placed
    return SealField(name, field, placed, embedding, writer, is_new)


def is_signed(writer: IncrementalPdfFileWriter) -> bool:
    """Return whether a document has a signature, a document timestamp, or usage rights."""
    if "/UR3" in entry(writer.root, "/Perms", {}):
        return True
    return any(True for _ in enumerate_sig_fields(writer, filled_status=True))


def free_name(writer: IncrementalPdfFileWriter, stem: str) -> str:
    """Return ``Seal1`` or the next such name that no top-level field bears."""
    fields = entry(entry(writer.root, "/AcroForm", {}), "/Fields", ())
    taken = {str(entry(field.get_object(), "/T", "")) for field in fields}
    number = 1
    while f"{stem}{number}" in taken:
        number += 1
    return f"{stem}{number}"
