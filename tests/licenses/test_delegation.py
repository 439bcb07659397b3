"""Who may give whom which mandate, and what it lets them do."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sealservice.kernel.facts import Fact
from sealservice.licenses.mandate import Act, Chain, MandateState, Scope
from sealservice.licenses.mandate_errors import (
    HolderNotLive,
    LicenseNotLive,
    MandateChainTooLong,
    MandateDoesNotCover,
    MandateEmpty,
    MandateEnded,
    MandateForOneself,
    MandateLoop,
    MandateMayNotBeGiven,
    MandateMissing,
    MandateNotLive,
    MandateTooWide,
    RoleEnded,
    UseDenied,
)
from sealservice.licenses.model import LicenseStatus
from sealservice.licenses.persons import HolderRole
from tests.world_licenses import NOON
from tests.world_mandates import CLERK, MandateWorld

DAY = timedelta(days=1)
ADMINISTRATOR, AGENT = HolderRole.ADMINISTRATOR, HolderRole.AGENT


@pytest.fixture
def world() -> MandateWorld:
    """Give a license with its principal."""
    return MandateWorld()


def test_principal_acts_without_a_mandate_while_the_face_names_them(world: MandateWorld) -> None:
    """Whom the face names may do everything; after it names another, nothing."""
    assert world.service.require(CLERK, world.use(world.principal)).chain is None
    face = replace(world.license.face, legal_representative="别人")  # type: ignore[call-arg] - a company's
    world.licenses.set_face(replace(world.license, face=face, version=2))
    with pytest.raises(HolderNotLive):
        world.service.require(CLERK, world.use(world.principal))


def test_everything_stops_with_the_license_and_with_the_principal(world: MandateWorld) -> None:
    """A mandate lets nobody act once the license is paused, or whoever gave it is out of office."""
    agent = world.named(AGENT, "甲")
    world.give(world.principal, agent)
    world.service.require(CLERK, world.use(agent))
    world.licenses.set_status(world.license.id, LicenseStatus.SUSPENDED)
    with pytest.raises(LicenseNotLive):
        world.service.require(CLERK, world.use(agent))
    world.licenses.set_status(world.license.id, LicenseStatus.ACTIVE)
    world.people.end(world.principal.id, world.now, "离任")
    with pytest.raises(MandateNotLive):
        world.service.require(CLERK, world.use(agent))


def test_states_follow_from_facts_and_time(world: MandateWorld) -> None:
    """A mandate is future, live, used up, expired or revoked, without anybody writing it down."""
    agent = world.named(AGENT, "甲")
    scope = world.scope(starts_at=NOON + DAY, ends_at=NOON + 3 * DAY, uses=1)
    chain = world.give(world.principal, agent, scope=scope)
    assert world.state(chain) is MandateState.FUTURE
    with pytest.raises(MandateNotLive, match="future"):
        world.service.require(CLERK, world.use(agent))
    world.now = NOON + DAY
    assert world.state(chain) is MandateState.LIVE
    world.service.count(CLERK, world.use(agent), "show_1")
    assert world.state(chain) is MandateState.USED_UP
    with pytest.raises(MandateNotLive, match="used up"):
        world.service.count(CLERK, world.use(agent), "show_2")
    world.now = NOON + 3 * DAY
    assert world.state(chain) is MandateState.EXPIRED
    world.service.revoke(CLERK, chain.mandate.id, "不再需要")
    assert world.state(chain) is MandateState.REVOKED
    with pytest.raises(MandateEnded):
        world.service.revoke(CLERK, chain.mandate.id, "再次")


def test_mandate_covers_what_it_names_and_nothing_else(world: MandateWorld) -> None:
    """Act, matter, relying party: what is not named, or not told, is not covered."""
    agent = world.named(AGENT, "甲")
    scope = world.scope(
        acts=frozenset({Act.SHOW_LICENSE}),
        matters=frozenset({"bank-account"}),
        relying_parties=frozenset({"bank_1"}),
    )
    world.give(world.principal, agent, scope=scope)
    fits = {"matter": "bank-account", "relying_party": "bank_1"}
    world.service.require(CLERK, world.use(agent, **fits))
    for bad in (
        {"relying_party": "bank_1"},
        {**fits, "matter": "tax"},
        {**fits, "relying_party": "b"},
    ):
        with pytest.raises(MandateDoesNotCover):
            world.service.require(CLERK, world.use(agent, **bad))
    with pytest.raises(MandateDoesNotCover, match="use of seals"):
        world.service.require(CLERK, world.use(agent, Act.USE_SEAL, **fits))


def test_another_persons_mandate_lets_nobody_act(world: MandateWorld) -> None:
    """An agent without a mandate, or who names somebody else's, is refused; the log says so."""
    agent, other = world.named(AGENT, "甲"), world.named(AGENT, "乙")
    chain = world.give(world.principal, agent)
    for given_ in ({}, {"mandate_id": chain.mandate.id}):
        with pytest.raises(MandateMissing):
            world.service.require(CLERK, world.use(other, **given_))
    assert world.audit.words()[-2:] == [Fact.LICENSE_USE_DENIED] * 2


