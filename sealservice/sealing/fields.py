"""Signature fields that are there already: prepared empty ones, and filled ones.

An empty field takes a seal when, in this order (ISO 32000-2 12.7.5.5, 12.8.2.4):
1. it is a signature field without a value, found by its full name;
2. it is neither read-only nor locked by a signature that is there;
3. it has exactly one widget, and that lies on a page;
4. the widget is neither hidden nor without a size, and lies wholly on the page.
The seal keeps its proportions and its true size in the middle of the widget; it is scaled down
where the widget is smaller, and never enlarged.
"""

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import pikepdf

from sealservice.kernel.text import Text
from sealservice.sealing.errors import NotAPdf
from sealservice.sealing.geometry import DisplayedBox, PageGeometry, displayed, user_space
from sealservice.sealing.layout import EmptyField
from sealservice.sealing.model import Box, FieldPlacement, Impression
from sealservice.sealing.placement import SealSize
from sealservice.sealing.placement_errors import FieldNotFound, FieldUnusable
from sealservice.sealing.reading import TREE_DEPTH, rectangle

_READ_ONLY: Final = 1
HIDDEN: Final = 0b100010
"""Bits of /F: hidden, no view (ISO 32000-2 table 167)."""
_LISTED: Final = 5

_FILLED: Final = Text("它已有签名", "it is signed already")
_LOCKED: Final = Text("它被设为只读或已被先前的签名锁定",
                      "it is read-only, or locked by an earlier signature")  # fmt: skip
_NO_PLACE: Final = Text("它在页面上没有唯一的位置", "it has no single place on a page")
_INVISIBLE: Final = Text("它是隐藏的或没有大小", "it is hidden, or has no size")
_OFF_PAGE: Final = Text("它未完全落在页面内", "it is not wholly on its page")

_Key = tuple[int, int]
"""Number and generation of an indirect object."""


@dataclass(frozen=True, slots=True)
class SignatureField:
    """One signature field."""

    name: str
    box: Box | None
    """Of its only widget; None where there is none on a page, or several."""
    is_filled: bool
    is_shown: bool
    """Whether it is neither hidden nor without a size."""
    obstacle: Text | None
    """Why no seal can fill it."""


def signature_fields(
    document: pikepdf.Pdf, pages: Sequence[PageGeometry]
) -> tuple[SignatureField, ...]:
    """Return all signature fields, in the order of the form."""
    form = document.Root.get("/AcroForm")
    if not isinstance(form, pikepdf.Dictionary):
        return ()
    require_tree(form)
    whereabouts = {key: page for page, annotation in annotations(document)
                   if (key := annotation.objgen) != (0, 0)}  # fmt: skip
    terminals = list(_terminals(form.get("/Fields"), "", {}, TREE_DEPTH))
    locked = {name for terminal in terminals for name in _locked_by(terminal.value)}
    return tuple(
        _field(terminal, whereabouts, pages, is_locked=terminal.name in locked)
        for terminal in terminals
        if terminal.kind == "/Sig"
    )


def empty_fields(
    fields: Sequence[SignatureField], pages: Sequence[PageGeometry]
) -> tuple[EmptyField, ...]:
    """Return those that a seal may fill."""
    return tuple(
        EmptyField(field.name, field.box, displayed(field.box, pages[field.box.page]))
        for field in fields
        if field.obstacle is None and field.box is not None
    )


def fill(
    placement: FieldPlacement,
    size: SealSize,
    fields: Sequence[SignatureField],
    pages: Sequence[PageGeometry],
) -> Impression:
    """Return the impression of a seal in a prepared field.

    Raises:
        FieldNotFound, FieldUnusable.
    """
    field = next((field for field in fields if field.name == placement.field), None)
    if field is None:
        raise FieldNotFound(placement.field, _nearest(placement.field, fields))
    if field.obstacle is not None or field.box is None:
        reason = field.obstacle or _NO_PLACE
        raise FieldUnusable(field=field.name, reason_zh=reason.zh, reason_en=reason.en)
    geometry = pages[field.box.page]
    shown = _fitted(displayed(field.box, geometry), size)
    return Impression(user_space(shown, geometry), field=field.name)


def require_tree(form: pikepdf.Object | None) -> None:
    """Require that no field of a form is reached twice: a walk of it could take for ever.

    Raises:
        NotAPdf: it is no tree (ISO 32000-2 12.7.4.1).
    """
    seen: set[tuple[int, int]] = set()
    waiting = [form.get("/Fields")] if isinstance(form, pikepdf.Dictionary) else []
    while waiting:
        fields = waiting.pop()
        for field in fields if isinstance(fields, pikepdf.Array) else ():
            if field.is_indirect and field.objgen in seen:
                raise NotAPdf
            seen.add(field.objgen)
            waiting += [field.get("/Kids")] if isinstance(field, pikepdf.Dictionary) else []


