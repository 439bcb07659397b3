"""The official seal: inside its rim, even, symmetrical, the same every time and everywhere."""

import math
import re
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageChops, ImageStat

from sealservice.seals.artwork import (
    DEMONSTRATION_LINE,
    POINTS_PER_MM,
    Artwork,
    SealTexts,
    draw,
)
from sealservice.seals.colour import Colour
from sealservice.seals.design import SealDesign, load_design
from sealservice.seals.errors import GlyphMissing, TextMissing, TextTooLong
from sealservice.seals.glyphs import Step, song_type
from sealservice.seals.lettering import Lettering, set_code, set_line, set_name
from tests.witnesses import witness

CODE = "4190010012345"
NAMES = {
    4: "济源示例",
    12: "济源市示例科技有限公司厂",
    25: "河南省济源示范区示例（测试）新能源科技有限责任公司",
    40: "河南省济源产城融合示范区示例数字化转型与电子印章应用技术研究院示例有限责任公司厂",
    50: "河南省济源产城融合示范区示例数字化转型与电子印章应用技术研究院示例（济源）有限责任公司"
    "第一分公司办事",
    21: "ABC示例（中国）Holdings 3M厂",
}
DPI = 300


@pytest.fixture(scope="module")
def design() -> SealDesign:
    """Give the official design."""
    return load_design("official")


def _points(lettering: Lettering) -> list[tuple[float, float]]:
    """Return all points of the outlines; Bézier curves stay within their points' hull."""
    return [point for steps in lettering.outlines for step in steps for point in step.points]


def _reach(steps: tuple[Step, ...]) -> tuple[float, float]:
    """Return the least and greatest clockwise angle from the top, in degrees."""
    angles = [math.degrees(math.atan2(x, y)) for step in steps for x, y in step.points]
    return min(angles), max(angles)


def _pdf(artwork: Artwork) -> bytes:
    """Return a page that shows nothing but the seal."""
    document = pikepdf.new()
    size = (artwork.width_mm * POINTS_PER_MM, artwork.height_mm * POINTS_PER_MM)
    document.add_blank_page(page_size=size).Contents = document.make_stream(artwork.operators)
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _pdf_image(artwork: Artwork, folder: Path) -> Image.Image:
    (folder / "seal.pdf").write_bytes(_pdf(artwork))
    arguments = ("-r", str(DPI), "-png", "-singlefile", f"{folder}/seal.pdf", f"{folder}/seal")
    witness("pdftoppm", *arguments)
    return Image.open(folder / "seal.png").convert("RGB")


@pytest.mark.parametrize(("letters", "name"), NAMES.items())
def test_names_are_as_long_as_they_say(letters: int, name: str) -> None:
    """The lengths below are true."""
    assert len(name) == letters


def test_same_texts_give_same_bytes(design: SealDesign) -> None:
    """Drawing twice gives identical bytes; another text gives others."""
    first = draw(design, SealTexts(NAMES[12], DEMONSTRATION_LINE, CODE))
    assert first == draw(load_design("official"), SealTexts(NAMES[12], DEMONSTRATION_LINE, CODE))
    assert first.sha256 != draw(design, SealTexts(NAMES[12], None, CODE)).sha256
    assert (first.width_mm, first.height_mm) == (40, 40)


@pytest.mark.parametrize("name", NAMES.values())
def test_drawing_is_self_contained(design: SealDesign, name: str) -> None:
    """The operators need no resources, restore the state, and stay in their box and small."""
    operators = draw(design, SealTexts(name, DEMONSTRATION_LINE, CODE)).operators
    words = re.findall(rb"[a-zA-Z*]+", operators)
    assert set(words) == set(b"q rg RG w j m l c h f B Q".split())
    assert (words.count(b"q"), words.count(b"Q")) == (1, 1)
    assert len(operators) < 80_000
    side = 40 * POINTS_PER_MM
    numbers = [float(n) for n in re.findall(rb"-?[0-9.]+", operators)]
    assert all(-0.005 <= number <= side + 0.005 for number in numbers)


@pytest.mark.parametrize("name", NAMES.values())
def test_texts_keep_clear_of_rim_star_and_each_other(design: SealDesign, name: str) -> None:
    """No outline comes within 0.4 mm of the rim or the star, no text into another's place."""
    arc = set_name(name, design.name, song_type())
    line = set_line(DEMONSTRATION_LINE, design.line, song_type())
    code = set_code(CODE, design.code, song_type())
    outer = design.diameter / 2 - design.rim_width - 0.4
    for text in (arc, line, code):
        radii = [math.hypot(x, y) for x, y in _points(text)]
        assert max(radii) < outer
        assert min(radii) > design.star_diameter / 2 + 0.4
    lowest = {math.hypot(x, y) for x, y in _points(line) if y < design.line.centre}
    assert max(lowest) < min(math.hypot(x, y) for x, y in _points(code)) - 0.4
    end = max(_reach(steps)[1] for steps in arc.outlines if steps)
    line_end = min(math.degrees(math.atan2(x, y)) for x, y in _points(line) if x > 0)
    assert end + 3 < line_end


