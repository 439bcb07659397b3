"""The interactive form of a document (ISO 32000-2 12.7.3), as far as a new field needs it."""

from dataclasses import dataclass

from sealservice.sealing.press.declined import Declined, Reason
from sealservice.sealing.press.reader import Reader
from sealservice.sealing.press.syntax import Entries, integer, reference, references, text

_APPEND_ONLY = b"3"
"""SignaturesExist and AppendOnly (table 225)."""


@dataclass(frozen=True, slots=True)
class Form:
    """A form, and where it and the array of its fields are kept."""

    entries: Entries
    number: int | None
    """Of the object that it is; None: it is a value in the catalog."""
    is_new: bool
    fields: bytes
    """The array of top-level fields, as written."""
    fields_number: int | None
    """Of the object that this array is; None: it is a value in the form."""
    names: frozenset[str]
    """Names of the top-level fields."""

    def free_name(self, stem: str) -> str:
        """Return ``Seal1`` or the next such name that no top-level field bears."""
        number = 1
        while f"{stem}{number}" in self.names:
            number += 1
        return f"{stem}{number}"

    @property
    def is_marked(self) -> bool:
        """Return whether it says already that there are signatures, and nothing to the contrary."""
        flags = self.entries.get(b"/SigFlags")
        return flags == _APPEND_ONLY and b"/NeedAppearances" not in self.entries

    def marked(self) -> Entries:
        """Return its entries saying that there are signatures and that appearances are final."""
        entries = {key: one for key, one in self.entries.items() if key != b"/NeedAppearances"}
        return {**entries, b"/SigFlags": _APPEND_ONLY}


def read_form(reader: Reader, catalog: Entries) -> Form:
    """Return the form of a document, a new one where there is none.

    Raises:
        Declined: XFA, FORM, and whatever the reader declines.
    """
    held = catalog.get(b"/AcroForm")
    if held is None:
        return Form({}, None, is_new=True, fields=b"[]", fields_number=None, names=frozenset())
    entries = reader.inside(held)
    if b"/XFA" in entries:
        raise Declined(Reason.XFA)
    if b"/SigFlags" in entries:
        integer(entries[b"/SigFlags"])
    listed = entries.get(b"/Fields", b"[]")
    fields = reader.followed(listed)
    names = frozenset(_name(reader, one) for one in references(fields, Reason.FORM))
    return Form(entries, reference(held), False, fields, reference(listed), names)  # noqa: FBT003


def _name(reader: Reader, field: int) -> str:
    held = reader.dictionary(field).get(b"/T")
    return "" if held is None else text(reader.followed(held))
