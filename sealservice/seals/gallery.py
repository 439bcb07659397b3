"""The gallery: each design with texts that show what it can do, as pictures of few colours.

1. Of every design: its usual texts, a short name, a long one, and everything at once that it has a
   place for, with Latin letters and digits in the name.
2. Of the first design also the other inks.
3. All names are invented. The same version makes the same gallery.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from sealservice.kernel.text import Text
from sealservice.seals.artwork import DEMONSTRATION_LINE, Artwork, draw
from sealservice.seals.colour import Colour
from sealservice.seals.design import load_design
from sealservice.seals.kinds import DESIGNS, NAME_SEALS
from sealservice.seals.measures import SealDesign
from sealservice.seals.model import SealKind
from sealservice.seals.texts import SealTexts, Slot

DPI: Final = 180
"""Of the pictures: sharp on screens that show two pixels a point."""
_CSS_PIXELS_PER_MM: Final = 96 / 25.4
_SHORT, _MIXED = "济源示例", "ABC示例（中国）Holdings 3M厂"
_LONG: Final = (
    "河南省济源产城融合示范区示例数字化转型与电子印章应用技术研究院"
    "示例（济源）有限责任公司第一分公司办事"
)
_SHORT_PERSON, _LONG_PERSON, _MIXED_PERSON = "王伟", "买买提·阿卜杜拉", "欧阳修文"
_CODE, _RUNNING_NUMBER = "4190010012345", "（2）"


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture of the gallery."""

    file: str
    caption: Text
    artwork: Artwork

    @property
    def css_width(self) -> int:
        """Return its width on a page, in CSS pixels (1/96 inch), that shows it at real size."""
        return round(self.artwork.width_mm * _CSS_PIXELS_PER_MM)

    def png(self) -> bytes:
        """Return it as a PNG file, on white."""
        return self.artwork.small_png(DPI)


@dataclass(frozen=True, slots=True)
class Shown:
    """A design in the gallery."""

    design: SealDesign
    kind: SealKind
    pictures: tuple[Picture, ...]


def gallery() -> Iterator[Shown]:
    """Yield every design with its pictures, in the order of the kinds."""
    kinds = {design: kind for kind in SealKind for design in DESIGNS[kind]}
    for number, design_id in enumerate(kinds):
        design = load_design(design_id)
        pictures = [*_pictures(design, personal=kinds[design_id] in NAME_SEALS)]
        if number == 0:
            pictures += _other_inks(design)
        yield Shown(design, kinds[design_id], tuple(pictures))


def _pictures(design: SealDesign, *, personal: bool) -> Iterator[Picture]:
    names = (_SHORT_PERSON, _LONG_PERSON, _MIXED_PERSON) if personal else (_SHORT, _LONG, _MIXED)
    short, long, mixed = names
    yield _picture(design, "", Text("样章", "usual"), design.sample)
    yield _picture(design, "-short", _letters("短名称", "short name", short), _named(design, short))
    yield _picture(design, "-long", _letters("长名称", "long name", long), _named(design, long))
    yield _picture(design, "-full", Text("全部内容", "with all texts"), _full(design, mixed))


def _other_inks(design: SealDesign) -> Iterator[Picture]:
    for colour, zh in ((Colour.BLUE, "蓝色"), (Colour.BLACK, "黑色")):
        caption = Text(zh, colour.value)
        yield _picture(design, f"-{colour}", caption, design.sample, colour)


def _letters(zh: str, en: str, name: str) -> Text:
    return Text(f"{zh}，{len(name)} 字", f"{en}, {len(name)} letters")


def _named(design: SealDesign, name: str) -> SealTexts:
    return replace(design.sample, name=name)


def _full(design: SealDesign, name: str) -> SealTexts:
    """Return a text for every place of the design."""
    line = design.sample.line or (_RUNNING_NUMBER if design.has_place(Slot.LINE) else None)
    code = _CODE if design.has_place(Slot.CODE) else None
    mark = DEMONSTRATION_LINE if design.has_place(Slot.MARK) else None
    return replace(design.sample, name=name, line=line, code=code, mark=mark)


def _picture(
    design: SealDesign,
    suffix: str,
    caption: Text,
    texts: SealTexts,
    colour: Colour = Colour.RED,
) -> Picture:
    return Picture(f"{design.id}{suffix}.png", caption, draw(design, texts, colour))
