"""Many impressions in one signed revision: where they are written, and what they leave alone."""

import io

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, String

from sealservice.limits import Limits
from sealservice.sealing.balance import balanced_pages
from sealservice.sealing.model import CoordinatePlacement, Level, StraddlePlacement
from sealservice.verification.model import Verdict
from tests.sealing.pages import saved, typeset
from tests.sealing.press_checks import accepted, our_report
from tests.world_press import PressWorld

KIBIBYTE = 1024
WIDGET, FURTHER = CoordinatePlacement("1", 30, 30), CoordinatePlacement("2-3", 100, 100)


def booklet(pages: int, *, streams: bool = False, standard: str = "1.7") -> bytes:
    """Return a document of so many pages."""
    with pikepdf.open(io.BytesIO(typeset(standard=standard))) as one:
        document = pikepdf.new()
        for _ in range(pages):
            document.pages.extend(one.pages)
        return saved(document, streams=streams)


def with_content(*contents: bytes) -> bytes:
    """Return a document whose second page has these content streams."""
    with pikepdf.open(io.BytesIO(booklet(3))) as document:
        page = document.pages[1]
        page.Contents = Array([document.make_stream(content) for content in contents])
        return saved(document)


@pytest.mark.parametrize("streams", [False, True], ids=["table", "stream"])
def test_one_signature_and_page_content(world: PressWorld, *, streams: bool) -> None:
    """The first impression is the field, the others are content; what stood there stays."""
    source = booklet(3, streams=streams)
    prepared = world.prepare(source, WIDGET, FURTHER)
    assert [len(one.impressions) for one in prepared] == [3]
    pdf = accepted(world.sign(source, prepared, Level.B_LTA), world, ["Seal1"])
    with pikepdf.open(io.BytesIO(source)) as before, pikepdf.open(io.BytesIO(pdf)) as after:
        for old, new in list(zip(before.pages, after.pages, strict=True))[1:]:
            contents = list(new.Contents)
            assert contents[0].read_bytes() == b"q\n"
            assert contents[1].read_bytes() == old.Contents.read_bytes()
            assert contents[2].read_bytes().startswith(b"\nQ\nq ")
            assert len(contents) == 3
        names = {str(name) for page in after.pages for name in page.Resources.get("/XObject", {})}
        assert len(names) == 1


@pytest.mark.parametrize("pages", [1, 30, 300])
def test_a_seal_is_stored_once(world: PressWorld, pages: int) -> None:
    """20 KiB, the places kept for two signatures, and for each page 1 KiB and its dictionary."""
    source, extra = with_large_pages(pages)
    place = StraddlePlacement() if pages > 1 else WIDGET
    prepared = world.prepare(source, place)
    assert [len(one.impressions) for one in prepared] == [pages]
    pdf = accepted(world.sign(source, prepared, Level.B_LTA), world, ["Seal1"])
    kept = 2 * len("ff") * Limits().signature_bytes
    assert len(pdf) - len(source) < 20 * KIBIBYTE + kept + pages * KIBIBYTE + extra


def test_three_hundred_slices_are_small(world: PressWorld) -> None:
    """Where pages are as programs write them, 300 slices take less than 350 KiB at B-LTA."""
    source = booklet(300)
    pdf = world.seal(source, Level.B_LTA, StraddlePlacement())
    assert len(pdf) - len(source) < 350 * KIBIBYTE


def with_large_pages(pages: int) -> tuple[bytes, int]:
    """Return a document whose page dictionaries take 3 KiB each, and the size of all of them."""
    with pikepdf.open(io.BytesIO(booklet(pages))) as document:
        for page in document.pages:
            page.obj.PieceInfo = Dictionary(Other=Dictionary(Private=String("x" * 3 * KIBIBYTE)))
        extra = sum(len(page.obj.unparse(resolved=True)) for page in document.pages)
        return saved(document), extra


def test_a_tagged_document_gets_artifacts(world: PressWorld) -> None:
    """What is drawn on its pages is marked, so that it is not read as text."""
    pdf = world.seal(booklet_tagged(), Level.B_B, WIDGET, FURTHER)
    with pikepdf.open(io.BytesIO(pdf)) as document:
        drawn = document.pages[1].Contents[2].read_bytes()
    assert b"/Artifact BMC\nq " in drawn
    assert drawn.endswith(b"\nEMC\n")


