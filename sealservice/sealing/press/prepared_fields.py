"""Empty signature fields that a document was prepared with (ISO 32000-2 12.7.5.5).

1. A field is found by its full name, which no other bears; it is a signature field without a value,
   and without seed values: what these demand the other press knows.
2. It is its own widget, or has exactly one, without a name; that stands once among its page's
   annotations. On a document that somebody signed a field of two objects is refused, as the other
   press does (sealing/widgets.py).
3. It keeps its place, its flags and what it is called; it is made to print.
"""

from dataclasses import dataclass
from typing import Final

from sealservice.sealing.painting import Rectangle
from sealservice.sealing.press.declined import Declined, Reason
from sealservice.sealing.press.draft import Draft, Node
from sealservice.sealing.press.forms import Form, Named
from sealservice.sealing.press.syntax import (
    Entries,
    integer,
    items,
    number,
    reference,
    references,
    text_string,
)
from sealservice.sealing.room import refuse_two_objects

_PRINT: Final = 4
"""Of the flags of an annotation (ISO 32000-2 table 167)."""
_CORNERS: Final = 4


@dataclass(frozen=True, slots=True)
class PreparedField:
    """An empty field with its only widget, which may be the same object."""

    field: Node
    widget: Node

    @property
    def rectangle(self) -> Rectangle:
        """Return where the widget lies, points.

        Raises:
            Declined: PLACEMENT.
        """
        held = self.widget.followed(b"/Rect")
        corners = [] if held is None else [number(one) for one in items(held, 1)]
        if len(corners) != _CORNERS:
            raise Declined(Reason.PLACEMENT)
        x1, y1, x2, y2 = corners
        left, bottom, right, top = min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
        if not (left < right and bottom < top):
            raise Declined(Reason.PLACEMENT)
        return left, bottom, right, top

    def fill(self, entries: Entries, appearance: bytes) -> None:
        """Give the field some entries, and the widget its appearance."""
        self.field.store({**self.field.entries(), **entries})
        flags = integer(self.widget.followed(b"/F") or b"0") | _PRINT
        shown = {b"/AP": appearance, b"/F": b"%d" % flags}
        self.widget.store({**self.widget.entries(), **shown})

    def label(self, label: str, *, is_signed: bool) -> Entries:
        """Return what the field gets to be called by readers who do not see it."""
        is_called = is_signed or self.field.get(b"/TU") is not None
        return {} if is_called else {b"/TU": text_string(label)}


def prepared_field(form: Form, name: str, page: int, *, is_signed: bool) -> PreparedField:
    """Return the empty field of a name, on a page by its object number.

    Raises:
        Declined: PLACEMENT, SEED_VALUES, FORM.
        FieldUnusable: it is of two objects, and somebody signed already.
    """
    found = [one for one in form.named() if one.name == name]
    if len(found) != 1 or found[0].kind != b"/Sig" or found[0].has_value:
        raise Declined(Reason.PLACEMENT)
    field = Node(form.draft, found[0].number)
    if field.get(b"/SV") is not None:
        raise Declined(Reason.SEED_VALUES)
    widget = _widget(form.draft, field, found[0], is_signed=is_signed)
    if _annotations(Node(form.draft, page)).count(widget.number) != 1:
        raise Declined(Reason.PLACEMENT)
    return PreparedField(field, widget)


def _widget(draft: Draft, field: Node, named: Named, *, is_signed: bool) -> Node:
    held = field.followed(b"/Kids")
    kids = [] if held is None else references(held, Reason.FORM)
    if kids and is_signed:
        refuse_two_objects(named.name)
    widget = Node(draft, kids[0]) if len(kids) == 1 else field
    is_named = widget is not field and widget.get(b"/T") is not None
    if len(kids) > 1 or is_named or widget.followed(b"/Subtype") != b"/Widget":
        raise Declined(Reason.PLACEMENT)
    return widget


def _annotations(page: Node) -> list[int | None]:
    """Return the numbers of a page's annotations; None for one that is no object of its own."""
    held = page.followed(b"/Annots")
    return [] if held is None else [reference(one) for one in items(held, 2)]
