"""The official seal: inside its rim, even, symmetrical, the same every time and everywhere."""

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from sealservice.seals.arcs import set_code, set_name
from sealservice.seals.artwork import (
    DEMONSTRATION_LINE,
    POINTS_PER_MM,
    SealTexts,
    draw,
)
from sealservice.seals.colour import Colour
from sealservice.seals.content import UNIT
from sealservice.seals.design import load_design
from sealservice.seals.errors import GlyphMissing, TextHasNoPlace, TextMissing, TextTooLong
from sealservice.seals.lettering import Lettering, set_stack
from sealservice.seals.measures import CodeArc, NameArc, SealDesign, Star
from sealservice.seals.paths import Path as Outline
from sealservice.seals.texts import Slot
from tests.seals.drawings import CODE, NAMES, poppler

DPI = 300


@pytest.fixture(scope="module")
def design() -> SealDesign:
    """Give the official design."""
    return load_design("official")


@pytest.fixture(scope="module")
def arc(design: SealDesign) -> NameArc:
    """Give the arc of its name."""
    assert design.name is not None
    return design.name


def _points(*letterings: Lettering) -> list[tuple[float, float]]:
    """Return all points of the outlines; Bézier curves stay within their points' hull."""
    outlines = [path for lettering in letterings for path in lettering.outlines]
    return [point for path in outlines for step in path for point in step.points]


def _reach(steps: Outline) -> tuple[float, float]:
    """Return the least and greatest clockwise angle from the top, in degrees."""
    angles = [math.degrees(math.atan2(x, y)) for step in steps for x, y in step.points]
    return min(angles), max(angles)


@pytest.mark.parametrize(("letters", "name"), NAMES.items())
def test_names_are_as_long_as_they_say(letters: int, name: str) -> None:
    """The lengths below are true."""
    assert len(name) == letters


def test_same_texts_give_same_bytes(design: SealDesign) -> None:
    """Drawing twice gives identical bytes; another text gives others."""
    first = draw(design, SealTexts(NAMES[12], None, CODE, mark=DEMONSTRATION_LINE))
    assert first == draw(
        load_design("official"), SealTexts(NAMES[12], None, CODE, mark=DEMONSTRATION_LINE)
    )
    assert first.sha256 != draw(design, SealTexts(NAMES[12], None, CODE)).sha256
    assert (first.width_mm, first.height_mm) == (40, 40)


@pytest.mark.parametrize("name", NAMES.values())
def test_drawing_is_self_contained(design: SealDesign, name: str) -> None:
    """The operators need no resources, restore the state, and stay in their box and small."""
    operators = draw(design, SealTexts(name, code=CODE, mark=DEMONSTRATION_LINE)).operators
    words = re.findall(rb"[a-zA-Z*]+", operators)
    assert set(words) == set(b"q rg RG w j cm m l c h f B Q".split())
    assert (words.count(b"q"), words.count(b"Q")) == (1, 1)
    assert len(operators) < 80_000
    side = 40 * POINTS_PER_MM / UNIT
    numbers = list(_places(operators))
    assert min(numbers) == 0
    assert max(numbers) == round(side)


def _places(operators: bytes) -> Iterator[int]:
    """Yield all coordinates of a drawing's paths, in units from its corner."""
    corner = [0, 0]
    for line in operators.decode().splitlines()[1:]:
        *numbers, operator = line.split()
        if operator == "cm":
            corner = [at + int(move) for at, move in zip(corner, numbers[4:], strict=True)]
        elif operator in {"m", "l", "c"}:
            yield from (int(value) + corner[at % 2] for at, value in enumerate(numbers))


@pytest.mark.parametrize("name", NAMES.values())
def test_texts_keep_clear_of_rim_star_and_each_other(design: SealDesign, name: str) -> None:
    """No outline comes within 0.4 mm of the rim or the star, no text into another's place."""
    assert design.name is not None
    assert isinstance(design.star, Star)
    assert isinstance(design.code, CodeArc)
    arcs = set_name(name, design.name, design.outline)
    [line] = set_stack({Slot.MARK: DEMONSTRATION_LINE}, design.stacks[0])
    code = set_code(CODE, design.code, design.outline)
    outer = design.outline.width / 2 - design.outline.rim_width - 0.4
    for text in (*arcs, line, code):
        radii = [math.hypot(x, y) for x, y in _points(text)]
        assert max(radii) < outer
        assert min(radii) > design.star.diameter / 2 + 0.4
    lowest = {math.hypot(x, y) for x, y in _points(line) if y < design.stacks[0].middle}
    assert max(lowest) < min(math.hypot(x, y) for x, y in _points(code)) - 0.4
    end = max(_reach(path)[1] for arc in arcs for path in arc.outlines if path)
    line_end = min(math.degrees(math.atan2(x, y)) for x, y in _points(line) if x > 0)
    assert end + 3 < line_end


@pytest.mark.parametrize("name", NAMES.values())
def test_letters_do_not_touch(design: SealDesign, arc: NameArc, name: str) -> None:
    """Neighbours on an arc leave a gap; seen from the centre none hides another."""
    weight = 2 * design.weight * arc.height / (design.outline.width / 2)
    for lettering in set_name(name, arc, design.outline):
        outlines = [path for path in lettering.outlines if path]
        for left, right in pairwise(outlines):
            assert _reach(left)[1] + math.degrees(weight) / 10 < _reach(right)[0]


