"""ARCHITECTURE 4.5 on a real PostgreSQL: nothing is sealed after a revocation commits.

The signer locks a seal and its license ``FOR SHARE`` while the key works; a revocation locks the
same rows, in the same order, ``FOR UPDATE``. Who waits for whom is read from the database itself.
"""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from sealservice.identity.model import Organisation
from sealservice.infra.processes import ProcessKind
from sealservice.infra.sql.audit import SqlAuditLog
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.identity import SqlOrganisationStore
from sealservice.infra.sql.licenses import SqlLicenseStore
from sealservice.infra.sql.seal_history import SqlSealHistory
from sealservice.infra.sql.seals import SqlSealStore
from sealservice.kernel.actor import operator
from sealservice.kernel.clock import utc_now
from sealservice.kernel.ids import new_id
from sealservice.licenses.model import LicenseStatus
from sealservice.licenses.service import LicenseService
from sealservice.limits import Limits
from sealservice.seals.artwork import Artwork
from sealservice.seals.changes import SealChangeService, SealsOfLicense
from sealservice.seals.chronicle import Chronicle
from sealservice.seals.errors import SealChangeRefused, SealNotUsable
from sealservice.seals.lifecycle import usable
from sealservice.seals.model import Grounds, Seal, SealChange, SealState
from sealservice.trust.model import RevocationReason
from tests.contracts.test_seal_store import applied, certify
from tests.world_licenses import NOON, sample_face, sample_license
from tests.world_sealing import MemoryQueue

pytestmark = [pytest.mark.engines, pytest.mark.security]

Opener = Callable[[ProcessKind], Database]
SECONDS = 20
ARTWORK = Artwork(40.0, 40.0, b"q Q")
CEASED = RevocationReason.CESSATION_OF_OPERATION


@dataclass
class Place:
    """One license with a seal in use; the web process's half and the signer's, each as its role."""

    seal: Seal
    web: Database
    signer: Database
    owner: Database

    @property
    def actor(self):  # noqa: ANN201 - an Actor
        """Return who administers the license."""
        return operator("registrar", self.seal.organisation_id)

    @property
    def changes(self) -> SealChangeService:
        """Return what people do, as the web role."""
        history, audit = SqlSealHistory(self.web), SqlAuditLog(self.web, utc_now)
        chronicle = Chronicle(history, audit, utc_now)
        return SealChangeService(
            SqlSealStore(self.web), history, MemoryQueue(), chronicle, audit,
            self.web.transaction, utc_now,
        )  # fmt: skip

    @property
    def licenses(self) -> LicenseService:
        """Return the status changes of licenses, as the web role."""
        return LicenseService(
            SqlLicenseStore(self.web), SealsOfLicense(self.changes),
            SqlAuditLog(self.web, utc_now), self.web.transaction, utc_now, Limits(),
        )  # fmt: skip

    def seal_once(self, key: Callable[[], None]) -> None:
        """Do what sealing does around the key: lock, look, use the key, commit."""
        with self.signer.transaction():
            seal = SqlSealStore(self.signer).lock(self.seal.id)
            license_ = SqlLicenseStore(self.signer).lock(
                self.seal.organisation_id, self.seal.license_id
            )
            usable(seal, license_, self.seal.id, utc_now())
            key()

    def waits(self, who: str) -> bool:
        """Return whether a session of a role waits for somebody's lock in this database."""
        query = text(
            "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
            " WHERE usename = :who AND NOT granted AND datname = current_database()"
        )
        with self.owner.transaction():
            return bool(self.owner.connection().execute(query, {"who": who}).scalar_one())

    def wait_until_waiting(self, who: str) -> None:
        """Return as soon as a session of the role waits for a lock."""
        end = time.monotonic() + SECONDS
        while not self.waits(who):
            assert time.monotonic() < end, f"{who} never waited"
            time.sleep(0.02)


