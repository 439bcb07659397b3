"""The interactive form of a document (ISO 32000-2 12.7.3), as far as a new field needs it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sealservice.sealing.press.declined import Declined, Reason
from sealservice.sealing.press.draft import Draft, Node, refer
from sealservice.sealing.press.syntax import (
    Entries,
    certain_text,
    integer,
    reference,
    references,
    text,
)

_APPEND_ONLY: Final = b"3"
"""SignaturesExist and AppendOnly (table 225)."""


@dataclass(frozen=True, slots=True)
class Named:
    """A field that has a name of its own."""

    name: str
    """Full name."""
    number: int
    kind: bytes | None
    """/FT, its own or inherited."""
    has_value: bool
    """Of its own, or inherited."""


class Form:
    """The form of a document, which may have none yet."""

    def __init__(self, draft: Draft) -> None:
        """Look at a document's form.

        Raises:
            Declined: XFA, and whatever the reader declines.
        """
        self.draft = draft
        self._node = draft.root().child(b"/AcroForm")
        entries = self._node.entries()
        if b"/XFA" in entries:
            raise Declined(Reason.XFA)
        if b"/SigFlags" in entries:
            integer(entries[b"/SigFlags"])

    def fields(self) -> list[int]:
        """Return the object numbers of the top-level fields.

        Raises:
            Declined: FORM.
        """
        held = self._node.followed(b"/Fields")
        return [] if held is None else references(held, Reason.FORM)

    def is_signed(self) -> bool:
        """Return whether some signature field, at whatever level, has a value.

        Raises:
            Declined: FORM, also for fields that go round in a circle.
        """
        depth = self.draft.reader.limits.press_depth
        filled = [self._is_filled(one, None, depth) for one in self.fields()]
        return any(filled)

    def named(self) -> Iterator[Named]:
        """Yield all fields that have a name of their own, those that hold others, too.

        Raises:
            Declined: FORM, also for fields that go round in a circle.
        """
        yield from self._named(self.fields(), Named("", 0, None, has_value=False), 0)

    def _named(self, numbers: list[int], above: Named, depth: int) -> Iterator[Named]:
        if depth == self.draft.reader.limits.press_depth:
            raise Declined(Reason.FORM)
        for number in numbers:
            entries = self.draft.entries(number)
            held = entries.get(b"/T")
            if held is None:
                continue
            own = certain_text(self.draft.followed(held))
            name = ".".join(filter(None, (above.name, own)))
            has_value = above.has_value or b"/V" in entries
            one = Named(name, number, entries.get(b"/FT", above.kind), has_value)
            yield one
            kids = entries.get(b"/Kids")
            below = [] if kids is None else references(self.draft.followed(kids), Reason.FORM)
            yield from self._named(below, one, depth + 1)

    def free_name(self, stem: str) -> str:
        """Return ``Seal1`` or the next such name that no top-level field bears."""
        taken = {self._name(self.draft.entries(one)) for one in self.fields()}
        number = 1
        while f"{stem}{number}" in taken:
            number += 1
        return f"{stem}{number}"

    def add(self, field: int) -> None:
        """Put a signature field into the form, and say that there are signatures."""
        if self.draft.root().get(b"/AcroForm") is None:
            number = self.draft.number()
            self.draft.store(number, {})
            self.draft.root().set(b"/AcroForm", refer(number))
            self._node = Node(self.draft, number)
        self._node.append(b"/Fields", refer(field))
        self.say_signed()

    def say_signed(self) -> None:
        """Say that there are signatures, and that what is there must not be rewritten."""
        said = self._node.entries()
        entries = {key: value for key, value in said.items() if key != b"/NeedAppearances"}
        entries[b"/SigFlags"] = _APPEND_ONLY
        if entries != said:
            self._node.store(entries)

    def _name(self, entries: Entries) -> str | None:
        held = entries.get(b"/T")
        return None if held is None else text(self.draft.followed(held))

    def _is_filled(self, number: int, kind: bytes | None, depth: int) -> bool:
        if depth == 0:
            raise Declined(Reason.FORM)
        entries = self.draft.entries(number)
        if b"/T" not in entries:
            return False
        kind = entries.get(b"/FT", kind)
        value, kids = entries.get(b"/V"), entries.get(b"/Kids")
        is_filled = kind == b"/Sig" and value is not None
        if is_filled and value and reference(value) is None and not value.startswith(b"<<"):
            raise Declined(Reason.FORM)
        held = [] if kids is None else references(self.draft.followed(kids), Reason.FORM)
        below = [self._is_filled(one, kind, depth - 1) for one in held]
        return is_filled or any(below)
