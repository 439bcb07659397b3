"""Every design as others show it: the SVG and the PDF alike, and as large as it says in print."""

from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageChops, ImageStat

from sealservice.seals.artwork import Artwork, draw
from sealservice.seals.design import designs, load_design
from tests.seals.drawings import full, librsvg, names_of, poppler, sample
from tests.witnesses import witness

DESIGNS = designs()
PRINT_DPI = 600
PIXELS_PER_MM = 10
"""So that every seal has whole pixels, and nobody stretches it."""
ALLOWED_MM = 0.2
A4 = (595.276, 841.89)
FROM_LEFT, FROM_BOTTOM = 123.4, 345.6


def _drawn(design_id: str, at: int) -> Artwork:
    design = load_design(design_id)
    return draw(design, full(design, names_of(design)[at]))


@pytest.mark.parametrize("design_id", DESIGNS)
@pytest.mark.parametrize("at", [0, 3])
def test_svg_is_the_same_picture(design_id: str, at: int, tmp_path: Path) -> None:
    """What librsvg makes of the SVG is what poppler makes of the PDF, but for edge smoothing."""
    _require_same_picture(_drawn(design_id, at), tmp_path)


def test_a_drawing_kept_in_points_is_as_large_in_svg(tmp_path: Path) -> None:
    """Seals made by the first version have their coordinates in points; their picture is whole."""
    corners = b"0 0 m\n56.69 0 l\n56.69 56.69 l\nh\nf\nQ\n"
    kept = Artwork(20, 20, b"q 0.84 0.07 0.09 rg 0.84 0.07 0.09 RG 1 j\n" + corners)
    _require_same_picture(kept, tmp_path)


def _require_same_picture(artwork: Artwork, folder: Path) -> None:
    size = (round(artwork.width_mm * PIXELS_PER_MM), round(artwork.height_mm * PIXELS_PER_MM))
    from_pdf = poppler(artwork, folder, 254).crop((0, 0, *size))
    from_svg = librsvg(artwork, folder, size)
    difference = ImageChops.difference(from_pdf, from_svg).convert("L")
    assert ImageStat.Stat(difference).mean[0] < 5
    far = difference.point(lambda value: 255 if value > 140 else 0)
    assert ImageStat.Stat(far).mean[0] < 0.2


def test_printed_size_is_the_designs(tmp_path: Path) -> None:
    """At 600 dpi each design's ink is as wide and as high as its measures say, to 0.2 mm."""
    with pikepdf.new() as pdf:
        for design_id in DESIGNS:
            page = pdf.add_blank_page(page_size=A4)
            shift = f"1 0 0 1 {FROM_LEFT} {FROM_BOTTOM} cm\n".encode()
            page.Contents = pdf.make_stream(shift + sample(design_id).operators)
        pdf.save(tmp_path / "all.pdf")
    arguments = ("-r", str(PRINT_DPI), "-gray", f"{tmp_path}/all.pdf", f"{tmp_path}/page")
    witness("pdftoppm", *arguments)
    printed = sorted(tmp_path.glob("page-*.pgm"))
    assert len(printed) == len(DESIGNS)
    for design_id, file in zip(DESIGNS, printed, strict=True):
        outline = load_design(design_id).outline
        assert _ink_mm(file) == pytest.approx((outline.width, outline.height), abs=ALLOWED_MM)


def _ink_mm(file: Path) -> tuple[float, float]:
    """Return width and height of what is darker than half of white."""
    with Image.open(file) as shown:
        box = shown.point(lambda value: 255 * (value < 128)).getbbox()
    assert box is not None
    left, top, right, bottom = box
    return (right - left) * 25.4 / PRINT_DPI, (bottom - top) * 25.4 / PRINT_DPI
