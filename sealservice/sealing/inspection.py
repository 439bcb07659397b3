"""What makes a document unfit to be sealed, and where on it a seal goes. Runs in the sandbox.

A document is refused, in this order:
1. ``NotAPdf``: it does not begin as a PDF, or its cross-references do not hold as they stand.
   Nothing is repaired: a seal must not depend on how a reader mends a file. Objects that no library
   can make sense of, or that are nested too deeply to be looked through, are no PDF either.
2. ``DocumentEncrypted``.
3. ``DocumentTooLarge``: it has more pages than allowed.
4. ``ChangesForbidden``: a signature in it forbids every change (DocMDP with P 1), or locks form
   fields in such a way that a new one would be locked, too (ISO 32000-2 12.8.2).
5. ``ActiveContent``: some object in it, referenced or not, can change what is seen. Of actions only
   those that merely move the view are cleared; everything unknown is refused.
"""

import io
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Final

import pikepdf
import pypdfium2 as pdfium
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader

from sealservice.kernel.text import Text
from sealservice.sealing.errors import (
    ActiveContent,
    ChangesForbidden,
    DocumentEncrypted,
    DocumentTooLarge,
    KeywordNotFound,
    NotAPdf,
)
from sealservice.sealing.model import (
    Box,
    CoordinatePlacement,
    Impression,
    KeywordPlacement,
    PlacedSeal,
    Placement,
)
from sealservice.sealing.placement import PageGeometry, Point, page_index, seal_box

_HEADER: Final = b"%PDF-"
_TREE_DEPTH: Final = 50
"""Levels of the page tree, and of values nested in one object; a document with more is refused."""
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
    RecursionError,
)
"""What the libraries raise, late and in many places, for objects that are not what they should."""
_HARMLESS_ACTIONS: Final = frozenset({"/GoTo", "/GoToR", "/URI", "/Named", "/Thread"})
_MOVING_ANNOTATIONS: Final = frozenset({"/Movie", "/Screen", "/RichMedia", "/3D", "/Sound"})
_FULL_CIRCLE: Final = 360

_JAVASCRIPT: Final = Text("JavaScript 脚本", "JavaScript")
_ACTION: Final = Text("动作 {name}", "the action {name}")
_TRIGGERS: Final = Text("自动触发的动作", "actions that start by themselves")
_XFA: Final = Text("XFA 动态表单", "an XFA form")
_EXTERNAL: Final = Text("引用外部文件的内容", "content kept in another file")
_LAYERS: Final = Text("隐藏图层", "hidden layers")
_MEDIA: Final = Text("多媒体或三维批注", "multimedia or 3D annotations")


def inspect(pdf: bytes, greatest_pages: int) -> int:
    """Return the number of pages of a document that may be sealed.

    Raises:
        NotAPdf, DocumentEncrypted, DocumentTooLarge, ChangesForbidden, ActiveContent.

    """
    with _readable(), _opened(pdf) as document:
        pages = len(document.pages)
        if pages > greatest_pages:
            raise DocumentTooLarge(limit=greatest_pages)
        for held in document.objects:
            for value in _dictionaries(held, _TREE_DEPTH):
                _refuse_locks(value)
                _refuse_active(value)
        _ = PdfFileReader(io.BytesIO(pdf), strict=False).root["/Pages"]  # the press must read it
    return pages


def locate(pdf: bytes, seals: tuple[PlacedSeal, ...]) -> tuple[tuple[Impression, ...], ...]:
    """Return where each seal shows, in the order of its placements.

    Raises:
        NotAPdf, DocumentEncrypted, KeywordNotFound, PlacementOutside.

    """
    return tuple(
        tuple(
            Impression(_located(pdf, placement, seal.width_mm, seal.height_mm))
            for placement in seal.placements
        )
        for seal in seals
    )