def test_nobody_gives_themself_a_mandate_or_one_that_comes_round(world: MandateWorld) -> None:
    """Giver and receiver are two people, and the receiver is nobody the right comes from."""
    admin, second = world.named(ADMINISTRATOR, "管理员"), world.named(ADMINISTRATOR, "第二")
    first = world.give(world.principal, admin, may_delegate=True)
    with pytest.raises(MandateForOneself):
        world.give(admin, admin, first)
    then = world.give(admin, second, first, may_delegate=True)
    with pytest.raises(MandateLoop):
        world.give(second, admin, then)
    with pytest.raises(MandateLoop):
        world.give(admin, world.principal, first)


def test_roles_decide_who_makes_whom(world: MandateWorld) -> None:
    """Administrators make agents; further administrators, and agents of agents, only if allowed."""
    admin, second = world.named(ADMINISTRATOR, "管理员"), world.named(ADMINISTRATOR, "第二")
    agent, helper = world.named(AGENT, "甲"), world.named(AGENT, "乙")
    plain = world.give(world.principal, admin)
    with pytest.raises(MandateMayNotBeGiven):
        world.give(admin, second, plain)
    with pytest.raises(MandateMayNotBeGiven):
        world.give(admin, agent)
    handed = world.give(admin, agent, plain)
    with pytest.raises(MandateMayNotBeGiven):
        world.give(agent, helper, handed)
    with pytest.raises(MandateMayNotBeGiven):
        world.give(agent, second, handed)
    with pytest.raises(MandateMayNotBeGiven):
        world.give(second, helper, plain)
    passing = world.give(admin, agent, plain, may_delegate=True)
    assert world.state(world.give(agent, helper, passing)) is MandateState.LIVE


def test_revoking_one_ends_all_that_came_out_of_it(world: MandateWorld) -> None:
    """With an administrator's mandate, or role, everything they gave dies in the same moment."""
    admin, agent = world.named(ADMINISTRATOR, "管理员"), world.named(AGENT, "甲")
    first = world.give(world.principal, admin)
    then = world.give(admin, agent, first)
    world.service.revoke(CLERK, first.mandate.id, "离职")
    assert world.state(then) is MandateState.REVOKED
    with pytest.raises(MandateNotLive):
        world.service.require(CLERK, world.use(agent))
    with pytest.raises(MandateNotLive):
        world.give(admin, agent, first)
    again = world.give(world.principal, admin)
    handed = world.give(admin, agent, again)
    world.people.end(admin.id, world.now, "离职")
    assert world.state(handed) is MandateState.REVOKED
    with pytest.raises(RoleEnded):
        world.give(world.principal, world.people.rows[admin.id])


def test_mandate_that_no_principal_stands_behind_is_worth_nothing(world: MandateWorld) -> None:
    """A row that was smuggled in, given by an agent out of nothing, lets nobody act."""
    agent, other = world.named(AGENT, "甲"), world.named(AGENT, "乙")
    real = world.give(world.principal, other).mandate
    world.mandates.rows.clear()
    world.mandates.add(replace(real, giver_id=agent.id))
    with pytest.raises(HolderNotLive):
        world.service.require(CLERK, world.use(other))


