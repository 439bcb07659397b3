"""Passkeys of staff: a link enrols one, it signs in; what is bent, used or copied does not."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sealservice.config import Environment
from sealservice.identity.errors import SessionInvalid, SigninLinkInvalid
from sealservice.identity.passkey_errors import (
    ChallengeInvalid,
    LastPasskey,
    PasskeyCloned,
    PasskeyFrozen,
    PasskeyKnown,
    PasskeyNeeded,
    PasskeyNotAccepted,
    PasskeyNotFound,
    PasskeysTooMany,
    TooManyAttempts,
)
from sealservice.identity.passkeys import OwnerKind
from sealservice.identity.staff_passkeys import StaffPasskeys, owner_of
from sealservice.kernel.actor import operator
from sealservice.kernel.facts import Fact
from sealservice.limits import Limits
from tests.world_identity import IdentityWorld
from tests.world_passkeys import Authenticator, PasskeyWorld

pytestmark = pytest.mark.security

URL = "https://seal.example"
HERE = "192.0.2.1"


class Desk:
    """Staff, their passkeys, and a clock that is turned by hand."""

    def __init__(self, limits: Limits | None = None) -> None:
        self.now = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
        self.identity = IdentityWorld(clock=lambda: self.now)
        self.passkeys = PasskeyWorld(
            URL, self.identity.audit, lambda: self.now, limits or Limits(attempts=5)
        )
        self.ours = self.identity.organisation()
        self.service = StaffPasskeys(
            self.identity.staff, self.passkeys.service, self.passkeys.throttle
        )

    def link(self) -> str:
        """Return a new person's link."""
        return self.identity.signin_link(self.ours.id)

    def enrol(self, authenticator: Authenticator, link: str | None = None) -> str:
        """Enrol a passkey and return the session's secret."""
        link = link or self.link()
        answer = authenticator.create(self.service.options_for_link(HERE, link))
        return self.service.enrol(HERE, link, answer, "办公电脑", None)[0]

    def sign_in(self, authenticator: Authenticator, earlier: str | None = None) -> str:
        """Sign in and return the session's secret."""
        answer = authenticator.get(self.service.options())
        return self.service.sign_in(HERE, answer, earlier)[0]


def _key(origin: str = URL, rp_id: str = "seal.example") -> Authenticator:
    return Authenticator(origin, rp_id)


def test_link_enrols_and_from_then_on_the_passkey_signs_in() -> None:
    """The link is burnt by enrolling; signing in gives a new session and ends the one before."""
    desk, key, link = Desk(), _key(), None
    link = desk.link()
    first = desk.enrol(key, link)
    assert desk.identity.staff.session(first).name == "王芳"
    with pytest.raises(SigninLinkInvalid):
        desk.service.options_for_link(HERE, link)
    second = desk.sign_in(key, first)
    assert desk.identity.staff.session(second).name == "王芳"
    with pytest.raises(SessionInvalid):
        desk.identity.staff.session(first)
    assert desk.identity.audit.words().count(Fact.PASSKEY_ENROLLED) == 1


def test_in_production_a_link_alone_lets_nobody_in() -> None:
    """Only a demonstration signs in without a passkey; the refused link is not burnt."""
    desk, link = Desk(), None
    link = desk.link()
    with pytest.raises(PasskeyNeeded):
        desk.service.sign_in_by_link(HERE, link, None)
    shown = replace(desk.service, environment=Environment.DEMONSTRATION)
    assert shown.sign_in_by_link(HERE, link, None)[1].name == "王芳"


@pytest.mark.parametrize(
    "key",
    [
        _key(origin="https://evil.example"),
        _key(rp_id="evil.example"),
        replace(_key(), verifies_user=False),
    ],
    ids=["origin", "name", "user not verified"],
)
def test_only_a_verified_user_at_our_address_enrols_or_signs_in(key: Authenticator) -> None:
    """Another origin, another name or an unverified user is refused in both ceremonies."""
    desk, good = Desk(), _key()
    with pytest.raises(PasskeyNotAccepted):
        desk.enrol(key)
    desk.enrol(good)
    bent = replace(
        good, origin=key.origin, rp_id=key.rp_id, verifies_user=key.verifies_user, count=9
    )
    with pytest.raises(PasskeyNotAccepted):
        desk.sign_in(bent)
    assert desk.sign_in(good)


def test_answer_counts_once_and_only_for_its_own_challenge() -> None:
    """An answer that is sent again, too late, for nothing we asked, or elsewhere is refused."""
    desk, key = Desk(), _key()
    desk.enrol(key)
    answer = key.get(desk.service.options())
    desk.service.sign_in(HERE, answer, None)
    with pytest.raises(ChallengeInvalid):
        desk.service.sign_in(HERE, answer, None)
    late = key.get(desk.service.options())
    desk.now += timedelta(seconds=Limits().passkey_challenge_seconds)
    with pytest.raises(ChallengeInvalid):
        desk.service.sign_in(HERE, late, None)
    with pytest.raises(ChallengeInvalid):
        desk.service.sign_in(HERE, key.get({"challenge": "AAAA"}), None)
    of_persons = desk.passkeys.service.sign_in_options(OwnerKind.PERSON)
    with pytest.raises(ChallengeInvalid):
        desk.service.sign_in(HERE, key.get(of_persons), None)


def test_enrolment_is_for_whom_it_was_begun() -> None:
    """A challenge that one link began does not enrol a passkey for another link's person."""
    desk, mine, yours, key = Desk(), "", "", _key()
    mine, yours = desk.link(), desk.link()
    answer = key.create(desk.service.options_for_link(HERE, mine))
    with pytest.raises(ChallengeInvalid):
        desk.service.enrol(HERE, yours, answer, "手机", None)
    assert not desk.passkeys.store.rows


