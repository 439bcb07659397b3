"""Every design: sound measures, texts that keep apart whatever they are, the same bytes always."""

import os
import subprocess
import sys
import zlib
from dataclasses import replace
from itertools import pairwise
from math import atan2, cos, hypot, sin
from pathlib import Path

import pytest
from fontTools.misc.transform import Transform
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sealservice.kernel.resources import resource
from sealservice.seals.arcs import set_name
from sealservice.seals.artwork import SealTexts, _letterings, draw
from sealservice.seals.curves import Curve
from sealservice.seals.design import designs, load_design, read_design
from sealservice.seals.errors import (
    DesignInvalid,
    DesignNotFound,
    GlyphMissing,
    TextMissing,
    TextTooLong,
)
from sealservice.seals.glyphs import typeface
from sealservice.seals.lettering import NAME, cells, set_stack
from sealservice.seals.measures import SealDesign, Shape, Type
from sealservice.seals.paths import Path as Outline
from sealservice.seals.paths import Point, moved
from sealservice.seals.shapes import rectangle, star
from sealservice.seals.texts import Slot
from tests.seals.drawings import full, is_personal, names_of, sample
from tests.seals.hulls import close_pairs, hull

DESIGNS = designs()
ARCS = [design for design in DESIGNS if load_design(design).name is not None]
CLEAR = 0.15
"""Least distance of the ink of letters, mm; or, of small letters,"""
CLEAR_EMS = 0.025
"""this share of their height."""
CLEAR_OF_RIM = 0.35
LETTERS = "一济源示例区龘丨〇市（）有限公司囊灣蝌韫斆恤獨琳伊㯶灩グＷÜẺ╬ABWgjil019·&-. "
RULES = {  # width, height, rim, star: 国发〔1999〕25号, provincial measures, 总局公告2011年第7号
    "official": (40, 40, 1.2, 14),
    "official-42": (42, 42, 1.2, 14),
    "branch": (40, 40, 1.2, 14),
    "contract": (38, 38, 1, 12),
    "contract-qr": (38, 38, 1, None),
    "department": (38, 38, 1, 12),
    "finance-round": (38, 38, 1, 12),
    "personnel": (38, 38, 1, 12),
    "invoice": (40, 30, 1, None),
    "finance-square": (22, 22, 1, None),
    "legal-representative": (20, 20, 1, None),
    "legal-representative-plain": (20, 20, 1, None),
    "personal-square": (16, 16, 0.8, None),
    "personal-rectangle": (26, 11, 0.8, None),
}


def _crowded(design: SealDesign, texts: SealTexts) -> list[str]:
    """Return what stands too close to what in a seal."""
    letterings = list(_letterings(design, texts))
    hulls = [
        (hull(path), min(CLEAR, CLEAR_EMS * lettering.height) + design.weight * lettering.height)
        for lettering in letterings
        for path in lettering.outlines
        if path
    ]
    if design.star is not None:
        hulls.append((hull(star(design.star)), CLEAR))
    if design.qr is not None:
        edge = design.qr.quiet / 2
        square = rectangle(edge, edge, 0)
        hulls.append((hull(moved(square, Transform().translate(0, design.qr.centre))), 0.0))
    strokes = design.weight * max(lettering.height for lettering in letterings)
    found = [f"{pair}" for pair in close_pairs(hulls)]
    points = [point for each, _ in hulls for point in each]
    return found + [f"{p}" for p in points if _to_rim(design, p) < CLEAR_OF_RIM + strokes / 2]


def _to_rim(design: SealDesign, point: Point) -> float:
    """Return how far inside the rim a point is, mm; on an ellipse to the first order."""
    outline = design.outline
    width, height = outline.width / 2 - outline.rim_width, outline.height / 2 - outline.rim_width
    x, y = abs(point[0]), abs(point[1])
    if outline.shape is Shape.RECTANGLE:
        return min(width - x, height - y)
    within = hypot(x / width, y / height)
    return (1 - within) * within / hypot(x / width**2, y / height**2)


