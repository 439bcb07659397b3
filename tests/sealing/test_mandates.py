"""Seals used by mandates: checked when an order is placed, approved, and beside the key."""

from dataclasses import replace
from datetime import timedelta

import pytest

from sealservice.config import Environment
from sealservice.kernel.actor import ActingBy, Actor
from sealservice.kernel.facts import Fact
from sealservice.kernel.ids import new_id
from sealservice.licenses.mandate import Act, Mandate, Scope
from sealservice.licenses.mandate_errors import (
    MandateDoesNotCover,
    MandateMissing,
    MandateNotFound,
    MandateNotLive,
)
from sealservice.licenses.persons import HolderRole, LicenseHolder, Person
from sealservice.sealing.batch_errors import BatchByMandate
from sealservice.sealing.model import (
    CoordinatePlacement,
    KeywordPlacement,
    Level,
    Order,
    OrderRequest,
    OrderState,
    SealUse,
)
from sealservice.seals.errors import HolderUnnamed
from sealservice.seals.intent import Intent
from tests.world import CLERK, World
from tests.world_press import KEYWORD, PressWorld


class Office:
    """A world with the license's principal, an agent, and what the agent may do."""

    def __init__(self, press: PressWorld) -> None:
        self.world = World(press)
        self.license = self.world.licenses.rows[self.world.seal.license_id]
        self.principal = self.person(HolderRole.LEGAL_REPRESENTATIVE, self.license.representative)
        self.agent = self.person(HolderRole.AGENT, "甲")

    def person(self, role: HolderRole, name: str) -> LicenseHolder:
        """Put a person into a role."""
        now = self.world.clock()
        person = Person(new_id("per"), CLERK.organisation_id, name, "0" * 64, "0017", now)
        holder = LicenseHolder(
            new_id("lho"), CLERK.organisation_id, self.license.id, person, role, now
        )
        self.world.people.add(holder)
        return holder

    def mandate(self, uses: int | None = None, **narrowed: frozenset[str]) -> Mandate:
        """Give the agent a mandate."""
        now = self.world.clock()
        scope = Scope(
            frozenset({Act.USE_SEAL}), now, now + timedelta(days=9), uses=uses, **narrowed
        )
        mandate = Mandate(
            new_id("mnd"), CLERK.organisation_id, self.license.id, self.principal.id,
            self.agent.id, None, scope, False, now, "staff", "stf_1",  # noqa: FBT003 - may_delegate
        )  # fmt: skip
        self.world.mandates.add(mandate)
        return mandate

    def approved(self, by: Mandate, matter: str | None = None) -> Order:
        """Place an order by a mandate, and have the stand-in approve it."""
        order = self.world.placed(Level.B_B, acting(by, matter))
        return self.world.orders.approve(CLERK, order.id, self.world.assertion(order))


def acting(mandate: Mandate, matter: str | None = None) -> Actor:
    """Return the clerk, acting by a mandate."""
    return CLERK.acting_by(ActingBy(mandate.id, matter))


@pytest.fixture
def office(world: PressWorld) -> Office:
    """Give a license with an agent."""
    return Office(world)


def test_agent_seals_by_a_mandate_and_the_use_is_counted(office: Office) -> None:
    """The intent names the mandate; one use is counted, and the log says by whose right."""
    mandate = office.mandate(uses=1)
    order = office.approved(mandate)
    office.world.sealing.seal(order.id)
    assert office.world.state(order).state is OrderState.DONE
    assert office.world.mandates.uses == {(mandate.id, order.id)}
    used = next(one for one in office.world.audit.facts if one.fact is Fact.SEAL_USED)
    assert used.detail["mandate_id"] == mandate.id
    assert used.detail["license_id"] == office.license.id
    with pytest.raises(MandateNotLive, match="used up"):
        office.world.placed(Level.B_B, acting(mandate))


