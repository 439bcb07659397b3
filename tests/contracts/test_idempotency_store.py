"""What every store of kept answers must do, in memory and in PostgreSQL."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from sealservice.identity.model import Organisation
from sealservice.infra.processes import ProcessKind
from sealservice.infra.sql.idempotency import SqlIdempotencyStore
from sealservice.infra.sql.identity import SqlOrganisationStore
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.idempotency import IdempotencyStore, StoredAnswer
from sealservice.kernel.ids import new_id
from sealservice.kernel.transaction import Transaction
from tests.world_archive import no_transaction
from tests.world_identity import MemoryIdempotencyStore
from tests.world_licenses import NOON

KEY = "8e03978e-40d5-43dd-bc93-6894a57f9324"
ANSWER = StoredAnswer(sha256_hex(b"wish"), 201, "application/json", b'{"id":"x"}', NOON)


@dataclass(frozen=True)
class Stores:
    """The store, and two organisations that exist."""

    answers: IdempotencyStore
    transaction: Transaction
    ours: str
    theirs: str


@pytest.fixture(params=["memory", pytest.param("postgresql", marks=pytest.mark.engines)])
def stores(request: pytest.FixtureRequest) -> Stores:
    """Give the store of one kind."""
    ours, theirs = new_id("org"), new_id("org")
    if request.param == "memory":
        return Stores(MemoryIdempotencyStore(), no_transaction, ours, theirs)
    database = request.getfixturevalue("database")
    for organisation_id in (ours, theirs):
        SqlOrganisationStore(database).add(Organisation(organisation_id, organisation_id, NOON))
    return Stores(SqlIdempotencyStore(database), database.transaction, ours, theirs)


def test_an_answer_is_kept_for_its_organisation(stores: Stores) -> None:
    """Another organisation's equal key is another key."""
    with stores.transaction():
        stores.answers.keep(stores.ours, KEY, ANSWER)
        assert stores.answers.answer(stores.ours, KEY, NOON) == ANSWER
        assert stores.answers.answer(stores.theirs, KEY, NOON) is None


def test_an_old_answer_is_not_given_and_may_be_replaced(stores: Stores) -> None:
    """After its time a key is free for another wish."""
    later = NOON + timedelta(hours=25)
    second = replace(ANSWER, fingerprint=sha256_hex(b"other"), created_at=later)
    with stores.transaction():
        stores.answers.keep(stores.ours, KEY, ANSWER)
        assert stores.answers.answer(stores.ours, KEY, later) is None
        stores.answers.keep(stores.ours, KEY, second)
        assert stores.answers.answer(stores.ours, KEY, later) == second


def test_a_key_is_held_by_one_transaction(stores: Stores, request: pytest.FixtureRequest) -> None:
    """While one works on a key, another is told so; afterwards the key is free."""
    other = stores.answers
    if isinstance(other, SqlIdempotencyStore):
        second = request.getfixturevalue("second_database")
        other, other_transaction = SqlIdempotencyStore(second), second.transaction
    else:
        other_transaction = no_transaction
    with stores.transaction(), stores.answers.claimed(stores.ours, KEY) as first:
        assert first
        with other_transaction(), other.claimed(stores.ours, KEY) as again:
            assert not again
        with other_transaction(), other.claimed(stores.theirs, KEY) as theirs:
            assert theirs
    with other_transaction(), other.claimed(stores.ours, KEY) as afterwards:
        assert afterwards


@pytest.fixture
def second_database(request: pytest.FixtureRequest) -> object:
    """Give another pool of connections, as another process has one."""
    return request.getfixturevalue("database_as")(ProcessKind.ADMIN)
