"""The end of a license takes two people: one asks, another confirms, within a bounded time.

1. Revoking (吊销) and cancelling (注销) cannot be taken back, nor can what happens to the seals.
   Suspending can, and waits for nobody: who has doubts suspends first.
2. Who asked cannot confirm, by no channel: people are told apart by how they signed in (a member of
   staff, an API key, the operator of the machine). The database refuses the same as well.
3. A request waits for hours (``Limits.ending_hours``), one at a time; whoever may ask may dismiss.
4. The license changes when the second person confirms, by the reason that the first one gave.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from sealservice.audit.ports import AuditLog
from sealservice.kernel.actor import Actor, Permission
from sealservice.kernel.clock import Clock
from sealservice.kernel.facts import Fact
from sealservice.kernel.ids import new_id
from sealservice.kernel.json import JsonObject
from sealservice.kernel.transaction import Transaction
from sealservice.licenses.ending_errors import (
    EndingAskedBefore,
    EndingNeedsAnother,
    EndingNotFound,
    EndingOver,
)
from sealservice.licenses.model import License, LicenseStatus
from sealservice.licenses.service import LicenseService, require_change
from sealservice.limits import Limits


class Outcome(StrEnum):
    """What became of a request to end a license."""

    CONFIRMED = "confirmed"
    DISMISSED = "dismissed"


@dataclass(frozen=True, slots=True)
class Ending:
    """A request to end a license."""

    id: str
    organisation_id: str
    license_id: str
    status: LicenseStatus
    """REVOKED or CANCELLED."""
    reason: str
    actor_kind: str
    actor_id: str
    created_at: datetime
    expires_at: datetime
    outcome: Outcome | None = None
    settled_at: datetime | None = None
    settled_kind: str | None = None
    settled_by: str | None = None

    def is_open(self, now: datetime) -> bool:
        """Return whether it waits for a second person."""
        return self.outcome is None and now < self.expires_at

    def is_by(self, actor: Actor) -> bool:
        """Return whether this person asked for it."""
        return (self.actor_kind, self.actor_id) == (actor.kind.value, actor.id)


class EndingStore(Protocol):
    """Requests to end licenses; joins the caller's transaction."""

    def add(self, ending: Ending) -> None:
        """Insert a request."""
        ...

    def of_license(self, organisation_id: str, license_id: str) -> list[Ending]:
        """Return the requests about a license, newest first."""
        ...

    def settle(self, ending_id: str, outcome: Outcome, actor: Actor, at: datetime) -> bool:
        """Write what became of a request; False: somebody else did."""
        ...


@dataclass(frozen=True, slots=True)
class EndingService:
    """Use cases of ending licenses."""

    licenses: LicenseService
    endings: EndingStore
    audit: AuditLog
    transaction: Transaction
    clock: Clock
    limits: Limits

    def ask(self, actor: Actor, license_id: str, status: LicenseStatus, reason: str) -> Ending:
        """Ask for the end of a license; nothing changes before another person confirms.

        Raises:
            PermissionMissing, LicenseNotFound, FieldsInvalid.
            LicenseStatusRefused: it is at its end already.
            EndingAskedBefore: somebody asked, and it waits.
        """
        actor.require(Permission.LICENSES_WRITE)
        reason = self.licenses.reason(reason)
        with self.transaction():
            license_ = self.licenses.locked(actor, license_id)
            require_change(license_, status)
            waiting = self._open(actor, license_id)
            if waiting is not None:
                raise EndingAskedBefore(ending_id=waiting.id)
            now = self.clock()
            ending = Ending(
                id=new_id("end"),
                organisation_id=actor.organisation_id,
                license_id=license_id,
                status=status,
                reason=reason,
                actor_kind=actor.kind.value,
                actor_id=actor.id,
                created_at=now,
                expires_at=now + timedelta(hours=self.limits.ending_hours),
            )
            self.endings.add(ending)
            detail: JsonObject = {"ending_id": ending.id, "status": status, "reason": reason}
            self.audit.append(actor, Fact.LICENSE_END_ASKED, license_id, detail)
        return ending

    def confirm(self, actor: Actor, license_id: str, ending_id: str) -> License:
        """End a license that another person asked to be ended.

        Raises:
            PermissionMissing, LicenseNotFound, EndingNotFound.
            EndingNeedsAnother: the actor asked for it.
            EndingOver: it was settled, or too long ago.
            LicenseStatusRefused: the license is at its end already.
        """
        actor.require(Permission.LICENSES_WRITE)
        with self.transaction():
            ending = self._found(actor, license_id, ending_id)
            if ending.is_by(actor):
                raise EndingNeedsAnother
            self._settle(actor, ending, Outcome.CONFIRMED)
            end = self.licenses.revoke
            if ending.status is LicenseStatus.CANCELLED:
                end = self.licenses.cancel
            return end(actor, license_id, ending.reason)

    def dismiss(self, actor: Actor, license_id: str, ending_id: str) -> Ending:
        """Leave a license as it is, though somebody asked to have it ended.

        Raises:
            PermissionMissing, LicenseNotFound, EndingNotFound, EndingOver.
        """
        actor.require(Permission.LICENSES_WRITE)
        with self.transaction():
            ending = self._found(actor, license_id, ending_id)
            self._settle(actor, ending, Outcome.DISMISSED)
            detail: JsonObject = {"ending_id": ending_id}
            self.audit.append(actor, Fact.LICENSE_END_DISMISSED, license_id, detail)
            return self._found(actor, license_id, ending_id)

    def of_license(self, actor: Actor, license_id: str) -> list[Ending]:
        """Return the requests about a license, newest first.

        Raises:
            PermissionMissing, LicenseNotFound.
        """
        self.licenses.show(actor, license_id)
        return self.endings.of_license(actor.organisation_id, license_id)

    def waiting(self, actor: Actor, license_id: str) -> Ending | None:
        """Return the request that waits for a second person, if one does.

        Raises:
            PermissionMissing, LicenseNotFound.
        """
        self.licenses.show(actor, license_id)
        return self._open(actor, license_id)

    def _open(self, actor: Actor, license_id: str) -> Ending | None:
        now = self.clock()
        found = self.endings.of_license(actor.organisation_id, license_id)
        return next((ending for ending in found if ending.is_open(now)), None)

    def _found(self, actor: Actor, license_id: str, ending_id: str) -> Ending:
        for ending in self.of_license(actor, license_id):
            if ending.id == ending_id:
                return ending
        raise EndingNotFound(ending_id=ending_id)

    def _settle(self, actor: Actor, ending: Ending, outcome: Outcome) -> None:
        now = self.clock()
        if not ending.is_open(now) or not self.endings.settle(ending.id, outcome, actor, now):
            raise EndingOver(ending_id=ending.id)
