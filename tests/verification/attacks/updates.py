"""Attacks by incremental updates: what is appended to a signed file so that it says another thing.

Each takes a writer over a signed file. ``ATTACKS`` has them all by the name of their family.
"""

from collections.abc import Callable

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter as Writer
from pyhanko.pdf_utils.writer import PageObject

from tests.verification.attacks.contract import FIELD_BOX, dictionary, drawing, numbers

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


# Annotations and certification attacks (EAA, SSA)


def note_over_content(writer: Writer) -> None:
    """EAA: a free text that programs draw themselves, over the amount."""
    box = numbers(60, 690, 400, 730)
    annotate(
        writer,
        dictionary(Type="Annot", Subtype="FreeText", Rect=box, Contents=generic.pdf_string("999")),
    )


def stamp_over_content(writer: Writer) -> None:
    """EAA: a stamp with a picture of another amount."""
    _cover(writer, "Stamp", b"1 g 0 0 340 40 re f 0 g BT /F1 24 Tf 12 10 Td (Amount: 999) Tj ET")


def stamp_beside_content(writer: Writer) -> None:
    """EAA: a stamp that adds to the amount, without hiding anything."""
    _cover(writer, "Stamp", b"BT /F1 24 Tf 170 10 Td (000) Tj ET")


def _cover(writer: Writer, kind: str, data: bytes) -> None:
    box = (60, 690, 400, 730)
    shown = writer.add_object(drawing(data, box, font_of(writer)))
    annotate(
        writer,
        dictionary(Type="Annot", Subtype=kind, Rect=numbers(*box), F=4, AP=dictionary(N=shown)),
    )


def redact_content(writer: Writer) -> None:
    """EAA: a redaction over the payee."""
    _cover(writer, "Redact", b"0 g 0 0 340 40 re f")


def widget_of_no_field(writer: Writer) -> None:
    """Show a widget that belongs to no field, over the amount."""
    _cover(writer, "Widget", b"1 g 0 0 340 40 re f")


def signature_field_over_content(writer: Writer) -> None:
    """SSA: an empty signature field whose appearance covers the amount."""
    box = (60, 690, 400, 730)
    shown = drawing(
        b"1 g 0 0 340 40 re f 0 g BT /F1 24 Tf 12 10 Td (Amount: 999) Tj ET", box, font_of(writer)
    )
    field = dictionary(
        Type="Annot", Subtype="Widget", FT="Sig", T=generic.pdf_string("Cover"), F=4,
        Rect=numbers(*box), AP=dictionary(N=writer.add_object(shown)),
    )  # fmt: skip
    reference = writer.add_object(field)
    add_field(writer, reference)
    writer.register_annotation(page_of(writer).container_ref, reference)


def remove_note(writer: Writer) -> None:
    """Remove a note that was signed."""
    page = page_of(writer)
    held = page["/Annots"]
    page["/Annots"] = generic.ArrayObject(
        held.raw_get(i) for i in range(len(held)) if held[i].get("/Subtype") != "/Text"
    )
    touched(writer, page)


def change_note(writer: Writer) -> None:
    """Rewrite a note that was signed."""
    note = next(one for one in items(page_of(writer)["/Annots"]) if one.get("/Subtype") == "/Text")
    note["/Contents"] = generic.pdf_string("skip clause 7")
    touched(writer, note)


def acting_link(writer: Writer) -> None:
    """Add a link that starts a program."""
    action = dictionary(S="Launch", F=generic.pdf_string("evil.exe"))
    annotate(
        writer,
        dictionary(Type="Annot", Subtype="Link", Rect=numbers(300, 100, 400, 120), A=action),
    )


# Form


def add_field(writer: Writer, reference: generic.PdfObject) -> None:
    """Add a field to the form."""
    form = form_of(writer)
    form["/Fields"].append(reference)
    writer.update_container(form["/Fields"])