def booklet_tagged() -> bytes:
    """Return three pages of a document that says it is tagged."""
    with pikepdf.open(io.BytesIO(booklet(3))) as document:
        document.Root.MarkInfo = Dictionary(Marked=True)
        document.Root.StructTreeRoot = document.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        return saved(document)


@pytest.mark.parametrize(
    "content",
    [b"q", b"Q q", b"q Q (open", b"BT", b"/A BMC", b"q BT Q ET", b"q " * 28 + b"Q " * 28],
)
def test_unproven_content_gets_a_locked_stamp(world: PressWorld, content: bytes) -> None:
    """Where drawing behind the content is not safe, an annotation shows the seal instead."""
    pdf = world.seal(with_content(content), Level.B_B, WIDGET, FURTHER)
    assert our_report(pdf, world).verdict is Verdict.VALID
    with pikepdf.open(io.BytesIO(pdf)) as document:
        (stamp,) = document.pages[1].Annots
        assert (stamp.Subtype, int(stamp.F)) == ("/Stamp", 4 | 64 | 128 | 512)
        assert [stream.read_bytes() for stream in document.pages[1].Contents] == [content]
        assert "/Annots" not in document.pages[2]


def test_balance_is_proven_over_all_streams_of_a_page() -> None:
    """What one stream opens another may close; only the whole counts."""
    assert balanced_pages(with_content(b"q 1 0 0 1 5 5 cm", b"Q"), [0, 1, 2]) == {0, 1, 2}
    assert balanced_pages(with_content(b"q", b"Q Q"), [1]) == frozenset()
    assert balanced_pages(with_content(), [1]) == {1}


@pytest.mark.parametrize("kind", ["shared", "inherited", "missing", "shared XObjects"])
def test_resources_of_every_kind_get_one_more_name(world: PressWorld, kind: str) -> None:
    """Nothing that was there changes its meaning, and no page loses anything."""
    with pikepdf.open(io.BytesIO(booklet(3))) as document:
        kept = document.pages[0].Resources
        kept.XObject = Dictionary(Im1=document.make_stream(b"", Type=Name.XObject))
        if kind == "shared XObjects":
            kept.XObject = document.make_indirect(kept.XObject)
        shared = document.make_indirect(kept)
        for page in document.pages:
            page.obj.Resources = shared
            if kind in ("inherited", "missing"):
                del page.obj.Resources
        if kind == "inherited":
            document.Root.Pages.Resources = shared
        source = saved(document)
    pdf = accepted(world.seal(source, Level.B_B, WIDGET, FURTHER), world, ["Seal1"])
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for page in list(document.pages)[1:]:
            names = set(page.resources.XObject.keys())
            assert ("/Im1" in names) == (kind != "missing")
            assert len(names - {"/Im1"}) == 1


def test_the_drawing_s_name_is_drawn_by_lot(world: PressWorld) -> None:
    """Content written beforehand cannot show the seal where nobody approved it."""
    source = booklet(3)
    names = set()
    for _ in range(2):
        with pikepdf.open(io.BytesIO(world.seal(source, Level.B_B, WIDGET, FURTHER))) as document:
            names |= set(document.pages[1].resources.XObject.keys())
    assert len(names) == 2


def test_on_a_signed_document_each_place_is_a_signature(world: PressWorld) -> None:
    """Its pages stay as they are; earlier signatures hold, to everybody."""
    signed = world.seal(booklet(3), Level.B_LTA, WIDGET)
    prepared = world.prepare(signed, FURTHER)
    assert [len(one.impressions) for one in prepared] == [1, 1]
    pdf = world.sign(signed, prepared, Level.B_LTA)
    accepted(pdf, world, ["Seal1", "Seal2", "Seal3"])
    with pikepdf.open(io.BytesIO(signed)) as before, pikepdf.open(io.BytesIO(pdf)) as after:
        for old, new in zip(before.pages, after.pages, strict=True):
            assert old.Contents.read_bytes() == new.Contents.read_bytes()
