"""What every store of passkeys, challenges and attempts must do, in memory and in PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import pytest

from sealservice.identity.model import Organisation, Role, Staff
from sealservice.identity.passkey_errors import PasskeyKnown
from sealservice.identity.passkeys import Ceremony, Challenge, FreezeReason, OwnerKind, Passkey
from sealservice.identity.ports import AttemptStore, ChallengeStore, PasskeyStore
from sealservice.infra.sql.identity import SqlOrganisationStore, SqlStaffStore
from sealservice.infra.sql.passkeys import SqlAttemptStore, SqlChallengeStore, SqlPasskeyStore
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.ids import new_id
from tests.world_passkeys import MemoryAttemptStore, MemoryChallengeStore, MemoryPasskeyStore

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)


@dataclass(frozen=True)
class Stores:
    """The stores over one place."""

    passkeys: PasskeyStore
    challenges: ChallengeStore
    attempts: AttemptStore
    owner: Staff


@pytest.fixture(params=["memory", pytest.param("postgresql", marks=pytest.mark.engines)])
def stores(request: pytest.FixtureRequest) -> Stores:
    """Give the stores of one kind, and somebody who may own passkeys."""
    ours = Organisation(new_id("org"), "甲", NOON)
    owner = Staff(new_id("stf"), ours.id, "王芳", frozenset({Role.CLERK}), NOON)
    if request.param == "memory":
        return Stores(MemoryPasskeyStore(), MemoryChallengeStore(), MemoryAttemptStore(), owner)
    database = request.getfixturevalue("database")
    SqlOrganisationStore(database).add(ours)
    SqlStaffStore(database).add(owner)
    return Stores(
        SqlPasskeyStore(database), SqlChallengeStore(database), SqlAttemptStore(database), owner
    )


def _passkey(stores: Stores, count: int = 0) -> Passkey:
    name = new_id("pky")
    passkey = Passkey(
        id=name, owner_kind=OwnerKind.STAFF, owner_id=stores.owner.id,
        organisation_id=stores.owner.organisation_id, credential_id=f"c-{name}", public_key=b"key",
        sign_count=count, name="手机", aaguid="0" * 8, is_synced=False, created_at=NOON,
    )  # fmt: skip
    stores.passkeys.add(passkey)
    return passkey


def test_passkey_comes_back_as_it_went_in(stores: Stores) -> None:
    """A passkey is found by its credential and by its owner; a credential is enrolled once."""
    first, second = _passkey(stores), _passkey(stores)
    assert stores.passkeys.by_credential(first.credential_id) == first
    assert stores.passkeys.by_credential("none") is None
    both = sorted((first, second), key=lambda one: one.id)
    assert stores.passkeys.of_owner(OwnerKind.STAFF, stores.owner.id) == both
    assert stores.passkeys.of_owner(OwnerKind.PERSON, stores.owner.id) == []
    with pytest.raises(PasskeyKnown):
        stores.passkeys.add(replace(first, id=new_id("pky")))


@pytest.mark.security
def test_counter_only_goes_forward(stores: Stores) -> None:
    """The same or a lower counter writes nothing; a passkey that never counts may stay at 0."""
    counting, synced = _passkey(stores, 5), _passkey(stores)
    said = [stores.passkeys.advance(counting.id, count, LATER) for count in (6, 6, 3, 0, 9)]
    assert said == [True, False, False, False, True]
    assert all(stores.passkeys.advance(synced.id, 0, LATER) for _ in range(2))
    assert stores.passkeys.advance(synced.id, 1, LATER)
    assert not stores.passkeys.advance(synced.id, 0, LATER)
    found = stores.passkeys.by_credential(counting.credential_id)
    assert found is not None
    assert (found.sign_count, found.last_used_at) == (9, LATER)


@pytest.mark.security
def test_of_racing_uses_of_one_counter_one_succeeds(stores: Stores) -> None:
    """Twenty assertions with one counter at the same time let exactly one in."""
    passkey = _passkey(stores, 1)
    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda _: stores.passkeys.advance(passkey.id, 2, NOON), range(20)))
    assert said.count(True) == 1


def test_frozen_stays_frozen(stores: Stores) -> None:
    """A freeze is written once, and a frozen passkey does not advance."""
    passkey = _passkey(stores)
    assert stores.passkeys.freeze(passkey.id, FreezeReason.LOST, NOON)
    assert not stores.passkeys.freeze(passkey.id, FreezeReason.CLONED, LATER)
    assert not stores.passkeys.advance(passkey.id, 7, LATER)
    found = stores.passkeys.by_credential(passkey.credential_id)
    assert found == replace(passkey, frozen_at=NOON, frozen_reason=FreezeReason.LOST)


def _challenge(stores: Stores, owner: str | None = None) -> Challenge:
    digest = sha256_hex(new_id("chl").encode())
    challenge = Challenge(digest, Ceremony.SIGN_IN, OwnerKind.STAFF, owner, LATER)
    stores.challenges.add(challenge)
    return challenge


@pytest.mark.security
def test_challenge_is_burnt_by_its_use(stores: Stores) -> None:
    """It comes back once, to its own ceremony, before it expires."""
    one = _challenge(stores, stores.owner.id)
    assert stores.challenges.burn(one.digest, Ceremony.ENROL, NOON) is None
    assert stores.challenges.burn(one.digest, Ceremony.SIGN_IN, NOON) == one
    assert stores.challenges.burn(one.digest, Ceremony.SIGN_IN, NOON) is None
    assert stores.challenges.burn(sha256_hex(b"unknown"), Ceremony.SIGN_IN, NOON) is None
    assert stores.challenges.burn(_challenge(stores).digest, Ceremony.SIGN_IN, LATER) is None


@pytest.mark.security
def test_of_racing_answers_to_one_challenge_one_counts(stores: Stores) -> None:
    """Twenty burns of one challenge at the same time give it exactly once."""
    one = _challenge(stores)

    def burn(_: int) -> Challenge | None:
        return stores.challenges.burn(one.digest, Ceremony.SIGN_IN, NOON)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(burn, range(20))).count(one) == 1


@pytest.mark.security
def test_attempts_at_the_same_time_all_count(stores: Stores) -> None:
    """Forty attempts in parallel are told forty different numbers; one is taken back."""
    subject = sha256_hex(new_id("adr").encode())
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _: stores.attempts.add(subject, NOON), range(40)))
    assert sorted(told) == list(range(1, 41))
    stores.attempts.forgive(subject, NOON)
    assert stores.attempts.add(subject, NOON) == 40
    assert stores.attempts.add(subject, LATER) == 1
