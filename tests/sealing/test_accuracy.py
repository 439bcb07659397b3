"""The rendered seal is found by its pixels where its resolved box says, on pages of every shape."""

import io
import tempfile
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

from sealservice.sealing.geometry import PageGeometry, displayed
from sealservice.sealing.model import (
    CoordinatePlacement,
    Edge,
    Impression,
    Origin,
    Placement,
    StraddlePlacement,
)
from tests.sealing.pages import saved
from tests.witnesses import witness
from tests.world_press import PressWorld

DPI = 600
ALLOWED_MM = 0.1
LOOKS_ALIKE = 8.0
"""Mean difference of grey values: about 2 for the same seal, 23 for one turned by 90 degrees."""
QUICK: dict[str, Any] = {
    "deadline": None,
    "phases": (Phase.explicit, Phase.generate),  # to shrink a page takes longer than to look at it
}

geometries = st.builds(
    lambda left, bottom, width, height, rotation, unit: PageGeometry(
        left, bottom, left + width, bottom + height, rotation, unit
    ),
    st.floats(-900, 900), st.floats(-900, 900), st.floats(220, 440), st.floats(220, 440),
    st.sampled_from([0, 90, 180, 270]), st.sampled_from([1.0, 1.0, 0.75, 1.5]),
)  # fmt: skip


def document(*pages: PageGeometry) -> bytes:
    """Return blank pages that lie so: the CropBox inside a larger MediaBox, given in any order.

    The CropBox does not stand over: pdftoppm then draws what is outside the MediaBox, too, against
    ISO 32000-2 14.11.2; pdfium does not.
    """
    with pikepdf.new() as pdf:
        for number, page in enumerate(pages):
            held = pdf.add_blank_page().obj
            held.CropBox = [page.right, page.top, page.left, page.bottom]
            held.MediaBox = [page.left - 7, page.bottom - 3, page.right + 11, page.top + number]
            held.Rotate = page.rotation - 360 * (number % 2)
            held.UserUnit = page.user_unit
        return saved(pdf)


def drawn(pdf: bytes, page: int) -> Image.Image:
    """Return a page as poppler shows it; it takes no notice of /UserUnit."""
    number = str(page + 1)
    with tempfile.TemporaryDirectory() as name:
        path = Path(name) / "page.pdf"
        path.write_bytes(pdf)
        options = ("-png", "-singlefile", "-cropbox", "-f", number, "-l", number)
        witness("pdftoppm", "-r", str(DPI), *options, str(path), str(path))
        return Image.open(io.BytesIO(path.with_suffix(".pdf.png").read_bytes())).convert("L")


def pixels_per_mm(page: PageGeometry) -> float:
    """Return how many pixels poppler draws for a millimetre."""
    return DPI / 72 * page.units_per_mm


def inked(image: Image.Image) -> tuple[int, int, int, int]:
    """Return the box of everything that is not white, in pixels."""
    box = ImageChops.invert(image).point(lambda value: 255 * (value > 40)).getbbox()
    assert box is not None
    return box


def require_alike(image: Image.Image, other: Image.Image) -> None:
    """Require two pictures to show the same seal, the same way up."""
    one, two = (each.crop(inked(each)).resize((200, 200)) for each in (image, other))
    assert ImageStat.Stat(ImageChops.difference(one, two)).mean[0] < LOOKS_ALIKE


def near_the_middle(x: float = 0, y: float = 0) -> Placement:
    """Return a place on the first page, moved into it if need be."""
    return CoordinatePlacement("1", x, y, Origin.CENTRE, clamp=True)


@pytest.fixture(scope="module")
def upright(world: PressWorld) -> Image.Image:
    """Give the seal as it looks on a plain page."""
    return drawn(world.seal(document(PageGeometry(0, 0, 300, 300)), placement=near_the_middle()), 0)


@given(page=geometries, x=st.floats(-90, 90), y=st.floats(-90, 90))
@settings(max_examples=16, **QUICK)
def test_the_seal_is_at_its_box(
    world: PressWorld, upright: Image.Image, page: PageGeometry, x: float, y: float
) -> None:
    """On random pages the ink fills the resolved box to 0.1 mm, and the seal is upright."""
    source = document(page)
    prepared = world.prepare(source, near_the_middle(x, y))
    (impression,) = prepared[0].impressions
    require_ink(drawn(world.sign(source, prepared), 0), impression, page, upright)


@given(page=geometries, x=st.floats(-90, 90), y=st.floats(-90, 90))
@settings(max_examples=6, **QUICK)
def test_page_content_is_at_its_box(
    world: PressWorld, upright: Image.Image, page: PageGeometry, x: float, y: float
) -> None:
    """The same of a further impression, which is content of its page, and no annotation."""
    source = document(PageGeometry(0, 0, 300, 300), page)
    further = CoordinatePlacement("2", x, y, Origin.CENTRE, clamp=True)
    prepared = world.prepare(source, near_the_middle(), further)
    _, impression = prepared[0].impressions
    require_ink(drawn(world.sign(source, prepared), 1), impression, page, upright)


def require_ink(
    image: Image.Image, impression: Impression, page: PageGeometry, upright: Image.Image
) -> None:
    """Require the ink on a page to fill the box of an impression, the right way up."""
    shown, (left, top, right, bottom) = displayed(impression.box, page), inked(image)
    found = (left, image.height - bottom, right, image.height - top)
    wanted = (shown.left, shown.bottom, shown.right, shown.top)
    for pixels, mm in zip(found, wanted, strict=True):
        assert abs(pixels / pixels_per_mm(page) - mm) <= ALLOWED_MM
    require_alike(image, upright)


@pytest.mark.parametrize("edge", list(Edge))
@given(pages=st.lists(geometries, min_size=2, max_size=5), margin=st.floats(0, 3))
@settings(max_examples=2, **QUICK)
def test_slices_make_the_seal(
    world: PressWorld, upright: Image.Image, edge: Edge, pages: list[PageGeometry], margin: float
) -> None:
    """Slices cut out of the rendered pages, and laid together, look like the seal."""
    source = document(*pages)
    prepared = world.prepare(source, StraddlePlacement(edge, margin_mm=margin))
    sealed = world.sign(source, prepared)
    slices = [one for signature in prepared for one in signature.impressions]
    assert [one.box.page for one in slices] == list(range(len(pages)))
    artwork = world.die.artwork
    whole = Image.new("L", (round(artwork.width_mm * 20), round(artwork.height_mm * 20)), "white")
    for one in slices:
        lay(whole, drawn(sealed, one.box.page), one, pages[one.box.page])
    require_alike(whole, upright)


def lay(whole: Image.Image, image: Image.Image, one: Impression, page: PageGeometry) -> None:
    """Cut a slice out of a page and lay it where its window is, 20 pixels to the mm."""
    assert one.window is not None
    shown, scale = displayed(one.box, page), pixels_per_mm(page)
    left, right = round(shown.left * scale), round(shown.right * scale)
    upper, lower = (image.height - round(mm * scale) for mm in (shown.top, shown.bottom))
    begin, end = round(one.window.left * 20), round(one.window.right * 20)
    top, bottom = (whole.height - round(mm * 20) for mm in (one.window.top, one.window.bottom))
    cut = image.crop((left, upper, right, lower)).resize((end - begin, bottom - top))
    whole.paste(cut, (begin, top))