@pytest.mark.parametrize("design_id", DESIGNS)
def test_designs_have_the_measures_of_the_rules(design_id: str) -> None:
    """Size, rim and star are what the measures on seals say."""
    design = load_design(design_id)
    diameter = None if design.star is None else design.star.diameter
    outline = design.outline
    assert (outline.width, outline.height, outline.rim_width, diameter) == RULES[design_id]
    assert design.label.zh != design.label.en
    assert design.has_line(Slot.MARK)


@pytest.mark.parametrize("design_id", DESIGNS)
def test_everything_at_once_keeps_apart(design_id: str) -> None:
    """With all its texts, and names of every length, no letter comes near another or the rim."""
    design = load_design(design_id)
    for name in names_of(design):
        assert _crowded(design, full(design, name)) == []
        assert _crowded(design, replace(design.sample, name=name)) == []


@pytest.mark.parametrize("design_id", DESIGNS)
@settings(
    deadline=None,
    max_examples=25,
    phases=set(Phase) - {Phase.explain},
    suppress_health_check=[HealthCheck.too_slow],
)
@given(data=st.data())
def test_any_name_keeps_apart(design_id: str, data: st.DataObject) -> None:
    """Names of 2 to 50 letters of all kinds keep apart; only a person's may be too long."""
    design = load_design(design_id)
    bounds = (2, 12) if is_personal(design) else (4, 50)
    letters = st.text(LETTERS, min_size=bounds[0], max_size=bounds[1])
    name = data.draw(letters.filter(lambda text: len(text.strip()) > 1))
    assert _crowded(design, full(design, name)) == []


@pytest.mark.parametrize("kind", Type)
def test_no_ink_comes_near_the_edge_of_its_cell(kind: Type) -> None:
    """Whatever the letter, its ink is inside its cell: no two neighbours can touch."""
    letters = [chr(code) for code in (*range(0x21, 0x250), *range(0x3041, 0x3100))]
    letters += [chr(code) for code in range(0x4E00, 0x9FA6, 61)] + list(LETTERS)
    for letter in letters:
        try:
            [cell] = cells(letter, NAME, kind)
        except (GlyphMissing, TextMissing):
            continue
        if cell.glyph.ink is not None:
            left, _, right, _ = cell.glyph.ink
            assert cell.middle - left <= cell.width / 2 - 0.0299
            assert right - cell.middle <= cell.width / 2 - 0.0299


@pytest.mark.parametrize("design_id", DESIGNS)
def test_two_hundred_letters_are_refused(design_id: str) -> None:
    """A name of 200 letters fits no design, an empty one neither."""
    design = load_design(design_id)
    with pytest.raises(TextTooLong):
        draw(design, replace(design.sample, name="示" * 200))
    with pytest.raises(TextMissing):
        draw(design, replace(design.sample, name="  "))


@pytest.mark.parametrize("design_id", DESIGNS)
def test_greatest_number_in_a_refusal_is_true(design_id: str) -> None:
    """As many ideographs as the refusal says do fit; one more does not."""
    design = load_design(design_id)
    texts = full(design, "示" * 99)
    with pytest.raises(TextTooLong) as refusal:
        draw(design, texts)
    greatest = refusal.value.fields["greatest"]
    assert isinstance(greatest, int)
    assert greatest >= (8 if is_personal(design) else 50)
    draw(design, replace(texts, name="示" * greatest))
    with pytest.raises(TextTooLong):
        draw(design, replace(texts, name="示" * (greatest + 1)))


