"""Drawings for tests: texts that fit each design, and other people's renderings of an artwork."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
from PIL import Image

from sealservice.seals.artwork import DEMONSTRATION_LINE, POINTS_PER_MM, Artwork, SealTexts, draw
from sealservice.seals.design import load_design
from sealservice.seals.measures import SealDesign
from sealservice.seals.texts import Slot
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
PERSONS = ("王伟", "王小明", "欧阳修文", "买买提·阿卜杜拉")


def full(design: SealDesign, name: str) -> SealTexts:
    """Return texts for every place of a design: the fullest it can be."""
    line = design.sample.line or ("（12）" if design.has_line(Slot.LINE) else None)
    code = CODE if design.has_place(Slot.CODE) else None
    return replace(design.sample, name=name, line=line, code=code, mark=DEMONSTRATION_LINE)


def names_of(design: SealDesign) -> tuple[str, ...]:
    """Return names as the design's owners have them: organisations, or persons."""
    return PERSONS if is_personal(design) else tuple(NAMES.values())


def is_personal(design: SealDesign) -> bool:
    """Return whether the seal is a person's."""
    return len(design.sample.name) <= max(map(len, PERSONS))


def sample(design_id: str) -> Artwork:
    """Draw a design with its sample texts."""
    design = load_design(design_id)
    return draw(design, design.sample)


def page(artwork: Artwork, margin_mm: float = 0) -> bytes:
    """Return a PDF page that shows nothing but the seal, as large as it and a margin around it."""
    document = pikepdf.new()
    edge = margin_mm * POINTS_PER_MM
    width, height = artwork.width_mm * POINTS_PER_MM, artwork.height_mm * POINTS_PER_MM
    blank = document.add_blank_page(page_size=(width + 2 * edge, height + 2 * edge))
    shift = f"1 0 0 1 {edge} {edge} cm\n".encode()
    blank.Contents = document.make_stream(shift + artwork.operators)
    if artwork.stencil is not None:
        mask = document.make_stream(artwork.stencil.bits)
        mask.stream_dict = pikepdf.Dictionary(
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=artwork.stencil.width,
            Height=artwork.stencil.height,
            ImageMask=True,
            BitsPerComponent=1,
            Decode=[1, 0],
        )
        blank.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Stencil=mask))
    written = BytesIO()
    document.save(written, deterministic_id=True)
    return written.getvalue()


def poppler(artwork: Artwork, folder: Path, dpi: int, margin_mm: float = 0) -> Image.Image:
    """Return what poppler makes of the seal's operators, black on white becoming grey levels."""
    (folder / "seal.pdf").write_bytes(page(artwork, margin_mm))
    arguments = ("-r", str(dpi), "-png", "-singlefile", f"{folder}/seal.pdf", f"{folder}/seal")
    witness("pdftoppm", *arguments)
    return Image.open(folder / "seal.png").convert("RGB")


def librsvg(artwork: Artwork, folder: Path, size: tuple[int, int]) -> Image.Image:
    """Return what librsvg makes of the seal's SVG, on white."""
    (folder / "seal.svg").write_text(artwork.svg(), encoding="utf-8")
    arguments = ("-w", str(size[0]), "-h", str(size[1]), "-b", "white")
    witness("rsvg-convert", *arguments, "-o", f"{folder}/svg.png", f"{folder}/seal.svg")
    return Image.open(folder / "svg.png").convert("RGB")
