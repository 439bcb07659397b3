"""Writes down what happened to a seal: the line of its history and the audit fact, together."""

from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from sealservice.audit.ports import AuditLog
from sealservice.kernel.actor import Actor
from sealservice.kernel.clock import Clock
from sealservice.kernel.facts import Fact
from sealservice.kernel.ids import new_id
from sealservice.kernel.json import JsonObject
from sealservice.seals.model import Grounds, Seal, SealChange, SealEvent, SealState
from sealservice.seals.ports import SealHistory

FACTS: Final = MappingProxyType(
    {
        SealChange.APPLY: Fact.SEAL_APPLIED,
        SealChange.MAKE: Fact.SEAL_MADE,
        SealChange.FAIL: Fact.SEAL_MAKING_FAILED,
        SealChange.FILE: Fact.SEAL_FILED,
        SealChange.ACTIVATE: Fact.SEAL_ACTIVATED,
        SealChange.SUSPEND: Fact.SEAL_SUSPENDED,
        SealChange.RESUME: Fact.SEAL_RESUMED,
        SealChange.CANCEL: Fact.SEAL_CANCELLED,
    }
)


@dataclass(frozen=True, slots=True)
class Chronicle:
    """The only way to write a line; it joins the caller's transaction."""

    history: SealHistory
    audit: AuditLog
    clock: Clock

    def write(
        self,
        actor: Actor,
        change: SealChange,
        seal: Seal,
        grounds: Grounds,
        before: SealState | None,
    ) -> None:
        """Write down that a change brought a seal from a state to the one it has now."""
        event = SealEvent(
            id=new_id("sev"),
            organisation_id=seal.organisation_id,
            seal_id=seal.id,
            change=change,
            before=before,
            after=seal.state,
            grounds=grounds,
            actor_kind=actor.kind.value,
            actor_id=actor.id,
            at=self.clock(),
        )
        self.history.add_event(event)
        detail: JsonObject = {"reason": grounds.reason, **grounds.evidence}
        self.audit.append(actor, FACTS[change], seal.id, detail)
