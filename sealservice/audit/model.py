"""A fact, as it is written once and read for ever."""

from dataclasses import dataclass
from datetime import datetime

from sealservice.kernel.facts import Fact
from sealservice.kernel.json import JsonObject


@dataclass(frozen=True, slots=True)
class AuditFact:
    """One line of the log."""

    id: str
    at: datetime
    organisation_id: str | None
    actor_kind: str
    actor_id: str
    fact: Fact
    subject: str
    """Id of the thing the fact is about."""
    detail: JsonObject
