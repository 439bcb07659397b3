"""Golden pictures: every design as poppler shows it at 300 dpi, looked at by people.

``python -m tests.seals.golden`` draws them anew after a change that is wanted; look at each one
before it is committed.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageChops, ImageStat

from sealservice.seals.artwork import draw
from sealservice.seals.design import designs, load_design
from tests.seals.drawings import full, names_of, poppler

FOLDER = Path(__file__).parent / "golden"
DPI = 300
_SHADES = 16
_FAR = 64
"""A pixel that differs by more, of 255, is not the same edge smoothed in another way."""
_SQUARE = 12
"""Pixels in a millimetre."""


def shown(folder: Path, design_id: str) -> Image.Image:
    """Return a design with its usual texts, and beside it with all texts and its longest name."""
    design = load_design(design_id)
    longest = max(names_of(design), key=len)
    drawn = [draw(design, texts) for texts in (design.sample, full(design, longest))]
    one, other = (poppler(artwork, folder, DPI) for artwork in drawn)
    both = Image.new("RGB", (one.width + other.width, one.height), "white")
    both.paste(one, (0, 0))
    both.paste(other, (one.width, 0))
    return both


def different(one: Image.Image, other: Image.Image) -> tuple[float, float]:
    """Return how much two pictures differ: on average, and where most; both as shares of 1.

    The second is the share of pixels in a square millimetre that differ far: one wrong letter of
    many shows there.
    """
    difference = ImageChops.difference(one.convert("L"), other.convert("L"))
    far = difference.point([255 * (value > _FAR) for value in range(256)])
    return ImageStat.Stat(difference).mean[0] / 255, float(
        far.reduce(_SQUARE).getextrema()[1]
    ) / 255


def main() -> None:
    """Draw all golden pictures anew."""
    FOLDER.mkdir(exist_ok=True)
    for old in FOLDER.glob("*.png"):
        old.unlink()
    with TemporaryDirectory() as folder:
        for design_id in designs():
            picture = shown(Path(folder), design_id).quantize(_SHADES, dither=Image.Dither.NONE)
            file = FOLDER / f"{design_id}.png"
            picture.save(file, "PNG", bits=4, optimize=True, dpi=(DPI, DPI))
            sys.stdout.write(f"{file}\n")


if __name__ == "__main__":
    main()
