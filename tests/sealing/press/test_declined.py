"""What the fast press does not fully understand it leaves to the other one, and says why."""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import pytest

from sealservice.limits import Limits
from sealservice.sealing.model import Die, Impression, Level, Mark, PreparedSignature
from sealservice.sealing.press.declined import Declined, Reason
from sealservice.sealing.press.preparation import FastPreparation
from sealservice.sealing.pyhanko_press import PyHankoPreparation
from sealservice.sealing.terms import Certification, Restrictions
from tests.sealing.press.conftest import MOMENT, placed
from tests.sealing.press.raw import OBJECTS, revised, streams, table

_SIZE: Final = 5


def _objects(changes: Mapping[int, bytes], size: int = _SIZE) -> bytes:
    return table({**OBJECTS, **changes}, size)


def _catalog(entries: bytes, **others: bytes) -> bytes:
    more = {int(key.removeprefix("n")): body for key, body in others.items()}
    catalog = b"<</Type/Catalog/Pages 2 0 R%b>>" % entries
    return _objects({1: catalog, **more}, _SIZE + len(more))


def _trailer(entries: bytes) -> bytes:
    return table(OBJECTS, _SIZE, b"/Root 1 0 R" + entries)


def _tree(kids: bytes, count: int, **others: bytes) -> bytes:
    more = {int(key.removeprefix("n")): body for key, body in others.items()}
    pages = b"<</Type/Pages/Kids[%b]/Count %d>>" % (kids, count)
    return _objects({2: pages, **more}, _SIZE + len(more))


def _nested(depth: int) -> bytes:
    return b"/X" + b"[" * depth + b"]" * depth


def _bomb(inside: bytes) -> bytes:
    return zlib.compress(inside + b" " * 33 * 1024 * 1024, 1)


_PLAIN: Final = table(OBJECTS, _SIZE)
_LOOP: Final = b"/Root 1 0 R/Prev " + str(_PLAIN.index(b"xref\n")).encode()


def _circle() -> bytes:
    """Return two revisions, each of which names the other as the one before it."""
    first = _trailer(b"/Prev %d" % 10**9)
    second = revised(first, {}, _SIZE, b"/Root 1 0 R")
    return second.replace(b"/Prev 1000000000", b"/Prev %010d" % second.rindex(b"xref\ntrailer"))


_LEAF: Final = b"<</Type/Page/Parent 2 0 R>>"
_INNER: Final = b"<</Type/Pages/Parent 2 0 R/Count 1/Kids[%b]>>"

_CERTIFIES: Final = (
    b"<</Type/Sig/Reference[<</TransformMethod/DocMDP/TransformParams<<%b>>>>]/Contents<00>>>"
)