def _located(pdf: bytes, placement: Placement, width_mm: float, height_mm: float) -> Box:
    with _readable(), _opened(pdf) as document:
        if isinstance(placement, KeywordPlacement):
            page, point = _find(pdf, placement)
            geometry = _geometry(document.pages[page].obj)
            x, y = geometry.to_displayed(point)
            shift_x, shift_y = placement.dx_mm, placement.dy_mm
        elif isinstance(placement, CoordinatePlacement):
            last = placement.pages == "last"
            page = page_index(-1 if last else int(placement.pages), len(document.pages))
            geometry = _geometry(document.pages[page].obj)
            x, y = 0.0, 0.0
            shift_x, shift_y = placement.x_mm, placement.y_mm
        else:
            raise NotImplementedError
    scale = geometry.units_per_mm
    centre = (x + shift_x * scale, y + shift_y * scale)
    return seal_box(page, geometry, centre, width_mm, height_mm)


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except _UNREADABLE:
        raise NotAPdf from None


def _opened(pdf: bytes) -> pikepdf.Pdf:
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


def _dictionaries(value: object, depth: int) -> Iterator[pikepdf.Object]:
    """Yield the dictionaries in one indirect object, those nested directly included."""
    if isinstance(value, pikepdf.Array):
        children: Iterable[object] = list(value)
    elif isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
        yield value
        children = [value.get(key) for key in value.keys()]  # noqa: SIM118 - not a mapping
    else:
        return
    if depth == 0:
        raise NotAPdf
    for child in children:
        if isinstance(child, pikepdf.Object) and not child.is_indirect:
            yield from _dictionaries(child, depth - 1)


def _refuse_locks(value: pikepdf.Object) -> None:
    """Refuse a signature reference that leaves no room for another seal."""
    method, parameters = value.get("/TransformMethod"), value.get("/TransformParams")
    if not isinstance(parameters, pikepdf.Dictionary):
        return
    forbids_changes = parameters.get("/P") == 1 and method in ("/DocMDP", "/FieldMDP")
    locks_new_fields = method == "/FieldMDP" and parameters.get("/Action") != "/Include"
    if forbids_changes or locks_new_fields:
        raise ChangesForbidden


def _refuse_active(value: pikepdf.Object) -> None:
    for action in _actions(value):
        _refuse_action(action)
    for applies, what in _ACTIVE:
        if applies(value):
            raise ActiveContent(what_zh=what.zh, what_en=what.en)


def _actions(value: pikepdf.Object) -> Iterator[pikepdf.Object]:
    """Yield what calls itself an action, and what stands where one is expected."""
    is_script = value.get("/S") == "/JavaScript" or "/JS" in value
    if value.get("/Type") == "/Action" or ("/S" in value and (is_script or "/Next" in value)):
        yield value
    for key in ("/A", "/PA", "/OpenAction", "/Next"):
        held = value.get(key)
        for action in held if isinstance(held, pikepdf.Array) else (held,):
            if isinstance(action, pikepdf.Dictionary) and "/S" in action:
                yield action


def _refuse_action(action: pikepdf.Object) -> None:
    name = str(action.get("/S", ""))
    if name in _HARMLESS_ACTIONS and "/JS" not in action:
        return
    is_script = name == "/JavaScript" or "/JS" in action
    what = _JAVASCRIPT if is_script else _ACTION.filled(name=name)
    raise ActiveContent(what_zh=what.zh, what_en=what.en)


def _has_triggers(value: pikepdf.Object) -> bool:
    triggers = value.get("/AA")
    return isinstance(triggers, pikepdf.Dictionary) and bool(triggers.keys())


def _is_external(value: pikepdf.Object) -> bool:
    return isinstance(value, pikepdf.Stream) and ("/F" in value or "/Ref" in value)


def _hides_layers(value: pikepdf.Object) -> bool:
    properties = value.get("/OCProperties")
    if not isinstance(properties, pikepdf.Dictionary):
        return False
    default = properties.get("/D", pikepdf.Dictionary())
    return (
        bool(default.get("/OFF", []))
        or default.get("/BaseState", "/ON") != "/ON"
        or bool(default.get("/AS", []))
        or bool(properties.get("/Configs", []))
    )


