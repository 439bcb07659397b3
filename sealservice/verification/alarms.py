"""Tells the owner of a seal of its rogue uses: signatures by it that no record tells of.

1. Each signature raises the alarm once, however often and by whomever the file is verified.
2. The row and the fact in the audit log of the seal's organisation are written together.
3. Whoever may read seals of the organisation sees them, on the seal's page and by command.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sealservice.audit.ports import AuditLog
from sealservice.kernel.actor import Actor, Permission, process
from sealservice.kernel.clock import Clock
from sealservice.kernel.facts import Fact
from sealservice.kernel.transaction import Transaction


@dataclass(frozen=True, slots=True)
class RogueUse:
    """A signature by one of our seals that no record tells of."""

    seal_id: str
    signature_sha256: str
    """Of the signature value."""
    document_sha256: str
    """Of the file in which it was first found."""
    found_at: datetime


class RogueUses(Protocol):
    """Where rogue uses are kept; none is ever removed."""

    def add(self, use: RogueUse) -> str | None:
        """Keep a use; return the seal's organisation, or None: the use is known already."""
        ...

    def of_organisation(self, organisation_id: str) -> Sequence[RogueUse]:
        """Return the uses of all seals of an organisation, newest first."""
        ...


@dataclass(frozen=True, slots=True)
class RogueAlarm:
    """Raises alarms, and shows them."""

    uses: RogueUses
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    def found(self, seal_id: str, signature_sha256: str, document_sha256: str) -> None:
        """Raise the alarm for a signature, unless it was raised before."""
        use = RogueUse(seal_id, signature_sha256, document_sha256, self.clock())
        with self.transaction():
            organisation_id = self.uses.add(use)
            if organisation_id is not None:
                detail = {
                    "signature_sha256": signature_sha256,
                    "document_sha256": document_sha256,
                }
                actor = process("verification", organisation_id)
                self.audit.append(actor, Fact.ROGUE_USE_FOUND, seal_id, detail)

    def listed(self, actor: Actor, seal_id: str | None = None) -> list[RogueUse]:
        """Return the rogue uses of the actor's seals, or of one of them, newest first.

        Raises:
            PermissionMissing: the actor may not read seals.
        """
        actor.require(Permission.SEALS_READ)
        found = self.uses.of_organisation(actor.organisation_id)
        return [use for use in found if seal_id in (None, use.seal_id)]
