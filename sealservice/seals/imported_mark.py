"""Write a warning across a picture that somebody brought, so that no print of it looks real.

1. The drawing becomes a stencil, whatever it was: a band of it is wiped, the warning stands there.
2. The band goes across the middle; its letters fill at most three quarters of the width and a third
   of the height.
"""

from io import BytesIO
from typing import Final

from PIL import Image, ImageChops

from sealservice.seals.artwork import Artwork
from sealservice.seals.colour import Colour
from sealservice.seals.content import Pen, finished, header, stencilled
from sealservice.seals.lettering import set_line
from sealservice.seals.measures import Line, Type
from sealservice.seals.stencil import Stencil
from sealservice.seals.texts import Slot

_DPI: Final = 600
_WIDTH: Final = 0.75
_HEIGHT: Final = 1 / 3
_AIR: Final = 0.2
"""Above and below the letters, of their height."""
_HALF: Final = 128
_INK: Final = [255 * (level >= _HALF) for level in range(256)]


def marked(picture: Artwork, mark: str, colour: Colour) -> Artwork:
    """Return the picture as a stencil that carries the warning."""
    ink = _ink(picture)
    warning = _ink(_warning(picture, mark))
    _, top, _, bottom = warning.getbbox() or (0, 0, 0, 0)
    air = round(_AIR * (bottom - top))
    ink.paste(0, (0, top - air, ink.width, bottom + air))
    mask = ImageChops.lighter(ink, warning).convert("1")
    stencil = Stencil(mask.width, mask.height, mask.tobytes())
    drawn = stencilled(picture.width_mm, picture.height_mm, colour.rgb)
    return Artwork(picture.width_mm, picture.height_mm, drawn, stencil)


def _ink(artwork: Artwork) -> Image.Image:
    return Image.open(BytesIO(artwork.png(_DPI))).getchannel("A").point(_INK)


def _warning(picture: Artwork, mark: str) -> Artwork:
    width, height = picture.width_mm, picture.height_mm
    line = Line(
        holds=Slot.MARK,
        height=min(_HEIGHT * height, _WIDTH * width / len(mark)),
        width=_WIDTH * width,
        type=Type.GOTHIC,
    )
    pen = Pen(width, height)
    letters = set_line(mark, line, 0).outlines
    drawn = [step for path in letters for step in pen.path(path, "f")]
    return Artwork(width, height, finished([header(Colour.BLACK.rgb), *drawn]))
