"""Organisations, people, links, sessions and keys: who is let in, and who is not."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from sealservice.config import Environment
from sealservice.identity.errors import (
    ApiKeyDaysOutside,
    ApiKeyExpired,
    ApiKeyNotFound,
    ApiKeyRevoked,
    ApiKeyUnknown,
    OperatorNeeded,
    RolesMissing,
    ScopeNotHeld,
    ScopesMissing,
    SessionInvalid,
    SigninLinkInvalid,
    StaffNotFound,
)
from sealservice.identity.model import ROLE_PERMISSIONS, Role
from sealservice.kernel.actor import (
    Actor,
    ActorKind,
    Permission,
    PermissionMissing,
    operator,
)
from sealservice.kernel.facts import Fact
from sealservice.kernel.fields import FieldsInvalid
from tests.world_identity import IdentityWorld


@dataclass
class Hand:
    """A clock that is turned by hand."""

    now: datetime = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        """Return the present moment."""
        return self.now


@pytest.fixture
def hand() -> Hand:
    """Give a clock."""
    return Hand()


@pytest.fixture
def world(hand: Hand) -> IdentityWorld:
    """Give an empty world."""
    return IdentityWorld(clock=hand)


def test_only_the_operator_founds_organisations(world: IdentityWorld) -> None:
    """An administrator of one tenant cannot make another; the operator's founding is on record."""
    ours = world.organisation("甲公司")
    administrator = Actor(ActorKind.STAFF, "stf_1", ours.id, frozenset(Permission))
    with pytest.raises(OperatorNeeded):
        world.staff.create_organisation(administrator, "乙公司")
    (fact,) = world.audit.facts
    assert (fact.fact, fact.organisation_id, fact.subject) == (
        Fact.ORGANISATION_CREATED,
        ours.id,
        ours.id,
    )


@pytest.mark.parametrize("name", ["", "   ", "甲\n公司", "甲\u202e公司", "长" * 101])
def test_names_must_print(world: IdentityWorld, name: str) -> None:
    """A name that is empty, too long or does not print is refused, and nothing is stored."""
    with pytest.raises(FieldsInvalid):
        world.organisation(name)
    assert world.organisations.rows == {}


def test_duties_are_apart() -> None:
    """Whoever manages people neither seals nor reads records; whoever audits changes nothing."""
    administrator, auditor = ROLE_PERMISSIONS[Role.ADMINISTRATOR], ROLE_PERMISSIONS[Role.AUDITOR]
    using = {Permission.ORDERS_WRITE, Permission.DOCUMENTS_WRITE, Permission.RECORDS_READ}
    assert not administrator & using
    assert not [p for p in auditor if p is Permission.ADMIN or p.value.endswith(":write")]
    assert set(ROLE_PERMISSIONS) == set(Role)


def test_link_signs_in_once(world: IdentityWorld) -> None:
    """The first use of a link begins a session, the second is refused."""
    ours = world.organisation()
    link = world.signin_link(ours.id, Role.CLERK, name="王芳")
    session, member = world.staff.sign_in(link)
    assert member.name == "王芳"
    actor = world.staff.session(session).actor
    assert (actor.organisation_id, actor.permissions) == (ours.id, ROLE_PERMISSIONS[Role.CLERK])
    with pytest.raises(SigninLinkInvalid):
        world.staff.sign_in(link)


def test_link_expires(world: IdentityWorld, hand: Hand) -> None:
    """A quarter of an hour later the link lets nobody in."""
    link = world.signin_link(world.organisation().id)
    hand.now += timedelta(minutes=15)
    with pytest.raises(SigninLinkInvalid):
        world.staff.sign_in(link)


@pytest.mark.security
def test_signing_in_ends_the_session_before(world: IdentityWorld) -> None:
    """A session that somebody planted in the browser is dead after signing in."""
    ours = world.organisation()
    planted, _ = world.staff.sign_in(world.signin_link(ours.id, name="攻击者"))
    fresh, _ = world.staff.sign_in(world.signin_link(ours.id), planted)
    assert fresh != planted
    with pytest.raises(SessionInvalid):
        world.staff.session(planted)
    assert world.staff.session(fresh).name == "王芳"


def test_session_ends_by_signing_out_and_by_time(world: IdentityWorld, hand: Hand) -> None:
    """A session works until it is ended, or for eight hours."""
    ours = world.organisation()
    first, _ = world.staff.sign_in(world.signin_link(ours.id))
    second, _ = world.staff.sign_in(world.signin_link(ours.id))
    world.staff.sign_out(first)
    world.staff.sign_out(first)
    with pytest.raises(SessionInvalid):
        world.staff.session(first)
    assert world.audit.words().count(Fact.STAFF_SIGNED_OUT) == 1
    hand.now += timedelta(hours=8)
    with pytest.raises(SessionInvalid):
        world.staff.session(second)


