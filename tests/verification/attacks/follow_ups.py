"""What honest people and programs do to a signed file; none of it makes it invalid."""

from collections.abc import Callable

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter as Writer

from tests.verification.attacks.contract import FIELD_BOX, XMP, dictionary, drawing, numbers
from tests.verification.attacks.hands import (
    annotate,
    field_of,
    font_of,
    form_of,
    page_of,
    seal_of,
    touched,
)

FollowUp = Callable[[Writer], None]


def nothing(writer: Writer) -> None:
    """Save again without a change."""
    writer._force_write_when_empty = True


def rewrite_the_same(writer: Writer) -> None:
    """Write pages, content, form and seal again as they are."""
    page = page_of(writer)
    for value in (page, page["/Contents"], form_of(writer), seal_of(writer)):
        touched(writer, value)


def write_numbers_otherwise(writer: Writer) -> None:
    """Write 595 as 595.0, and an indirect number directly."""
    page = page_of(writer)
    page["/MediaBox"] = numbers(0.0, 0.0, 595.0, 842.0)
    page["/Rotate"] = generic.NumberObject(0)
    del page["/Rotate"]
    touched(writer, page)


def renumber_resources(writer: Writer) -> None:
    """Keep the resources of a page in an object of their own."""
    page = page_of(writer)
    page["/Resources"] = writer.add_object(generic.DictionaryObject(page["/Resources"]))
    touched(writer, page)


def pack_content(writer: Writer) -> None:
    """Compress a content stream, and list what was one or more."""
    page = page_of(writer)
    held = page["/Contents"]
    is_array = isinstance(held, generic.ArrayObject)
    packed = generic.StreamObject(stream_data=(held[0] if is_array else held).data)
    packed.compress()
    rest = [held.raw_get(place) for place in range(1, len(held))] if is_array else []
    page["/Contents"] = generic.ArrayObject([writer.add_object(packed), *rest])
    touched(writer, page)


def name_the_tree(writer: Writer) -> None:
    """Put a program's name into the root of the page tree."""
    tree = writer.root["/Pages"]
    tree["/ITXT"] = generic.pdf_string("2.1.7")
    touched(writer, tree)


def metadata_and_information(writer: Writer) -> None:
    """Write who changed the file last, and when."""
    writer.set_info(dictionary(Producer=generic.pdf_string("Other program")))
    metadata = dictionary(Type="Metadata", Subtype="XML")
    later = XMP.replace(b"<rdf:RDF", b"<!-- later --><rdf:RDF")
    writer.root["/Metadata"] = writer.add_object(generic.StreamObject(metadata, stream_data=later))
    writer.root["/PieceInfo"] = dictionary(Program=dictionary(Private=1))
    writer.root["/Version"] = pdf_name("/2.0")
    writer.update_root()


def leave_orphans(writer: Writer) -> None:
    """Write objects that nothing refers to."""
    writer.add_object(dictionary(Type="Font", Subtype="Type1", BaseFont="Courier"))
    writer.add_object(generic.StreamObject(stream_data=b"BT (x) Tj ET"))


def need_appearances(writer: Writer) -> None:
    """Ask programs to draw fields themselves, and add a font for it."""
    form = form_of(writer)
    form["/NeedAppearances"] = generic.BooleanObject(value=True)
    courier = dictionary(Type="Font", Subtype="Type1", BaseFont="Courier")
    form["/DR"]["/Font"]["/Cour"] = writer.add_object(courier)
    touched(writer, form)


def lock_flags(writer: Writer) -> None:
    """Make the signed field read-only, as Acrobat does."""
    field = seal_of(writer)
    field["/Ff"] = generic.NumberObject(1)
    touched(writer, field)


def prepare_field(writer: Writer) -> None:
    """Add an empty signature field for the next party, unseen."""
    field = dictionary(
        FT="Sig", T=generic.pdf_string("Next"), Type="Annot", Subtype="Widget", F=132,
        Rect=numbers(0, 0, 0, 0),
    )  # fmt: skip
    form_of(writer)["/Fields"].append(writer.add_object(field))
    touched(writer, form_of(writer)["/Fields"])


def fill(writer: Writer) -> None:
    """Fill a text field."""
    field = field_of(writer, "Remark")
    field["/V"] = generic.pdf_string("received")
    shown = drawing(b"BT /F1 12 Tf 4 8 Td (received) Tj ET", FIELD_BOX, font_of(writer))
    field["/AP"] = dictionary(N=writer.add_object(shown))
    touched(writer, field)


def note_in_the_margin(writer: Writer) -> None:
    """Add a note where nothing is written."""
    annotate(
        writer,
        dictionary(
            Type="Annot",
            Subtype="Text",
            Rect=numbers(20, 20, 40, 40),
            Contents=generic.pdf_string("checked"),
        ),
    )


def note_with_an_icon(writer: Writer) -> None:
    """Add a note and, beside it, the name of its icon, as Acrobat does."""
    note_in_the_margin(writer)
    icon = writer.add_object(drawing(b"0 0 24 24 re f", numbers(0, 0, 24, 24), font_of(writer)))
    names = generic.ArrayObject([generic.pdf_string("~icon+Comment"), icon])
    writer.root["/Names"] = dictionary(AP=dictionary(Names=names))
    writer.update_root()


HARMLESS: tuple[FollowUp, ...] = (
    nothing, rewrite_the_same, write_numbers_otherwise, renumber_resources, pack_content,
    name_the_tree, metadata_and_information, leave_orphans, need_appearances, lock_flags,
    prepare_field,
)  # fmt: skip