@pytest.fixture
def place(database: Database, database_as: Opener) -> Place:
    """Give a license with an active seal."""
    license_ = sample_license(new_id("org"), new_id("lic"))
    SqlOrganisationStore(database).add(Organisation(license_.organisation_id, "甲", NOON))
    SqlLicenseStore(database).add(license_)
    seal = replace(applied(license_), created_at=utc_now())
    store = SqlSealStore(database)
    store.add(seal)
    key_id, certificate = certify(database)
    made = replace(
        seal,
        state=SealState.MADE,
        key_id=key_id,
        certificate_sha256=certificate,
        artwork_sha256=ARTWORK.sha256,
        expires_at=utc_now() + timedelta(days=365),
    )
    store.make(made, ARTWORK)
    active = replace(made, state=SealState.ACTIVE, activated_at=utc_now())
    store.write(active)
    actor = operator("registrar", license_.organisation_id)
    lines = Chronicle(SqlSealHistory(database), SqlAuditLog(database, utc_now), utc_now)
    with database.transaction():
        lines.write(actor, SealChange.ACTIVATE, active, Grounds("启用"), made.state)
    return Place(active, database_as(ProcessKind.WEB), database_as(ProcessKind.SIGNER), database)


@contextmanager
def aside(work: Callable[[], object]) -> Iterator[Future[object]]:
    """Run something beside the block; its end is awaited."""
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(work)
        yield future
        future.exception(SECONDS)


@pytest.mark.parametrize("what", ["license", "face", "seal", "suspend"])
def test_a_revocation_waits_for_the_key_and_then_nothing_is_sealed(place: Place, what: str) -> None:
    """While the key works a revocation waits; once it is through, the key is not asked again."""
    working, go = threading.Event(), threading.Event()
    why = Grounds("测试")
    revoke = {
        "license": lambda: place.licenses.revoke(place.actor, place.seal.license_id, "吊销"),
        "face": lambda: place.licenses.change(
            place.actor, place.seal.license_id, {**sample_face(), "name": "新名称"}, "变更"
        ),
        "seal": lambda: place.changes.cancel(place.actor, place.seal.id, why, CEASED),
        "suspend": lambda: place.changes.suspend(place.actor, place.seal.id, why),
    }[what]

    def key() -> None:
        working.set()
        assert go.wait(SECONDS)

    with aside(lambda: place.seal_once(key)) as sealing:
        assert working.wait(SECONDS)
        with aside(revoke) as revocation:
            place.wait_until_waiting("sealservice_web")
            assert not revocation.done()
            go.set()
    assert (sealing.exception(), revocation.exception()) == (None, None)
    used: list[bool] = []
    with pytest.raises(SealNotUsable):
        place.seal_once(lambda: used.append(True))
    assert used == []


def test_sealing_waits_for_a_revocation_and_is_refused(place: Place) -> None:
    """A sealing that comes while a revocation is under way waits, and finds the seal cancelled."""
    used: list[bool] = []
    with place.web.transaction():
        place.licenses.revoke(place.actor, place.seal.license_id, "吊销")
        pool = ThreadPoolExecutor(1)
        sealing = pool.submit(place.seal_once, lambda: used.append(True))
        place.wait_until_waiting("sealservice_signer")
    with pool:
        assert isinstance(sealing.exception(SECONDS), SealNotUsable)
    assert used == []


def test_a_revocation_that_is_undone_lets_sealing_go_on(place: Place) -> None:
    """When the revocation fails in the end, the sealing that waited is done."""
    used: list[bool] = []
    pool = ThreadPoolExecutor(1)
    with pytest.raises(ZeroDivisionError), place.web.transaction():  # noqa: PT012
        place.licenses.revoke(place.actor, place.seal.license_id, "吊销")
        sealing = pool.submit(place.seal_once, lambda: used.append(True))
        place.wait_until_waiting("sealservice_signer")
        raise ZeroDivisionError
    with pool:
        assert sealing.exception(SECONDS) is None
    assert used == [True]