def test_staff_of_others_get_no_link(world: IdentityWorld) -> None:
    """An administrator cannot make a link for another organisation's person."""
    ours, theirs = world.organisation("甲"), world.organisation("乙")
    member = world.staff.create_staff(
        operator("root", theirs.id), "李强", frozenset({Role.AUDITOR})
    )
    with pytest.raises(StaffNotFound):
        world.staff.create_signin_link(operator("root", ours.id), member.id)
    with pytest.raises(RolesMissing):
        world.staff.create_staff(operator("root", ours.id), "李强", frozenset())


def test_key_opens_what_its_scopes_say(world: IdentityWorld) -> None:
    """The bearer acts for the key's organisation with the key's scopes, and no others."""
    ours = world.organisation()
    secret = world.key(ours.id, Permission.ORDERS_READ)
    actor = world.api_keys.authenticate_api_key(secret)
    assert actor.organisation_id == ours.id
    assert actor.permissions == {Permission.ORDERS_READ}
    assert actor.kind is ActorKind.API_KEY


@pytest.mark.parametrize(
    ("environment", "prefix"),
    [(Environment.DEMONSTRATION, "esk_test_"), (Environment.PRODUCTION, "esk_live_")],
)
def test_key_says_where_it_works(environment: Environment, prefix: str) -> None:
    """A key's first letters tell a demonstration from production; 256 random bits follow."""
    world = IdentityWorld(environment=environment)
    secret = world.key(world.organisation().id)
    assert secret.startswith(prefix)
    assert len(secret) == len(prefix) + 43


@pytest.mark.security
def test_no_secret_is_kept(world: IdentityWorld) -> None:
    """Neither stores nor the log hold a key, a link or a session as it was handed out."""
    ours = world.organisation()
    key = world.key(ours.id)
    link = world.signin_link(ours.id)
    kept_before = repr((world.keys, world.signins, world.audit))
    session, _ = world.staff.sign_in(link)
    kept = kept_before + repr((world.keys, world.signins, world.audit))
    assert [secret for secret in (key, link, session) if secret in kept] == []


def test_key_expires(world: IdentityWorld, hand: Hand) -> None:
    """Without another wish a key works for 90 days, and says when it ended."""
    secret = world.key(world.organisation().id)
    hand.now += timedelta(days=90) - timedelta(seconds=1)
    world.api_keys.authenticate_api_key(secret)
    hand.now += timedelta(seconds=1)
    with pytest.raises(ApiKeyExpired, match="2027-02-22"):
        world.api_keys.authenticate_api_key(secret)


def test_revoked_key_is_dead_at_once(world: IdentityWorld) -> None:
    """After revocation the key is refused; revoking again keeps the first moment."""
    ours, theirs = world.organisation("甲"), world.organisation("乙")
    secret = world.key(ours.id)
    (key,) = world.api_keys.list_api_keys(operator("root", ours.id), None, 10)
    with pytest.raises(ApiKeyNotFound):
        world.api_keys.revoke_api_key(operator("root", theirs.id), key.id)
    world.api_keys.revoke_api_key(operator("root", ours.id), key.id)
    with pytest.raises(ApiKeyRevoked, match=key.hint):
        world.api_keys.authenticate_api_key(secret)


def test_unknown_key_is_refused(world: IdentityWorld) -> None:
    """A key with one letter changed is unknown."""
    secret = world.key(world.organisation().id)
    changed = secret[:-1] + ("A" if secret[-1] != "A" else "B")
    with pytest.raises(ApiKeyUnknown):
        world.api_keys.authenticate_api_key(changed)


@pytest.mark.security
def test_key_cannot_grant_more_than_it_has(world: IdentityWorld) -> None:
    """A key with ``admin`` cannot make itself a key that seals."""
    secret = world.key(world.organisation().id, Permission.ADMIN)
    actor = world.api_keys.authenticate_api_key(secret)
    with pytest.raises(ScopeNotHeld, match="orders:write"):
        world.api_keys.create_api_key(actor, "更多", frozenset({Permission.ORDERS_WRITE}))


def test_key_wishes_are_checked(world: IdentityWorld) -> None:
    """No scopes, no days, too many days, no permission: each is refused for its own reason."""
    actor = operator("root", world.organisation().id)
    scopes = frozenset({Permission.ORDERS_READ})
    with pytest.raises(ScopesMissing):
        world.api_keys.create_api_key(actor, "空", frozenset())
    for days in (0, 367):
        with pytest.raises(ApiKeyDaysOutside):
            world.api_keys.create_api_key(actor, "长", scopes, days)
    clerk = Actor(ActorKind.STAFF, "stf_1", actor.organisation_id, ROLE_PERMISSIONS[Role.CLERK])
    with pytest.raises(PermissionMissing):
        world.api_keys.create_api_key(clerk, "无权", scopes)
