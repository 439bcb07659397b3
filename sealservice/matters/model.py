"""A matter: what its form asks, what it takes from the license, and where the seal goes."""

from dataclasses import dataclass
from enum import StrEnum

from sealservice.kernel.text import Text


class FieldKind(StrEnum):
    """What an applicant may answer."""

    TEXT = "text"
    CHOICE = "choice"
    DATE = "date"


@dataclass(frozen=True, slots=True)
class PrefilledField:
    """A read-only field of the form."""

    name: str
    label: Text
    sources: tuple[str, ...]
    """Face lines by field name; the first that a license has is shown."""
    required: bool


@dataclass(frozen=True, slots=True)
class ApplicantField:
    """A field of the form that the applicant answers."""

    name: str
    label: Text
    kind: FieldKind
    required: bool
    greatest: int
    """Most code points of the answer."""
    pattern: str | None
    """Regular expression that a text must match as a whole."""
    hint: Text | None
    """What an answer that does not match should have been."""
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matter:
    """One thing to be done, by one form."""

    id: str
    title: Text
    e_sign_allowed: bool
    """False where the law excludes electronic signatures."""
    seal_keyword: str
    """The seal goes on this text."""
    prefilled: tuple[PrefilledField, ...]
    fields: tuple[ApplicantField, ...]


@dataclass(frozen=True, slots=True)
class FilledForm:
    """A form ready to be sealed."""

    pdf: bytes
    """PDF/A-2b that ends in a newline, so that a revision may be appended."""
    filename: str
    matter_id: str
    number: str
    """Application number, the same for the same content on the same day."""
    sha256: str
