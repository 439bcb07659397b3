"""A license as it is printed: Typst, A4 across, PDF/A-2b, to be sealed by whoever issues it.

1. It shows the lines of its entity type, original or duplicate, and, so that all bound forms agree,
   the version and the digest of the face.
2. Its QR code leads to the public page that says whether this version is the present one.
3. What people wrote is data, never evaluated. A letter that the fonts lack is refused: no license
   shows another name than its entity has.
"""

import io
import json
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from typing import Final

import segno
import typst
from fontTools.ttLib import TTFont

from sealservice.kernel.json import JsonObject, JsonValue
from sealservice.kernel.resources import resource
from sealservice.licenses.credential import face_digest
from sealservice.licenses.credential_errors import LicenseNotTypeset
from sealservice.licenses.model import COPY_NAMES, Copy, License, face_items

_FONTS: Final = ("NotoSerifSC-Regular.otf", "NotoSansSC-Regular.otf")
_TEMPLATE: Final = "templates/licenses/license.typ"
_STANDARD: Final = "a-2b"
_ELSEWHERE: Final = frozenset(
    {"uscc", "business_scope", "registration_authority", "issued_on", "copy", "copy_number"}
)
_LEFT: Final = frozenset(
    {
        "name", "license_type", "legal_representative", "person_in_charge", "operator",
        "executive_partner", "investor",
    }
)  # fmt: skip
_SIZES: Final = ((240, 13.0), (500, 11.0), (900, 9.0), (1_600, 7.0))
"""Letters of the scope, and the size in points in which so many are set."""
_SMALLEST: Final = 5.0
DIGEST_LETTERS: Final = 16


@dataclass(frozen=True, slots=True)
class LicensePdf:
    """The sealed PDF of one version of a face."""

    license_id: str
    version: int
    face_sha256: str
    pdf: bytes


def check_address(public_url: str, license_: License) -> str:
    """Return where anybody can look up whether this version of a license is the present one."""
    digest = face_digest(license_.face)[:DIGEST_LETTERS]
    return f"{public_url}/licenses/{license_.id}/{license_.version}/{digest}"


class LicenseTypesetter:
    """Holds the fonts, which are read once; may be shared between threads."""

    def typeset(self, license_: License, public_url: str, *, is_demonstration: bool) -> bytes:
        """Return a license as PDF/A-2b, ending in a newline.

        Raises:
            LicenseNotTypeset: the fonts lack a letter of it, or the template does not compile.
        """
        data = json.dumps(_data(license_, public_url, is_demonstration), ensure_ascii=False)
        missing = sorted(one for one in set(data) if ord(one) not in self._letters)
        if missing:
            raise LicenseNotTypeset(letters=" ".join(missing))
        template = resource(_TEMPLATE)
        try:
            pdf: bytes = typst.compile(
                str(template),
                root=str(template.parent),
                font_paths=self._fonts,
                ignore_system_fonts=True,
                sys_inputs={"data": data},
                pdf_standards=_STANDARD,
            )
        except typst.TypstError as error:
            raise LicenseNotTypeset(letters="—") from error
        # %%EOF must not share its line with what is appended (ISO 19005-2 6.1.3).
        return pdf if pdf.endswith(b"\n") else pdf + b"\n"

    @cached_property
    def _fonts(self) -> typst.Fonts:
        folder = str(files("pylopdf_fonts_zh_cn"))
        return typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[folder]
        )

    @cached_property
    def _letters(self) -> frozenset[int]:
        folder = files("pylopdf_fonts_zh_cn")
        maps = (TTFont(str(folder / name)).getBestCmap() for name in _FONTS)
        return frozenset.union(*(frozenset(letters) for letters in maps)) | {ord("\n")}


def _data(license_: License, public_url: str, is_demonstration: bool) -> JsonObject:  # noqa: FBT001 - passed on
    face, items = license_.face, face_items(license_.face)
    address = check_address(public_url, license_)
    lines = {
        name: _line(item.label.zh, item.value)
        for name, item in items.items()
        if name not in _ELSEWHERE
    }
    day = face.issued_on
    scope = items["business_scope"]
    return {
        "name": face.name,
        "uscc": face.uscc,
        "copy": COPY_NAMES[face.copy].zh,
        "number_label": "副本编号" if face.copy is Copy.DUPLICATE else "证照编号",
        "copy_number": face.copy_number,
        "left": [line for name, line in lines.items() if name in _LEFT],
        "right": [line for name, line in lines.items() if name not in _LEFT],
        "scope": _line(scope.label.zh, scope.value),
        "size": _size(len(scope.value)),
        "authority": face.registration_authority,
        "issued": f"{day.year}年{day.month}月{day.day}日",
        "day": {"year": day.year, "month": day.month, "day": day.day},
        "version": license_.version,
        "digest": face_digest(face),
        "address": address,
        "qr": _qr(address),
        "demonstration": is_demonstration,
    }


def _line(label: str, value: str) -> JsonValue:
    return {"label": label, "value": value}


def _size(letters: int) -> float:
    return next((size for most, size in _SIZES if letters <= most), _SMALLEST)


def _qr(address: str) -> str:
    """Draw a QR code (ISO/IEC 18004) that survives the loss of a quarter of it."""
    drawing = io.BytesIO()
    segno.make_qr(address, error="q").save(drawing, kind="svg", border=4, xmldecl=False)
    return drawing.getvalue().decode()
