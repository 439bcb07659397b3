"""What attacks by incremental updates have in common: hands on the parts of a signed file."""

from collections.abc import Callable

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter as Writer

Attack = Callable[[Writer], None]
FORGED = b"BT /F1 24 Tf 72 700 Td (Amount: 999) Tj ET"
SCRIPT = {"S": "JavaScript", "JS": generic.pdf_string("app.alert(1)")}


def page_of(writer: Writer, number: int = 0) -> generic.DictionaryObject:
    """Return a page."""
    page: generic.DictionaryObject = writer.root["/Pages"]["/Kids"][number]
    return page


def form_of(writer: Writer) -> generic.DictionaryObject:
    """Return the form."""
    form: generic.DictionaryObject = writer.root["/AcroForm"]
    return form


def field_of(writer: Writer, name: str) -> generic.DictionaryObject:
    """Return a field of the root by its name."""
    return next(field for field in items(form_of(writer)["/Fields"]) if field["/T"] == name)


def seal_of(writer: Writer) -> generic.DictionaryObject:
    """Return the field of the first signature."""
    fields = items(form_of(writer)["/Fields"])
    return next(field for field in fields if field.get("/FT") == "/Sig")


def items(array: generic.ArrayObject) -> list[generic.DictionaryObject]:
    """Return what the references of an array refer to."""
    return [array[position] for position in range(len(array))]


def font_of(writer: Writer) -> generic.PdfObject:
    """Return the reference of the contract's font."""
    return page_of(writer)["/Resources"]["/Font"].raw_get("/F1")


def touched(writer: Writer, value: generic.PdfObject) -> None:
    """Have an object written again."""
    writer.update_container(value)


def annotate(writer: Writer, annotation: generic.DictionaryObject) -> None:
    """Put an annotation on the first page."""
    writer.register_annotation(page_of(writer).container_ref, writer.add_object(annotation))
