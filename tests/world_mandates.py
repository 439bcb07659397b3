"""Persons, mandates and denials in memory, and people to give mandates to."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sealservice.audit.model import AuditFact
from sealservice.kernel.actor import Actor, operator
from sealservice.kernel.clock import Clock
from sealservice.kernel.facts import Fact
from sealservice.kernel.ids import new_id
from sealservice.kernel.json import JsonObject
from sealservice.licenses.delegation import Standing, Use
from sealservice.licenses.endings import Ending, Outcome
from sealservice.licenses.mandate import Act, Chain, Link, Mandate, MandateState, Scope
from sealservice.licenses.mandates import MandateService, MandateWish
from sealservice.licenses.model import License
from sealservice.licenses.naming import PersonService
from sealservice.licenses.persons import HolderRole, LicenseHolder, Person
from sealservice.licenses.usage import UsageAsked
from sealservice.limits import Limits
from sealservice.seals.model import SealState
from tests.world_archive import MemoryAuditLog, no_transaction
from tests.world_licenses import NOON, MemoryLicenseStore, sample_license
from tests.world_sealing import MemorySealStore

CLERK = operator("clerk", "org_a")
ALL_ACTS = frozenset(Act)
YEAR = timedelta(days=365)


@dataclass
class MemoryPersonStore:
    """Implements ``PersonStore``."""

    people: list[Person] = field(default_factory=list)
    rows: dict[str, LicenseHolder] = field(default_factory=dict)

    def person(self, person: Person) -> Person:
        """Return the person known by this document, or this one."""
        key = (person.organisation_id, person.document_digest)
        for known in self.people:
            if (known.organisation_id, known.document_digest) == key:
                return known
        self.people.append(person)
        return person

    def add(self, holder: LicenseHolder) -> None:
        """Insert a person in their role."""
        self.rows[holder.id] = holder

    def get(self, organisation_id: str, holder_id: str) -> LicenseHolder | None:
        """Return one holder of an organisation."""
        found = self.rows.get(holder_id)
        return found if found and found.organisation_id == organisation_id else None

    def of_license(self, organisation_id: str, license_id: str) -> list[LicenseHolder]:
        """Return the holders of a license in order of birth."""
        place = (organisation_id, license_id)
        mine = (one for one in self.rows.values() if (one.organisation_id, one.license_id) == place)
        return sorted(mine, key=lambda one: one.id)

    def end(self, holder_id: str, at: datetime, reason: str) -> bool:
        """End a role; False: it had ended."""
        found = self.rows[holder_id]
        if found.ended_at is not None:
            return False
        self.rows[holder_id] = replace(found, ended_at=at, ended_reason=reason)
        return True


@dataclass
class MemoryMandateStore:
    """Implements ``MandateStore``."""

    licenses: MemoryLicenseStore
    people: MemoryPersonStore
    seals: MemorySealStore = field(default_factory=MemorySealStore)
    rows: dict[str, Mandate] = field(default_factory=dict)
    uses: set[tuple[str, str]] = field(default_factory=set)
    warned: set[str] = field(default_factory=set)

    def add(self, mandate: Mandate) -> None:
        """Insert a mandate."""
        self.rows[mandate.id] = mandate

    def chain(
        self, organisation_id: str, mandate_id: str, besides: str | None = None
    ) -> Chain | None:
        """Return a mandate with everything that it was given out of."""
        found = self.rows.get(mandate_id)
        if found is None or found.organisation_id != organisation_id:
            return None
        links, mandate = [self._link(found, besides)], found
        while mandate.parent_id is not None:
            mandate = self.rows[mandate.parent_id]
            links.append(self._link(mandate, besides))
        return Chain(tuple(links), self.people.rows[found.receiver_id])

    def _link(self, mandate: Mandate, besides: str | None) -> Link:
        used = sum(one == mandate.id and by != besides for one, by in self.uses)
        return Link(mandate, self.people.rows[mandate.giver_id], used)

    def of_license(self, organisation_id: str, license_id: str) -> list[Chain]:
        """Return every mandate of a license, newest first."""
        ids = sorted((m.id for m in self.rows.values() if m.license_id == license_id), reverse=True)
        return [chain for one in ids if (chain := self.chain(organisation_id, one))]

    def standing(self, use: Use, now: datetime) -> Standing | None:
        """Return what decides about a use."""
        license_ = self.licenses.get(use.organisation_id, use.license_id)
        if license_ is None:
            return None
        holder = self.people.get(use.organisation_id, use.holder_id)
        known = holder if holder and holder.license_id == license_.id else None
        chains = [
            self.chain(use.organisation_id, one.mandate.id, use.subject) or one
            for one in self.of_license(use.organisation_id, use.license_id)
        ]
        mine = tuple(chain for chain in chains if chain.receiver.id == use.holder_id)
        return Standing(license_, known, mine, self._is_usable(use, now))

    def _is_usable(self, use: Use, now: datetime) -> bool:
        if use.seal_id is None:
            return True
        seal = self.seals.by_id(use.seal_id)
        if seal is None or seal.license_id != use.license_id:
            return False
        return seal.at(now).state is SealState.ACTIVE

    def lock(self, organisation_id: str, holder_id: str, mandate_ids: Sequence[str]) -> None:
        """Hold nothing: nobody else is here."""

    def count_use(self, mandate_ids: Sequence[str], subject: str, at: datetime) -> None:  # noqa: ARG002 - memory keeps no times
        """Count one use."""
        self.uses |= {(one, subject) for one in mandate_ids}

    def revoke(self, mandate_id: str, at: datetime, reason: str) -> bool:
        """Revoke a mandate; False: it was revoked before."""
        found = self.rows[mandate_id]
        if found.revoked_at is not None:
            return False
        self.rows[mandate_id] = replace(found, revoked_at=at, revoked_reason=reason)
        return True

    def ending_before(self, now: datetime, until: datetime, limit: int) -> list[Chain]:
        """Return live mandates that end soon and were not warned of."""
        chains = [self.chain(m.organisation_id, m.id) for m in self.rows.values()]
        soon = [
            chain
            for chain in chains
            if chain
            and now < chain.mandate.scope.ends_at <= until
            and chain.mandate.revoked_at is None
            and chain.mandate.id not in self.warned
        ]
        return sorted(soon, key=lambda chain: chain.mandate.scope.ends_at)[:limit]


@dataclass
class MemoryEndingStore:
    """Implements ``EndingStore``."""

    rows: dict[str, Ending] = field(default_factory=dict)

    def add(self, ending: Ending) -> None:
        """Insert a request."""
        self.rows[ending.id] = ending

    def of_license(self, organisation_id: str, license_id: str) -> list[Ending]:
        """Return the requests about a license, newest first."""
        place = (organisation_id, license_id)
        mine = (one for one in self.rows.values() if (one.organisation_id, one.license_id) == place)
        return sorted(mine, key=lambda one: one.id, reverse=True)

    def settle(self, ending_id: str, outcome: Outcome, actor: Actor, at: datetime) -> bool:
        """Write what became of a request; False: somebody else did."""
        found = self.rows[ending_id]
        if found.outcome is not None:
            return False
        who = {"settled_kind": actor.kind.value, "settled_by": actor.id}
        self.rows[ending_id] = replace(found, outcome=outcome, settled_at=at, **who)
        return True


@dataclass
class MemoryUsageFacts:
    """Implements ``UsageFacts``."""

    audit: MemoryAuditLog

    def usage(
        self, organisation_id: str, asked: UsageAsked, before: str | None, limit: int
    ) -> list[AuditFact]:
        """Return facts about a license, newest first."""
        mine = [
            fact
            for fact in self.audit.facts
            if fact.organisation_id == organisation_id
            and fact.fact in asked.facts
            and asked.license_id in {fact.subject, fact.detail.get("license_id")}
            and (before is None or fact.id < before)
        ]
        people = ("holder_id", "receiver_id", "giver_id")
        if asked.holder_id is not None:
            mine = [
                fact
                for fact in mine
                if asked.holder_id in {fact.subject, *(fact.detail.get(p) for p in people)}
            ]
        since, until = asked.since, asked.until
        mine = [f for f in mine if (not since or f.at >= since) and (not until or f.at < until)]
        return sorted(mine, key=lambda fact: fact.id, reverse=True)[:limit]


@dataclass
class MemoryDenials:
    """Implements ``Denials``."""

    audit: MemoryAuditLog

    def denied(self, actor: Actor, subject: str, detail: JsonObject) -> None:
        """Write the fact."""
        self.audit.append(actor, Fact.LICENSE_USE_DENIED, subject, detail)


def mandate_service(
    store: MemoryMandateStore, audit: MemoryAuditLog, clock: Clock, limits: Limits
) -> MandateService:
    """Return the use cases of mandates over memory."""
    return MandateService(
        licenses=store.licenses,
        persons=store.people,
        mandates=store,
        denials=MemoryDenials(audit),
        audit=audit,
        transaction=no_transaction,
        clock=clock,
        limits=limits,
    )


@dataclass
class MandateWorld:
    """A license with its principal; everybody else is named by the tests."""

    now: datetime = NOON
    limits: Limits = field(default_factory=Limits)
    audit: MemoryAuditLog = field(default_factory=MemoryAuditLog)
    licenses: MemoryLicenseStore = field(default_factory=MemoryLicenseStore)
    people: MemoryPersonStore = field(default_factory=MemoryPersonStore)
    license: License = field(default_factory=sample_license)

    def __post_init__(self) -> None:
        """Register the license, and name its principal."""
        self.licenses.add(self.license)
        self.mandates = MemoryMandateStore(self.licenses, self.people)
        self.clock: Clock = lambda: self.now
        self.naming = PersonService(
            self.licenses, self.people, self.audit, no_transaction, self.clock, self.limits
        )
        self.service = mandate_service(self.mandates, self.audit, self.clock, self.limits)
        self.principal = self.named(HolderRole.LEGAL_REPRESENTATIVE, self.license.representative)

    def named(self, role: HolderRole, name: str) -> LicenseHolder:
        """Put a person into a role without looking; their document is their name."""
        person = Person(
            new_id("per"), "org_a", name, name.encode().hex().ljust(64, "0")[:64], "", NOON
        )
        holder = LicenseHolder(
            new_id("lho"), "org_a", self.license.id, self.people.person(person), role, NOON
        )
        self.people.add(holder)
        return holder

    def scope(self, **given: object) -> Scope:
        """Return a scope of everything for a year, but for what is given."""
        usual: dict[str, object] = {
            "acts": ALL_ACTS,
            "starts_at": self.now,
            "ends_at": self.now + YEAR,
        }
        return Scope(**{**usual, **given})  # type: ignore[arg-type] - what the tests give

    def give(
        self,
        giver: LicenseHolder,
        receiver: LicenseHolder,
        parent: Chain | None = None,
        scope: Scope | None = None,
        *,
        may_delegate: bool = False,
    ) -> Chain:
        """Give a mandate, as the clerk at the counter writes it down."""
        wish = MandateWish(
            license_id=self.license.id,
            giver_id=giver.id,
            receiver_id=receiver.id,
            scope=scope or self.scope(),
            parent_id=parent.mandate.id if parent else None,
            may_delegate=may_delegate,
        )
        return self.service.give(CLERK, wish)

    def use(self, holder: LicenseHolder, act: Act = Act.SHOW_LICENSE, **given: str) -> Use:
        """Return what a holder wants to do."""
        return Use("org_a", self.license.id, holder.id, act, **given)

    def state(self, chain: Chain) -> MandateState:
        """Return how a mandate stands now."""
        found = self.mandates.chain("org_a", chain.mandate.id)
        assert found is not None
        return found.state(self.now)
