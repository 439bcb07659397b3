"""Attacks on what pages show: incremental saving, pages, shadows."""

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter as Writer
from pyhanko.pdf_utils.writer import PageObject

from tests.verification.attacks.contract import FIELD_BOX, dictionary, drawing, numbers
from tests.verification.attacks.hands import FORGED, Attack, field_of, font_of, page_of, touched

# Incremental saving attacks (ISA)


def replace_content(writer: Writer) -> None:
    """Point the page at other content."""
    page = page_of(writer)
    page["/Contents"] = writer.add_object(generic.StreamObject(stream_data=FORGED))
    touched(writer, page)


def overwrite_content(writer: Writer) -> None:
    """Overwrite the content stream under its own number."""
    stream = page_of(writer)["/Contents"]
    stream = stream[0] if isinstance(stream, generic.ArrayObject) else stream
    stream._data, stream._encoded_data = FORGED, None
    writer.mark_update(stream.container_ref)


def append_content(writer: Writer) -> None:
    """Add a content stream to the page."""
    page = page_of(writer)
    more = writer.add_object(
        generic.StreamObject(stream_data=b"BT /F1 24 Tf 220 700 Td (000) Tj ET")
    )
    page["/Contents"] = generic.ArrayObject([*_raw(page), more])
    touched(writer, page)


def _raw(page: generic.DictionaryObject) -> list[generic.PdfObject]:
    held = page["/Contents"]
    if isinstance(held, generic.ArrayObject):
        return [held.raw_get(i) for i in range(len(held))]
    return [page.raw_get("/Contents")]


def replace_image(writer: Writer) -> None:
    """Overwrite an image."""
    image = page_of(writer)["/Resources"]["/XObject"]["/Im1"]
    image._data, image._encoded_data = b"\xff\xff\xff\xff", None
    writer.mark_update(image.container_ref)


def replace_page_tree(writer: Writer) -> None:
    """Point the catalog at another page tree."""
    content = writer.add_object(generic.StreamObject(stream_data=FORGED))
    resources = dictionary(Font=dictionary(F1=font_of(writer)))
    tree = dictionary(Type="Pages", Count=2)
    reference = writer.add_object(tree)
    pages = [
        writer.add_object(
            dictionary(
                Type="Page",
                Parent=reference,
                Contents=content,
                Resources=resources,
                MediaBox=numbers(0, 0, 595, 842),
            )
        )
        for _ in range(2)
    ]
    tree["/Kids"] = generic.ArrayObject(pages)
    writer.root["/Pages"] = reference
    writer.update_root()


def replace_catalog_entries(writer: Writer) -> None:
    """Add a key that no standard knows, which reaches into the pages."""
    writer.root["/Extra"] = writer.add_object(
        dictionary(Shadow=page_of(writer).raw_get("/Contents"))
    )
    writer.update_root()


# Pages


def add_page(writer: Writer) -> None:
    """Add a page."""
    content = writer.add_object(generic.StreamObject(stream_data=FORGED))
    writer.insert_page(PageObject(content, numbers(0, 0, 595, 842)))


def remove_page(writer: Writer) -> None:
    """Remove the last page."""
    pages = writer.root["/Pages"]
    pages["/Kids"] = generic.ArrayObject([pages["/Kids"].raw_get(0)])
    pages["/Count"] = generic.NumberObject(1)
    touched(writer, pages)


def miscount_pages(writer: Writer) -> None:
    """Say that there is one page less."""
    pages = writer.root["/Pages"]
    pages["/Count"] = generic.NumberObject(1)
    touched(writer, pages)


def swap_pages(writer: Writer) -> None:
    """Exchange two pages."""
    pages = writer.root["/Pages"]
    kids = pages["/Kids"]
    pages["/Kids"] = generic.ArrayObject([kids.raw_get(1), kids.raw_get(0)])
    touched(writer, pages)


def turn_page(writer: Writer) -> None:
    """Turn a page upside down."""
    page = page_of(writer)
    page["/Rotate"] = generic.NumberObject(180)
    touched(writer, page)


def crop_page(writer: Writer) -> None:
    """Cut a clause off, by what pages inherit."""
    tree = writer.root["/Pages"]
    tree["/CropBox"] = numbers(0, 600, 595, 842)
    touched(writer, tree)


# Shadow attacks: hide, replace, hide-and-replace


def shadow_hide_image(writer: Writer) -> None:
    """Hide: what covered a clause becomes nothing."""
    resources = page_of(writer)["/Resources"]
    resources["/XObject"] = generic.DictionaryObject()
    touched(writer, page_of(writer))


def shadow_free_object(writer: Writer) -> None:
    """Hide: an object that is drawn becomes null."""
    reference = page_of(writer)["/Resources"]["/XObject"].raw_get("/Im1").reference
    writer.objects[(reference.generation, reference.idnum)] = generic.NullObject()
    writer._force_write_when_empty = True


def shadow_replace_font(writer: Writer) -> None:
    """Replace: a font draws other glyphs for the same codes."""
    font = page_of(writer)["/Resources"]["/Font"]["/F1"]
    font["/Encoding"] = dictionary(
        Type="Encoding",
        Differences=generic.ArrayObject([generic.NumberObject(0x31), pdf_name("/nine")]),
    )
    touched(writer, font)


def shadow_replace_value(writer: Writer) -> None:
    """Replace: a form value that was signed says another thing."""
    field = field_of(writer, "Remark")
    field["/V"] = generic.pdf_string("void")
    shown = drawing(b"BT /F1 12 Tf 4 8 Td (void) Tj ET", FIELD_BOX, font_of(writer))
    field["/AP"] = dictionary(N=writer.add_object(shown))
    touched(writer, field)


def shadow_replace_appearance(writer: Writer) -> None:
    """Replace: a form field shows another text than its value."""
    field = field_of(writer, "Remark")
    shown = drawing(b"BT /F1 12 Tf 4 8 Td (void) Tj ET", FIELD_BOX, font_of(writer))
    field["/AP"] = dictionary(N=writer.add_object(shown))
    touched(writer, field)


def shadow_hide_field(writer: Writer) -> None:
    """Hide: a filled field is not shown any more."""
    field = field_of(writer, "Remark")
    field["/F"] = generic.NumberObject(2)
    touched(writer, field)


def shadow_reuse_object(writer: Writer) -> None:
    """Hide and replace: the number of a font becomes that of a drawing."""
    reference = font_of(writer).reference
    font = dictionary(Type="Font", Subtype="Type1", BaseFont="Symbol")
    writer.objects[(reference.generation, reference.idnum)] = font


CONTENT_ATTACKS: tuple[Attack, ...] = (
    replace_content,
    overwrite_content,
    append_content,
    replace_image,
    replace_page_tree,
    replace_catalog_entries,
    add_page,
    remove_page,
    miscount_pages,
    swap_pages,
    turn_page,
    crop_page,
    shadow_hide_image,
    shadow_free_object,
    shadow_replace_font,
    shadow_replace_value,
    shadow_replace_appearance,
    shadow_hide_field,
    shadow_reuse_object,
)
