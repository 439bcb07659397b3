"""What every store of persons and mandates must do, in memory and in PostgreSQL."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta
from threading import Barrier, Event

import pytest
from sqlalchemy.exc import DBAPIError

from sealservice.identity.model import Organisation
from sealservice.infra.processes import ProcessKind
from sealservice.infra.sql.audit import SqlAuditLog
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.identity import SqlOrganisationStore
from sealservice.infra.sql.licenses import SqlLicenseStore
from sealservice.infra.sql.mandates import SqlDenials, SqlMandateStore, SqlPersonStore
from sealservice.kernel.actor import operator
from sealservice.kernel.facts import Fact
from sealservice.kernel.ids import new_id
from sealservice.kernel.transaction import Transaction
from sealservice.licenses.delegation import Permit, Use
from sealservice.licenses.mandate import Act, Chain, Mandate, MandateState, Scope
from sealservice.licenses.mandate_errors import LicenseNotLive, MandateNotLive, UseDenied
from sealservice.licenses.mandates import MandateService
from sealservice.licenses.model import License, LicenseStatus
from sealservice.licenses.persons import HolderRole, LicenseHolder, Person
from sealservice.licenses.ports import LicenseStore, MandateStore, PersonStore
from sealservice.limits import Limits
from tests.world_archive import no_transaction
from tests.world_licenses import NOON, MemoryLicenseStore, sample_license
from tests.world_mandates import MemoryMandateStore, MemoryPersonStore

YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Stores:
    """The stores over one place, in which a license and its principal are."""

    licenses: LicenseStore
    persons: PersonStore
    mandates: MandateStore
    transaction: Transaction
    license: License
    principal: LicenseHolder

    def named(self, role: HolderRole, name: str = "某人") -> LicenseHolder:
        """Put a new person into a role."""
        holder = _holder(self.persons, self.license, role, name)
        self.persons.add(holder)
        return holder

    def given(
        self, giver: LicenseHolder, receiver: LicenseHolder, parent: Mandate | None = None,
        uses: int | None = None,
    ) -> Mandate:  # fmt: skip
        """Insert a mandate."""
        scope = Scope(
            frozenset({Act.USE_SEAL, Act.LOG_IN}), NOON, NOON + YEAR,
            matters=frozenset({"b", "a"}), relying_parties=frozenset({"bank"}), uses=uses,
        )  # fmt: skip
        mandate = Mandate(
            id=new_id("mnd"), organisation_id=self.license.organisation_id,
            license_id=self.license.id, giver_id=giver.id, receiver_id=receiver.id,
            parent_id=parent.id if parent else None, scope=scope, may_delegate=True,
            created_at=NOON, actor_kind="staff", actor_id="stf_1",
        )  # fmt: skip
        self.mandates.add(mandate)
        return mandate

    def use(self, holder: LicenseHolder) -> Use:
        """Return a use that the mandates cover."""
        return Use(
            self.license.organisation_id, self.license.id, holder.id, Act.LOG_IN,
            matter="a", relying_party="bank",
        )  # fmt: skip

    def chain(self, mandate: Mandate) -> Chain:
        """Return a mandate as it is now."""
        found = self.mandates.chain(mandate.organisation_id, mandate.id)
        assert found is not None
        return found


def _holder(store: PersonStore, license_: License, role: HolderRole, name: str) -> LicenseHolder:
    digest = new_id("per")[-26:].encode().hex().ljust(64, "0")[:64]
    person = Person(new_id("per"), license_.organisation_id, name, digest, "0017", NOON)
    return LicenseHolder(
        new_id("lho"), license_.organisation_id, license_.id, store.person(person), role, NOON
    )


def _stores(
    licenses: LicenseStore, persons: PersonStore, mandates: MandateStore, transaction: Transaction,
    organisation_id: str,
) -> Stores:  # fmt: skip
    license_ = sample_license(organisation_id, new_id("lic"))
    licenses.add(license_)
    role = HolderRole.LEGAL_REPRESENTATIVE
    principal = _holder(persons, license_, role, license_.representative)
    persons.add(principal)
    return Stores(licenses, persons, mandates, transaction, license_, principal)


def in_sql(database: Database) -> Stores:
    """Give the stores in PostgreSQL."""
    organisation_id = new_id("org")
    SqlOrganisationStore(database).add(Organisation(organisation_id, organisation_id, NOON))
    return _stores(
        SqlLicenseStore(database), SqlPersonStore(database), SqlMandateStore(database),
        database.transaction, organisation_id,
    )  # fmt: skip


@pytest.fixture(params=["memory", pytest.param("postgresql", marks=pytest.mark.engines)])
def stores(request: pytest.FixtureRequest) -> Stores:
    """Give the stores of one kind."""
    if request.param == "postgresql":
        return in_sql(request.getfixturevalue("database"))
    licenses, people = MemoryLicenseStore(), MemoryPersonStore()
    return _stores(
        licenses, people, MemoryMandateStore(licenses, people), no_transaction, new_id("org")
    )


def test_persons_come_back_and_are_known_by_their_document(stores: Stores) -> None:
    """A holder survives the store; the same document is the same person; a role ends once."""
    agent = stores.named(HolderRole.AGENT)
    ours = stores.license.organisation_id
    assert stores.persons.get(ours, agent.id) == agent
    assert stores.persons.get("org_other", agent.id) is None
    again = replace(agent.person, id=new_id("per"), name="另一姓名")
    assert stores.persons.person(again) == agent.person
    assert stores.persons.end(agent.id, NOON, "离职")
    assert not stores.persons.end(agent.id, NOON + YEAR, "再次")
    ended = replace(agent, ended_at=NOON, ended_reason="离职")
    expected = sorted((stores.principal, ended), key=lambda one: one.id)
    assert stores.persons.of_license(ours, stores.license.id) == expected


def test_mandates_come_back_with_their_chain(stores: Stores) -> None:
    """Every field survives; a chain has its links in order, with people and numbers of uses."""
    admin, agent = stores.named(HolderRole.ADMINISTRATOR), stores.named(HolderRole.AGENT)
    first = stores.given(stores.principal, admin, uses=9)
    then = stores.given(admin, agent, first, uses=5)
    ids = [then.id, first.id]
    stores.mandates.count_use(ids, "subject_1", NOON)
    stores.mandates.count_use(ids, "subject_1", NOON)
    stores.mandates.count_use([first.id], "subject_2", NOON)
    chain = stores.chain(then)
    assert [link.mandate for link in chain.links] == [then, first]
    assert [link.giver for link in chain.links] == [admin, stores.principal]
    assert [link.used for link in chain.links] == [1, 2]
    assert chain.receiver == agent
    ours, license_id = stores.license.organisation_id, stores.license.id
    listed = stores.mandates.of_license(ours, license_id)
    assert [one.mandate.id for one in listed] == sorted(ids, reverse=True)
    assert stores.mandates.of_license("org_other", license_id) == []
    assert stores.mandates.chain("org_other", then.id) is None


def test_own_use_of_a_subject_is_not_in_its_way(stores: Stores) -> None:
    """A second signature of one order is no second use, at any link; another order's is one."""
    admin, agent = stores.named(HolderRole.ADMINISTRATOR), stores.named(HolderRole.AGENT)
    first = stores.given(stores.principal, admin, uses=1)
    then = stores.given(admin, agent, first, uses=1)
    stores.mandates.count_use([then.id, first.id], "order_1", NOON)
    license_ = stores.license
    use = Use(license_.organisation_id, license_.id, agent.id, Act.SHOW_LICENSE, subject="order_1")
    for asked, used in ((use, [0, 0]), (replace(use, subject="order_2"), [1, 1])):
        standing = stores.mandates.standing(asked, NOON)
        assert standing is not None
        assert [link.used for link in standing.chains[0].links] == used