BAD: Final[dict[str, tuple[Reason, Callable[[], bytes]]]] = {
    "empty": (Reason.HEADER, lambda: b""),
    "garbage before %PDF": (Reason.HEADER, lambda: b"\n" + _PLAIN),
    "unknown version": (Reason.HEADER, lambda: _PLAIN.replace(b"%PDF-1.7", b"%PDF-3.0")),
    "garbage after %%EOF": (Reason.END, lambda: _PLAIN + b"x"),
    "two line ends after %%EOF": (Reason.END, lambda: _PLAIN + b"\n"),
    "cut off": (Reason.END, lambda: _PLAIN[:-20]),
    "section elsewhere": (Reason.SECTION, lambda: _PLAIN.replace(b"startxref\n", b"startxref\n1")),
    "rows of 19 bytes": (Reason.SECTION, lambda: _PLAIN.replace(b" n \n", b" n\n")),
    "row that is none": (Reason.SECTION, lambda: _PLAIN.replace(b"0 n \n2 1", b"x n \n2 1")),
    "rows beyond the end": (Reason.SECTION, lambda: _PLAIN.replace(b"\n4 1\n", b"\n4 999999\n")),
    "numbers above /Size": (Reason.SECTION, lambda: table(OBJECTS, 4)),
    "senseless /Size": (Reason.SECTION, lambda: table(OBJECTS, 99_999_999)),
    "offset of 2 GB": (Reason.OBJECT, lambda: _PLAIN.replace(b"0000000009 ", b"2147483648 ")),
    "offset of another object": (
        Reason.OBJECT,
        lambda: _PLAIN.replace(b"\n3 1\n", b"\n8 1\n").replace(b"Size 5", b"Size 9"),
    ),
    "object twice in a section": (Reason.DUPLICATE, lambda: _PLAIN.replace(b"\n2 1\n", b"\n1 1\n")),
    "generation": (Reason.OBJECT, lambda: _PLAIN.replace(b" 00000 n \n3", b" 00001 n \n3")),
    "free page": (Reason.OBJECT, lambda: _PLAIN.replace(b" 00000 n \n4", b" 00000 f \n4")),
    "/Prev to itself": (Reason.SECTIONS_LOOP, lambda: _trailer(_LOOP[11:])),
    "/Prev in a circle": (
        Reason.SECTIONS_LOOP,
        _circle,
    ),
    "/Prev to nowhere": (Reason.SECTION, lambda: _trailer(b"/Prev 7")),
    "no /Root": (Reason.KIND, lambda: table(OBJECTS, _SIZE, b"")),
    "direct /Root": (Reason.KIND, lambda: table(OBJECTS, _SIZE, b"/Root<<>>")),
    "hybrid": (Reason.HYBRID, lambda: _trailer(b"/XRefStm 9")),
    "encrypted": (Reason.ENCRYPTED, lambda: _trailer(b"/Encrypt 4 0 R")),
    "trailer refers beyond": (Reason.DANGLING, lambda: _trailer(b"/Info 5 0 R")),
    "key twice": (Reason.DUPLICATE, lambda: _catalog(b"/Pages 3 0 R")),
    "escaped key": (Reason.SYNTAX, lambda: _catalog(b"/Acro#46orm<<>>")),
    "comment": (Reason.SYNTAX, lambda: _catalog(b"/Lang(x)%\n")),
    "open string": (Reason.SYNTAX, lambda: _catalog(b"/Lang(x")),
    "nested too deeply": (Reason.SYNTAX, lambda: _catalog(_nested(60))),
    "broken value": (Reason.SYNTAX, lambda: _catalog(b"/X<</Y<\xea>>>")),
    "stream as catalog": (
        Reason.OBJECT,
        lambda: _objects({1: OBJECTS[1] + b"\nstream\n\nendstream"}),
    ),
    "large object": (Reason.SYNTAX, lambda: _catalog(b"/X(" + b"x" * 2_000_000 + b")")),
    "page twice": (Reason.PAGE_TREE, lambda: _tree(b"3 0 R 3 0 R 4 0 R", 3)),
    "wrong count": (Reason.PAGE_TREE, lambda: _tree(b"3 0 R 4 0 R", 3)),
    "circular page tree": (
        Reason.PAGE_TREE,
        lambda: _tree(b"3 0 R 5 0 R", 2, n5=_INNER % b"2 0 R"),
    ),
    "page of another node": (
        Reason.PAGE_TREE,
        lambda: _tree(b"3 0 R 5 0 R", 2, n5=_INNER % b"4 0 R"),
    ),
    "node without pages": (
        Reason.PAGE_TREE,
        lambda: _tree(b"5 0 R 3 0 R", 2, n5=_INNER % b""),
    ),
    "page without a type": (Reason.PAGE_TREE, lambda: _objects({3: b"<</Parent 2 0 R>>"})),
    "too few pages": (Reason.PAGE_TREE, lambda: _tree(b"", 0)),
    "too many pages": (
        Reason.COST,
        lambda: table(
            {
                **OBJECTS,
                2: b"<</Type/Pages/Kids[%b]/Count 2001>>"
                % b" ".join(b"%d 0 R" % one for one in range(5, 2006)),
                **dict.fromkeys(range(5, 2006), _LEAF),
            },
            2006,
        ),
    ),
    "XFA": (Reason.XFA, lambda: _catalog(b"/AcroForm<</Fields[]/XFA[]>>")),
    "field that is none": (Reason.FORM, lambda: _catalog(b"/AcroForm<</Fields[<</T(x)>>]>>")),
    "field in a circle": (
        Reason.FORM,
        lambda: _catalog(b"/AcroForm<</Fields[5 0 R]>>", n5=b"<</T(x)/Kids[5 0 R]>>"),
    ),
    "value that is none": (
        Reason.FORM,
        lambda: _catalog(b"/AcroForm<</Fields[5 0 R]>>", n5=b"<</T(x)/FT/Sig/V null>>"),
    ),
    "certified against every change": (
        Reason.PERMISSIONS,
        lambda: _catalog(b"/Perms<</DocMDP 5 0 R>>", n5=_CERTIFIES % b"/P 1"),
    ),
    "certified, nobody knows how": (
        Reason.PERMISSIONS,
        lambda: _catalog(b"/Perms<</DocMDP 4 0 R>>"),
    ),
    "usage rights": (
        Reason.PERMISSIONS,
        lambda: _catalog(b"/Perms<</UR3 5 0 R>>", n5=_CERTIFIES % b"/P 2"),
    ),
    "structure tree in the catalog": (Reason.TAGGED, lambda: _catalog(b"/StructTreeRoot<<>>")),
    "old extension of ours": (
        Reason.EXTENSIONS,
        lambda: _catalog(b"/Extensions<</ESIC<</ExtensionLevel 0>>>>"),
    ),
    "annotations that are none": (
        Reason.KIND,
        lambda: _objects({3: _LEAF[:-2] + b"/Annots true>>"}),
    ),
    "metadata that are none": (Reason.KIND, lambda: _catalog(b"/Metadata[]")),
    "unknown filter": (
        Reason.STREAM,
        lambda: _catalog(
            b"/Metadata 5 0 R",
            n5=b"<</Length 1/Filter/LZWDecode>>\nstream\nx\nendstream",
        ),
    ),
    "wrong length of a stream": (
        Reason.STREAM,
        lambda: _catalog(b"/Metadata 5 0 R", n5=b"<</Length 3>>\nstream\nx\nendstream"),
    ),
    "object stream bomb": (Reason.COST, lambda: streams(OBJECTS, repack=_bomb)),
    "damaged object stream": (
        Reason.STREAM,
        lambda: streams(OBJECTS, repack=lambda inside: zlib.compress(inside)[:-3]),
    ),
    "object stream inside itself": (
        Reason.STREAM,
        lambda: streams(OBJECTS).replace(b"\1\0\0\0\x09\0\1", b"\2\0\0\0\x0a\0\1"),
    ),
    "many revisions": (Reason.COST, lambda: _many_revisions(600)),
}


