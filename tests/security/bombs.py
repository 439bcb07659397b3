"""Documents that cost far more to read than to send; all of them are made here."""

import io
import zlib
from collections.abc import Callable
from functools import cache
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream

from sealservice.limits import MEBIBYTE
from tests.world_verification import blank_pdf

_DEEP: Final = 100_000


@cache
def _deflated() -> bytes:
    """Return a Flate stream of a gigabyte of spaces."""
    packer = zlib.compressobj(1)
    spaces = b" " * MEBIBYTE
    packed = [packer.compress(spaces) for _ in range(1024)]
    return b"".join((*packed, packer.flush()))


def twice_deflated() -> bytes:
    """Return a stream of a few kilobytes that is a gigabyte after two filters."""
    return zlib.compress(_deflated())


def saved(change: Callable[[pikepdf.Pdf], None]) -> bytes:
    """Return a blank page with something done to it, its streams left as they are."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(blank_pdf())) as pdf:
        change(pdf)
        pdf.save(out, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return out.getvalue()


def _bomb_stream(pdf: pikepdf.Pdf, **entries: object) -> Stream:
    filters = Array([Name.FlateDecode, Name.FlateDecode])
    return Stream(pdf, twice_deflated(), Filter=filters, **entries)


def content_bomb() -> bytes:
    """Return a page whose content is a gigabyte."""

    def change(pdf: pikepdf.Pdf) -> None:
        pdf.pages[0].Contents = _bomb_stream(pdf)

    return saved(change)


def form_bomb() -> bytes:
    """Return a page of XObjects that each draw the next one ten times, ten deep."""

    def change(pdf: pikepdf.Pdf) -> None:
        shape = {"Type": Name.XObject, "Subtype": Name.Form, "BBox": Array([0, 0, 9, 9])}
        inner = Stream(pdf, b"BT ET", **shape)
        for _ in range(10):
            held = Dictionary(XObject=Dictionary(X=inner))
            inner = Stream(pdf, b"/X Do " * 10, Resources=held, **shape)
        pdf.pages[0].Resources = Dictionary(XObject=Dictionary(X=inner))
        pdf.pages[0].Contents = Stream(pdf, b"/X Do")

    return saved(change)


def image_bomb() -> bytes:
    """Return a page with an image of ten billion pixels."""

    def change(pdf: pikepdf.Pdf) -> None:
        image = _bomb_stream(
            pdf, Type=Name.XObject, Subtype=Name.Image, Width=100_000, Height=100_000,
            ColorSpace=Name.DeviceRGB, BitsPerComponent=8,
        )  # fmt: skip
        pdf.pages[0].Resources = Dictionary(XObject=Dictionary(X=image))
        pdf.pages[0].Contents = Stream(pdf, b"600 0 0 800 0 0 cm /X Do")

    return saved(change)


def object_stream_bomb() -> bytes:
    """Return a document whose objects are in a stream of a gigabyte."""
    packed = _deflated()
    head = b"%PDF-1.7\n1 0 obj\n<</Type/ObjStm/N 2/First 10/Filter/FlateDecode/Length "
    body = head + str(len(packed)).encode() + b">>stream\n" + packed + b"\nendstream\nendobj\n"
    at = len(body)
    rows = [(0, 0, 65_535), (1, 9, 0), (2, 1, 0), (2, 1, 1), (1, at, 0)]
    table = b"".join(bytes([kind]) + a.to_bytes(4) + b.to_bytes(2) for kind, a, b in rows)
    xref = (
        b"4 0 obj\n<</Type/XRef/Size 5/W[1 4 2]/Root 2 0 R/Length %d>>"
        b"stream\n%b\nendstream\nendobj\n" % (len(table), table)
    )
    return body + xref + b"startxref\n%d\n%%%%EOF\n" % at


def xref_stream_bomb() -> bytes:
    """Return a document whose cross-references inflate to a gigabyte."""
    packed = _deflated()
    head = b"%PDF-1.7\n"
    stream = (
        b"1 0 obj\n<</Type/XRef/Size 100000000/W[1 4 2]/Root 2 0 R/Filter/FlateDecode/Length %d>>"
        b"stream\n%b\nendstream\nendobj\n" % (len(packed), packed)
    )
    return head + stream + b"startxref\n%d\n%%%%EOF\n" % len(head)


def huge_numbers() -> bytes:
    """Return a document that claims two billion objects and a page count to match."""
    pdf = blank_pdf().replace(b"/Size ", b"/Size 214748364")
    return pdf.replace(b"/Count 1", b"/Count 2147483647")


def nested_arrays() -> bytes:
    """Return a document with a hundred thousand nested arrays."""
    inside = b"[" * _DEEP + b"]" * _DEEP
    return blank_pdf().replace(b"/Type /Catalog", b"/Type /Catalog /X " + inside)


def nested_dictionaries() -> bytes:
    """Return a document with a hundred thousand nested dictionaries that never close."""
    return blank_pdf().replace(b"/Type /Catalog", b"/Type /Catalog" + b" /X <<" * _DEEP)


def circular_references() -> bytes:
    """Return a document whose cross-references name themselves as their predecessor."""
    pdf = blank_pdf()
    at = pdf.rindex(b"trailer\n<<") + len(b"trailer\n<<")
    return pdf[:at] + b"/Prev " + str(pdf.rindex(b"xref\n0")).encode() + pdf[at:]


def many_revisions() -> bytes:
    """Return a document with five thousand empty revisions."""
    pdf = bytearray(blank_pdf())
    at = pdf.rindex(b"xref\n0")
    for _ in range(5_000):
        here = len(pdf)
        pdf += b"xref\n0 0\ntrailer\n<</Size 9/Root 1 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % (
            at,
            here,
        )
        at = here
    return bytes(pdf)


def many_objects() -> bytes:
    """Return a document with twenty thousand tiny objects."""

    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root.X = Array([pdf.make_indirect(Dictionary(A=n)) for n in range(20_000)])

    return saved(change)


def deep_page_tree() -> bytes:
    """Return a document whose only page is five thousand levels down."""

    def change(pdf: pikepdf.Pdf) -> None:
        node = pdf.pages[0].obj
        for _ in range(5_000):
            parent = pdf.make_indirect(Dictionary(Type=Name.Pages, Count=1, Kids=Array([node])))
            node.Parent = parent
            node = parent
        pdf.Root.Pages = node

    return saved(change)


def many_fields() -> bytes:
    """Return a form of ten thousand signature fields over one broken signature."""

    def change(pdf: pikepdf.Pdf) -> None:
        signature = pdf.make_indirect(
            Dictionary(
                Type=Name.Sig, SubFilter=Name("/ETSI.CAdES.detached"),
                Contents=pikepdf.String("x" * 99), ByteRange=Array([0, 1, 2, 3]),
            )
        )  # fmt: skip
        fields = [
            pdf.make_indirect(Dictionary(FT=Name.Sig, T=pikepdf.String(f"S{n}"), V=signature))
            for n in range(10_000)
        ]
        pdf.Root.AcroForm = Dictionary(Fields=Array(fields), SigFlags=3)

    return saved(change)


BOMBS: Final[dict[str, Callable[[], bytes]]] = {
    made.__name__: made
    for made in (
        content_bomb,
        form_bomb,
        image_bomb,
        object_stream_bomb,
        xref_stream_bomb,
        huge_numbers,
        nested_arrays,
        nested_dictionaries,
        circular_references,
        many_revisions,
        many_objects,
        deep_page_tree,
        many_fields,
    )
}