@pytest.mark.parametrize("design_id", ARCS)
@pytest.mark.parametrize("letters", [4, 13, 50])
def test_arcs_are_even_and_upright(design_id: str, letters: int) -> None:
    """Along the curve letters are equally far apart, mirrored at the top, and at right angles."""
    design = load_design(design_id)
    assert design.name is not None
    for number, lettering in enumerate(set_name("田" * letters, design.name, design.outline)):
        curve = _curve(design, lettering.height, number)
        placed = [_placed(path) for path in lettering.outlines]
        angles = [atan2(x / curve.width, y / curve.height) for (x, y), _ in placed]
        lengths = [_way(curve, angle) for angle in angles]
        steps = [right - left for left, right in pairwise(lengths)]
        assert max(steps) - min(steps) < 0.01
        assert lengths[0] == pytest.approx(-lengths[-1], abs=0.01)
        for angle, (middle, up) in zip(angles, placed, strict=True):
            x, y = curve.width * sin(angle), curve.height * cos(angle)
            assert hypot(middle[0] - x, middle[1] - y) < 0.001
            along = (curve.width * cos(angle), -curve.height * sin(angle))
            assert abs(up[0] * along[0] + up[1] * along[1]) < 0.001 * hypot(*up) * hypot(*along)
            assert up[0] * x + up[1] * y > 0


def _curve(design: SealDesign, height: float, number: int) -> Curve:
    """Return where the middles of the letters should be on the first or second arc."""
    assert design.name is not None
    gap = design.name.second.gap if design.name.second else 0
    depth = design.outline.rim_width + design.name.inset + height / 2 + number * (height + gap)
    return Curve(design.outline.width / 2 - depth, design.outline.height / 2 - depth)


def _placed(path: Outline) -> tuple[Point, Point]:
    """Return where the middle of a 田 went, and which way its upright went."""
    glyph = typeface(Type.SONG).glyph("田")
    assert glyph is not None
    before = [point for step in glyph.path for point in step.points][:9:4]
    behind = [point for step in path for point in step.points][:9:4]
    inverse = Transform(*_frame(before)).inverse()
    placed = Transform(*_frame(behind)).transform(inverse)
    return placed.transformPoint((0.5, 0.38)), placed.transformVector((0, 1))


def _frame(points: list[Point]) -> tuple[float, float, float, float, float, float]:
    """Return the transformation that takes the unit triangle to these three points."""
    (ax, ay), (bx, by), (cx, cy) = points
    return bx - ax, by - ay, cx - ax, cy - ay, ax, ay


def _way(curve: Curve, angle: float) -> float:
    """Return the length of an ellipse's arc from the top, by many small chords."""
    points = [
        (curve.width * sin(angle * part / 5000), curve.height * cos(angle * part / 5000))
        for part in range(5001)
    ]
    way = sum(hypot(bx - ax, by - ay) for (ax, ay), (bx, by) in pairwise(points))
    return way if angle > 0 else -way


def test_taxpayer_number_has_the_size_of_the_rules() -> None:
    """On an invoice seal its digits are 3.7 mm high and take at most 26 mm."""
    design = load_design("invoice")
    [number] = set_stack({Slot.NUMBER: "914190010123456789"}, design.stacks[0])
    points = [point for path in number.outlines for step in path for point in step.points]
    heights = [y for _, y in points]
    assert max(heights) - min(heights) == pytest.approx(3.7, abs=0.15)
    assert 20 < max(x for x, _ in points) - min(x for x, _ in points) <= 26


def test_word_for_seal_is_added_as_custom_has_it() -> None:
    """Two letters get 之印, three 印, four stand alone."""
    design = load_design("legal-representative")
    for name, letters in (("王伟", 4), ("王小明", 4), ("欧阳修文", 4)):
        [lettering] = _letterings(design, SealTexts(name))
        assert len(lettering.outlines) == letters


def test_columns_run_from_the_right() -> None:
    """The first letter of a name is at the top right, the title alone in the leftmost column."""
    [lettering] = _letterings(load_design("finance-square"), SealTexts("田" * 10))
    corners = [_placed(path)[0] for path in lettering.outlines[:10]]
    assert corners[0] == (max(x for x, _ in corners), max(y for _, y in corners))
    left = min(x for x, _ in corners)
    title = [point for path in lettering.outlines[10:] for step in path for point in step.points]
    assert max(x for x, _ in title) < left


