"""Where seals show on real documents, through the sandbox: texts, obstacles, limits, pictures."""

import io
from functools import cache

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from PIL import Image

from sealservice.infra.inspection import SandboxedInspector
from sealservice.infra.sandbox import ForkedSandbox
from sealservice.limits import Limits
from sealservice.sealing.model import (
    CoordinatePlacement,
    FieldPlacement,
    KeywordPlacement,
    PlacedSeal,
    StraddlePlacement,
)
from sealservice.sealing.placement_errors import (
    KeywordNotFound,
    OccurrenceNotFound,
    PageSetInvalid,
    PlacementOutside,
    SealsCollide,
    TooManyImpressions,
)
from tests.sealing.pages import reshaped, saved, typeset
from tests.sealing.placed import POINTS, everywhere, form, located


@pytest.mark.parametrize(
    "keyword", ["（盖章处）", "(盖章处)", "（ 盖 章 处 )", "盖章处", "单位（盖章处）", "位  (盖"]
)
def test_keyword_is_folded(inspector: SandboxedInspector, keyword: str) -> None:
    """Full and half width and white space make no difference."""
    box = located(inspector, typeset(), KeywordPlacement(keyword), 40)
    assert box.page == 0


@pytest.mark.parametrize("keyword", ["盖章外", "", "  ", "()", "%"])
def test_missing_keyword(inspector: SandboxedInspector, keyword: str) -> None:
    """A keyword that is on no page is refused, an empty one likewise."""
    with pytest.raises(KeywordNotFound):
        located(inspector, typeset(), KeywordPlacement(keyword), 40)


def test_first_and_last_occurrence(inspector: SandboxedInspector) -> None:
    """The first occurrence is on the first page, the last one at the end."""
    source = typeset("（盖章处）#v(30mm)（盖章处）#pagebreak() 附件 #v(50mm) #h(40mm)（盖章处）")
    first = located(inspector, source, KeywordPlacement("(盖章处)", "first"), 20)
    last = located(inspector, source, KeywordPlacement("(盖章处)", "last"), 20)
    assert (first.page, last.page) == (0, 1)
    with pikepdf.open(io.BytesIO(source)) as document:
        del document.pages[1]
        lower = located(inspector, saved(document), KeywordPlacement("(盖章处)"), 20)
    assert lower.top < first.bottom


def test_seal_over_the_edge_is_refused(inspector: SandboxedInspector) -> None:
    """A keyword too near the edge is refused, and so is a page that is not there."""
    source = typeset()
    with pytest.raises(PlacementOutside):
        located(inspector, source, KeywordPlacement("(盖章处)", dx_mm=70), 40)
    with pytest.raises(PlacementOutside):
        located(inspector, source, CoordinatePlacement("2", 50, 50), 40)
    with pytest.raises(PlacementOutside):
        located(inspector, source, CoordinatePlacement("1", 10, 50), 40)


@cache
def contract() -> bytes:
    """Return a contract of three pages with places for seals in many shapes."""
    body = """
    甲方（盖章）：#h(30mm) 乙方（盖章）：
    #v(20mm)
    #block(width: 25mm)[授权代表人签字或盖章处]
    #pagebreak() 附件一 #v(60mm) #h(50mm) 〔2026〕33号 #v(10mm) A—B #pagebreak()
    #v(60mm)（盖 章）
    """
    return typeset(body)


@pytest.mark.parametrize(
    ("occurrence", "pages"),
    [("first", [0]), (2, [0]), ("last", [2]), (-1, [2]), (3, [2]), ("all", [0, 0, 2])],
)
def test_occurrences(
    inspector: SandboxedInspector, occurrence: str | int, pages: list[int]
) -> None:
    """Of three places with a text on two pages each can be had, and all of them at once."""
    wanted = KeywordPlacement("(盖章)", occurrence)  # type: ignore[arg-type]
    assert [one.box.page for one in everywhere(inspector, contract(), wanted)] == pages


def test_places_side_by_side_count_from_the_left(inspector: SandboxedInspector) -> None:
    """Of two places in one line the first is the left one."""
    left, right = (
        located(inspector, contract(), KeywordPlacement("（盖章）", number), 20)
        for number in (1, 2)
    )
    assert left.right < right.left
    assert left.bottom == pytest.approx(right.bottom, abs=0.5)


def test_pages_of_a_keyword(inspector: SandboxedInspector) -> None:
    """Only the pages of the set are searched, whatever their order."""
    wanted = KeywordPlacement("（盖章）", "first", pages="3,2")
    assert located(inspector, contract(), wanted, 20).page == 2
    with pytest.raises(KeywordNotFound):
        located(inspector, contract(), KeywordPlacement("（盖章）", pages="2"), 20)
    with pytest.raises(PlacementOutside):
        located(inspector, contract(), KeywordPlacement("（盖章）", pages="4"), 20)
    with pytest.raises(PageSetInvalid):
        located(inspector, contract(), KeywordPlacement("（盖章）", pages="0"), 20)