def test_chain_has_a_greatest_length(world: MandateWorld) -> None:
    """What was given on often enough is not given on again."""
    agents = [world.named(AGENT, f"甲{number}") for number in range(5)]
    chain = world.give(world.principal, agents[0], may_delegate=True)
    for giver, receiver in pairwise(agents[:4]):
        chain = world.give(giver, receiver, chain, may_delegate=True)
    with pytest.raises(MandateChainTooLong):
        world.give(agents[3], agents[4], chain)


@pytest.mark.parametrize(
    "bad",
    [
        {"acts": frozenset()},
        {"matters": frozenset()},
        {"seals": frozenset(f"seal_{n}" for n in range(101))},
        {"uses": 0},
        {"ends_at": NOON},
        {"starts_at": NOON + 2 * DAY, "ends_at": NOON + DAY},
        {"ends_at": NOON + 1_831 * DAY},
    ],
)
def test_scope_of_nothing_or_for_ever_is_refused(
    world: MandateWorld, bad: dict[str, object]
) -> None:
    """A mandate covers something, from a start to an end within the limits."""
    with pytest.raises(MandateEmpty):
        world.give(world.principal, world.named(AGENT, "甲"), scope=world.scope(**bad))


NAMES = st.none() | st.frozensets(st.sampled_from("abc"), min_size=1)
SCOPES = st.builds(
    Scope,
    acts=st.frozensets(st.sampled_from(list(Act)), min_size=1),
    starts_at=st.integers(0, 3).map(lambda days: NOON + days * DAY),
    ends_at=st.integers(4, 8).map(lambda days: NOON + days * DAY),
    matters=NAMES,
    seals=st.none(),
    relying_parties=NAMES,
    uses=st.none() | st.integers(1, 3),
)
USES = st.tuples(
    st.sampled_from(list(Act)),
    st.sampled_from(["a", "b", "c", None]),
    st.sampled_from(["a", "b", "c", None]),
)


def _may(world: MandateWorld, chain: Chain, wanted: tuple[Act, str | None, str | None]) -> bool:
    act, matter, party = wanted
    use = replace(world.use(chain.receiver, act), matter=matter, relying_party=party)
    try:
        world.service.require(CLERK, replace(use, mandate_id=chain.mandate.id))
    except UseDenied:
        return False
    return True


@settings(max_examples=60, deadline=None)
@given(SCOPES, SCOPES, st.lists(USES, max_size=6), st.integers(0, 9))
def test_nobody_gives_on_more_than_they_have(
    outer: Scope, inner: Scope, wanted: list[tuple[Act, str | None, str | None]], day: int
) -> None:
    """Whatever two scopes are: a receiver at no time may do what the giver may not."""
    world = MandateWorld()
    admin, agent = world.named(ADMINISTRATOR, "管理员"), world.named(AGENT, "甲")
    first = world.give(world.principal, admin, scope=outer)
    try:
        then = world.give(admin, agent, first, inner)
    except MandateTooWide:
        assert inner.excess_over(outer)
        return
    world.now = NOON + day * DAY
    for number, use in enumerate(wanted):
        if _may(world, then, use):
            assert _may(world, first, use)
            act, matter, party = use
            asked = replace(world.use(agent, act), matter=matter, relying_party=party)
            world.service.count(CLERK, asked, f"subject_{number}")
    for scope, chain in ((outer, first), (inner, then)):
        used = sum(one == chain.mandate.id for one, _ in world.mandates.uses)
        assert scope.uses is None or used <= scope.uses


@settings(max_examples=60, deadline=None)
@given(SCOPES, SCOPES, SCOPES)
def test_being_within_is_an_order(one: Scope, two: Scope, three: Scope) -> None:
    """A scope is within itself; what is within what is within is within."""
    assert one.excess_over(one) is None
    if one.excess_over(two) is None and two.excess_over(three) is None:
        assert one.excess_over(three) is None
