"""Documents of many shapes that the fast press understands, each made here."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name

from tests.sealing.pages import reshaped, saved, typeset


@contextmanager
def _plain() -> Iterator[pikepdf.Pdf]:
    """Give three pages without a structure tree."""
    with pikepdf.new() as document:
        for _ in range(3):
            document.add_blank_page(page_size=(425, 567))
        yield document


def _with_form(*, streams: bool, indirect: bool) -> bytes:
    """Return pages with a form that already has fields of our name."""
    with _plain() as document:
        made = document.make_indirect
        fields = Array(
            [
                made(Dictionary(FT=Name.Tx, T="Seal1", V="x")),
                made(Dictionary(FT=Name.Tx, T=b"\xfe\xff\0S\0e\0a\0l\0002", V="(y")),
                made(Dictionary(T="Seal4", Kids=[made(Dictionary(FT=Name.Sig, T="inner"))])),
            ]
        )
        form = Dictionary(Fields=made(fields) if indirect else fields, NeedAppearances=True)
        document.Root.AcroForm = made(form) if indirect else form
        page = document.pages[1].obj
        page.Annots = made(Array([])) if indirect else Array([])
        return saved(document, streams=streams)


def _deep() -> bytes:
    """Return a page tree with two levels, uneven, whose pages inherit everything."""
    with _plain() as document:
        document.add_blank_page()
        first, *others = [page.obj for page in document.pages]
        top = document.Root.Pages
        inner = document.make_indirect(
            Dictionary(Type=Name.Pages, Kids=Array(others), Count=3, Parent=top, Rotate=90)
        )
        for page in others:
            page.Parent = inner
            del page.MediaBox
        inner.MediaBox = [0, 0, 425, 567]
        top.Kids, top.Count = Array([first, inner]), 4
        return saved(document)


def _catalog(**entries: object) -> bytes:
    with _plain() as document:
        for key, value in entries.items():
            document.Root[f"/{key}"] = value
        return saved(document)


def _linearized() -> bytes:
    output = io.BytesIO()
    with _plain() as document:
        document.save(output, linearize=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return output.getvalue()


def _without_identifier() -> bytes:
    pdf = _catalog()
    begin = pdf.index(b"/ID", pdf.index(b"trailer"))
    end = pdf.index(b"]", begin) + 1
    return pdf[:begin] + b" " * (end - begin) + pdf[end:]


def _archivable_without_rgb() -> bytes:
    with pikepdf.open(io.BytesIO(typeset())) as document:
        del document.Root.OutputIntents
        return saved(document)


ESIC: Final = Dictionary(BaseVersion=Name("/1.7"), ExtensionLevel=5)
SHAPES: Final[dict[str, Callable[[], bytes]]] = {
    "typeset, PDF/A-2": typeset,
    "typeset, PDF/A-1": lambda: typeset(standard="a-1b"),
    "typeset, PDF/UA": lambda: typeset(standard="ua-1"),
    "archivable without RGB": _archivable_without_rgb,
    "turned": lambda: reshaped(rotate=90, shift=(-30, 20)),
    "inherited": lambda: reshaped(rotate=180, inherited=True),
    "form, table": lambda: _with_form(streams=False, indirect=False),
    "form of objects, table": lambda: _with_form(streams=False, indirect=True),
    "form, streams": lambda: _with_form(streams=True, indirect=False),
    "form of objects, streams": lambda: _with_form(streams=True, indirect=True),
    "deep": _deep,
    "linearized": _linearized,
    "no identifier": _without_identifier,
    "old": lambda: _catalog().replace(b"%PDF-1.3", b"%PDF-1.2"),
    "newer by its catalog": lambda: _catalog(Version=Name("/2.0")),
    "other extension": lambda: _catalog(Extensions=Dictionary(ADBE=ESIC)),
    "our extension": lambda: _catalog(Extensions=Dictionary(ESIC=ESIC)),
    "last line ends with CR": lambda: _catalog().rstrip() + b"\r",
}
"""By what is special about them."""
