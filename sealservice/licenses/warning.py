"""Warn of what ends soon: mandates, and licenses by the term on their faces.

1. A mandate that is live and ends within ``Limits.warning_days`` is warned of once; so is a license
   in force whose term (营业期限) ends within them. A new end is a new warning.
2. The notice is kept, and the audit log says so in the same transaction: out of the log, webhooks
   are told (``notifications``).
3. Whoever shows mandates computes by the same number of days what ends soon; nothing waits for the
   hourly sweep to be seen.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from sealservice.audit.ports import AuditLog
from sealservice.kernel.actor import process
from sealservice.kernel.clock import Clock
from sealservice.kernel.facts import Fact
from sealservice.kernel.ids import new_id
from sealservice.kernel.json import JsonObject
from sealservice.kernel.transaction import Transaction
from sealservice.licenses.mandate import MandateState
from sealservice.licenses.model import License
from sealservice.licenses.ports import MandateStore
from sealservice.licenses.term import term_end
from sealservice.limits import Limits

_AT_ONCE: Final = 500
"""Of each kind in one sweep; the next one goes on."""


@dataclass(frozen=True, slots=True)
class Notice:
    """That something of a license ends soon."""

    id: str
    organisation_id: str
    license_id: str
    mandate_id: str | None
    """None: the license itself."""
    ends_at: datetime
    created_at: datetime


class NoticeStore(Protocol):
    """Notices that were given; joins the caller's transaction."""

    def add(self, notice: Notice) -> bool:
        """Insert a notice; False: there is one of the same end."""
        ...

    def with_terms(self, after: str | None, limit: int) -> list[License]:
        """Return licenses in force whose face has a term, in the order of their ids."""
        ...


@dataclass(frozen=True, slots=True)
class WarningService:
    """The worker's sweep."""

    mandates: MandateStore
    notices: NoticeStore
    audit: AuditLog
    transaction: Transaction
    clock: Clock
    limits: Limits

    def sweep(self) -> int:
        """Warn of everything that ends soon, and return how many warnings are new."""
        return self._of_mandates() + self._of_licenses()

    def _of_mandates(self) -> int:
        now = self.clock()
        until = now + timedelta(days=self.limits.warning_days)
        new = 0
        for chain in self.mandates.ending_before(now, until, _AT_ONCE):
            mandate = chain.mandate
            if chain.state(now) is MandateState.LIVE:
                ends_at = mandate.scope.ends_at
                new += self._warn(mandate.organisation_id, mandate.license_id, mandate.id, ends_at)
        return new

    def _of_licenses(self) -> int:
        now, new, last = self.clock(), 0, None
        until = now + timedelta(days=self.limits.warning_days)
        while found := self.notices.with_terms(last, _AT_ONCE):
            last = found[-1].id
            for license_ in found:
                ends_at = term_end(license_.face.term)
                if ends_at is not None and now < ends_at <= until:
                    new += self._warn(license_.organisation_id, license_.id, None, ends_at)
        return new

    def _warn(
        self, organisation_id: str, license_id: str, mandate_id: str | None, ends_at: datetime
    ) -> int:
        notice = Notice(
            new_id("not"), organisation_id, license_id, mandate_id, ends_at, self.clock()
        )
        fact = Fact.MANDATE_ENDS_SOON if mandate_id else Fact.LICENSE_ENDS_SOON
        detail: JsonObject = {"license_id": license_id, "ends_at": ends_at.isoformat()}
        with self.transaction():
            if not self.notices.add(notice):
                return 0
            actor = process("worker", organisation_id)
            self.audit.append(actor, fact, mandate_id or license_id, detail)
        return 1