def test_standing_is_everything_about_one_person(stores: Stores) -> None:
    """License, person, their mandates and the seal are read together; strangers see nothing."""
    agent, other = stores.named(HolderRole.AGENT), stores.named(HolderRole.AGENT)
    mandate = stores.given(stores.principal, agent)
    use = stores.use(agent)
    standing = stores.mandates.standing(use, NOON)
    assert standing is not None
    assert (standing.license, standing.holder) == (stores.license, agent)
    assert standing.chains == (stores.chain(mandate),)
    assert standing.seal_is_usable
    unsealed = stores.mandates.standing(replace(use, seal_id="seal_none"), NOON)
    assert unsealed is not None
    assert not unsealed.seal_is_usable
    without = stores.mandates.standing(stores.use(other), NOON)
    assert without is not None
    assert without.chains == ()
    nobody = stores.mandates.standing(replace(use, holder_id="lho_none"), NOON)
    assert nobody is not None
    assert nobody.holder is None
    assert stores.mandates.standing(replace(use, organisation_id="org_other"), NOON) is None


def test_mandate_is_revoked_once(stores: Stores) -> None:
    """The first revocation stands, with its time and reason."""
    mandate = stores.given(stores.principal, stores.named(HolderRole.AGENT))
    assert stores.mandates.revoke(mandate.id, NOON, "收回")
    assert not stores.mandates.revoke(mandate.id, NOON + YEAR, "再次")
    revoked = replace(mandate, revoked_at=NOON, revoked_reason="收回")
    assert stores.chain(mandate).mandate == revoked


def test_what_ends_soon_is_found(stores: Stores) -> None:
    """Live mandates that end until a moment are found; revoked and over ones are not."""
    agent = stores.named(HolderRole.AGENT)
    live, revoked = (stores.given(stores.principal, agent) for _ in range(2))
    stores.mandates.revoke(revoked.id, NOON, "收回")
    soon = {c.mandate.id for c in stores.mandates.ending_before(NOON, NOON + YEAR, 100_000)}
    assert live.id in soon
    assert revoked.id not in soon
    late = stores.mandates.ending_before(NOON + YEAR, NOON + 2 * YEAR, 100_000)
    assert live.id not in {chain.mandate.id for chain in late}


