"""What every store of identity and of kept answers must do, in memory and in PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from sealservice.identity.model import ApiKey, Organisation, Role, Session, SigninLink, Staff
from sealservice.identity.ports import ApiKeyStore, OrganisationStore, SigninStore, StaffStore
from sealservice.infra.sql.idempotency import SqlIdempotencyStore
from sealservice.infra.sql.identity import (
    SqlApiKeyStore,
    SqlOrganisationStore,
    SqlSigninStore,
    SqlStaffStore,
)
from sealservice.kernel.actor import Permission
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.idempotency import IdempotencyStore, StoredAnswer
from sealservice.kernel.ids import new_id
from sealservice.kernel.transaction import Transaction
from tests.world_archive import no_transaction
from tests.world_identity import (
    MemoryApiKeyStore,
    MemoryIdempotencyStore,
    MemoryOrganisationStore,
    MemorySigninStore,
    MemoryStaffStore,
)

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
LATER = NOON + timedelta(minutes=15)


@dataclass(frozen=True)
class Stores:
    """All stores over one place, and two organisations that exist there."""

    organisations: OrganisationStore
    staff: StaffStore
    signins: SigninStore
    keys: ApiKeyStore
    answers: IdempotencyStore
    transaction: Transaction
    ours: Organisation
    theirs: Organisation


@pytest.fixture(params=["memory", pytest.param("postgresql", marks=pytest.mark.engines)])
def stores(request: pytest.FixtureRequest) -> Stores:
    """Give the stores of one kind."""
    ours, theirs = (Organisation(new_id("org"), name, NOON) for name in "甲乙")
    if request.param == "memory":
        staff = MemoryStaffStore()
        made = Stores(
            MemoryOrganisationStore(), staff, MemorySigninStore(staff), MemoryApiKeyStore(),
            MemoryIdempotencyStore(), no_transaction, ours, theirs,
        )  # fmt: skip
    else:
        database = request.getfixturevalue("database")
        made = Stores(
            SqlOrganisationStore(database), SqlStaffStore(database), SqlSigninStore(database),
            SqlApiKeyStore(database), SqlIdempotencyStore(database), database.transaction,
            ours, theirs,
        )  # fmt: skip
    for organisation in (ours, theirs):
        made.organisations.add(organisation)
    return made


@pytest.fixture
def member(stores: Stores) -> Staff:
    """Give a person of our organisation."""
    roles = frozenset({Role.CLERK, Role.ARCHIVIST})
    member = Staff(new_id("stf"), stores.ours.id, "王芳", roles, NOON)
    stores.staff.add(member)
    return member


def test_organisation_comes_back_as_it_went_in(stores: Stores) -> None:
    """An organisation is found by its id and in the list, in order."""
    assert stores.organisations.by_id(stores.ours.id) == stores.ours
    assert stores.organisations.by_id("org_none") is None
    first, second = sorted((stores.ours, stores.theirs), key=lambda row: row.id)
    assert second in stores.organisations.page(first.id, 100)
    assert first not in stores.organisations.page(first.id, 100)


def test_staff_is_seen_by_its_own_organisation_only(stores: Stores, member: Staff) -> None:
    """A person comes back with all roles, and only for whom they work."""
    assert stores.staff.by_id(stores.ours.id, member.id) == member
    assert stores.staff.by_id(stores.theirs.id, member.id) is None


def _link(stores: Stores, member: Staff) -> SigninLink:
    link = SigninLink(sha256_hex(new_id("lnk").encode()), member.id, stores.ours.id, LATER)
    stores.signins.add_link(link)
    return link


def test_link_is_burnt_by_its_use(stores: Stores, member: Staff) -> None:
    """A link gives its person once; unknown and expired ones give nobody."""
    link = _link(stores, member)
    assert stores.signins.burn_link(link.digest, NOON) == member
    assert stores.signins.burn_link(link.digest, NOON) is None
    assert stores.signins.burn_link(sha256_hex(b"unknown"), NOON) is None
    assert stores.signins.burn_link(_link(stores, member).digest, LATER) is None


@pytest.mark.security
def test_of_racing_uses_one_succeeds(stores: Stores, member: Staff) -> None:
    """Twenty uses of one link at the same time let exactly one in."""
    link = _link(stores, member)
    with ThreadPoolExecutor(8) as pool:
        let_in = list(pool.map(lambda _: stores.signins.burn_link(link.digest, NOON), range(20)))
    assert let_in.count(member) == 1
    assert let_in.count(None) == 19


def test_session_lives_until_it_ends(stores: Stores, member: Staff) -> None:
    """A session gives its person until it expires or is ended, whichever comes first."""
    digest = sha256_hex(new_id("ses").encode())
    stores.signins.add_session(Session(digest, member.id, stores.ours.id, NOON, LATER))
    assert stores.signins.session(digest, NOON) == member
    assert stores.signins.session(digest, LATER) is None
    stores.signins.end_session(digest, NOON)
    stores.signins.end_session(digest, NOON)
    assert stores.signins.session(digest, NOON) is None


def _key(stores: Stores) -> ApiKey:
    key_id = new_id("key")
    key = ApiKey(
        id=key_id,
        organisation_id=stores.ours.id,
        name="开户系统",
        digest=sha256_hex(key_id.encode()),
        hint="abcd",
        scopes=frozenset({Permission.ORDERS_READ, Permission.ADMIN}),
        created_at=NOON,
        expires_at=LATER,
    )
    stores.keys.add(key)
    return key


def test_key_comes_back_as_it_went_in(stores: Stores) -> None:
    """A key is found by its digest and in its organisation's list, behind the id given."""
    first, second = sorted((_key(stores), _key(stores)), key=lambda key: key.id)
    assert stores.keys.by_digest(first.digest) == first
    assert stores.keys.by_digest(sha256_hex(b"unknown")) is None
    assert stores.keys.page(stores.ours.id, None, 1) == [first]
    assert stores.keys.page(stores.ours.id, first.id, 10) == [second]
    assert stores.keys.page(stores.theirs.id, None, 10) == []


