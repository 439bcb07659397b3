"""Where a signature shows: its widgets' rectangles and pages (ISO 32000-2 12.7.5.5).

A rectangle without area is an invisible signature and is left out. Coordinates that are no
numbers, and widgets that stand on no page, are left out too: nobody sees them.
"""

from collections.abc import Iterator

from pyhanko.pdf_utils import generic

from sealservice.verification.document import Document
from sealservice.verification.model import Appearance
from sealservice.verification.seal_pictures import picture_digest

Widgets = dict[generic.Reference, int]
"""Annotation to page number, 1 for the first page."""

_CORNERS = 4


def widgets_by_page(document: Document) -> Widgets:
    """Return the page of every annotation of a document."""
    widgets: Widgets = {}
    for number, page in enumerate(document.pages, start=1):
        for annotation in _annotations(document, page):
            widgets.setdefault(annotation, number)
    return widgets


def appearances(field: generic.DictionaryObject, widgets: Widgets) -> tuple[Appearance, ...]:
    """Return where a field shows, in the order of its widgets."""
    shown = (_appearance(widget, widgets) for widget in _widgets(field))
    return tuple(appearance for appearance in shown if appearance)


def _annotations(document: Document, page: generic.Reference) -> Iterator[generic.Reference]:
    try:
        listed = document.reader.get_object(page).get("/Annots", [])
        found = [item.reference for item in listed if isinstance(item, generic.IndirectObject)]
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a broken page has no annotations that count
        return
    yield from found


def _widgets(field: generic.DictionaryObject) -> Iterator[generic.DictionaryObject]:
    if "/Rect" in field:
        yield field
    kids = field.get("/Kids", [])
    for kid in kids if isinstance(kids, list) else []:
        widget = kid.get_object()
        if isinstance(widget, generic.DictionaryObject) and "/Rect" in widget:
            yield widget


def _appearance(widget: generic.DictionaryObject, widgets: Widgets) -> Appearance | None:
    place = widget.container_ref
    page = widgets.get(place) if isinstance(place, generic.Reference) else None
    corners = widget["/Rect"]
    if page is None or not isinstance(corners, list) or len(corners) != _CORNERS:
        return None
    try:
        x1, y1, x2, y2 = (float(corner) for corner in corners)
    except (TypeError, ValueError):
        return None
    rect = (min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))
    if rect[0] == rect[2] or rect[1] == rect[3]:
        return None
    return Appearance(page, rect, None, _picture(widget))


def _picture(widget: generic.DictionaryObject) -> str | None:
    try:
        return picture_digest(widget)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - VERIFICATION 5: it raises nearly anything on broken input
        return None
