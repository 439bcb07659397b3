"""Words for the terms of an order: what may be done afterwards, and what if a service is away."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Certification(StrEnum):
    """What a first signature allows to be done to its document later (ISO 32000-2 12.8.2.2).

    Data and timestamps that prove a signature are allowed by all three.
    """

    NO_CHANGES = "no-changes"
    FORM_FILLING = "form-filling"
    """Filling in forms and signing."""
    ANNOTATIONS = "annotations"
    """Annotations, too."""

    @property
    def permission(self) -> int:
        """Return /P, 1 to 3."""
        return 1 + list(Certification).index(self)


class LockScope(StrEnum):
    """Which form fields a signature locks."""

    ALL = "all"
    INCLUDE = "include"
    """Those named."""
    EXCLUDE = "exclude"
    """All but those named."""


@dataclass(frozen=True, slots=True)
class FieldLock:
    """Form fields that must not change after a signature (FieldMDP, ISO 32000-2 12.8.2.4)."""

    scope: LockScope
    fields: tuple[str, ...] = ()
    """Full names; of a field with children the children are meant, too."""

    @property
    def is_whole(self) -> bool:
        """Return whether it names fields exactly where its scope wants some."""
        return (self.scope is LockScope.ALL) is not bool(self.fields)

    def covers(self, field: str) -> bool:
        """Return whether it locks a field, by its full name."""
        is_named = any(field == name or field.startswith(f"{name}.") for name in self.fields)
        return self.scope is LockScope.ALL or is_named is (self.scope is LockScope.INCLUDE)


@dataclass(frozen=True, slots=True)
class Restrictions:
    """What is forbidden after sealing."""

    certification: Certification | None = None
    """By the first signature of the document; None: an ordinary signature."""
    lock: FieldLock | None = None
    """By the last signature of the order."""


class OnTsaFailure(StrEnum):
    """What becomes of an approved order when timestamp or status cannot be had."""

    FAIL = "fail"
    WAIT = "wait"
    """It keeps its signatures and asks again, until it is too late (sealing/patience.py)."""


UNRESTRICTED: Final = Restrictions()
