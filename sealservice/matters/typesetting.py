"""Typeset a form with Typst: data in, PDF/A-2b out, the same bytes for the same data.

Whatever people wrote reaches the template as JSON in ``sys.inputs`` and is shown, never evaluated.
Only the fonts of the package are used, so that a form looks the same on every machine.
"""

import json
from functools import cached_property
from importlib.resources import files
from typing import Final

import typst
from fontTools.ttLib import TTFont

from sealservice.kernel.json import JsonObject
from sealservice.matters.catalogue import form_folder
from sealservice.matters.errors import TypesettingFailed
from sealservice.matters.model import Matter

_FONTS: Final = ("NotoSerifSC-Regular.otf", "NotoSansSC-Regular.otf")
_STANDARD: Final = "a-2b"


class Typesetter:
    """Holds the fonts, which are read once; may be shared between threads."""

    @cached_property
    def _fonts(self) -> typst.Fonts:
        folder = str(files("pylopdf_fonts_zh_cn"))
        return typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]
        )

    @cached_property
    def _letters(self) -> frozenset[int]:
        """Code points that every one of the fonts has, so that no fallback changes the look."""
        folder = files("pylopdf_fonts_zh_cn")
        maps = (TTFont(str(folder / name)).getBestCmap() for name in _FONTS)
        return frozenset.intersection(*(frozenset(letters) for letters in maps))

    def has_letter(self, letter: str) -> bool:
        """Return whether the fonts can show a letter."""
        return ord(letter) in self._letters

    def typeset(self, matter: Matter, data: JsonObject) -> bytes:
        """Return the matter's form as PDF/A-2b, ending in a newline.

        Raises:
            TypesettingFailed: the template does not compile.
        """
        folder = form_folder(matter.id)
        try:
            pdf: bytes = typst.compile(
                str(folder / "form.typ"),
                root=str(folder),
                font_paths=self._fonts,
                ignore_system_fonts=True,
                sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
                pdf_standards=_STANDARD,
            )
        except typst.TypstError as error:
            raise TypesettingFailed(matter_id=matter.id) from error
        # Without it the first byte of an appended revision would follow %%EOF on the same line,
        # which PDF/A does not allow (ISO 19005-2 6.1.3).
        return pdf if pdf.endswith(b"\n") else pdf + b"\n"
