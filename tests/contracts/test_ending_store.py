"""The end of a license by two people, over memory and over PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Barrier
from typing import cast

import pytest

from sealservice.identity.model import Organisation
from sealservice.infra.sql.audit import SqlAuditLog
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.identity import SqlOrganisationStore
from sealservice.infra.sql.license_endings import SqlEndingStore
from sealservice.infra.sql.licenses import SqlLicenseStore
from sealservice.kernel.actor import Actor, operator
from sealservice.kernel.errors import Conflict
from sealservice.kernel.ids import new_id
from sealservice.licenses.ending_errors import (
    EndingAskedBefore,
    EndingNeedsAnother,
    EndingNotFound,
    EndingOver,
)
from sealservice.licenses.endings import EndingService, Outcome
from sealservice.licenses.errors import LicenseStatusRefused
from sealservice.licenses.model import LicenseStatus
from sealservice.licenses.ports import LicenseSeals
from sealservice.licenses.service import LicenseService
from sealservice.limits import Limits
from tests.world_archive import MemoryAuditLog, no_transaction
from tests.world_licenses import NOON, MemoryLicenseStore, sample_license
from tests.world_mandates import MemoryEndingStore

REVOKED, CANCELLED = LicenseStatus.REVOKED, LicenseStatus.CANCELLED


class NoSeals:
    """A license without seals."""

    def cancel(self, *_told: object) -> None:
        """Cancel nothing."""


@dataclass
class Registry:
    """Two clerks and a license."""

    service: EndingService = field(init=False)
    license_id: str = field(default_factory=lambda: new_id("lic"))
    organisation_id: str = field(default_factory=lambda: new_id("org"))
    now: datetime = NOON

    def clerk(self, name: str) -> Actor:
        """Return somebody of the registry."""
        return operator(name, self.organisation_id)

    def status(self) -> LicenseStatus:
        """Return how the license stands."""
        return self.service.licenses.show(self.clerk("x"), self.license_id).status


def _in_memory(registry: Registry) -> EndingService:
    store, audit = MemoryLicenseStore(), MemoryAuditLog()
    seals = cast("LicenseSeals", NoSeals())
    licenses = LicenseService(store, seals, audit, no_transaction, lambda: registry.now, Limits())
    return EndingService(
        licenses, MemoryEndingStore(), audit, no_transaction, lambda: registry.now, Limits()
    )


def _in_sql(registry: Registry, database: Database) -> EndingService:
    organisation = Organisation(registry.organisation_id, registry.organisation_id, NOON)
    SqlOrganisationStore(database).add(organisation)
    store, audit = SqlLicenseStore(database), SqlAuditLog(database, lambda: registry.now)
    seals, transaction = cast("LicenseSeals", NoSeals()), database.transaction
    licenses = LicenseService(store, seals, audit, transaction, lambda: registry.now, Limits())
    return EndingService(
        licenses, SqlEndingStore(database), audit, transaction, lambda: registry.now, Limits()
    )


@pytest.fixture(params=["memory", pytest.param("postgresql", marks=pytest.mark.engines)])
def registry(request: pytest.FixtureRequest) -> Registry:
    """Give a registry of one kind."""
    made = Registry()
    if request.param == "memory":
        made.service = _in_memory(made)
    else:
        made.service = _in_sql(made, request.getfixturevalue("database"))
    made.service.licenses.store.add(sample_license(made.organisation_id, made.license_id))
    return made


def test_one_asks_and_another_confirms(registry: Registry) -> None:
    """Nothing changes before; who asked is refused; the reason is the first one's."""
    service, first, second = registry.service, registry.clerk("甲"), registry.clerk("乙")
    asked = service.ask(first, registry.license_id, REVOKED, " 吊销 ")
    assert service.waiting(second, registry.license_id) == asked
    with pytest.raises(EndingAskedBefore):
        service.ask(second, registry.license_id, CANCELLED, "注销")
    with pytest.raises(EndingNeedsAnother):
        service.confirm(first, registry.license_id, asked.id)
    assert registry.status() is LicenseStatus.ACTIVE
    assert service.confirm(second, registry.license_id, asked.id).status is REVOKED
    (settled,) = service.of_license(first, registry.license_id)
    assert (settled.outcome, settled.settled_by, settled.reason) == (
        Outcome.CONFIRMED, "乙", "吊销",
    )  # fmt: skip
    with pytest.raises(LicenseStatusRefused):
        service.ask(first, registry.license_id, CANCELLED, "注销")


def test_a_request_is_dismissed_or_grows_too_old(registry: Registry) -> None:
    """Once dismissed, or a day later, nobody confirms it; another may be asked for."""
    service, first, second = registry.service, registry.clerk("甲"), registry.clerk("乙")
    asked = service.ask(first, registry.license_id, CANCELLED, "注销")
    assert service.dismiss(first, registry.license_id, asked.id).outcome is Outcome.DISMISSED
    again = service.ask(first, registry.license_id, CANCELLED, "注销")
    registry.now = NOON + timedelta(hours=24)
    for ending_id in (asked.id, again.id):
        with pytest.raises(EndingOver):
            service.confirm(second, registry.license_id, ending_id)
    with pytest.raises(EndingNotFound):
        service.confirm(second, registry.license_id, "end_none")
    assert service.waiting(second, registry.license_id) is None
    assert registry.status() is LicenseStatus.ACTIVE
    third = service.ask(second, registry.license_id, CANCELLED, "注销")
    service.confirm(first, registry.license_id, third.id)
    assert registry.status() is CANCELLED


@pytest.mark.engines
@pytest.mark.security
def test_of_two_answers_at_once_one_counts(database: Database) -> None:
    """A confirmation and a dismissal that race: exactly one of them is what happened."""
    registry = Registry()
    registry.service = _in_sql(registry, database)
    registry.service.licenses.store.add(
        sample_license(registry.organisation_id, registry.license_id)
    )
    service, start = registry.service, Barrier(2)
    asked = service.ask(registry.clerk("甲"), registry.license_id, REVOKED, "吊销")

    def answer(name: str) -> bool:
        start.wait()
        try:
            if name == "乙":
                service.confirm(registry.clerk(name), registry.license_id, asked.id)
            else:
                service.dismiss(registry.clerk(name), registry.license_id, asked.id)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(2) as pair:
        confirmed, dismissed = pair.map(answer, ["乙", "丙"])
    assert confirmed is not dismissed
    assert registry.status() is (REVOKED if confirmed else LicenseStatus.ACTIVE)