def test_text_broken_over_lines(inspector: SandboxedInspector) -> None:
    """A text in a narrow column is found, and the seal is on the longest of its parts."""
    broken = KeywordPlacement("授权代表人签字或盖章处", clamp=True)
    box = located(inspector, contract(), broken, 20)
    part = located(inspector, contract(), KeywordPlacement("授权代表人", clamp=True), 20)
    assert box.bottom == pytest.approx(part.bottom, abs=2)


@pytest.mark.parametrize("keyword", ["[2026]33号", "（２０２６）３３", "A-B", "Ａ–Ｂ"])
def test_brackets_and_dashes(inspector: SandboxedInspector, keyword: str) -> None:
    """Brackets and dashes of any shape are as good as those of the document."""
    assert located(inspector, contract(), KeywordPlacement(keyword), 20).page == 1


def test_shift(inspector: SandboxedInspector) -> None:
    """A shift moves the seal right and up, by millimetres."""
    at = located(inspector, contract(), KeywordPlacement("号"), 20)
    moved = located(inspector, contract(), KeywordPlacement("号", dx_mm=5, dy_mm=-7), 20)
    assert moved.left - at.left == pytest.approx(5 * POINTS, abs=0.002)
    assert moved.bottom - at.bottom == pytest.approx(-7 * POINTS, abs=0.002)


def test_nearest_matches_are_named(inspector: SandboxedInspector) -> None:
    """A text that is nowhere is refused with what comes close, in both languages."""
    with pytest.raises(KeywordNotFound) as caught:
        located(inspector, contract(), KeywordPlacement("授权代理人"), 20)
    assert "“授权代表人”" in caught.value.message.zh
    assert "“授权代表人”" in caught.value.message.en
    with pytest.raises(KeywordNotFound) as caught:
        located(inspector, contract(), KeywordPlacement("毫不相干之语"), 20)
    assert caught.value.fields["nearest"] == ()


def test_too_few_occurrences(inspector: SandboxedInspector) -> None:
    """The fourth of three is refused with their number."""
    with pytest.raises(OccurrenceNotFound, match="occurs 3 times"):
        located(inspector, contract(), KeywordPlacement("（盖章）", 4), 20)


def test_search(inspector: SandboxedInspector) -> None:
    """A search numbers what it finds, with page, box in mm and the line; or names what is near."""
    result = inspector.search(contract(), "（盖章）")
    assert [found.number for found in result.found] == [1, 2, 3]
    assert [found.shown.page for found in result.found] == [0, 0, 2]
    assert "甲方（盖章）" in result.found[0].line
    for found in result.found:
        assert 0 < found.shown.left < found.shown.right < 150
        assert 0 < found.shown.bottom < found.shown.top < 200
    near = inspector.search(contract(), "甲方(签章)", "1")
    assert (near.found, near.nearest[0]) == ((), "甲方（盖章）")
    assert inspector.search(contract(), " ").found == ()


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_search_is_on_the_page_as_displayed(inspector: SandboxedInspector, rotate: int) -> None:
    """What is found lies where the turned page shows it, and keyword and coordinates agree."""
    source = reshaped(rotate=rotate, shift=(-50, 70), crop=(20, 30, 400, 500))
    (found,) = inspector.search(source, "盖章处").found
    x, y = found.shown.centre
    by_text = located(inspector, source, KeywordPlacement("盖章处"), 20)
    by_point = located(inspector, source, CoordinatePlacement("1", x, y), 20)
    assert (by_text.left, by_text.bottom) == pytest.approx(
        (by_point.left, by_point.bottom), abs=0.0011
    )


def test_long_documents_are_searched_in_time(inspector: SandboxedInspector) -> None:
    """In 300 full pages a text is found on the last one, and its absence is told."""
    page = "合同条款内容" * 150
    source = typeset(f"#for i in range(300) [{page} #pagebreak()] 末尾（盖章处）", standard="1.7")
    last = inspector.layout(source).pages
    assert len(last) >= 300
    box = located(inspector, source, KeywordPlacement("（盖章处）", clamp=True), 20)
    assert box.page == len(last) - 1
    with pytest.raises(KeywordNotFound, match="条款内容"):
        located(inspector, source, KeywordPlacement("条款内荣"), 20)


def test_seals_of_one_order_stay_apart(inspector: SandboxedInspector) -> None:
    """Two seals that overlap are refused with the page; those that touch are not."""
    first = PlacedSeal(20, 20, (CoordinatePlacement("1", 40, 40),))
    for x in (40, 59.9):
        other = PlacedSeal(20, 20, (CoordinatePlacement("1", x, 40),))
        with pytest.raises(SealsCollide, match=r"On page 1 .* another seal of this order"):
            inspector.locate(typeset(), (first, other))
    beside = PlacedSeal(20, 20, (CoordinatePlacement("1", 60, 40),))
    assert len(inspector.locate(typeset(), (first, beside))) == 2