def test_foreign_keys_signature_is_refused() -> None:
    """Neither an unknown credential, nor another key or user under a known id, signs in."""
    desk, key, stranger = Desk(), _key(), _key()
    desk.enrol(key)
    for other in (
        stranger,
        replace(key, key=stranger.key),
        replace(key, user="c3RmX290aGVy"),
    ):
        with pytest.raises(PasskeyNotAccepted):
            desk.sign_in(other)


def test_copied_passkey_is_frozen() -> None:
    """A counter that goes back is refused and freezes the passkey, for the original as well."""
    desk, key = Desk(), _key()
    desk.enrol(key)
    copy = replace(key)
    desk.sign_in(key)
    desk.sign_in(key)
    with pytest.raises(PasskeyCloned):
        desk.sign_in(copy)
    with pytest.raises(PasskeyFrozen):
        desk.sign_in(key)
    assert desk.identity.audit.words().count(Fact.PASSKEY_FROZEN) == 1


def test_synced_passkey_need_not_count() -> None:
    """A passkey whose counter stays at 0 signs in again and again."""
    desk, key = Desk(), replace(_key(), syncs=True)
    desk.enrol(key)
    assert desk.sign_in(key) != desk.sign_in(key)
    (kept,) = desk.passkeys.store.rows.values()
    assert (kept.is_synced, kept.sign_count) == (True, 0)


def test_lost_device_is_frozen_but_not_the_last() -> None:
    """One freezes one's own devices down to the last; nobody freezes another's."""
    desk, first, second, other = Desk(), _key(), _key(), _key()
    session = desk.enrol(first)
    staff = desk.identity.staff.session(session)
    again = desk.identity.staff.create_signin_link(operator("root", desk.ours.id), staff.id)
    desk.enrol(second, again)
    stranger = desk.identity.staff.session(desk.enrol(other))
    passkeys = desk.passkeys.service
    mine = passkeys.of_owner(owner_of(staff))
    with pytest.raises(PasskeyNotFound):
        passkeys.freeze_lost(stranger.actor, owner_of(stranger), mine[0].id)
    lost = next(one for one in mine if one.credential_id == first.name)
    passkeys.freeze_lost(staff.actor, owner_of(staff), lost.id)
    with pytest.raises(PasskeyFrozen):
        desk.sign_in(first)
    left = next(one for one in mine if one.id != lost.id)
    with pytest.raises(LastPasskey):
        passkeys.freeze_lost(staff.actor, owner_of(staff), left.id)
    desk.service.freeze_all(operator("root", desk.ours.id), staff.id)
    with pytest.raises(PasskeyFrozen):
        desk.sign_in(second)
    with pytest.raises(SessionInvalid):
        desk.identity.staff.session(session)


def test_same_credential_is_enrolled_once_and_not_without_end() -> None:
    """A credential that is known is refused, and so is one more than there may be."""
    desk, key = Desk(Limits(passkeys=1)), _key()
    staff = desk.identity.staff.session(desk.enrol(key))
    with pytest.raises(PasskeyKnown):
        desk.enrol(key)
    again = desk.identity.staff.create_signin_link(operator("root", desk.ours.id), staff.id)
    with pytest.raises(PasskeysTooMany):
        desk.enrol(_key(), again)


def test_ten_thousand_guesses_from_one_address_end_after_a_few() -> None:
    """Guesses beyond the limit are refused unread; others, and later ones, are not."""
    desk, link = Desk(), ""
    link = desk.link()
    told: list[type[Exception]] = []
    for number in range(10_000):
        try:
            desk.service.options_for_link(HERE, f"guess{number}")
        except (SigninLinkInvalid, TooManyAttempts) as refusal:
            told.append(type(refusal))
    assert told.count(SigninLinkInvalid) == 5
    assert told.count(TooManyAttempts) == 9_995
    with pytest.raises(TooManyAttempts):
        desk.service.options_for_link(HERE, link)
    assert desk.service.options_for_link("192.0.2.2", link)
    desk.now += timedelta(minutes=14)
    with pytest.raises(TooManyAttempts):
        desk.service.options_for_link(HERE, link)


@pytest.mark.parametrize(
    ("addresses", "alike"),
    [
        ([f"2001:db8:1:2::{n:x}" for n in range(1, 9)], True),
        (["::ffff:192.0.2.1", *["192.0.2.1"] * 7], True),
        ([f"2001:db8:1:{n}::1" for n in range(1, 9)], False),
        ([f"192.0.2.{n}" for n in range(1, 9)], False),
    ],
)
def test_one_party_is_counted_as_one(addresses: list[str], *, alike: bool) -> None:
    """All of an IPv6 /64 is one party, and IPv4 in IPv6 is that IPv4; others are others."""
    desk, told = Desk(), []
    for number, address in enumerate(addresses):
        with pytest.raises((SigninLinkInvalid, TooManyAttempts)) as refusal:
            desk.service.options_for_link(address, f"guess{number}")
        told.append(refusal.type)
    assert (TooManyAttempts in told) is alike


@pytest.mark.parametrize(
    "bent",
    [
        {},
        {"response": None},
        {"response": {"clientDataJSON": 7}},
        {"response": {"clientDataJSON": "e30"}},
        {"response": {"clientDataJSON": "A" * 9_999}},
    ],
)
def test_what_is_no_answer_is_refused(bent: dict[str, object]) -> None:
    """An answer that is not well formed is refused as one, and never crashes."""
    with pytest.raises(PasskeyNotAccepted):
        Desk().service.sign_in(HERE, bent, None)  # type: ignore[arg-type]
