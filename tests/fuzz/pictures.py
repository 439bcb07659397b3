"""Pictures that somebody brings for a seal, as seeds, and the one way in which each may end."""

import contextlib
from io import BytesIO

from PIL import Image, ImageDraw

from sealservice.kernel.errors import SealserviceError
from sealservice.limits import Limits
from sealservice.seals.colour import Colour
from sealservice.seals.imported import imported_picture
from sealservice.seals.kept import artwork_of, kept
from tests.seals.drawings import sample

_WIDTH_MM = 8.0
_SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">{}</svg>'
_CURVES = (
    '<g transform="rotate(30) translate(4,-3)scale(2)"><path fill="#c00" fill-rule="evenodd" '
    'd="M10 80C40 10 65 10 95 80S150 150 180 80Q9 9 9 90T20 3A40 20 30 1 0 60 60zm3 3h9v9H1V2z"/>'
    "</g>"
)
_SHAPES = (
    '<rect width="100" height="100" fill="white"/><ellipse cx="50" cy="40" rx="30" ry="20"/>'
    '<polygon points="1,1 90,4 50,70"/><polyline points="1 2 3 4" stroke="#000"/><title>x</title>'
)
_STROKED = (
    '<circle cx="50" cy="50" r="4e1" style="fill:none;stroke:rgb(200,0,0);stroke-width:6"/>'
    '<line x1="1" y1="2" x2="90" y2="80" stroke="#c80000"/><defs><g id="a"/></defs>'
)


def rasters() -> list[bytes]:
    """Return small seals in every kind of picture that is taken."""
    drawn = Image.new("RGB", (90, 80), "#f4ecd8")
    ImageDraw.Draw(drawn).ellipse((10, 8, 78, 72), outline="#c01020", width=6)
    kinds = {"P": "PNG", "L": "PNG", "1": "PNG", "RGBA": "PNG", "RGB": "PNG"}
    pictures = [_saved(drawn.convert(mode), kind) for mode, kind in kinds.items()]
    jpegs = [_saved(drawn, "JPEG", **option) for option in ({}, {"progressive": True})]
    return [*pictures, *jpegs, _saved(drawn.convert("L"), "JPEG"), sample("invoice").png(100)]


def drawings() -> list[bytes]:
    """Return SVG documents with everything that is taken, and one of our own."""
    plain = [_SVG.format(drawn).encode() for drawn in (_CURVES, _SHAPES, _STROKED)]
    return [*plain, sample("personal-square").svg().encode()]


def bring(data: bytes) -> None:
    """Make a drawing of a picture: it is within bounds and can be kept, or it is refused."""
    limits = Limits(seal_picture_pixels=4_000_000)
    with contextlib.suppress(SealserviceError):
        artwork = imported_picture(data, _WIDTH_MM, Colour.RED, limits).artwork
        assert artwork.width_mm == _WIDTH_MM
        assert 0 < artwork.height_mm <= limits.seal_width_mm
        assert len(artwork.operators) <= limits.seal_drawing_bytes
        assert artwork.svg().startswith("<svg")
        assert artwork_of(kept(artwork)) == artwork


def _saved(image: Image.Image, kind: str, **options: bool) -> bytes:
    written = BytesIO()
    image.save(written, kind, **options)
    return written.getvalue()
