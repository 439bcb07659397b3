"""An audit log that also tells of what it is told: event and deliveries join its transaction.

Whoever appends a fact therefore announces it; there is no second place to forget. The notice
exists if, and only if, the change it tells of was committed. The same holds for letters.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sealservice.audit.model import AuditFact
from sealservice.audit.ports import AuditLog, AuditReader
from sealservice.kernel.actor import Actor
from sealservice.kernel.clock import Clock
from sealservice.kernel.facts import Fact
from sealservice.kernel.ids import new_id
from sealservice.kernel.json import JsonObject, JsonValue
from sealservice.notifications.letters import LETTERS, Letter, LetterQueue
from sealservice.notifications.model import EVENTS, Event, Telling
from sealservice.notifications.ports import DeliveryQueue, Outbox


@dataclass(frozen=True, slots=True)
class AnnouncingAuditLog:
    """Implements ``AuditLog`` and ``AuditReader`` by those that it is made with."""

    log: AuditLog
    reader: AuditReader
    outbox: Outbox
    queue: DeliveryQueue
    clock: Clock
    letters: LetterQueue | None = None
    """None: nobody is told by e-mail."""

    def append(
        self, actor: Actor, fact: Fact, subject: str, detail: Mapping[str, JsonValue]
    ) -> None:
        """Write a fact, and tell whoever asked to be told of such."""
        self.log.append(actor, fact, subject, detail)
        self._write_to_registry(actor, fact, subject, detail)
        telling = EVENTS.get(fact)
        if telling is None:
            return
        for delivery_id in self.outbox.put(self._event(telling, actor, subject, detail)):
            self.queue.ask(delivery_id)

    def about(self, organisation_id: str, subjects: tuple[str, ...]) -> list[AuditFact]:
        """Return all facts about the given ids, oldest first."""
        return self.reader.about(organisation_id, subjects)

    def _write_to_registry(
        self, actor: Actor, fact: Fact, subject: str, detail: Mapping[str, JsonValue]
    ) -> None:
        kind = LETTERS.get(fact)
        if kind is None or self.letters is None:
            return
        organisation_id = actor.organisation_id
        self.letters.post(
            Letter(new_id("ltr"), kind, organisation_id, subject, detail, self.clock())
        )

    def _event(
        self, telling: Telling, actor: Actor, subject: str, detail: Mapping[str, JsonValue]
    ) -> Event:
        now = self.clock()
        told: JsonObject = {
            telling.subject: subject,
            "organisation_id": actor.organisation_id,
            **{part: detail[part] for part in telling.parts if part in detail},
        }
        body = {"type": telling.type.value, "timestamp": now.isoformat(), "data": told}
        written = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
        return Event(new_id("evt"), actor.organisation_id, telling.type, written, now)
