"""Rectangles of annotations (ISO 32000-2 12.5.2)."""

from typing import Final

from pyhanko.pdf_utils import generic

from sealservice.verification.comparison.history import Snapshot, elements, raw

Rectangle = tuple[float, float, float, float]
"""Points: left, bottom, right, top."""

_CORNERS: Final = 4


def rectangle(snapshot: Snapshot, annotation: generic.DictionaryObject) -> Rectangle | None:
    """Return /Rect with its corners in order; None: it has no area, or is none."""
    return ordered(snapshot, raw(annotation, "/Rect"))


def ordered(snapshot: Snapshot, value: generic.PdfObject | None) -> Rectangle | None:
    """Return a rectangle with its corners in order; None: it has no area, or is none."""
    corners = [snapshot.resolved(corner) for corner in elements(snapshot.resolved(value))]
    if len(corners) != _CORNERS:
        return None
    try:
        x1, y1, x2, y2 = (float(corner) for corner in corners)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return None
    found = min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
    return found if found[0] < found[2] and found[1] < found[3] else None