@pytest.mark.parametrize("name", NAMES.values())
def test_letters_do_not_touch(design: SealDesign, name: str) -> None:
    """Neighbours on the arc leave a gap; seen from the centre none hides another."""
    outlines = [steps for steps in set_name(name, design.name, song_type()).outlines if steps]
    weight = 2 * design.weight * design.name.height / design.name.outer_radius
    for left, right in pairwise(outlines):
        assert _reach(left)[1] + math.degrees(weight) / 10 < _reach(right)[0]


@pytest.mark.parametrize("letters", [4, 12, 25, 40])
def test_name_is_even_and_symmetrical(design: SealDesign, letters: int) -> None:
    """A name of equal, mirror-symmetrical letters is its own mirror image, at equal pitches."""
    lettering = set_name("田" * letters, design.name, song_type())
    reaches = [_reach(steps) for steps in lettering.outlines]
    middles = [(first + last) / 2 for first, last in reaches]
    pitches = [right - left for left, right in pairwise(middles)]
    assert max(pitches) - min(pitches) < 0.01
    for middle, mirrored in zip(middles, reversed(middles), strict=True):
        assert middle + mirrored == pytest.approx(2 * sum(middles) / letters, abs=0.01)
    assert abs(sum(middles) / letters) < 0.5
    assert reaches[-1][1] - reaches[0][0] <= design.name.span


def test_long_name_spans_the_usual_arc(design: SealDesign) -> None:
    """From twelve letters on the name takes 240 to 270 degrees."""
    for letters in (12, 25, 40):
        outlines = set_name(NAMES[letters], design.name, song_type()).outlines
        assert 240 < _reach(outlines[-1])[1] - _reach(outlines[0])[0] < 270


def test_letters_stand_upright_on_the_centre(design: SealDesign) -> None:
    """The topmost letter of an odd name is upright; its feet point to the centre."""
    outlines = set_name("口二口", design.name, song_type()).outlines
    points = [point for step in outlines[1] for point in step.points]
    _, long_stroke = max((abs(x), y) for x, y in points)  # 二 has it at the bottom
    assert long_stroke < sum(y for _, y in points) / len(points)


@pytest.mark.parametrize("letter", ["𰻝", "😀", "\u0000", "\ue000"])
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
    assert greatest == 50
    assert "名称共 100 个字符" in refusal.value.message.zh
    assert draw(design, SealTexts("示" * 50, None, CODE)).operators
    with pytest.raises(TextTooLong):
        draw(design, SealTexts("示" * 51, None, CODE))
    with pytest.raises(TextTooLong, match="horizontal text"):
        draw(design, SealTexts("示例", "测试专用不具效力", CODE))
    with pytest.raises(TextTooLong, match="seal code"):
        draw(design, SealTexts("示例", None, CODE * 2))


@pytest.mark.parametrize("texts", [SealTexts(""), SealTexts(" 　"), SealTexts("示例", "", CODE)])
def test_empty_text_is_refused(design: SealDesign, texts: SealTexts) -> None:
    """A seal without a name, or with an empty line, is not drawn."""
    with pytest.raises(TextMissing):
        draw(design, texts)


@pytest.mark.parametrize("letters", [4, 12, 25, 40])
def test_poppler_sees_a_red_seal(design: SealDesign, letters: int, tmp_path: Path) -> None:
    """Rendered from PDF there is red on white only: rim all round, star in the middle."""
    artwork = draw(design, SealTexts(NAMES[letters], DEMONSTRATION_LINE, CODE))
    image = _pdf_image(artwork, tmp_path)
    red = tuple(round(part * 255) for part in Colour.RED.rgb)
    middle = image.width // 2
    rim = round(0.6 / 25.4 * DPI)
    for spot in ((middle, rim), (middle, -rim), (rim, middle), (-rim, middle), (middle, middle)):
        place = tuple(at % image.width for at in spot)
        assert image.getpixel(place) == pytest.approx(red, abs=2)
    assert image.getpixel((2, 2)) == (255, 255, 255)
    assert image.getpixel((middle, middle - round(6.5 / 25.4 * DPI))) == pytest.approx(red, abs=2)


@pytest.mark.parametrize("letters", [4, 21, 40])
def test_svg_is_the_same_picture(design: SealDesign, letters: int, tmp_path: Path) -> None:
    """What librsvg makes of the SVG is what poppler makes of the PDF, but for edge smoothing."""
    artwork = draw(design, SealTexts(NAMES[letters], DEMONSTRATION_LINE, CODE))
    from_pdf = _pdf_image(artwork, tmp_path)
    (tmp_path / "seal.svg").write_text(artwork.svg(), encoding="utf-8")
    size = ("-w", str(from_pdf.width), "-h", str(from_pdf.height), "-b", "white")
    witness("rsvg-convert", *size, "-o", f"{tmp_path}/svg.png", f"{tmp_path}/seal.svg")
    from_svg = Image.open(tmp_path / "svg.png").convert("RGB")
    difference = ImageChops.difference(from_pdf, from_svg).convert("L")
    assert ImageStat.Stat(difference).mean[0] < 5
    far = difference.point(lambda value: 255 if value > 140 else 0)
    assert ImageStat.Stat(far).mean[0] < 1
