"""The picture of a seal: vector outlines in one colour, without fonts, the same bytes every time.

Drawn in this order: rim, star, QR code, name, horizontal lines, seal code. A demonstration seal
carries ``DEMONSTRATION_LINE`` as its mark, so that nobody takes a print of it for a real one.
"""

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from sealservice.kernel.digests import sha256_hex
from sealservice.seals import arcs
from sealservice.seals.colour import Colour
from sealservice.seals.columns import set_columns
from sealservice.seals.content import (
    POINTS_PER_MM,
    UNIT,
    Pen,
    colour_of,
    finished,
    header,
    svg_paths,
    unit_of,
)
from sealservice.seals.errors import TextHasNoPlace
from sealservice.seals.lettering import PLACES, Lettering, set_stack
from sealservice.seals.matrix import set_matrix
from sealservice.seals.measures import Columns, SealDesign
from sealservice.seals.paths import Box
from sealservice.seals.png import Drawing, on_white, rendered, stencil_png
from sealservice.seals.shapes import rim, star
from sealservice.seals.stencil import Stencil
from sealservice.seals.texts import SealTexts, Slot

__all__ = ["DEMONSTRATION_LINE", "POINTS_PER_MM", "Artwork", "SealTexts", "draw"]

DEMONSTRATION_LINE: Final = "测试专用"


@dataclass(frozen=True, slots=True)
class Artwork:
    """A finished drawing.

    ``operators`` is a piece of a PDF content stream (ISO 32000-2 8.5): points, origin at the lower
    left corner of the bounding box, wrapped in its own q and Q, DeviceRGB. It needs no resources,
    but for an imported picture: that one paints its stencil by ``/Stencil Do``.
    """

    width_mm: float
    height_mm: float
    operators: bytes
    stencil: Stencil | None = None

    @property
    def sha256(self) -> str:
        """Return the digest of the operators and, if there is one, the stencil behind them."""
        if self.stencil is None:
            return sha256_hex(self.operators)
        shape = f"{self.stencil.width} {self.stencil.height}\n".encode("ascii")
        return sha256_hex(self.operators + shape + self.stencil.bits)

    def svg(self) -> str:
        """Return the same drawing as an SVG document of the same size."""
        width, height = self.width_mm * POINTS_PER_MM, self.height_mm * POINTS_PER_MM
        unit, drawn = unit_of(self.operators), "\n".join(self._svg_elements())
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{self.width_mm:g}mm" '
            f'height="{self.height_mm:g}mm" viewBox="0 0 {width:.4f} {height:.4f}">\n'
            f'<g transform="matrix({unit:g} 0 0 -{unit:g} 0 {height:.4f})" '
            f'stroke-linejoin="round">\n{drawn}\n</g>\n</svg>\n'
        )

    def _svg_elements(self) -> Iterable[str]:
        if self.stencil is None:
            return svg_paths(self.operators)
        colour = bytes.fromhex(colour_of(self.operators)[1:])
        encoded = base64.b64encode(stencil_png(self.stencil, colour)).decode("ascii")
        sides = (self.width_mm, self.height_mm)
        width, height = (round(side * POINTS_PER_MM / UNIT) for side in sides)
        picture = (
            f'<image width="{width}" height="{height}" preserveAspectRatio="none" '
            f'transform="matrix(1 0 0 -1 0 {height})" href="data:image/png;base64,{encoded}"/>'
        )
        return (picture,)

    def png(self, dpi: int) -> bytes:
        """Return the same drawing as a PNG picture of this resolution, transparent around it."""
        return rendered(self._drawing(), dpi)

    def small_png(self, dpi: int) -> bytes:
        """Return the same drawing as a PNG picture of few colours, on white."""
        return on_white(self._drawing(), bytes.fromhex(colour_of(self.operators)[1:]), dpi)

    def _drawing(self) -> Drawing:
        width, height = self.width_mm * POINTS_PER_MM, self.height_mm * POINTS_PER_MM
        return Drawing(width, height, self.operators, self.stencil)


def draw(design: SealDesign, texts: SealTexts, colour: Colour = Colour.RED) -> Artwork:
    """Draw a seal.

    Raises:
        TextMissing: the name, or a text that is given or required, is empty.
        GlyphMissing: the typeface lacks a letter, or it does not print.
        TextTooLong: a text does not fit its place.
        TextHasNoPlace: the design has no place for a text that is given.
    """
    width, height = design.outline.width, design.outline.height
    pen = Pen(width, height)
    lines = [header(colour.rgb), *pen.path(rim(design.outline), "f")]
    if design.star is not None:
        lines += pen.path(star(design.star), "f")
    if design.qr is not None and texts.code is not None:
        lines += pen.path(set_matrix(texts.code, design.qr), "f")
    for lettering in _letterings(design, texts):
        lines.append(pen.width(design.weight * lettering.height))
        lines += (line for path in lettering.outlines if path for line in pen.path(path, "B"))
    return Artwork(width, height, finished(lines))


def _letterings(design: SealDesign, texts: SealTexts) -> Iterator[Lettering]:
    given = _given(design, texts)
    if design.name is not None:
        yield from arcs.set_name(texts.name, design.name, design.outline)
    if design.columns is not None:
        area = _columns_area(design.columns, design, given)
        yield set_columns(texts.name, design.title, design.columns, area)
    for stack in design.stacks:
        yield from set_stack(given, stack)
    if design.code is not None and texts.code is not None:
        yield arcs.set_code(texts.code, design.code, design.outline)


def _given(design: SealDesign, texts: SealTexts) -> dict[Slot, str]:
    """Return the texts of horizontal lines; one that has no place on the seal is refused."""
    slots = {
        Slot.NAME: texts.name,
        Slot.TITLE: design.title,
        Slot.LINE: texts.line,
        Slot.NUMBER: texts.number,
        Slot.CODE: texts.code,
        Slot.MARK: texts.mark,
    }
    for slot in (Slot.LINE, Slot.NUMBER, Slot.CODE, Slot.MARK):
        if slots[slot] is not None and not design.has_place(slot):
            raise TextHasNoPlace(
                place_zh=PLACES[slot].zh,
                place_en=PLACES[slot].en,
                design_zh=design.label.zh,
                design_en=design.label.en,
            )
    return {slot: text for slot, text in slots.items() if text is not None}


def _columns_area(columns: Columns, design: SealDesign, given: dict[Slot, str]) -> Box:
    """Return where columns may stand: above the stacks that hold a text."""
    bottom = -columns.height / 2
    for stack in design.stacks:
        if any(line.holds in given for line in stack.lines):
            bottom = max(bottom, stack.middle + stack.height / 2 + stack.gap)
    return (-columns.width / 2, bottom, columns.width / 2, columns.height / 2)
