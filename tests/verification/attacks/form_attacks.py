"""Attacks on annotations, forms, actions and signature dictionaries."""

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter as Writer

from tests.verification.attacks.contract import dictionary, drawing, numbers
from tests.verification.attacks.hands import (
    SCRIPT,
    Attack,
    annotate,
    field_of,
    font_of,
    form_of,
    items,
    page_of,
    seal_of,
    touched,
)

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


def draw_in_white(writer: Writer) -> None:
    """Have programs draw fields anew, in white."""
    form = form_of(writer)
    form["/DA"] = generic.pdf_string("/F1 12 Tf 1 g")
    form["/NeedAppearances"] = generic.BooleanObject(value=True)
    writer.update_container(form)


def draw_one_in_white(writer: Writer) -> None:
    """Have programs draw one field anew, in white."""
    field = field_of(writer, "Remark")
    field["/DA"] = generic.pdf_string("/F1 12 Tf 1 g")
    touched(writer, field)
    form_of(writer)["/NeedAppearances"] = generic.BooleanObject(value=True)
    writer.update_container(form_of(writer))


def make_password(writer: Writer) -> None:
    """Have a field shown as a password."""
    field = field_of(writer, "Remark")
    field["/Ff"] = generic.NumberObject(1 << 13)
    touched(writer, field)


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


def named_script_beside_icons(writer: Writer) -> None:
    """Put a script among the names of the document, together with names that may come."""
    named_script(writer)
    writer.root["/Names"]["/AP"] = dictionary(Names=generic.ArrayObject())
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


def rewrite(key: str) -> Attack:
    """Return the attack that writes another value into a signature dictionary."""

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


FORM_ATTACKS: tuple[Attack, ...] = (
    note_over_content,
    stamp_over_content,
    stamp_beside_content,
    redact_content,
    widget_of_no_field,
    signature_field_over_content,
    remove_note,
    change_note,
    acting_link,
    add_text_field,
    remove_field,
    move_field,
    rename_field,
    replace_form_font,
    draw_in_white,
    draw_one_in_white,
    make_password,
    add_xfa,
    hide_layer,
    open_script,
    named_script,
    named_script_beside_icons,
    page_action,
    field_action,
    exchange_signature,
    second_field,
    same_name,
    hide_seal,
    move_seal,
    exchange_picture,
    remove_seal_from_page,
    rewrite("/Reason"),
    rewrite("/Name"),
    rewrite("/M"),
)
