"""A seal that somebody brings as a picture: only its ink is taken, and nothing else is believed."""

import struct
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from sealservice.infra.sandbox import ForkedSandbox
from sealservice.limits import Limits
from sealservice.seals.artwork import DEMONSTRATION_LINE, Artwork
from sealservice.seals.colour import Colour
from sealservice.seals.errors import (
    PictureTooLarge,
    PictureUnreadable,
    PictureUnsuitable,
    SealSizeInvalid,
    SvgRefused,
)
from sealservice.seals.findings import FindingKind, Imported
from sealservice.seals.imported import imported_picture as examined
from sealservice.seals.kept import artwork_of, kept
from tests.seals.drawings import librsvg, poppler, sample

SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">{}</svg>'
STAR = '<path fill="red" d="M50 5 61 40H98L68 62 79 96 50 75 21 96 32 62 2 40H39Z"/>'


def imported_picture(
    data: bytes,
    width_mm: float,
    colour: Colour = Colour.RED,
    limits: Limits | None = None,
    mark: str | None = None,
) -> Artwork:
    """Return the drawing alone."""
    return examined(data, width_mm, colour, limits, mark).artwork


def _scan(
    paper: tuple[int, int, int] = (250, 246, 235), kind: str = "PNG", dpi: int = 300
) -> bytes:
    """Return a scan of the official seal, off-centre on a larger sheet of coloured paper."""
    seal = Image.open(BytesIO(sample("official").png(dpi)))
    sheet = Image.new("RGB", (seal.width + 90, seal.height + 50), paper)
    sheet.paste(seal, (70, 20), seal)
    return _saved(sheet, kind)


def _saved(image: Image.Image, kind: str = "PNG") -> bytes:
    written = BytesIO()
    image.save(written, kind)
    return written.getvalue()


def _header(width: int, height: int, depth: int = 8, colour: int = 2) -> bytes:
    """Return a PNG file of this size that holds no pixels."""
    body = b"IHDR" + struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    begin = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body
    return begin + struct.pack(">I", zlib.crc32(body)) + struct.pack(">I", 9) + b"IDAT" + bytes(13)


def _difference(one: Image.Image, other: Image.Image) -> float:
    other = other.resize(one.size)
    return ImageStat.Stat(ImageChops.difference(one.convert("L"), other.convert("L"))).mean[0]


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_scan_becomes_the_seal(kind: str, tmp_path: Path) -> None:
    """A scan on yellowish paper gives the seal alone: cut to its rim, of the size asked for."""
    artwork = imported_picture(_scan(kind=kind), 40)
    assert artwork.width_mm == 40
    assert artwork.height_mm == pytest.approx(40, abs=0.2)
    assert artwork.stencil is not None
    (tmp_path / "other").mkdir()
    original = poppler(sample("official"), tmp_path / "other", 300)
    assert _difference(original, poppler(artwork, tmp_path, 300)) < 6
    assert artwork_of(kept(artwork)) == artwork


def test_transparent_picture_in_another_colour(tmp_path: Path) -> None:
    """Transparent paper is paper; the SVG shows the stencil as the PDF does."""
    artwork = imported_picture(sample("invoice").png(400), 40, Colour.BLUE)
    assert artwork.height_mm == pytest.approx(30, abs=0.2)
    from_pdf = poppler(artwork, tmp_path, 300)
    assert _difference(from_pdf, librsvg(artwork, tmp_path, from_pdf.size)) < 5
    red, _, blue = ImageStat.Stat(from_pdf).mean
    assert blue > red


@pytest.mark.parametrize("paper", ["white", "#f4ecd8", None])
def test_seal_that_fills_its_picture(paper: str | None, tmp_path: Path) -> None:
    """A rectangular seal whose rim is the picture's edge is not taken for paper."""
    seal = Image.open(BytesIO(sample("finance-square").png(300)))
    if paper is not None:
        sheet = Image.new("RGB", seal.size, paper)
        sheet.paste(seal, mask=seal.getchannel("A"))
        seal = sheet
    artwork = imported_picture(_saved(seal), 22)
    (tmp_path / "other").mkdir()
    original = poppler(sample("finance-square"), tmp_path / "other", 300)
    assert _difference(original, poppler(artwork, tmp_path, 300)) < 8