def add_text_field(writer: Writer) -> None:
    """Add a text field with a value."""
    field = dictionary(
        FT="Tx", T=generic.pdf_string("New"), V=generic.pdf_string("x"), Type="Annot",
        Subtype="Widget", Rect=numbers(300, 480, 400, 510),
    )  # fmt: skip
    add_field(writer, writer.add_object(field))


def remove_field(writer: Writer) -> None:
    """Remove a field from the form and the page."""
    form = form_of(writer)
    held = form["/Fields"]
    form["/Fields"] = generic.ArrayObject(
        held.raw_get(i) for i in range(len(held)) if held[i]["/T"] != "Remark"
    )
    writer.update_container(form)
    page = page_of(writer)
    annots = page["/Annots"]
    page["/Annots"] = generic.ArrayObject(
        annots.raw_get(i) for i in range(len(annots)) if annots[i].get("/T") != "Remark"
    )
    touched(writer, page)


def move_field(writer: Writer) -> None:
    """Move a filled field."""
    field = field_of(writer, "Remark")
    field["/Rect"] = numbers(72, 690, 272, 720)
    touched(writer, field)


def rename_field(writer: Writer) -> None:
    """Give a field another name."""
    field = field_of(writer, "Remark")
    field["/T"] = generic.pdf_string("Other")
    touched(writer, field)


def replace_form_font(writer: Writer) -> None:
    """Exchange the font that fields are drawn with."""
    form = form_of(writer)
    other = dictionary(Type="Font", Subtype="Type1", BaseFont="Symbol")
    form["/DR"] = dictionary(Font=dictionary(F1=writer.add_object(other)))
    writer.update_container(form)


def add_xfa(writer: Writer) -> None:
    """Give the form a second description, which some programs prefer."""
    form = form_of(writer)
    form["/XFA"] = writer.add_object(generic.StreamObject(stream_data=b"<xdp/>"))
    writer.update_container(form)


# Layers and actions


def hide_layer(writer: Writer) -> None:
    """Switch a layer with a clause off."""
    layers = writer.root["/OCProperties"]
    layers["/D"] = dictionary(OFF=generic.ArrayObject([layers["/OCGs"].raw_get(0)]))
    writer.update_root()


def open_script(writer: Writer) -> None:
    """Run a script when the file is opened."""
    writer.root["/OpenAction"] = writer.add_object(dictionary(**SCRIPT))
    writer.update_root()


def named_script(writer: Writer) -> None:
    """Put a script among the names of the document."""
    script = writer.add_object(dictionary(**SCRIPT))
    names = generic.ArrayObject([generic.pdf_string("a"), script])
    writer.root["/Names"] = dictionary(JavaScript=dictionary(Names=names))
    writer.update_root()


def page_action(writer: Writer) -> None:
    """Run a script when a page is shown."""
    page = page_of(writer)
    page["/AA"] = dictionary(O=writer.add_object(dictionary(**SCRIPT)))
    touched(writer, page)


def field_action(writer: Writer) -> None:
    """Run a script when a field is entered."""
    field = field_of(writer, "Remark")
    field["/AA"] = dictionary(Fo=writer.add_object(dictionary(**SCRIPT)))
    touched(writer, field)


# Spoofing


def _rewrite(key: str) -> Attack:
    def attack(writer: Writer) -> None:
        signature = seal_of(writer)["/V"]
        signature[key] = generic.pdf_string("D:20200101000000Z")
        touched(writer, signature)

    attack.__name__ = f"rewrite_{key[1:].lower()}"
    return attack


def exchange_signature(writer: Writer) -> None:
    """Point the signed field at a copy of its dictionary with another reason."""
    field = seal_of(writer)
    copy = generic.DictionaryObject(field["/V"])
    copy["/Reason"] = generic.pdf_string("I agree to everything")
    field["/V"] = writer.add_object(copy)
    touched(writer, field)


