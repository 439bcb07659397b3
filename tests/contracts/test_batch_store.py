"""What every store of batches must do, in memory and in PostgreSQL."""

from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.exc import ProgrammingError

from sealservice.identity.model import Organisation
from sealservice.infra.sql.batches import SqlBatchStore
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.documents import SqlDocumentStore
from sealservice.infra.sql.identity import SqlOrganisationStore
from sealservice.infra.sql.licenses import SqlLicenseStore
from sealservice.infra.sql.orders import SqlOrderStore
from sealservice.infra.sql.seals import SqlSealStore
from sealservice.infra.sql.tables import batches
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.ids import new_id
from sealservice.kernel.json import JsonObject
from sealservice.sealing.batch_errors import BatchNotPending
from sealservice.sealing.batch_model import Batch, BatchState
from sealservice.sealing.batch_ports import BatchStore
from sealservice.sealing.model import Document, Level, Order, OrderRequest, OrderState, SealUse
from sealservice.sealing.ports import DocumentStore, OrderStore
from sealservice.sealing.terms import Certification, OnTsaFailure, Restrictions
from sealservice.seals.intent import Intent
from sealservice.seals.intent_list import leaf_of
from tests.contracts.test_order_store import ASSERTION, PLACEMENTS, Clock, Stores
from tests.contracts.test_seal_store import applied
from tests.world_archive import MemoryRecordStore
from tests.world_batches import MemoryBatchStore
from tests.world_licenses import NOON, sample_license
from tests.world_sealing import MemoryDocumentStore, MemoryOrderStore

ENDED = NOON + timedelta(hours=12)
REFUSAL: JsonObject = {"code": "keyword_not_found", "zh": "未找到", "en": "not found"}


@dataclass(frozen=True)
class Lists:
    """The stores over one place, three documents, and a seal."""

    documents: DocumentStore
    orders: OrderStore
    batches: BatchStore
    clock: Clock
    listed: tuple[Document, ...]
    seal_id: str
    database: Database | None

    @property
    def ids(self) -> list[str]:
        """Return the ids of the documents."""
        return [document.id for document in self.listed]

    def batch(self) -> Batch:
        """Return a batch that was added."""
        request = OrderRequest(
            document_id="",
            seals=(SealUse(self.seal_id, PLACEMENTS),),
            level=Level.B_T,
            purpose="年报",
            restrictions=Restrictions(Certification.FORM_FILLING),
            on_tsa_failure=OnTsaFailure.WAIT,
        )
        batch = Batch(
            id=new_id("bat"),
            organisation_id=self.listed[0].organisation_id,
            request=request,
            total=len(self.listed),
            state=BatchState.PREPARING,
            actor_kind="staff",
            actor_id="stf_1",
            created_at=NOON,
            expires_at=ENDED,
        )
        self.batches.add(batch, self.ids)
        return batch

    def order(self, batch: Batch, position: int) -> Order:
        """Add the order of one document."""
        document = self.listed[position - 1]
        maker = Stores(
            self.documents, self.orders, MemoryRecordStore(), self.clock, document, self.seal_id
        )
        order = replace(maker.unadded(), batch_id=batch.id, position=position, expires_at=ENDED)
        self.orders.add(order)
        return order

    def closed(self) -> tuple[Batch, list[Order]]:
        """Return a closed list of the first two documents; the third is refused."""
        batch = self.batch()
        orders = [self.order(batch, position) for position in (1, 2)]
        self.batches.refuse(batch.id, 3, REFUSAL)
        leaves = b"".join(leaf_of(order.intent) for order in orders)
        assert self.batches.close(batch.id, Intent.of({}, new_id("n"), ENDED), leaves)
        found = self.batches.by_id(batch.id)
        assert found is not None
        return found, orders


@pytest.fixture(params=["memory", pytest.param("postgresql", marks=pytest.mark.engines)])
def lists(request: pytest.FixtureRequest) -> Lists:
    """Give the stores of one kind."""
    clock, license_ = Clock(), sample_license(new_id("org"), new_id("lic"))
    seal, database = applied(license_), None
    documents: DocumentStore = MemoryDocumentStore()
    orders: OrderStore = MemoryOrderStore(clock)
    store: BatchStore = MemoryBatchStore(documents, orders)  # type: ignore[arg-type]
    if request.param == "postgresql":
        database = request.getfixturevalue("database")
        SqlOrganisationStore(database).add(Organisation(license_.organisation_id, "甲", NOON))
        SqlLicenseStore(database).add(license_)
        SqlSealStore(database).add(seal)
        documents, orders = SqlDocumentStore(database), SqlOrderStore(database, clock)
        store = SqlBatchStore(database, clock)
    listed = tuple(_document(license_.organisation_id, number) for number in range(3))
    for document in listed:
        documents.add(document)
    return Lists(documents, orders, store, clock, listed, seal.id, database)


def _document(organisation_id: str, number: int) -> Document:
    return Document(
        id=new_id("doc"),
        organisation_id=organisation_id,
        filename=f"{number}.pdf",
        sha256=sha256_hex(b"%d" % number),
        size=3,
        pages=1,
        object_key=f"sources/{number}",
        created_at=NOON,
    )