# What only a database can promise -----------------------------------------------------------------


@dataclass(frozen=True)
class Race:
    """A license in PostgreSQL, the registry's half of it, and the half that uses it."""

    stores: Stores
    registry: MandateService
    user: MandateService


@pytest.fixture
def race(database: Database, database_as: Callable[[ProcessKind], Database]) -> Race:
    """Give both halves, each as its own role."""
    stores = in_sql(database)
    web, signer, denials = (
        database_as(kind) for kind in (ProcessKind.WEB, ProcessKind.SIGNER, ProcessKind.SIGNER)
    )
    return Race(stores, _service(web, denials), _service(signer, denials))


def _service(database: Database, denials: Database) -> MandateService:
    audit = SqlAuditLog(database, lambda: NOON)
    return MandateService(
        licenses=SqlLicenseStore(database), persons=SqlPersonStore(database),
        mandates=SqlMandateStore(database), denials=SqlDenials(denials, lambda: NOON), audit=audit,
        transaction=database.transaction, clock=lambda: NOON, limits=Limits(),
    )  # fmt: skip


@pytest.mark.engines
@pytest.mark.security
def test_uses_are_not_exceeded_by_uses_at_once(race: Race) -> None:
    """Of 20 uses at the same time under a mandate for three, three succeed."""
    admin, agent = (race.stores.named(r) for r in (HolderRole.ADMINISTRATOR, HolderRole.AGENT))
    first = race.stores.given(race.stores.principal, admin, uses=3)
    then = race.stores.given(admin, agent, first, uses=3)
    clerk = operator("clerk", race.stores.license.organisation_id)
    start = Barrier(4)

    def use(number: int) -> bool:
        if number < start.parties:
            start.wait()
        try:
            race.user.count(clerk, race.stores.use(agent), f"subject_{number}")
        except UseDenied:
            return False
        return True

    with ThreadPoolExecutor(4) as crowd:
        assert sum(crowd.map(use, range(20))) == 3
    assert [link.used for link in race.stores.chain(then).links] == [3, 3]
    assert race.stores.chain(then).state(NOON) is MandateState.USED_UP


@pytest.mark.engines
@pytest.mark.security
@pytest.mark.parametrize("what", ["mandate", "role", "license"])
def test_nothing_is_used_after_a_revocation_commits(race: Race, what: str) -> None:
    """A revocation waits for the use that is under way; the very next use fails, and is told."""
    stores, clerk = race.stores, operator("clerk", race.stores.license.organisation_id)
    admin, agent = stores.named(HolderRole.ADMINISTRATOR), stores.named(HolderRole.AGENT)
    first = stores.given(stores.principal, admin)
    stores.given(admin, agent, first)
    in_use, revoked = Event(), Event()
    order: list[str] = []

    def revoke() -> None:
        assert in_use.wait(10)
        _revoke(race, what, first, admin)
        order.append("revoked")
        revoked.set()

    with ThreadPoolExecutor(1) as other:
        revoking = other.submit(revoke)
        with race.user.transaction():
            permitted: Permit = race.user.count(clerk, stores.use(agent), "subject")
            in_use.set()
            assert not revoked.wait(0.3)
            order.append("used")
        revoking.result(20)
    assert permitted.chain is not None
    assert order == ["used", "revoked"]
    with pytest.raises(LicenseNotLive if what == "license" else MandateNotLive):
        race.user.count(clerk, stores.use(agent), "subject_2")
    told = race.user.audit.about(clerk.organisation_id, (stores.license.id,))  # type: ignore[attr-defined] - the SQL log reads, too
    assert told[-1].fact is Fact.LICENSE_USE_DENIED


def _revoke(race: Race, what: str, mandate: Mandate, holder: LicenseHolder) -> None:
    registry, clerk = race.registry, operator("clerk", mandate.organisation_id)
    if what == "mandate":
        registry.revoke(clerk, mandate.id, "收回")
    elif what == "role":
        registry.persons.end(holder.id, NOON, "离职")
    else:
        with registry.transaction():
            registry.licenses.lock(clerk.organisation_id, mandate.license_id, exclusive=True)
            registry.licenses.set_status(mandate.license_id, LicenseStatus.SUSPENDED)


@pytest.mark.engines
@pytest.mark.security
def test_database_itself_refuses_what_no_service_would_do(database: Database) -> None:
    """A mandate longer than its giver's, and a second principal, are refused by the tables."""
    stores = in_sql(database)
    admin, agent = stores.named(HolderRole.ADMINISTRATOR), stores.named(HolderRole.AGENT)
    first = stores.given(stores.principal, admin)
    longer = replace(first.scope, ends_at=NOON + 2 * YEAR)
    wide = replace(
        first, id=new_id("mnd"), giver_id=admin.id, receiver_id=agent.id, parent_id=first.id,
        scope=longer,
    )  # fmt: skip
    with pytest.raises(DBAPIError, match="more than the one it is given out of"):
        stores.mandates.add(wide)
    with pytest.raises(DBAPIError, match="license_holders_principal_key"):
        stores.named(HolderRole.INVESTOR)
