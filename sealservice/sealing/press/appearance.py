"""Writes how a seal shows: its drawing, and what draws all of it, or a slice, in its rectangle."""

from typing import Final

from sealservice.sealing.model import Impression
from sealservice.sealing.painting import Rectangle, paint
from sealservice.sealing.press.declined import Declined, Reason
from sealservice.sealing.press.die import compiled, form_entries
from sealservice.sealing.press.revision import Revision
from sealservice.seals.artwork import Artwork

_DECIMALS: Final = 4


def rectangle(shown: Impression) -> Rectangle:
    """Return /Rect of an annotation that shows an impression.

    Raises:
        Declined: PLACEMENT, when it is empty.
    """
    box = shown.box
    left, bottom, right, top = (
        round(one, _DECIMALS) for one in (box.left, box.bottom, box.right, box.top)
    )
    if not (left < right and bottom < top):
        raise Declined(Reason.PLACEMENT)
    return left, bottom, right, top


def write_drawing(revision: Revision, artwork: Artwork, *, defines_rgb: bool) -> int:
    """Write a seal's drawing, and return its number."""
    drawing = compiled(artwork, defines_rgb=defines_rgb)
    stencil = 0 if drawing.stencil is None else revision.add(drawing.stencil)
    return revision.add(drawing.body(stencil))


def write_appearance(
    revision: Revision, artwork: Artwork, shown: Impression, drawn: int, lies: Rectangle
) -> int:
    """Return the number of what shows an impression: the drawing, or a form that draws it.

    ``lies`` is where its widget lies, points.
    """
    box = shown.box
    exact = (box.left, box.bottom, box.right, box.top)
    if shown.window is None and box.rotation == 0 and lies == exact:
        return drawn
    return revision.add(_painted(shown, artwork, drawn, lies))


def _painted(shown: Impression, artwork: Artwork, drawn: int, lies: Rectangle) -> bytes:
    """Return a form XObject that shows an impression with the drawing of that number."""
    left, bottom, right, top = lies
    operators = paint(shown, artwork, "/Seal", (left, bottom))
    head = form_entries(right - left, top - bottom)
    held = b"/Resources<</XObject<</Seal %d 0 R>>>>" % drawn
    return b"%b%b/Length %d>>\nstream\n%b\nendstream" % (head, held, len(operators), operators)
