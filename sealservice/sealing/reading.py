"""Opens documents, and reads how their pages lie. Runs in the sandbox.

Nothing is repaired, and an entry of the wrong kind is refused: a seal must not depend on how a
reader mends a file. ``NotAPdf`` is what no library can make sense of; ``PageUnusable`` names a
page without a MediaBox (ISO 32000-2 table 31: required), with boxes that leave nothing to be seen,
turned by other than right angles, or of senseless units.
"""

import io
import math
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import pikepdf
import pypdfium2 as pdfium
from pyhanko.pdf_utils.misc import PdfError

from sealservice.kernel.text import Text
from sealservice.sealing.errors import DocumentEncrypted, NotAPdf, PageUnusable
from sealservice.sealing.geometry import GREATEST_USER_UNIT, PageGeometry

TREE_DEPTH: Final = 50
"""Levels of the page tree, and of values nested in one object; a document with more is refused."""
_HEADER: Final = b"%PDF-"
_MENDED: Final = re.compile(r"object (\d+) (\d+) at offset \d+: .*MediaBox is undefined")
_FULL_CIRCLE: Final = 360
_RIGHT_ANGLE: Final = 90
_UNREADABLE: Final = (
    pikepdf.PdfError,
    pdfium.PdfiumError,
    PdfError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    RuntimeError,  # RecursionError among them, and qpdf's own over a page tree that it gives up
)
"""What the libraries raise, late and in many places, for objects that are not what they should."""

_NO_MEDIA_BOX: Final = Text("缺少有效的页面尺寸（MediaBox）", "it has no proper MediaBox")
_NOT_A_BOX: Final = Text(
    "页面尺寸 {name} 不是四个数字", "its {name} is not made of four finite numbers"
)
_NOTHING_SEEN: Final = Text(
    "裁剪后没有可见区域", "its CropBox and MediaBox leave nothing to be seen"
)
_NOT_A_RIGHT_ANGLE: Final = Text(
    "旋转角度 {angle} 不是 90 的整数倍", "its /Rotate is {angle}, not a multiple of 90"
)
_NOT_A_UNIT: Final = Text("UserUnit 为 {unit}", "its UserUnit is {unit}")

Rectangle = tuple[float, float, float, float]
"""Left, bottom, right, top."""


@contextmanager
def readable() -> Iterator[None]:
    """Turn whatever the libraries raise over a document into ``NotAPdf``."""
    try:
        yield
    except _UNREADABLE:
        raise NotAPdf from None


def opened(pdf: bytes) -> pikepdf.Pdf:
    """Open a document as it stands.

    Raises:
        NotAPdf, DocumentEncrypted.
    """
    if not pdf.startswith(_HEADER):
        raise NotAPdf
    try:
        document = pikepdf.open(io.BytesIO(pdf), attempt_recovery=False, suppress_warnings=True)
    except pikepdf.PasswordError:
        raise DocumentEncrypted from None
    if document.is_encrypted:
        raise DocumentEncrypted
    if not document.pages:
        raise NotAPdf
    return document


def geometries(document: pikepdf.Pdf) -> tuple[PageGeometry, ...]:
    """Return how each page lies.

    Raises:
        PageUnusable: one of them does not say so; the first such is named.
    """
    mended = _mended(document)
    for number, page in enumerate(document.pages, 1):
        if page.obj.objgen in mended:
            raise _unusable(number, _NO_MEDIA_BOX)
    return tuple(_geometry(page.obj, number) for number, page in enumerate(document.pages, 1))


def _mended(document: pikepdf.Pdf) -> set[tuple[int, int]]:
    """Return the pages that qpdf gave a MediaBox, which it does while it opens a document.

    It tells so in its warnings alone.
    """
    warnings = (_MENDED.search(str(warning)) for warning in document.get_warnings())
    return {(int(found[1]), int(found[2])) for found in warnings if found}


def rectangle(value: object) -> Rectangle | None:
    """Return left, bottom, right, top, in whatever order the corners are given; None for others."""
    if not isinstance(value, pikepdf.Array) or len(value) != 4:  # noqa: PLR2004 - two corners
        return None
    try:
        x1, y1, x2, y2 = (float(number) for number in value)
    except (TypeError, ValueError, OverflowError):
        return None
    if not all(math.isfinite(number) for number in (x1, y1, x2, y2)):
        return None
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def _geometry(page: pikepdf.Object, number: int) -> PageGeometry:
    """Return a page's geometry: its CropBox cut to its MediaBox, attributes inherited."""
    media = _box(page, "/MediaBox", number)
    if media is None:
        raise _unusable(number, _NO_MEDIA_BOX)
    crop = _box(page, "/CropBox", number) or media
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    right, top = min(media[2], crop[2]), min(media[3], crop[3])
    if not (left < right and bottom < top):
        raise _unusable(number, _NOTHING_SEEN)
    return PageGeometry(
        left, bottom, right, top, rotation=_rotation(page, number), user_unit=_unit(page, number)
    )


def _box(page: pikepdf.Object, name: str, number: int) -> Rectangle | None:
    value = _inherited(page, name)
    box = rectangle(value)
    if box is None and value is not None:
        raise _unusable(number, _NOT_A_BOX.filled(name=name))
    return box


def _rotation(page: pikepdf.Object, number: int) -> int:
    angle = _inherited(page, "/Rotate")
    turned = _number(0 if angle is None else angle)
    if turned is None or turned % _RIGHT_ANGLE:
        raise _unusable(number, _NOT_A_RIGHT_ANGLE.filled(angle=str(angle)[:20]))
    return int(turned) % _FULL_CIRCLE


def _unit(page: pikepdf.Object, number: int) -> float:
    """Return /UserUnit, which is not inherited."""
    value = page.get("/UserUnit", 1)
    unit = _number(value)
    if unit is None or not 0 < unit <= GREATEST_USER_UNIT:
        raise _unusable(number, _NOT_A_UNIT.filled(unit=str(value)[:20]))
    return unit


def _number(value: object) -> float | None:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _inherited(page: pikepdf.Object, name: str) -> pikepdf.Object | None:
    node: pikepdf.Object | None = page
    for _ in range(TREE_DEPTH):
        if node is None or name in node:
            break
        node = node.get("/Parent")
    return None if node is None else node.get(name)


def _unusable(number: int, reason: Text) -> PageUnusable:
    return PageUnusable(page=number, reason_zh=reason.zh, reason_en=reason.en)