def test_order_of_two_seals_is_one_use(office: Office) -> None:
    """A mandate for one use makes both signatures of an order, and no other order."""
    world, mandate = office.world, office.mandate(uses=1)
    places = (CoordinatePlacement("1", 30, 40), CoordinatePlacement("1", 100, 40))
    seals = tuple(SealUse(world.seal.id, (place,)) for place in places)
    request = OrderRequest(world.document().id, seals, Level.B_B, "用于测试")
    order = world.orders.place(acting(mandate), request)
    world.orders.approve(CLERK, order.id, world.assertion(order))
    world.sealing.seal(order.id)
    ended = world.state(order)
    assert ended.state is OrderState.DONE, ended.failure
    assert len(ended.signatures) > 1
    assert world.mandates.uses == {(mandate.id, order.id)}
    with pytest.raises(MandateNotLive, match="used up"):
        world.placed(Level.B_B, acting(mandate))


def test_mandate_that_does_not_cover_is_refused_before_anything_is_prepared(
    office: Office,
) -> None:
    """Another seal, another matter, none, or an unknown mandate: refused at placement."""
    for mandate, matter in (
        (office.mandate(seals=frozenset({"seal_other"})), None),
        (office.mandate(matters=frozenset({"tax"})), "bank-account"),
        (office.mandate(matters=frozenset({"tax"})), None),
    ):
        with pytest.raises(MandateDoesNotCover):
            office.world.placed(Level.B_B, acting(mandate, matter))
    with pytest.raises(MandateNotFound):
        office.world.placed(Level.B_B, CLERK.acting_by(ActingBy("mnd_none")))
    assert not office.world.order_rows.rows
    office.approved(office.mandate(matters=frozenset({"tax"})), "tax")


def test_mandate_revoked_before_approval_is_refused_there(office: Office) -> None:
    """The very next request after a revocation fails, with the reason."""
    mandate = office.mandate()
    order = office.world.placed(Level.B_B, acting(mandate))
    office.world.mandates.revoke(mandate.id, office.world.clock(), "收回")
    with pytest.raises(MandateNotLive, match="revoked"):
        office.world.orders.approve(CLERK, order.id, office.world.assertion(order))


def test_mandate_revoked_after_approval_is_refused_beside_the_key(office: Office) -> None:
    """No key is asked once the mandate is gone; the order ends with the reason."""
    mandate = office.mandate()
    order = office.approved(mandate)
    office.world.mandates.revoke(mandate.id, office.world.clock(), "收回")
    office.world.sealing.seal(order.id)
    ended = office.world.state(order)
    assert ended.state is OrderState.FAILED
    assert (ended.failure or {})["code"] == "mandate_not_live"
    assert Fact.SEAL_USED not in office.world.audit.words()
    assert Fact.LICENSE_USE_DENIED in office.world.audit.words()


def test_agents_key_approves_only_by_their_own_mandate(office: Office) -> None:
    """An agent's assertion counts for orders by the agent's mandate, and for no others."""
    holder = office.world.holders.rows["hld_1"]
    office.world.holders.rows["hld_1"] = replace(holder, license_holder_id=office.agent.id)
    order = office.world.placed(Level.B_B)
    with pytest.raises(MandateMissing):
        office.world.orders.approve(CLERK, order.id, office.world.assertion(order))
    order = office.approved(office.mandate())
    office.world.sealing.seal(order.id)
    assert office.world.state(order).state is OrderState.DONE
    office.world.holders.rows["hld_1"] = replace(holder, license_holder_id=office.principal.id)
    office.world.orders.approve(
        CLERK, (own := office.world.placed(Level.B_B)).id, office.world.assertion(own)
    )


def test_key_of_nobody_counts_in_a_demonstration_only(office: Office) -> None:
    """Elsewhere a key that belongs to no person of the license approves nothing."""
    world, order = office.world, office.world.placed(Level.B_B)
    asked = CLERK, world.holders.rows["hld_1"], world.seal.id, Intent.read(order.intent)
    world.rights.require(*asked)
    with pytest.raises(HolderUnnamed):
        replace(world.rights, environment=Environment.PRODUCTION).require(*asked)


def test_list_cannot_be_sealed_by_a_mandate(office: Office) -> None:
    """A closed list is refused at placement, in words."""
    document = office.world.document()
    uses = (SealUse(office.world.seal.id, (KeywordPlacement(KEYWORD),)),)
    request = OrderRequest(document.id, uses, Level.B_B)
    with pytest.raises(BatchByMandate):
        office.world.batches.place(acting(office.mandate()), request, [document.id])