def _is_moving(value: pikepdf.Object) -> bool:
    return str(value.get("/Subtype", "")) in _MOVING_ANNOTATIONS and "/Rect" in value


_ACTIVE: Final[tuple[tuple[Callable[[pikepdf.Object], bool], Text], ...]] = (
    (lambda value: "/JavaScript" in value, _JAVASCRIPT),
    (_has_triggers, _TRIGGERS),
    (lambda value: "/XFA" in value, _XFA),
    (_is_external, _EXTERNAL),
    (_hides_layers, _LAYERS),
    (_is_moving, _MEDIA),
)


def _geometry(page: pikepdf.Object) -> PageGeometry:
    """Return a page's geometry: its CropBox cut to its MediaBox, attributes inherited."""
    media = _rectangle(_inherited(page, "/MediaBox"))
    crop_box = _inherited(page, "/CropBox")
    crop = media if crop_box is None else _rectangle(crop_box)
    rotation = _inherited(page, "/Rotate")
    return PageGeometry(
        left=max(media[0], crop[0]),
        bottom=max(media[1], crop[1]),
        right=min(media[2], crop[2]),
        top=min(media[3], crop[3]),
        rotation=int(rotation or 0) % _FULL_CIRCLE,
        user_unit=float(page.get("/UserUnit", 1)),
    )


def _inherited(page: pikepdf.Object, name: str) -> pikepdf.Object | None:
    node: pikepdf.Object | None = page
    for _ in range(_TREE_DEPTH):
        if node is None or name in node:
            break
        node = node.get("/Parent")
    return None if node is None else node.get(name)


def _rectangle(value: pikepdf.Object | None) -> tuple[float, float, float, float]:
    """Return left, bottom, right, top, in whatever order the corners are given."""
    if not isinstance(value, pikepdf.Array) or len(value) != 4:  # noqa: PLR2004 - two corners
        raise NotAPdf
    x1, y1, x2, y2 = (float(number) for number in value)
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def _find(pdf: bytes, placement: KeywordPlacement) -> tuple[int, Point]:
    """Return page index and centre (user space) of the keyword's occurrence asked for."""
    wanted = _folded(placement.keyword)
    document = pdfium.PdfDocument(pdf)
    forwards = placement.occurrence == "first"
    order = range(len(document)) if forwards else reversed(range(len(document)))
    for page in order if wanted else ():
        text = document[page].get_textpage()
        if wanted in _folded(text.get_text_range()):
            centre = _centre(text, wanted, forwards=forwards)
            if centre is not None:
                return page, centre
    raise KeywordNotFound(keyword=placement.keyword)


def _centre(text: pdfium.PdfTextPage, wanted: str, *, forwards: bool) -> Point | None:
    """Return the middle of the box around an occurrence's letters."""
    letters: list[str] = []
    indices: list[int] = []
    for index in range(text.count_chars()):
        folded = _folded(chr(pdfium.raw.FPDFText_GetUnicode(text, index)))
        letters += folded
        indices += [index] * len(folded)
    whole = "".join(letters)
    start = whole.find(wanted) if forwards else whole.rfind(wanted)
    if start < 0:
        return None
    boxes = [text.get_charbox(index) for index in indices[start : start + len(wanted)]]
    left, bottom = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right, top = max(box[2] for box in boxes), max(box[3] for box in boxes)
    return (left + right) / 2, (bottom + top) / 2


def _folded(text: str) -> str:
    """Fold full and half width letter by letter (NFKC); drop white space and invisible letters."""
    folded = (unicodedata.normalize("NFKC", letter) for letter in text)
    return "".join(
        letter
        for part in folded
        for letter in part
        if unicodedata.category(letter)[0] not in "ZC" or unicodedata.category(letter) == "Co"
    )