@pytest.mark.parametrize("data", [_scan(), sample("invoice").svg().encode()])
def test_warning_is_written_across_the_middle(data: bytes, tmp_path: Path) -> None:
    """In demonstrations a band of the picture gives way to 测试专用; the rest stays."""
    plain, marked = imported_picture(data, 40), imported_picture(data, 40, mark=DEMONSTRATION_LINE)
    assert (marked.width_mm, marked.height_mm) == (plain.width_mm, plain.height_mm)
    (tmp_path / "other").mkdir()
    before, after = poppler(plain, tmp_path, 300), poppler(marked, tmp_path / "other", 300)
    width, height = before.size
    top = (0, 0, width, height // 3)
    assert _difference(before.crop(top), after.crop(top)) < 6
    rim = (0, height * 2 // 5, width // 30, height * 3 // 5)
    assert ImageStat.Stat(after.crop(rim).convert("L")).mean == [255]
    letters = (width // 5, height * 2 // 5, width * 4 // 5, height * 3 // 5)
    assert _difference(before.crop(letters), after.crop(letters)) > 20


def test_own_svg_comes_back(tmp_path: Path) -> None:
    """What the product draws as SVG it reads as SVG: the same picture."""
    for design in ("official", "invoice", "finance-square"):
        artwork = sample(design)
        again = imported_picture(artwork.svg().encode(), artwork.width_mm)
        assert again.height_mm == pytest.approx(artwork.height_mm, abs=0.02)
        (tmp_path / design).mkdir()
        assert (
            _difference(poppler(artwork, tmp_path, 300), poppler(again, tmp_path / design, 300)) < 1
        )


@pytest.mark.parametrize(
    "drawn",
    [
        STAR,
        '<circle cx="50" cy="50" r="40" fill="none" stroke="#c00" stroke-width="6"/>',
        '<g transform="translate(9 3)rotate(20) scale(5)"><rect width="9" height="6" rx="1"/></g>',
        '<path d="M10 80C40 10 65 10 95 80S150 150 180 80Q9 9 9 90T20 3A40 20 30 1 0 60 60z"/>',
        '<rect width="100" height="100" fill="#fff"/><ellipse cx="50" cy="40" rx="30" ry="20"/>',
        '<path fill-rule="evenodd" d="M0 0h90v90h-90zM20 20h50v50h-50z"/><title>x</title>',
        '<polygon points="1,1 90,4 50,70"/><line x1="0" y1="80" x2="90" y2="80" stroke="black"/>',
    ],
)
def test_plain_shapes_look_as_in_librsvg(drawn: str, tmp_path: Path) -> None:
    """Shapes, curves, transformations and strokes become what another program makes of them."""
    artwork = imported_picture(SVG.format(drawn).encode(), 30, Colour.BLACK)
    ours = poppler(artwork, tmp_path, 300)
    left, top, right, bottom = _box_in_librsvg(drawn, tmp_path)
    assert (right - left) / (bottom - top) == pytest.approx(ours.width / ours.height, rel=0.02)
    theirs = Image.open(tmp_path / "wide.png").crop((left, top, right, bottom))
    two_levels = [255 * (level > 200) for level in range(256)]
    ink, other = (image.convert("L").point(two_levels) for image in (ours, theirs))
    assert _difference(ink, other) < 4


def _box_in_librsvg(drawn: str, folder: Path) -> tuple[int, int, int, int]:
    wide = SVG.format(drawn).replace("0 0 100 100", "-100 -100 400 400")
    from tests.witnesses import witness  # noqa: PLC0415

    (folder / "wide.svg").write_text(wide, encoding="utf-8")
    size = ("-w", "2400", "-h", "2400", "-b", "white")
    witness("rsvg-convert", *size, "-o", f"{folder}/wide.png", f"{folder}/wide.svg")
    box = ImageChops.invert(Image.open(folder / "wide.png").convert("L")).getbbox()
    assert box is not None
    return box


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>1</script>",
        '<image href="http://x.example/a.png"/>',
        "<foreignObject/>",
        "<style>path{fill:red}</style>",
        '<use href="#a"/>',
        "<text>公章</text>",
        STAR.replace("<path", '<path onclick="x()"'),
        '<a href="x"/>',
        '<path fill="url(#g)" d="M0 0h9v9z"/>',
        '<path opacity=".5" d="M0 0h9v9z"/>',
        '<g opacity="0.3">' + STAR + "</g>",
        STAR + '<path fill="blue" d="M0 0h9v9z"/>',
        STAR + '<path fill="white" d="M0 0h9v9z"/>',
        '<path clip-path="url(#c)" d="M0 0h9v9z"/>',
        "<animate/>",
        "",
        "<g>" * 80 + "</g>" * 80,
    ],
)
def test_svg_with_more_than_shapes_is_refused_by_name(hostile: str) -> None:
    """Scripts, links, pictures, text, gradients, several colours: refused in both languages."""
    with pytest.raises(SvgRefused) as refusal:
        imported_picture(SVG.format(hostile).encode(), 30)
    assert "不支持的内容" in refusal.value.message.zh


@pytest.mark.parametrize(
    "document",
    [
        '<!DOCTYPE svg [<!ENTITY a "aaaa">]>' + SVG.format(STAR),
        '<!DOCTYPE svg SYSTEM "file:///etc/passwd">' + SVG.format(STAR),
        '<?xml-stylesheet href="x.css"?>' + SVG.format(STAR),
    ],
)
def test_doctype_and_instructions_are_refused(document: str) -> None:
    """No entity is declared, no file asked for."""
    with pytest.raises(SvgRefused):
        imported_picture(document.encode(), 30)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        b"%PDF-1.7",
        b"<html/>",
        b"<svg",
        _scan()[:5000],
        b"\xff\xd8\xff\xe0" + bytes(40),
        SVG.format('<path d="M0 0L1e999 5z"/>').encode(),
        SVG.format('<path d="M0 0 L boom"/>').encode(),
        SVG.format('<rect width="9e9" height="1"/>').encode(),
        SVG.format('<g transform="scale(1"><rect width="9" height="1"/></g>').encode(),
    ],
)
def test_damaged_or_other_file_is_refused(data: bytes) -> None:
    """What is none of the three formats, or broken, is refused as unreadable."""
    with pytest.raises(PictureUnreadable):
        imported_picture(data, 30)


