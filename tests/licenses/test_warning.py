"""What ends soon is warned of once, by the worker, in the log and to webhooks."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from sealservice.bootstrap.queues import WebhookQueue
from sealservice.identity.model import Organisation
from sealservice.infra.processes import ProcessKind
from sealservice.infra.sql.audit import SqlAuditLog
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.identity import SqlOrganisationStore
from sealservice.infra.sql.jobs import Jobs
from sealservice.infra.sql.license_notices import SqlNoticeStore
from sealservice.infra.sql.licenses import SqlLicenseStore
from sealservice.infra.sql.mandates import SqlMandateStore, SqlPersonStore
from sealservice.infra.sql.usage import SqlUsageFacts
from sealservice.infra.sql.webhook_outbox import SqlOutbox
from sealservice.kernel.clock import utc_now
from sealservice.kernel.ids import new_id
from sealservice.licenses.mandate import Act, Mandate, Scope
from sealservice.licenses.persons import HolderRole, LicenseHolder, Person
from sealservice.licenses.usage import UsageAsked, UsageKind
from sealservice.licenses.warning import WarningService
from sealservice.limits import Limits
from sealservice.notifications.announcing import AnnouncingAuditLog
from tests.world_licenses import sample_license

pytestmark = pytest.mark.engines
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Place:
    """A license with a principal and an agent, and the worker that warns."""

    database: Database
    organisation_id: str
    license_id: str
    people: tuple[str, str]
    worker: WarningService
    now: datetime

    def mandate(self, days: int) -> str:
        """Give a mandate that ends after some days."""
        scope = Scope(frozenset({Act.LOG_IN}), self.now - DAY, self.now + days * DAY)
        giver, receiver = self.people
        mandate = Mandate(
            new_id("mnd"), self.organisation_id, self.license_id, giver, receiver, None, scope,
            False, self.now, "staff", "stf_1",  # noqa: FBT003 - may_delegate
        )  # fmt: skip
        SqlMandateStore(self.database).add(mandate)
        return mandate.id

    def warned(self) -> set[str]:
        """Return the subjects of all warnings in the log, read as the web process does."""
        asked = UsageAsked(self.license_id, UsageKind.LICENSE)
        facts = SqlUsageFacts(self.database).usage(self.organisation_id, asked, None, 99)
        log = SqlAuditLog(self.database, utc_now)
        given = SqlMandateStore(self.database).of_license(self.organisation_id, self.license_id)
        told = log.about(self.organisation_id, tuple(chain.mandate.id for chain in given))
        return {one.subject for one in (*facts, *told) if one.fact.value.endswith("ends_soon")}


@pytest.fixture
def place(database: Database, database_as: Callable[[ProcessKind], Database]) -> Place:
    """Give a license whose term ends in ten days."""
    now, organisation_id = utc_now(), new_id("org")
    SqlOrganisationStore(database).add(Organisation(organisation_id, organisation_id, now))
    license_ = sample_license(organisation_id, new_id("lic"))
    last = (now + 10 * DAY).date()
    face = replace(license_.face, term=f"2020-01-02至{last}")
    SqlLicenseStore(database).add(replace(license_, face=face))
    people = []
    for role in (HolderRole.LEGAL_REPRESENTATIVE, HolderRole.AGENT):
        digest = new_id("x").encode().hex().ljust(64, "0")[:64]
        person = Person(new_id("per"), organisation_id, license_.representative, digest, "", now)
        store = SqlPersonStore(database)
        holder = LicenseHolder(
            new_id("lho"), organisation_id, license_.id, store.person(person), role, now
        )
        store.add(holder)
        people.append(holder.id)
    worker = database_as(ProcessKind.WORKER)
    log = SqlAuditLog(worker, utc_now)
    audit = AnnouncingAuditLog(log, log, SqlOutbox(worker), WebhookQueue(Jobs(worker)), utc_now)
    warning = WarningService(
        SqlMandateStore(worker), SqlNoticeStore(worker), audit, worker.transaction, lambda: now,
        Limits(),
    )  # fmt: skip
    return Place(database, organisation_id, license_.id, (people[0], people[1]), warning, now)


def test_what_ends_soon_is_warned_of_once(place: Place) -> None:
    """The license and the mandate of the next days are; later, over and revoked ones are not."""
    soon, late, revoked = (place.mandate(days) for days in (5, 90, 5))
    SqlMandateStore(place.database).revoke(revoked, place.now, "收回")
    assert place.worker.sweep() >= 2
    assert place.warned() == {place.license_id, soon}
    assert late not in place.warned()
    assert place.worker.sweep() == 0