def _many_revisions(count: int) -> bytes:
    pdf = bytearray(_PLAIN)
    start = _PLAIN.index(b"xref\n")
    for _ in range(count):
        trailer = b"xref\ntrailer\n<</Size 5/Root 1 0 R/Prev %d>>\n" % start
        start = len(pdf)
        pdf += trailer + b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(pdf)


@pytest.mark.parametrize("what", list(BAD))
def test_bad_input_is_declined(what: str, die: Die, fast: FastPreparation) -> None:
    """Each kind of bad or unusual input is declined for the reason that it is."""
    reason, source = BAD[what]
    with pytest.raises(Declined) as declined:
        fast.prepare_here(source(), (placed(die),), MOMENT)
    assert declined.value.reason is reason


@pytest.mark.parametrize("source", [_PLAIN, streams(OBJECTS)], ids=["table", "streams"])
def test_good_input_is_not(source: bytes, die: Die, fast: FastPreparation) -> None:
    """The documents that the bad ones were made of are prepared."""
    assert fast.prepare_here(source, (placed(die, page=1),), MOMENT)


def test_what_is_asked_for_may_be_declined(die: Die, fast: FastPreparation) -> None:
    """Fields that are not there and places of no size are left to the other press."""
    one = placed(die)
    missing = Mark(die, (replace(one.impressions[0], field="x"),))
    empty = Mark(die, (Impression(replace(one.impressions[0].box, right=60.0)),))
    for mark in (missing, empty):
        with pytest.raises(Declined, match=Reason.PLACEMENT):
            fast.prepare_here(_PLAIN, (mark,), MOMENT)