def test_of_two_cancellations_one_is_done(place: Place) -> None:
    """Both come at once; one line is written, the other call is told the state it met."""
    start = threading.Barrier(2)

    def cancel() -> None:
        start.wait(SECONDS)
        place.changes.cancel(place.actor, place.seal.id, Grounds("测试"), CEASED)

    with ThreadPoolExecutor(2) as pool:
        ended = [future.exception() for future in [pool.submit(cancel) for _ in range(2)]]
    assert {type(one) for one in ended} == {type(None), SealChangeRefused}
    changes = [line.change for line in place.changes.events(place.actor, place.seal.id)]
    assert changes == [SealChange.ACTIVATE, SealChange.CANCEL]


@pytest.mark.parametrize("state", ["active", "made", "filed", "applied", "failed"])
def test_a_taken_over_web_brings_no_seal_to_life(place: Place, state: str) -> None:
    """It may pause and end a seal, by its own rows as well, and nothing else."""
    store = SqlSealStore(place.web)
    store.move(place.seal.id, SealState.SUSPENDED)
    with pytest.raises(ProgrammingError, match="only the signer"):
        store.move(place.seal.id, SealState(state))
    with pytest.raises(ProgrammingError, match="permission denied"):
        store.write(place.seal)
    assert SqlSealStore(place.owner).by_id(place.seal.id) is not None
    store.move(place.seal.id, SealState.CANCELLED)
    with pytest.raises(ProgrammingError, match="does not go"):
        store.move(place.seal.id, SealState.SUSPENDED)


LINE = text(
    "INSERT INTO seal_events (id, organisation_id, seal_id, change, before, after, reason,"
    " evidence, actor_kind, actor_id, at) VALUES (:id, :org, :seal, 'suspend', :before, :after,"
    " 'x', '{}', 'staff', 'x', now() - interval '1 year')"
)


def test_a_taken_over_web_tells_no_lies(place: Place) -> None:
    """A line about a state that the seal is not in is refused; so is an answer to a request."""
    for after in ("active", "suspended", "cancelled"):
        _refuse_line(place, after=after)
    request = place.changes.ask(
        place.actor, place.seal.id, SealChange.FILE, Grounds("备案", {"filing_number": "1"})
    )
    with pytest.raises(ProgrammingError, match="permission denied"):
        SqlSealHistory(place.web).answer(request.id, utc_now(), None)
    for change in ("UPDATE seal_events SET reason = ''", "DELETE FROM seal_events"):
        with pytest.raises(ProgrammingError), place.owner.transaction():
            place.owner.connection().execute(text(change))


def test_a_line_goes_on_from_the_one_before_it(place: Place) -> None:
    """Its state before, its organisation and its moment are true, or the database makes them so."""
    other = new_id("org")
    SqlOrganisationStore(place.owner).add(Organisation(other, "乙", NOON))
    SqlSealStore(place.web).move(place.seal.id, SealState.SUSPENDED)
    for wrong in ({"before": "filed"}, {"before": None}, {"before": "suspended"}, {"org": other}):
        _refuse_line(place, **wrong)
    with place.web.transaction():
        began = place.web.connection().execute(text("SELECT now()")).scalar_one()
        _write_line(place)
    _refuse_line(place)
    written = SqlSealHistory(place.owner).events(place.seal.id)[-1]
    assert (written.before, written.after) == (SealState.ACTIVE, SealState.SUSPENDED)
    assert began < written.at <= utc_now()


def _refuse_line(place: Place, **wrong: str | None) -> None:
    with pytest.raises(ProgrammingError, match="did not go"), place.web.transaction():
        _write_line(place, **wrong)


def _write_line(place: Place, **wrong: str | None) -> None:
    """Write a line as the web role, true but for what is given."""
    true = {"org": place.seal.organisation_id, "before": "active", "after": "suspended"}
    values = {"id": new_id("sev"), "seal": place.seal.id, **true, **wrong}
    place.web.connection().execute(LINE, values)


def test_a_license_at_its_end_stays_there(place: Place) -> None:
    """Not even its owner brings a revoked license back to life by its row."""
    place.licenses.revoke(place.actor, place.seal.license_id, "吊销")
    for database in (place.web, place.owner):
        with pytest.raises(ProgrammingError, match="stays so"):
            SqlLicenseStore(database).set_status(place.seal.license_id, LicenseStatus.ACTIVE)