def annotations(document: pikepdf.Pdf) -> Iterator[tuple[int, pikepdf.Object]]:
    """Yield each page's index with each of its annotations."""
    for index, page in enumerate(document.pages):
        for annotation in _dictionaries(page.obj.get("/Annots")):
            yield index, annotation


def annotation_box(
    page: int, annotation: pikepdf.Object, pages: Sequence[PageGeometry]
) -> Box | None:
    """Return where an annotation lies; None where it says no place."""
    area = rectangle(annotation.get("/Rect"))
    return None if area is None else Box(page, *area, pages[page].rotation)


def flags_of(value: object) -> int:
    """Return flag bits; what is no whole number sets none, as for readers."""
    return value if isinstance(value, int) else 0


def has_size(box: Box | None) -> bool:
    """Return whether a box has a size."""
    return box is not None and box.left < box.right and box.bottom < box.top


@dataclass(frozen=True, slots=True)
class _Terminal:
    """A field without children, entries of its ancestors included (ISO 32000-2 12.7.4.1)."""

    name: str
    kind: pikepdf.Object | None
    flags: int
    value: pikepdf.Object | None
    widgets: tuple[pikepdf.Object, ...]


def _terminals(
    held: object, prefix: str, inherited: dict[str, pikepdf.Object], depth: int
) -> Iterator[_Terminal]:
    if depth == 0:
        return
    for field in _dictionaries(held):
        name = ".".join(filter(None, (prefix, str(field.get("/T", "")))))
        own = {key: field[key] for key in ("/FT", "/Ff", "/V") if key in field}
        entries = {**inherited, **own}
        kids = field.get("/Kids")
        below = tuple(_dictionaries(kids))
        if any("/T" in kid for kid in below):
            yield from _terminals(kids, name, entries, depth - 1)
        else:
            flags = flags_of(entries.get("/Ff"))
            widgets = below if kids is not None else (field,)
            yield _Terminal(name, entries.get("/FT"), flags, entries.get("/V"), widgets)


def _dictionaries(held: object) -> Iterator[pikepdf.Object]:
    for value in held if isinstance(held, pikepdf.Array) else ():
        if isinstance(value, pikepdf.Dictionary):
            yield value


def _field(
    terminal: _Terminal,
    whereabouts: dict[_Key, int],
    pages: Sequence[PageGeometry],
    *,
    is_locked: bool,
) -> SignatureField:
    box, flags = None, 0
    if len(terminal.widgets) == 1:
        (widget,) = terminal.widgets
        page = whereabouts.get(widget.objgen)
        box = None if page is None else annotation_box(page, widget, pages)
        flags = flags_of(widget.get("/F"))
    is_filled = isinstance(terminal.value, pikepdf.Dictionary)
    shows = has_size(box) and not flags & HIDDEN
    obstacles = (
        (is_filled, _FILLED),
        (is_locked or bool(terminal.flags & _READ_ONLY), _LOCKED),
        (box is None, _NO_PLACE),
        (not shows, _INVISIBLE),
        (box is not None and not pages[box.page].contains(box), _OFF_PAGE),
    )
    obstacle = next((reason for applies, reason in obstacles if applies), None)
    return SignatureField(terminal.name, box, is_filled, shows, obstacle)


def _locked_by(value: object) -> Iterator[str]:
    """Yield the names of fields that a signature locks one by one (FieldMDP, /Include)."""
    references = value.get("/Reference") if isinstance(value, pikepdf.Dictionary) else None
    for reference in _dictionaries(references):
        parameters = reference.get("/TransformParams")
        if isinstance(parameters, pikepdf.Dictionary) and parameters.get("/Action") == "/Include":
            yield from map(str, parameters.get("/Fields", pikepdf.Array()))


def _fitted(area: DisplayedBox, size: SealSize) -> DisplayedBox:
    """Return the middle of an area, as large as the seal or as there is room."""
    width, height = area.right - area.left, area.top - area.bottom
    scale = min(1.0, width / size.width, height / size.height)
    x, y = area.centre
    across, along = size.width * scale / 2, size.height * scale / 2
    return DisplayedBox(area.page, x - across, y - along, x + across, y + along)


def _nearest(name: str, fields: Sequence[SignatureField]) -> tuple[str, ...]:
    """Return names of fields that can be filled, those like the wanted one first."""
    names = [field.name for field in fields if field.obstacle is None]
    alike = difflib.get_close_matches(name, names, n=_LISTED)
    return tuple(dict.fromkeys([*alike, *names]))[:_LISTED]
