"""PDFs to be sealed, made for the tests: a page with the keyword, in many shapes."""

import io
from functools import cache
from importlib.resources import files

import pikepdf
import typst
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import SigFieldSpec, append_signature_field

from sealservice.sealing.stamps import form
from sealservice.sealing.structure import FORM, Structure
from tests.world_press import KEYWORD

_TEXT = """
#set document(title: "合同", date: datetime(year: 2026, month: 11, day: 24))
#set page(width: 150mm, height: 200mm, margin: 20mm)
#set text(font: "Noto Sans SC", lang: "zh")
= 合同
#v(80mm)
#align(center)[单位 KEYWORD]
"""


@cache
def _fonts() -> typst.Fonts:
    folder = str(files("pylopdf_fonts_zh_cn"))
    return typst.Fonts(include_system_fonts=False, font_paths=[folder])


@cache
def typeset(keyword: str = KEYWORD, *, standard: str = "a-2b") -> bytes:
    """Return a one-page PDF of 150 by 200 mm with the keyword; ``1.7`` is no PDF/A.

    It ends in ``%%EOF`` without an end-of-line.
    """
    text = _TEXT.replace("KEYWORD", keyword).encode()
    pdf: bytes = typst.compile(
        text, font_paths=_fonts(), ignore_system_fonts=True, pdf_standards=standard
    )
    return pdf


def saved(document: pikepdf.Pdf, *, streams: bool = False) -> bytes:
    """Return a document's bytes, with a classic table or with cross-reference streams."""
    output = io.BytesIO()
    mode = pikepdf.ObjectStreamMode
    document.save(output, object_stream_mode=mode.generate if streams else mode.disable)
    return output.getvalue()


def reshaped(
    *,
    rotate: int = 0,
    crop: tuple[float, float, float, float] | None = None,
    shift: tuple[float, float] = (0, 0),
    user_unit: float = 1,
    inherited: bool = False,
) -> bytes:
    """Return the page turned, cropped, with a MediaBox that starts elsewhere, or scaled."""
    with pikepdf.open(io.BytesIO(typeset(standard="1.7"))) as document:
        page = document.pages[0]
        _, _, width, height = (float(value) for value in page.mediabox)
        x, y = shift
        page.contents_add(f"q 1 0 0 1 {x} {y} cm ".encode(), prepend=True)
        page.contents_add(b" Q")
        holder = page.obj.Parent if inherited else page.obj
        if inherited:
            del page.obj.MediaBox
        holder.MediaBox = [x + width, y + height, x, y]
        holder.Rotate = rotate
        if crop is not None:
            left, bottom, right, top = crop
            holder.CropBox = [x + left, y + bottom, x + right, y + top]
        if user_unit != 1:
            page.obj.UserUnit = user_unit
        return saved(document)


def prepared_form() -> bytes:
    """Return the page with a text field and two empty signature fields.

    ``甲方.签章`` has a parent and is its own widget, ``乙方签章`` has a widget of its own; the text
    field is ``备注``.
    """
    with pikepdf.open(io.BytesIO(typeset(standard="1.7"))) as document:
        page = document.pages[0]
        made = document.make_indirect
        widgets = [
            made(_widget(page, (60, 60, 200, 190))),
            made(_widget(page, (240, 60, 380, 190))),
            made(_widget(page, (60, 200, 380, 230))),
        ]
        merged, separate, text = widgets
        party = made(pikepdf.Dictionary(T="甲方", Kids=[merged]))
        merged.update({"/T": "签章", "/FT": pikepdf.Name.Sig, "/Parent": party})
        other = made(pikepdf.Dictionary(T="乙方签章", FT=pikepdf.Name.Sig, Kids=[separate]))
        separate.Parent = other
        text.update({"/T": "备注", "/FT": pikepdf.Name.Tx, "/V": "x", "/DA": "/Helv 9 Tf"})
        page.Annots = pikepdf.Array(widgets)
        fields = pikepdf.Array([party, other, text])
        document.Root.AcroForm = pikepdf.Dictionary(Fields=fields)
        return saved(document)


def _widget(page: pikepdf.Page, rectangle: tuple[int, ...]) -> pikepdf.Dictionary:
    return pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Widget,
        Rect=list(rectangle),
        F=4,
        P=page.obj,
    )


def tagged_form(*names: str) -> bytes:
    """Return a PDF/UA-1 page with empty signature fields that are part of its structure tree."""
    writer = IncrementalPdfFileWriter(io.BytesIO(typeset(standard="ua-1")), strict=False)
    for number, name in enumerate(names):
        box = (60 + 180 * number, 60, 200 + 180 * number, 190)
        append_signature_field(writer, SigFieldSpec(name, box=box, readable_field_name=name))
    fields = writer.root["/AcroForm"]["/Fields"]
    for number in range(len(names)):
        widget = fields.raw_get(number)
        widget.get_object()["/AP"] = generic.DictionaryObject(
            {generic.NameObject("/N"): writer.add_object(form(140, 130, b""))}
        )
        Structure(writer).take_in(widget, 0, FORM)
    output = io.BytesIO()
    writer.write(output)
    return output.getvalue()
