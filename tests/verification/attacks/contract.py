"""A contract with all that attacks are made with: form, layer, image, font, note, XMP."""

import io

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter

XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    b'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>'
)
TEXT = b"BT /F1 24 Tf 72 700 Td (Amount: 100) Tj ET BT /F1 12 Tf 72 640 Td (Payee: Alice) Tj ET"
EXTRA = (
    b" q 80 0 0 80 400 500 cm /Im1 Do Q /OC /Layer1 BDC BT /F1 14 Tf 72 560 Td (Clause 7) Tj ET EMC"
)
FIELD_BOX = (72, 480, 272, 510)
SEAL_BOX = (72, 300, 172, 400)


def dictionary(**entries: generic.PdfObject | str | int) -> generic.DictionaryObject:
    """Make a dictionary; strings are names."""
    return generic.DictionaryObject({pdf_name(f"/{key}"): _value(v) for key, v in entries.items()})


def numbers(*values: float) -> generic.ArrayObject:
    """Make an array of numbers."""
    return generic.ArrayObject(generic.FloatObject(value) for value in values)


def drawing(data: bytes, box: tuple[float, ...], font: generic.PdfObject) -> generic.StreamObject:
    """Make a form XObject in a box of its own size."""
    left, bottom, right, top = box
    resources = dictionary(Font=dictionary(F1=font))
    entries = dictionary(
        Type="XObject",
        Subtype="Form",
        BBox=numbers(0, 0, right - left, top - bottom),
        Resources=resources,
    )
    return generic.StreamObject(entries, stream_data=data)


def text_field(
    writer: PdfFileWriter, font: generic.PdfObject, value: str
) -> generic.IndirectObject:
    """Add the text field ``Remark`` with an appearance."""
    shown = drawing(f"BT /F1 12 Tf 4 8 Td ({value}) Tj ET".encode(), FIELD_BOX, font)
    return writer.add_object(
        dictionary(
            Type="Annot",
            Subtype="Widget",
            FT="Tx",
            T=generic.pdf_string("Remark"),
            V=generic.pdf_string(value),
            DA=generic.pdf_string("/F1 12 Tf 0 g"),
            F=4,
            Rect=numbers(*FIELD_BOX),
            AP=dictionary(N=writer.add_object(shown)),
        )
    )


def contract(value: str = "as agreed") -> bytes:
    """Make the contract: two pages, unsigned."""
    writer = PdfFileWriter(stream_xrefs=False)
    font = writer.add_object(dictionary(Type="Font", Subtype="Type1", BaseFont="Helvetica"))
    layer = writer.add_object(dictionary(Type="OCG", Name=generic.pdf_string("Terms")))
    pixels = generic.StreamObject(
        dictionary(
            Type="XObject",
            Subtype="Image",
            Width=2,
            Height=2,
            ColorSpace="DeviceGray",
            BitsPerComponent=8,
        ),
        stream_data=b"\x00\x40\x80\xc0",
    )
    resources = dictionary(
        Font=dictionary(F1=font),
        XObject=dictionary(Im1=writer.add_object(pixels)),
        Properties=dictionary(Layer1=layer),
    )
    for text in (TEXT + EXTRA, b"BT /F1 24 Tf 72 700 Td (Page two) Tj ET"):
        content = writer.add_object(generic.StreamObject(stream_data=text))
        page = PageObject(content, numbers(0, 0, 595, 842), generic.DictionaryObject(resources))
        writer.insert_page(page)
    _finish(writer, font, layer, value)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _finish(
    writer: PdfFileWriter, font: generic.PdfObject, layer: generic.PdfObject, value: str
) -> None:
    field = text_field(writer, font, value)
    note = writer.add_object(
        dictionary(
            Type="Annot",
            Subtype="Text",
            Rect=numbers(500, 780, 520, 800),
            Contents=generic.pdf_string("read clause 7"),
        )
    )
    page = writer.root["/Pages"]["/Kids"][0]
    page["/Annots"] = generic.ArrayObject([field, note])
    writer.root["/AcroForm"] = writer.add_object(
        dictionary(
            Fields=generic.ArrayObject([field]),
            DR=dictionary(Font=dictionary(F1=font)),
            DA=generic.pdf_string("/F1 12 Tf 0 g"),
        )
    )
    writer.root["/OCProperties"] = dictionary(
        OCGs=generic.ArrayObject([layer]), D=dictionary(ON=generic.ArrayObject([layer]))
    )
    metadata = generic.StreamObject(dictionary(Type="Metadata", Subtype="XML"), stream_data=XMP)
    writer.root["/Metadata"] = writer.add_object(metadata)


def _value(value: generic.PdfObject | str | int) -> generic.PdfObject:
    if isinstance(value, generic.PdfObject):
        return value
    return pdf_name(f"/{value}") if isinstance(value, str) else generic.NumberObject(value)
