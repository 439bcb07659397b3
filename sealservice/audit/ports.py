"""What features need of the log: append inside their own transaction, and read back."""

from collections.abc import Mapping
from typing import Protocol

from sealservice.audit.model import AuditFact
from sealservice.kernel.actor import Actor
from sealservice.kernel.facts import Fact
from sealservice.kernel.json import JsonValue


class AuditLog(Protocol):
    """The writing side; joins the caller's transaction."""

    def append(
        self, actor: Actor, fact: Fact, subject: str, detail: Mapping[str, JsonValue]
    ) -> None:
        """Write a fact about ``subject`` (an id) that ``actor`` brought about."""
        ...


class AuditReader(Protocol):
    """The reading side, for auditors and record pages."""

    def about(self, organisation_id: str, subjects: tuple[str, ...]) -> list[AuditFact]:
        """Return all facts about the given ids, oldest first."""
        ...