def second_field(writer: Writer) -> None:
    """Point a new field at the old signature."""
    _spoof(writer, "AlsoSigned")


def same_name(writer: Writer) -> None:
    """Add a field that has the name of the signed one."""
    _spoof(writer, str(seal_of(writer)["/T"]))


def _spoof(writer: Writer, name: str) -> None:
    field = dictionary(
        FT="Sig", T=generic.pdf_string(name), V=seal_of(writer).raw_get("/V"), Type="Annot",
        Subtype="Widget", Rect=numbers(0, 0, 0, 0),
    )  # fmt: skip
    add_field(writer, writer.add_object(field))


# Placements


def hide_seal(writer: Writer) -> None:
    """Hide the picture of the seal."""
    field = seal_of(writer)
    field["/F"] = generic.NumberObject(2)
    touched(writer, field)


def move_seal(writer: Writer) -> None:
    """Put the seal beside another text."""
    field = seal_of(writer)
    field["/Rect"] = numbers(300, 600, 400, 700)
    touched(writer, field)


def exchange_picture(writer: Writer) -> None:
    """Give the seal another picture."""
    field = seal_of(writer)
    box = (0, 0, 100, 100)
    shown = drawing(b"1 0 0 rg 0 0 100 100 re f", box, font_of(writer))
    field["/AP"] = dictionary(N=writer.add_object(shown))
    touched(writer, field)


def remove_seal_from_page(writer: Writer) -> None:
    """Take the seal off the page, and leave the field."""
    page = page_of(writer)
    held = page["/Annots"]
    page["/Annots"] = generic.ArrayObject(
        held.raw_get(i) for i in range(len(held)) if held[i].get("/FT") != "/Sig"
    )
    touched(writer, page)


# The document security store


def delete_store(writer: Writer) -> None:
    """Delete the DSS."""
    del writer.root["/DSS"]
    writer.update_root()


def empty_store(writer: Writer) -> None:
    """Put an empty DSS in its place."""
    writer.root["/DSS"] = writer.add_object(dictionary(Type="DSS"))
    writer.update_root()


def retype_store(writer: Writer) -> None:
    """Make something else of the DSS."""
    writer.root["/DSS"] = generic.ArrayObject()
    writer.update_root()


def clobber_entry(writer: Writer) -> None:
    """Put something into the VRI that is no entry."""
    store = writer.root["/DSS"]
    store["/VRI"] = generic.DictionaryObject({pdf_name("/" + "A" * 40): pdf_name("/Clobbered")})
    writer.update_container(store)


def smuggle_into_store(writer: Writer) -> None:
    """Keep something in the DSS that does not belong there."""
    store = writer.root["/DSS"]
    store["/Payload"] = writer.add_object(generic.StreamObject(stream_data=FORGED))
    writer.update_container(store)


UPDATES: tuple[Attack, ...] = (
    replace_content, overwrite_content, append_content, replace_image, replace_page_tree,
    replace_catalog_entries, add_page, remove_page, swap_pages, turn_page, crop_page,
    shadow_hide_image, shadow_free_object, shadow_replace_font, shadow_replace_value,
    shadow_replace_appearance, shadow_hide_field, shadow_reuse_object, note_over_content,
    stamp_over_content, stamp_beside_content, redact_content, widget_of_no_field,
    signature_field_over_content, remove_note, change_note, acting_link, add_text_field,
    remove_field, move_field, rename_field, replace_form_font, add_xfa, hide_layer, open_script,
    named_script, page_action, field_action, _rewrite("/Reason"), _rewrite("/Name"),
    _rewrite("/M"), exchange_signature, second_field, same_name, hide_seal, move_seal,
    exchange_picture, remove_seal_from_page,
)  # fmt: skip
STORE_UPDATES: tuple[Attack, ...] = (
    delete_store, empty_store, retype_store, clobber_entry, smuggle_into_store,
)  # fmt: skip