@pytest.mark.parametrize("letters", [4, 12, 25, 40])
def test_name_is_even_and_symmetrical(design: SealDesign, arc: NameArc, letters: int) -> None:
    """A name of equal, mirror-symmetrical letters is its own mirror image, at equal pitches."""
    for lettering in set_name("田" * letters, arc, design.outline):
        reaches = [_reach(path) for path in lettering.outlines]
        middles = [(first + last) / 2 for first, last in reaches]
        pitches = [right - left for left, right in pairwise(middles)]
        assert max(pitches) - min(pitches) < 0.01
        for middle, mirrored in zip(middles, reversed(middles), strict=True):
            assert middle + mirrored == pytest.approx(2 * sum(middles) / len(middles), abs=0.01)
        assert abs(sum(middles) / len(middles)) < 0.5
        assert reaches[-1][1] - reaches[0][0] <= arc.span


def test_long_name_spans_the_usual_arc(design: SealDesign, arc: NameArc) -> None:
    """From twelve letters on the name takes 240 to 270 degrees."""
    for letters in (12, 25, 40):
        for lettering in set_name(NAMES[letters], arc, design.outline):
            outlines = lettering.outlines
            assert 235 < _reach(outlines[-1])[1] - _reach(outlines[0])[0] < 270


@pytest.mark.parametrize(("letters", "arcs"), [(4, 1), (25, 1), (40, 2), (50, 2)])
def test_very_long_name_goes_on_two_arcs(
    design: SealDesign, arc: NameArc, letters: int, arcs: int
) -> None:
    """Letters on two arcs are higher than they would be on one; nothing is lost or doubled."""
    set_ = set_name(NAMES[letters], arc, design.outline)
    assert len(set_) == arcs
    assert sum(len(lettering.outlines) for lettering in set_) == letters
    assert len({lettering.height for lettering in set_}) == 1
    assert set_[0].height > 2.6


def test_letters_stand_upright_on_the_centre(design: SealDesign, arc: NameArc) -> None:
    """The topmost letter of an odd name is upright; its feet point to the centre."""
    [lettering] = set_name("口二口", arc, design.outline)
    outlines = lettering.outlines
    points = [point for step in outlines[1] for point in step.points]
    _, long_stroke = max((abs(x), y) for x, y in points)  # 二 has it at the bottom
    assert long_stroke < sum(y for _, y in points) / len(points)


@pytest.mark.parametrize(
    "letter",
    ["𰻝", "😀", "\u0000", "\ue000", "\u200b", "\u202e", "\ud800", "\n", "\ufe0f", "\u302a"],
)
def test_missing_glyph_is_named(design: SealDesign, letter: str) -> None:
    """A letter that cannot be drawn is refused by name and place, in both languages."""
    with pytest.raises(GlyphMissing) as refusal:
        draw(design, SealTexts(f"济源{letter}公司", None, CODE))
    assert f"第 3 个字符“{letter if letter.isprintable() else ''}" in refusal.value.message.zh
    assert f"U+{ord(letter):04X}" in refusal.value.message.en


def test_text_too_long_says_how_long_it_may_be(design: SealDesign) -> None:
    """The most letters named in the refusal do fit, and one more does not."""
    with pytest.raises(TextTooLong) as refusal:
        draw(design, SealTexts("示" * 100, None, CODE))
    greatest = refusal.value.fields["greatest"]
    assert isinstance(greatest, int)
    assert greatest >= 50
    assert "名称共 100 个字符" in refusal.value.message.zh
    assert draw(design, SealTexts("示" * greatest, None, CODE)).operators
    with pytest.raises(TextTooLong):
        draw(design, SealTexts("示" * (greatest + 1), None, CODE))
    with pytest.raises(TextTooLong, match="200 characters"):
        draw(design, SealTexts("示" * 200, None, CODE))
    with pytest.raises(TextTooLong, match="horizontal text"):
        draw(design, SealTexts("示例", "测试专用不具效力", CODE))
    with pytest.raises(TextTooLong, match="seal code"):
        draw(design, SealTexts("示例", None, CODE * 2))


@pytest.mark.parametrize("texts", [SealTexts(""), SealTexts(" 　"), SealTexts("示例", "", CODE)])
def test_empty_text_is_refused(design: SealDesign, texts: SealTexts) -> None:
    """A seal without a name, or with an empty line, is not drawn."""
    with pytest.raises(TextMissing):
        draw(design, texts)


def test_text_without_a_place_is_refused(design: SealDesign) -> None:
    """A taxpayer's number on an official seal is not left out in silence."""
    with pytest.raises(TextHasNoPlace, match="Official seal"):
        draw(design, SealTexts("示例", number="91419001MA9E2E3N4K"))
    for without in ("invoice", "personal-square", "legal-representative"):
        drawn = load_design(without)
        with pytest.raises(TextHasNoPlace, match="place for a seal code"):
            draw(drawn, replace(drawn.sample, code=CODE))


@pytest.mark.parametrize("colour", Colour)
@pytest.mark.parametrize("letters", [4, 40])
def test_poppler_sees_a_seal_of_one_colour(
    design: SealDesign, letters: int, colour: Colour, tmp_path: Path
) -> None:
    """Rendered from PDF there is one colour on white only: rim all round, star in the middle."""
    texts = SealTexts(NAMES[letters], code=CODE, mark=DEMONSTRATION_LINE)
    image = poppler(draw(design, texts, colour), tmp_path, DPI)
    ink = tuple(round(part * 255) for part in colour.rgb)
    middle = image.width // 2
    rim = round(0.6 / 25.4 * DPI)
    for spot in ((middle, rim), (middle, -rim), (rim, middle), (-rim, middle), (middle, middle)):
        place = tuple(at % image.width for at in spot)
        assert image.getpixel(place) == pytest.approx(ink, abs=2)
    assert image.getpixel((2, 2)) == (255, 255, 255)
    assert image.getpixel((middle, middle - round(6.5 / 25.4 * DPI))) == pytest.approx(ink, abs=2)