def test_a_straddling_seal_is_an_obstacle(inspector: SandboxedInspector) -> None:
    """A slice counts as what it shows: the rest of the seal is in nobody's way."""
    source = typeset("（盖章处）#pagebreak() 二")
    edge = StraddlePlacement(at_mm=100)
    at_edge = CoordinatePlacement("2", 140, 100)
    beside = CoordinatePlacement("2", 130, 100)
    with pytest.raises(SealsCollide, match="On page 2"):
        everywhere(inspector, source, edge, at_edge)
    assert len(everywhere(inspector, source, edge, beside)) == 3


@pytest.mark.parametrize(
    ("point", "said"),
    [((355, 460), "the signature “Filled”"), ((300, 150), "empty field “Large” .* fill that")],
)
def test_what_is_there_is_not_covered(
    inspector: SandboxedInspector, point: tuple[float, float], said: str
) -> None:
    """A signature and somebody's empty field stay visible; the refusal names them."""
    x, y = point
    with pytest.raises(SealsCollide, match=said):
        everywhere(inspector, form(), CoordinatePlacement("1", x / POINTS, y / POINTS))


def test_what_does_not_show_is_no_obstacle(inspector: SandboxedInspector) -> None:
    """Where a hidden field or a field for text is, a seal may stand."""
    for x, y in ((250, 350), (75, 460)):
        assert everywhere(inspector, form(), CoordinatePlacement("1", x / POINTS, y / POINTS))


def test_two_seals_cannot_fill_one_field(inspector: SandboxedInspector) -> None:
    """A field takes one seal."""
    with pytest.raises(SealsCollide, match="another seal of this order"):
        everywhere(inspector, form(), FieldPlacement("Small"), FieldPlacement("Small"))


@pytest.mark.parametrize("hidden", [False, True])
def test_stamps_are_not_covered(inspector: SandboxedInspector, *, hidden: bool) -> None:
    """A stamp annotation that shows is an obstacle, a hidden one is none."""
    with pikepdf.open(io.BytesIO(typeset(standard="1.7"))) as document:
        stamp = Dictionary(
            Type=Name.Annot, Subtype=Name.Stamp, Rect=Array([100, 100, 150, 150]), F=2 * hidden
        )
        document.pages[0].obj.Annots = Array([document.make_indirect(stamp)])
        source = saved(document)
    wanted = CoordinatePlacement("1", 125 / POINTS, 125 / POINTS)
    if hidden:
        assert everywhere(inspector, source, wanted)
    else:
        with pytest.raises(SealsCollide, match="a stamp that is there"):
            everywhere(inspector, source, wanted)


def test_impressions_are_limited(sandbox: ForkedSandbox) -> None:
    """One order shows seals in so many places and no more; the refusal says how many it wants."""
    source = typeset("（盖章处）#pagebreak()（盖章处）#pagebreak()（盖章处）")
    few = SandboxedInspector(sandbox, Limits(impressions=3))
    wanted = CoordinatePlacement("all", 75, 50)
    assert len(everywhere(few, source, wanted)) == 3
    with pytest.raises(TooManyImpressions, match=r"in 3 places .* needs 4"):
        everywhere(few, source, wanted, CoordinatePlacement("1", 75, 150))
    with pytest.raises(TooManyImpressions):
        few.locate(
            source,
            (
                PlacedSeal(20, 20, (wanted,)),
                PlacedSeal(20, 20, (CoordinatePlacement("2-", 75, 150),)),
            ),
        )


def test_ten_thousand_pages_end(inspector: SandboxedInspector) -> None:
    """A document far over the limit of pages is looked at and refused in time."""
    with pikepdf.new() as document:
        for _ in range(10_000):
            document.add_blank_page(page_size=(300, 300))
        source = saved(document)
    with pytest.raises(TooManyImpressions, match="needs 10000"):
        everywhere(inspector, source, CoordinatePlacement("all", 50, 50))


def picture(inspector: SandboxedInspector, pdf: bytes, width: int, page: int = 1) -> Image.Image:
    """Return a page's picture."""
    image = Image.open(io.BytesIO(inspector.picture(pdf, page, width)))
    assert image.format == "WEBP"
    return image


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_pictures_are_of_the_page_as_displayed(inspector: SandboxedInspector, rotate: int) -> None:
    """A picture is as wide as asked for, and as high as the page then is."""
    width, height = picture(inspector, reshaped(rotate=rotate), 600).size
    assert width == 600
    assert height == pytest.approx(800 if rotate in (0, 180) else 450, abs=1)


def test_pictures_are_bounded(sandbox: ForkedSandbox) -> None:
    """However wide it should be, a picture has no more pixels than allowed."""
    small = SandboxedInspector(sandbox, Limits(picture_pixels=30_000))
    width, height = picture(small, typeset(), 1_000_000).size
    assert width * height == pytest.approx(30_000, rel=0.02)


@pytest.mark.parametrize("page", [2, -2])
def test_pictures_of_missing_pages(inspector: SandboxedInspector, page: int) -> None:
    """There is no picture of a page that is not there."""
    with pytest.raises(PlacementOutside):
        inspector.picture(typeset(), page, 100)