def test_two_letters_stand_side_by_side() -> None:
    """A name of two letters alone on a square seal is high letters, the first one on the right."""
    [lettering] = _letterings(load_design("legal-representative-plain"), SealTexts("田田"))
    (first, first_up), (second, _) = (_placed(path) for path in lettering.outlines)
    assert first[0] > second[0]
    assert first[1] == pytest.approx(second[1])
    assert first_up[1] > 12


@pytest.mark.parametrize("number", ["0", "1"])
def test_other_process_draws_the_same_bytes(number: str) -> None:
    """A process with another order of hashes draws what this one does, byte for byte."""
    program = (
        "from sealservice.seals.artwork import draw\n"
        "from sealservice.seals.design import designs, load_design\n"
        "for each in map(load_design, designs()): print(draw(each, each.sample).sha256)\n"
    )
    surroundings = {**os.environ, "PYTHONHASHSEED": number}
    told = subprocess.check_output([sys.executable, "-c", program], env=surroundings, text=True)
    assert told.split() == [sample(design_id).sha256 for design_id in DESIGNS]


@pytest.mark.parametrize("design_id", DESIGNS)
def test_drawing_is_small(design_id: str) -> None:
    """With all its texts a drawing takes less than 20 KB of a sealed file."""
    design = load_design(design_id)
    for name in names_of(design):
        assert len(zlib.compress(draw(design, full(design, name)).operators, 9)) < 20 * 1024


def test_unknown_design_is_refused() -> None:
    """A design that is not there is refused with those that are; a path leads nowhere."""
    for wrong in ("officail", "../forms/x", ""):
        with pytest.raises(DesignNotFound, match="official-42"):
            load_design(wrong)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("rim_width: 1.2 -> rim_width: -1", "outline.rim_width: -1 is out of range"),
        ("rim_width: 1.2 -> rim_width: 20", "outline.rim_width: the rim leaves no inside"),
        ("width: 40 -> width: .nan", "outline.width: nan is out of range"),
        ("width: 40 -> width: 400", "outline.width: 400 is out of range"),
        ("width: 40 -> width: 140", "outline: larger than 100 mm"),
        ("width: 40 -> width: wide", "outline.width: not a number"),
        ("width: 40 -> width: true", "outline.width: not a number"),
        ("shape: oval -> shape: heart", "outline.shape: not one of oval, rectangle"),
        ("star: {diameter: 14} -> star: {diameter: 40}", "star: the star reaches over the rim"),
        ("star: {diameter: 14} -> star: 14", "star: not a mapping"),
        ("weight: 0.022 -> wait: 0.022", "wait: unknown"),
        ("filled: 0.9 -> filled: 1.2", "name: its sizes contradict"),
        ("height: 6.5 -> height: 1.5", "name: its sizes contradict"),
        ("holds: line -> holds: nothing", "stacks[0].lines[0].holds: not one of"),
        ("middle: -11 -> middle: -18", "stacks: a line leaves the rim"),
        ("zh: 公章（40 毫米） -> zh: 40", "label.zh: not a text"),
        ("id: official -> id: other", "id: it differs from the file's name"),
        ("id: official -> based_on: official", "based_on: there is no such design"),
        ("id: official -> {", "unreadable"),
    ],
)
def test_wrong_design_is_refused_with_its_place(change: str, told: str, tmp_path: Path) -> None:
    """A design file that breaks a rule is refused; the place and the reason are named."""
    before, _, behind = change.partition(" -> ")
    text = resource("templates/seals/official.yaml").read_text("utf-8")
    assert before in text
    file = tmp_path / "official.yaml"
    file.write_text(text.replace(before, behind, 1), "utf-8")
    with pytest.raises(DesignInvalid) as refusal:
        read_design(file)
    place, _, reason = told.rpartition(": ")
    assert f"is wrong at {place}" in refusal.value.message.en
    assert reason in refusal.value.message.en
    assert "official.yaml" in refusal.value.message.zh
