"""Changes that hide in what refers to a field or page: seen by comparing two small revisions."""

import io
from collections.abc import Mapping

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from sealservice.verification.comparison.change import Change, Need
from sealservice.verification.comparison.differences import Differences
from sealservice.verification.rendering import NOT_RENDERED, Looks

Objects = Mapping[int, bytes]


def _stream(head: bytes, content: bytes) -> bytes:
    return b"<<%b/Length %d>>\nstream\n%b\nendstream" % (head, len(content), content)


def _form(content: bytes) -> bytes:
    return _stream(b"/Type/XObject/Subtype/Form/BBox[0 0 200 30]", content)


_WIDGET = b"<</Type/Annot/Subtype/Widget/FT/%b/Rect[%b]/F 4/P 3 0 R/AP<</N 10 0 R>>>>"
_SEAL = b"<</Type/Annot/Subtype/Widget/FT/Sig/T(%b)/V %b/Rect[%b]/F 4/P 3 0 R/AP<</N 18 0 R>>>>"
_PLACE = b"<</Type/Annot/Subtype/Widget/Parent 21 0 R/Rect[%b]/F 4/P 3 0 R>>"
SIGNED_BY = b"<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/Contents<%b>>>"
_PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents %d 0 R/Annots[%b]>>"
SIGNED: Objects = {
    1: b"<</Type/Catalog/Pages 2 0 R/AcroForm 7 0 R>>",
    2: b"<</Type/Pages/Kids[3 0 R 5 0 R]/Count 2>>",
    3: _PAGE % (4, b"9 0 R 14 0 R 23 0 R"),
    4: _stream(b"", b"0 0 10 10 re f"),
    5: _PAGE % (6, b""),
    6: _stream(b"", b"0 0 20 20 re f"),
    7: b"<</Fields[8 0 R 11 0 R 14 0 R 21 0 R]/SigFlags 3>>",
    8: b"<</T(a)/V(100)/Kids[9 0 R]>>",
    9: _WIDGET % (b"Tx/T(b)/Parent 8 0 R", b"10 10 210 40"),
    10: _form(b"0 0 5 5 re f"),
    11: _WIDGET % (b"Tx/T(c)/V(999)", b"10 100 210 130"),
    13: SIGNED_BY % b"00",
    14: _SEAL % (b"Seal", b"13 0 R", b"200 20 280 60"),
    18: _stream(
        b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 19 0 R>>>>", b"/X Do"
    ),
    19: _form(b"0 0 5 5 re f"),
    21: b"<</FT/Sig/T(Old)/V 24 0 R/Kids 22 0 R>>",
    22: b"[23 0 R]",
    23: _PLACE % b"9 9 20 20",
    24: SIGNED_BY % b"02",
}
NEW_SEAL: Objects = {
    7: SIGNED[7].replace(b"21 0 R]", b"21 0 R 16 0 R]"),
    16: _WIDGET % (b"Sig/T(Seal2)/V 17 0 R", b"40 130 160 180"),
    17: SIGNED[13],
}
ATTACKS: Mapping[str, Objects] = {
    "a value above the field": {8: b"<</T(a)/V(999)/Kids[9 0 R]>>"},
    "a script above the field": {8: b"<</T(a)/V(100)/Kids[9 0 R]/AA<</K<</S/JavaScript>>>>>>"},
    "a file outside": {4: SIGNED[4].replace(b"<<", b"<</F(other.bin)", 1)},
    "a field that was hidden": {3: _PAGE % (4, b"9 0 R 14 0 R 23 0 R 11 0 R")},
    "a seal on a second page": {5: _PAGE % (6, b"14 0 R")},
    "another drawing of a field": {10: _form(b"1 1 9 9 re f")},
    "another drawing of a seal": {18: _form(b"1 1 9 9 re f")},
    "what a seal's drawing is made of": {19: _form(b"1 1 9 9 re f")},
    "another signature under a seal": {13: SIGNED_BY % b"01"},
    "a list of widgets that grew": {22: b"[23 0 R 11 0 R]"},
    "a widget that moved": {23: _PLACE % b"1 1 9 9"},
    "a new seal on two pages": {
        **NEW_SEAL, 3: _PAGE % (4, b"9 0 R 14 0 R 23 0 R 16 0 R"), 5: _PAGE % (6, b"16 0 R"),
    },
}  # fmt: skip


def changes(update: Objects) -> tuple[Change, ...]:
    """Return what an update changes of the signed revision."""
    pdf, previous = b"%PDF-1.7\n", b""
    for objects in (SIGNED, update):
        rows = []
        for number, body in objects.items():
            rows.append(b"%d 1\n%010d 00000 n \n" % (number, len(pdf)))
            pdf += b"%d 0 obj\n%b\nendobj\n" % (number, body)
        start = len(pdf)
        pdf += b"xref\n" + b"".join(rows)
        pdf += b"trailer\n<</Size 20/Root 1 0 R%b>>\n" % previous
        pdf += b"startxref\n%d\n%%%%EOF\n" % start
        previous = b"/Prev %d" % start
    return Differences(PdfFileReader(io.BytesIO(pdf), strict=False)).since(0)


@pytest.mark.parametrize("update", ATTACKS.values(), ids=ATTACKS.keys())
def test_what_refers_to_content_is_content(update: Objects) -> None:
    """Each of these shows another thing than was signed, and needs a right that nobody has."""
    found = changes(update)
    is_data = any(change.is_data for change in found)
    assert is_data or any(change.need is Need.EVERYTHING for change in found)


def test_a_further_seal_is_none_of_them() -> None:
    """A new signature field on one page needs no more than the right to sign."""
    found = changes({**NEW_SEAL, 3: _PAGE % (4, b"9 0 R 14 0 R 23 0 R 16 0 R")})
    assert found
    assert all(change.need <= Need.FILLING and not change.is_data for change in found)


def test_a_page_that_cannot_be_rendered_is_told() -> None:
    """Where pictures cannot be compared, that is a finding, never silence."""
    change = Change("content", Need.ANNOTATING, "a note", page=0)
    told = Looks(b"%PDF-1.7 and no more").added(9, [change])
    assert [one.kind for one in told] == ["content", NOT_RENDERED]