_FIELD: Final = b"/FT/Sig/T(x)/Subtype/Widget/Rect[0 0 9 9]"
FIELDS: Final[dict[str, tuple[Reason, dict[int, bytes]]]] = {
    "demands": (Reason.SEED_VALUES, {6: b"<<%b/SV<<>>>>" % _FIELD}),
    "filled": (Reason.PLACEMENT, {6: b"<<%b/V 4 0 R>>" % _FIELD}),
    "text": (Reason.PLACEMENT, {6: b"<<%b>>" % _FIELD.replace(b"/Sig", b"/Tx")}),
    "no annotation": (Reason.PLACEMENT, {6: b"<<%b>>" % _FIELD, 3: _LEAF}),
    "no widget": (Reason.PLACEMENT, {6: b"<</FT/Sig/T(x)>>"}),
    "two widgets": (
        Reason.PLACEMENT,
        {6: b"<</FT/Sig/T(x)/Kids[7 0 R 4 0 R]>>", 7: b"<<%b>>" % _FIELD[12:]},
    ),
    "two of a name": (
        Reason.PLACEMENT,
        {5: b"<</Fields[6 0 R 7 0 R]>>", 6: b"<<%b>>" % _FIELD, 7: b"<<%b>>" % _FIELD},
    ),
    "no size": (Reason.PLACEMENT, {6: b"<<%b>>" % _FIELD.replace(b"9 9", b"0 9")}),
    "no numbers": (Reason.KIND, {6: b"<<%b>>" % _FIELD.replace(b"9 9", b"(9)9")}),
    "a lock of nothing": (Reason.RESTRICTIONS, {6: b"<<%b/Lock<</Action/Include>>>>" % _FIELD}),
    "a lock of no kind": (Reason.RESTRICTIONS, {6: b"<<%b/Lock<<>>>>" % _FIELD}),
    "a lock of its own level": (
        Reason.RESTRICTIONS,
        {6: b"<<%b/Lock<</Action/All/P 7>>>>" % _FIELD},
    ),
}


def _prepared(changes: Mapping[int, bytes]) -> bytes:
    """Return pages with an empty signature field, number 6, and some objects otherwise."""
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R/AcroForm 5 0 R>>",
        3: _LEAF[:-2] + b"/Annots[6 0 R]>>",
        5: b"<</Fields[6 0 R]>>",
        6: b"<<%b>>" % _FIELD,
        7: b"null",
    }
    return _objects({**objects, **changes}, 8)


@pytest.mark.parametrize("what", list(FIELDS))
def test_fields_that_are_not_plain_are_declined(what: str, die: Die, fast: FastPreparation) -> None:
    """Filled, locked strangely, demanding, ambiguous: the reason is told; a plain one is filled."""
    reason, changes = FIELDS[what]
    mark = Mark(die, (replace(placed(die).impressions[0], field="x"),))
    with pytest.raises(Declined) as declined:
        fast.prepare_here(_prepared(changes), (mark,), MOMENT)
    assert declined.value.reason is reason
    assert fast.prepare_here(_prepared({}), (mark,), MOMENT)[0].revision.field == "x"


def test_the_other_press_is_asked(die: Die, reference: PyHankoPreparation) -> None:
    """It gets exactly what was asked for, and the reason is told; it is not asked otherwise."""
    asked: list[object] = []
    told: list[Reason] = []

    class Other:
        def prepare(self, *arguments: object) -> tuple[PreparedSignature, ...]:
            asked.extend(arguments)
            return ()

    fast = FastPreparation(Other(), Limits(), told.append)
    marks, restrictions = (placed(die),), Restrictions(certification=Certification.NO_CHANGES)
    assert fast.prepare(_PLAIN, marks, MOMENT, Level.B_T, restrictions)
    assert (asked, told) == ([], [])
    longer = _PLAIN + b"\n"
    fast.prepare(longer, marks, MOMENT, Level.B_T, restrictions)
    assert asked == [longer, marks, MOMENT, Level.B_T, restrictions]
    assert told == [Reason.END]
    really = FastPreparation(reference, Limits(), told.append)
    damaged = _PLAIN.replace(b" n \n", b" n\n")
    with pytest.raises(Exception, match="readable PDF"):
        really.prepare(damaged[:-40], marks, MOMENT)
    assert told[1:] == [Reason.END]
