"""How a seal looks on the page, as poppler draws it: upright, round, whole, centred."""

import io
import re
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from sealservice.sealing.model import CoordinatePlacement, KeywordPlacement
from tests.sealing.pages import reshaped, typeset
from tests.witnesses import witness
from tests.world_press import PressWorld

DPI = 144
MM = 25.4
SHAPES = {
    "plain": {},
    "turned 90": {"rotate": 90},
    "turned 180": {"rotate": 180},
    "turned 270": {"rotate": 270},
    "negative origin": {"shift": (-500.0, -900.0)},
    "cropped": {"crop": (40.0, 60.0, 420.0, 520.0)},
    "cropped, turned 90, shifted": {
        "rotate": 90,
        "crop": (40.0, 60.0, 420.0, 520.0),
        "shift": (-77.0, 33.0),
    },
    "inherited, turned -90": {"rotate": -90, "inherited": True, "shift": (10.0, -20.0)},
}


def drawn(pdf: bytes, folder: Path) -> Image.Image:
    """Return the first page as poppler shows it."""
    path = folder / "page.pdf"
    path.write_bytes(pdf)
    witness("pdftoppm", "-r", str(DPI), "-png", "-singlefile", "-cropbox", str(path), str(path))
    return Image.open(io.BytesIO((folder / "page.pdf.png").read_bytes())).convert("RGB")


def red_box(image: Image.Image) -> tuple[int, int, int, int]:
    """Return the box around everything red, in pixels."""
    red, green, _ = image.split()
    box = ImageChops.subtract(red, green).point(lambda value: 255 * (value > 60)).getbbox()
    assert box is not None
    return box


def keyword_centre(folder: Path) -> tuple[float, float]:
    """Return where poppler finds the keyword on the page as drawn, in pixels."""
    said = witness("pdftotext", "-bbox", "-cropbox", str(folder / "page.pdf"), "-")
    words = re.findall(r'xMin="(.*?)" yMin="(.*?)" xMax="(.*?)" yMax="(.*?)">.*?盖章处', said)
    (numbers,) = words
    left, top, right, bottom = (float(number) * DPI / 72 for number in numbers)
    return (left + right) / 2, (top + bottom) / 2


@pytest.mark.parametrize("shape", list(SHAPES))
def test_seal_is_whole_and_round(world: PressWorld, shape: str, tmp_path: Path) -> None:
    """On every shape of page the seal is as wide as high, and of its true size."""
    image = drawn(world.seal(reshaped(**SHAPES[shape])), tmp_path)
    left, top, right, bottom = red_box(image)
    size = world.die.artwork.width_mm / MM * DPI
    assert right - left == pytest.approx(size, abs=2)
    assert bottom - top == pytest.approx(size, abs=2)


@pytest.mark.parametrize("shape", list(SHAPES))
def test_seal_is_centred_on_its_keyword(world: PressWorld, shape: str, tmp_path: Path) -> None:
    """The middle of the seal is the middle of the keyword, as another program sees both."""
    source = reshaped(**SHAPES[shape])
    image = drawn(world.seal(source), tmp_path)
    left, top, right, bottom = red_box(image)
    (tmp_path / "page.pdf").write_bytes(source)
    x, y = keyword_centre(tmp_path)
    allowed = DPI / MM  # the tools disagree by up to 1 mm on where a full-width bracket ends
    assert (left + right) / 2 == pytest.approx(x, abs=allowed)
    assert (top + bottom) / 2 == pytest.approx(y, abs=allowed)


@pytest.mark.parametrize("rotate", [90, 180, 270])
def test_seal_is_upright(world: PressWorld, rotate: int, tmp_path: Path) -> None:
    """On a turned page the seal looks as on a plain one."""
    place = CoordinatePlacement("1", 60, 60)
    pictures = []
    for turn in (0, rotate):
        image = drawn(world.seal(reshaped(rotate=turn), placement=place), tmp_path)
        pictures.append(image.crop(red_box(image)).resize((220, 220)))
    difference = ImageStat.Stat(ImageChops.difference(*pictures).convert("L")).mean[0]
    assert difference < 12  # about 5; a seal turned by 90 degrees differs by 25


def test_seal_is_at_its_coordinates(world: PressWorld, tmp_path: Path) -> None:
    """Millimetres count from the bottom left of the page as displayed."""
    place = CoordinatePlacement("-1", 30, 45)
    image = drawn(world.seal(reshaped(rotate=90), placement=place), tmp_path)
    left, top, right, bottom = red_box(image)
    assert (left + right) / 2 == pytest.approx(30 / MM * DPI, abs=2)
    assert image.height - (top + bottom) / 2 == pytest.approx(45 / MM * DPI, abs=2)


def test_shift_is_to_the_right_and_up(world: PressWorld, tmp_path: Path) -> None:
    """A keyword's shift is in the directions of the page as displayed."""
    centres = []
    for shift in (0.0, 10.0):
        place = KeywordPlacement("盖章处", dx_mm=shift, dy_mm=2 * shift)
        image = drawn(world.seal(reshaped(rotate=270), placement=place), tmp_path)
        left, top, right, bottom = red_box(image)
        centres.append(((left + right) / 2, (top + bottom) / 2))
    (x, y), (moved_x, moved_y) = centres
    assert moved_x - x == pytest.approx(10 / MM * DPI, abs=2)
    assert y - moved_y == pytest.approx(20 / MM * DPI, abs=2)


@pytest.mark.parametrize("standard", ["a-2b", "1.7"])
def test_colour_is_the_drawing_s(world: PressWorld, tmp_path: Path, standard: str) -> None:
    """The red is the artwork's, with an output intent and without."""
    place = CoordinatePlacement("1", 60, 60)
    image = drawn(world.seal(typeset(standard=standard), placement=place), tmp_path)
    left, top, right, bottom = red_box(image)
    pixel = image.getpixel(((left + right) // 2, (top + bottom) // 2))
    wanted = [float(part) * 255 for part in world.die.artwork.operators.split()[1:4]]
    assert pixel == pytest.approx(wanted, abs=6)


def test_user_unit_scales(world: PressWorld) -> None:
    """On a page of larger units the seal takes fewer of them."""
    place = CoordinatePlacement("1", 60, 60)
    (plain,), (doubled,) = (
        [one.impressions[0].box for one in world.prepare(reshaped(user_unit=unit), place)]
        for unit in (1, 2)
    )
    assert doubled.right - doubled.left == pytest.approx((plain.right - plain.left) / 2, abs=0.01)
    assert doubled.left == pytest.approx(plain.left / 2, abs=0.01)