def test_key_keeps_the_moment_of_its_revocation(stores: Stores) -> None:
    """Only its own organisation revokes a key; a second time changes nothing."""
    key = _key(stores)
    assert not stores.keys.revoke(stores.theirs.id, key.id, NOON)
    assert stores.keys.revoke(stores.ours.id, key.id, NOON)
    assert stores.keys.revoke(stores.ours.id, key.id, LATER)
    found = stores.keys.by_digest(key.digest)
    assert found is not None
    assert found.revoked_at == NOON


def _answer(at: datetime = NOON) -> StoredAnswer:
    return StoredAnswer("0" * 64, 201, "application/json", b'{"id":"x"}', at)


def test_answer_is_kept_per_organisation(stores: Stores) -> None:
    """A kept answer comes back to its organisation while it is young, and may be replaced then."""
    with stores.transaction():
        stores.answers.keep(stores.ours.id, "k", _answer())
        assert stores.answers.answer(stores.ours.id, "k", NOON) == _answer()
        assert stores.answers.answer(stores.theirs.id, "k", NOON) is None
        assert stores.answers.answer(stores.ours.id, "k", LATER) is None
        stores.answers.keep(stores.ours.id, "k", _answer(LATER))
        assert stores.answers.answer(stores.ours.id, "k", LATER) == _answer(LATER)


def test_key_is_held_by_one_at_a_time(stores: Stores) -> None:
    """While a key is claimed nobody else gets it; afterwards it is free."""

    def claim(organisation_id: str) -> bool:
        with stores.transaction(), stores.answers.claimed(organisation_id, "k") as ours:
            return ours

    with ThreadPoolExecutor(1) as elsewhere:
        with stores.transaction(), stores.answers.claimed(stores.ours.id, "k") as ours:
            assert ours
            assert not elsewhere.submit(claim, stores.ours.id).result()
            assert elsewhere.submit(claim, stores.theirs.id).result()
        assert elsewhere.submit(claim, stores.ours.id).result()