def test_a_batch_comes_back_as_it_went_in(lists: Lists) -> None:
    """Every field survives, for its own organisation only; strange documents are not known."""
    batch, mine = lists.batch(), lists.listed[0].organisation_id
    assert lists.batches.by_id(batch.id, mine) == batch
    assert lists.batches.by_id(batch.id, "org_other") is None
    assert lists.batches.page(mine, None, 5) == [batch]
    assert lists.batches.page(mine, batch.id, 5) == []
    assert dict(lists.batches.digests(mine, [*lists.ids, "doc_none"])) == {
        document.id: document.sha256 for document in lists.listed
    }
    assert dict(lists.batches.digests("org_other", lists.ids)) == {}


def test_what_was_looked_at_is_known_by_its_row(lists: Lists) -> None:
    """An order or a refusal; what has neither is left to prepare."""
    batch = lists.batch()
    assert lists.batches.unprepared(batch.id, 2) == [(1, lists.ids[0]), (2, lists.ids[1])]
    assert batch.id in lists.batches.unprepared_batches()
    order = lists.order(batch, 1)
    lists.batches.refuse(batch.id, 2, REFUSAL)
    assert lists.batches.unprepared(batch.id, 9) == [(3, lists.ids[2])]
    first, second, third = lists.batches.items(batch.id, 0, 9)
    assert (first.order_id, first.state, first.filename) == (order.id, OrderState.PENDING, "0.pdf")
    assert (second.is_refused, second.failure) == (True, REFUSAL)
    assert (third.order_id, third.failure) == (None, None)
    assert lists.batches.items(batch.id, 1, 1) == [second]
    assert lists.batches.items(batch.id, 0, 9, only_failed=True) == [second]
    assert lists.orders.page(batch.organisation_id, None, 9) == []


def test_a_list_closes_once(lists: Lists) -> None:
    """Its tree is the one of the first; afterwards nothing is left to prepare."""
    batch, orders = lists.closed()
    assert batch.state is BatchState.PENDING
    assert not lists.batches.close(batch.id, Intent.of({}, "other", ENDED), b"0" * 32)
    assert lists.batches.leaves(batch.id) == b"".join(leaf_of(one.intent) for one in orders)
    found = lists.batches.intents(batch.id, 0, 9)
    assert found == [(1, orders[0].intent), (2, orders[1].intent)]
    assert lists.batches.intents(batch.id, 1, 9) == found[1:]
    assert batch.id not in lists.batches.unprepared_batches()


def test_a_list_takes_one_assertion_and_is_consumed_once(lists: Lists) -> None:
    """A second assertion is refused; of two runs one burns the nonce; until then nobody works."""
    batch, _ = lists.closed()
    later = NOON + timedelta(seconds=1)
    assert batch.id not in lists.batches.unsealed_batches(later)
    lists.batches.add_assertion(batch, ASSERTION)
    with pytest.raises(BatchNotPending):
        lists.batches.add_assertion(batch, ASSERTION)
    assert lists.batches.assertion(batch.id) == ASSERTION
    assert batch.id in lists.batches.unsealed_batches(later)
    assert [lists.batches.consume(batch) for _ in range(2)] == [True, False]


def test_an_approval_that_came_too_late_is_not_consumed(lists: Lists) -> None:
    """Neither the list's nor that of an order in it; once consumed, its orders do not expire."""
    (late, _), (batch, orders) = lists.closed(), lists.closed()
    assert lists.batches.consume(batch)
    lists.clock.now = ENDED
    assert not lists.batches.consume(late)
    assert [lists.orders.consume(order) for order in orders] == [True, True]


def test_outcomes_are_counted_until_none_is_open(lists: Lists) -> None:
    """Done and failed ones are not asked for again; then the batch is finished, once."""
    batch, orders = lists.closed()
    lists.batches.consume(batch)
    assert lists.batches.open_orders(batch.id, 0, 9) == [(1, orders[0].id), (2, orders[1].id)]
    assert lists.batches.order_of(batch.id, lists.listed[1].sha256) == orders[1].id
    assert lists.batches.order_of(batch.id, "0" * 64) is None
    for order in orders:
        lists.orders.consume(order)
    lists.orders.finish(orders[0].id, "rec_1")
    lists.orders.fail(orders[1].id, REFUSAL)
    counts = lists.batches.counts(batch.id)
    assert (counts.refused, counts.prepared, counts.done, counts.failed) == (1, 2, 1, 1)
    assert lists.batches.open_orders(batch.id, 0, 9) == []
    assert [lists.batches.finish(batch.id) for _ in range(2)] == [True, False]
    assert not lists.batches.fail(batch.id, REFUSAL)


def test_a_list_of_which_nothing_was_sealed_can_fail(lists: Lists) -> None:
    """Its reason is kept, and it is over."""
    batch = lists.batch()
    assert [lists.batches.fail(batch.id, REFUSAL) for _ in range(2)] == [True, False]
    found = lists.batches.by_id(batch.id)
    assert found is not None
    assert (found.state, found.failure) == (BatchState.FAILED, REFUSAL)


@pytest.mark.engines
@pytest.mark.parametrize("lists", ["postgresql"], indirect=True)
def test_a_closed_list_stays_as_it_is(lists: Lists) -> None:
    """No role changes its tree, not even the tables' owner; nor can an order join it."""
    batch, _ = lists.closed()
    database = lists.database
    assert database is not None
    changed = update(batches).where(batches.c.id == batch.id).values(leaves=b"0" * 32)
    with pytest.raises(ProgrammingError, match="the list is closed"), database.transaction():
        database.connection().execute(changed)
    with pytest.raises(ProgrammingError, match="the list is closed"):
        lists.order(batch, 3)