def test_pixels_are_counted_before_they_are_decoded() -> None:
    """A hundred megapixels, and far more, are refused from the header alone; so are many bytes."""
    for side in (10_000, 60_000):
        with pytest.raises(PictureTooLarge):
            imported_picture(_header(side, side), 40)
    with pytest.raises(PictureTooLarge):
        imported_picture(_scan(), 40, Colour.RED, Limits(seal_picture_bytes=1000))


def test_large_svg_is_not_read() -> None:
    """A megabyte of steps is refused before they are read, for they could take a minute."""
    steps = "L1 1L2 0" * 140_000
    with pytest.raises(PictureTooLarge, match="1048576"):
        imported_picture(SVG.format(f'<path d="M0 0{steps}z"/>').encode(), 40)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (_saved(Image.new("CMYK", (600, 600)), "JPEG"), "CMYK"),
        (_saved(Image.new("I;16", (600, 600))), "16 bits"),
        (_saved(Image.new("RGB", (600, 600), "white")), "no ink"),
        (_saved(Image.new("RGB", (600, 600), "red")), "no ink"),
        (_scan(dpi=90), "scan it more finely"),
    ],
)
def test_unsuitable_picture_is_refused_with_the_reason(data: bytes, told: str) -> None:
    """CMYK, 16 bits, nothing on it, too coarse: named, in both languages."""
    with pytest.raises(PictureUnsuitable, match=told) as refusal:
        imported_picture(data, 40)
    assert "不能用于制章" in refusal.value.message.zh


def test_moving_picture_is_refused() -> None:
    """An animated PNG is no seal."""
    written = BytesIO()
    frames = [Image.new("RGB", (600, 600), colour) for colour in ("white", "red")]
    frames[0].save(written, "PNG", save_all=True, append_images=frames[1:])
    with pytest.raises(PictureUnsuitable, match="moving"):
        imported_picture(written.getvalue(), 40)


@pytest.mark.parametrize("width", [0, -1, 4, 61, float("nan"), float("inf")])
def test_impossible_width_is_refused(width: float) -> None:
    """A seal has 5 to 60 mm."""
    with pytest.raises(SealSizeInvalid):
        imported_picture(SVG.format(STAR).encode(), width)


def test_impossible_height_is_refused() -> None:
    """A seal is not higher than one may be wide, nor as thin as a line."""
    tall = SVG.format('<rect width="1" height="3" fill="red"/>')
    for width, drawn in ((30, tall), (5, tall.replace("1", "90"))):
        with pytest.raises(SealSizeInvalid):
            imported_picture(drawn.encode(), width)
    narrow = Image.new("RGB", (900, 2400), "white")
    narrow.paste("red", (200, 100, 700, 1500))
    narrow.paste("white", (250, 150, 650, 1450))
    with pytest.raises(SealSizeInvalid):
        imported_picture(_saved(narrow), 40)


def test_import_runs_in_the_sandbox() -> None:
    """Drawings and refusals leave a confined child as they are."""
    sandbox = ForkedSandbox(Limits())
    imported = sandbox.run(examined, _scan(), 40.0)
    assert isinstance(imported, Imported)
    assert imported == examined(_scan(), 40.0)
    with pytest.raises(SvgRefused):
        sandbox.run(examined, SVG.format("<script/>").encode(), 40.0)
    sandbox.close()


@pytest.mark.parametrize(
    ("data", "kinds", "told"),
    [
        (_scan(), set(), "#faf6eb"),
        (_scan(dpi=200), {FindingKind.RESOLUTION}, "200 dpi"),
        (_scan((190, 90, 90)), {FindingKind.CONTRAST}, "#be5a5a"),
        (sample("official").png(600), {FindingKind.CUT}, "背景"),
        (SVG.format(STAR).encode(), set(), "#ff0000"),
    ],
)
def test_quality_is_told(data: bytes, kinds: set[FindingKind], told: str) -> None:
    """What was taken away is named; what gives concern is marked: coarse, faint, cut off."""
    findings = examined(data, 40).findings
    assert {finding.kind for finding in findings if finding.is_concern} == kinds
    assert any(told in finding.text.zh for finding in findings)
    assert all(finding.text.en.isascii() or "×" in finding.text.en for finding in findings)
    assert findings[-1].kind is FindingKind.SIZE
