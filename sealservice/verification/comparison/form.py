"""The form fields of one revision, by their full names (ISO 32000-2 12.7.4).

1. A kid without a name of its own is a widget of its field; one with a name is a field.
2. What a field inherits (type, value, flags) counts as its own; whatever else stands above it
   is kept, too, for a node above may act (/AA) or say how fields show.
3. A name that occurs twice is kept twice: one of the two pretends to be the other.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from pyhanko.pdf_utils import generic

from sealservice.verification.comparison.equality import Landmarks
from sealservice.verification.comparison.history import (
    Key,
    Snapshot,
    as_dictionary,
    key_of,
    raw,
)

_INHERITED: Final = frozenset({"/FT", "/V", "/Ff", "/DA"})
_TREE: Final = frozenset({"/T", "/Kids", "/Parent", "/Type"})
"""What makes a node of the tree, and is nothing that fields below it have."""
_FIELD_LIMIT: Final = 200_000
SIGNATURE_TYPE: Final = "/Sig"


@dataclass(frozen=True)
class Widget:
    """Where a field shows; often the field itself."""

    key: Key | None
    dictionary: generic.DictionaryObject


@dataclass(frozen=True)
class Field:
    """A field with its widgets."""

    name: str
    key: Key | None
    dictionary: generic.DictionaryObject
    inherited: dict[str, generic.PdfObject]
    """All that the nodes above it say, and what of its own kids would inherit."""
    widgets: tuple[Widget, ...]

    @property
    def type(self) -> str:
        """Return /FT."""
        return str(self.inherited.get("/FT", ""))

    @property
    def value(self) -> generic.PdfObject | None:
        """Return the raw /V; None: it is empty."""
        return self.inherited.get("/V")


@dataclass
class Form:
    """The fields of one revision."""

    fields: dict[str, Field] = field(default_factory=dict)
    repeated: Counter[str] = field(default_factory=Counter)
    """Names that occur more than once."""
    landmarks: Landmarks = field(default_factory=dict)
    """Fields and widgets."""


def read_form(snapshot: Snapshot) -> Form:
    """Return the fields of a revision; one that is met twice counts once."""
    form = Form()
    for number, found in enumerate(_walk(snapshot)):
        if number >= _FIELD_LIMIT:
            break
        if found.name in form.fields:
            form.repeated[found.name] += 1
            continue
        form.fields[found.name] = found
        for place, widget in enumerate(found.widgets):
            if widget.key is not None:
                form.landmarks[widget.key] = f"widget {place} of {found.name}"
        if found.key is not None:
            form.landmarks[found.key] = f"field {found.name}"
    return form


def _walk(snapshot: Snapshot) -> Iterator[Field]:
    form = snapshot.at(snapshot.root, "/AcroForm")
    seen: set[Key] = set()
    waiting = [
        (held, "", dict[str, generic.PdfObject]())
        for held in reversed(snapshot.items(form, "/Fields"))
    ]
    while waiting:
        held, prefix, above = waiting.pop()
        key, node = key_of(held), as_dictionary(snapshot.resolved(held))
        if key in seen:
            continue
        if key is not None:
            seen.add(key)
        is_on_top = not above and not prefix
        if key is not None and is_on_top and _stands_alone(snapshot, key, node):
            yield _alone(snapshot, key, node)
            continue
        name = _full_name(snapshot, prefix, node)
        kids = [kid for kid in snapshot.items(node, "/Kids") if _is_field(snapshot, kid)]
        own = node.keys() - _TREE if kids else node.keys() & _INHERITED
        inherited = above | {each: node.raw_get(each) for each in own}
        waiting.extend((kid, name, inherited) for kid in reversed(kids))
        if not kids:
            yield Field(name, key, node, inherited, tuple(_widgets(snapshot, key, node)))


def _stands_alone(snapshot: Snapshot, key: Key, node: generic.DictionaryObject) -> bool:
    """Return whether all that is told of a field stands in its own object."""
    is_named = isinstance(raw(node, "/T"), generic.TextStringObject)
    is_object = snapshot.history.value(key, snapshot.revision) is node
    return is_named and is_object and raw(node, "/Kids") is None


def _alone(snapshot: Snapshot, key: Key, node: generic.DictionaryObject) -> Field:
    """Return a field without kids or nodes above: the same for all revisions of its object."""
    known = snapshot.history.fields
    at = key, snapshot.history.written(key, snapshot.revision)
    found = known.get(at)
    if found is None:
        inherited = {each: node.raw_get(each) for each in node.keys() & _INHERITED}
        widgets = tuple(_widgets(snapshot, key, node))
        found = known[at] = Field(_full_name(snapshot, "", node), key, node, inherited, widgets)
    return found


def _full_name(snapshot: Snapshot, prefix: str, node: generic.DictionaryObject) -> str:
    own = snapshot.at(node, "/T")
    parts = [prefix, "" if isinstance(own, generic.NullObject) else str(own)]
    return ".".join(part for part in parts if part)


def _is_field(snapshot: Snapshot, kid: generic.PdfObject) -> bool:
    return "/T" in as_dictionary(snapshot.resolved(kid))


def _widgets(
    snapshot: Snapshot, key: Key | None, node: generic.DictionaryObject
) -> Iterator[Widget]:
    kids = snapshot.items(node, "/Kids")
    for kid in kids:
        yield Widget(key_of(kid), as_dictionary(snapshot.resolved(kid)))
    if not kids or raw(node, "/Rect") is not None:
        yield Widget(key, node)
