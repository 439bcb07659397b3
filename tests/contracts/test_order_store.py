"""What every store of documents, orders and records must do, in memory and in PostgreSQL."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from sealservice.archive.model import Record, RecordFacts, StoredVersion
from sealservice.archive.ports import RecordStore
from sealservice.identity.model import Organisation
from sealservice.infra.sql.documents import SqlDocumentStore
from sealservice.infra.sql.identity import SqlOrganisationStore
from sealservice.infra.sql.licenses import SqlLicenseStore
from sealservice.infra.sql.orders import SqlOrderStore
from sealservice.infra.sql.records import SqlRecordStore
from sealservice.infra.sql.seals import SqlSealStore
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.ids import new_id
from sealservice.sealing.errors import OrderNotPending
from sealservice.sealing.model import (
    Box,
    Container,
    CoordinatePlacement,
    Document,
    Edge,
    FieldPlacement,
    Impression,
    KeptSignature,
    KeywordPlacement,
    Level,
    Order,
    OrderSignature,
    OrderState,
    Origin,
    SealUse,
    SignedAttributes,
    StraddlePlacement,
    Timestamp,
    Window,
)
from sealservice.sealing.ports import DocumentStore, OrderStore
from sealservice.sealing.terms import Certification, FieldLock, LockScope, Restrictions
from sealservice.seals.approval import Assertion
from tests.contracts.test_seal_store import applied
from tests.world_archive import MemoryRecordStore
from tests.world_licenses import NOON, sample_license
from tests.world_sealing import MemoryDocumentStore, MemoryOrderStore

EXPIRED = NOON + timedelta(minutes=30)
PLACEMENTS = (
    KeywordPlacement("（盖章）", 2, dx_mm=1.5),
    CoordinatePlacement("1,3-5", 30.0, 45.0, Origin.TOP_RIGHT, clamp=True),
    StraddlePlacement(Edge.LEFT, at_mm=150.0, duplex=True),
    FieldPlacement("甲方.签章"),
)
SIGNED = SignedAttributes(b"\x31\x00", b"\x30\x01")
STAMP = Timestamp(b"\x30\x02", NOON, (b"unit", b"root"))
ASSERTION = Assertion("hld_1", b"\x30\x00")


class Clock:
    """A clock that a test sets."""

    now = NOON

    def __call__(self) -> datetime:
        """Return the moment that was set."""
        return self.now


@dataclass(frozen=True)
class Stores:
    """The stores over one place, and a document and a seal that are there."""

    documents: DocumentStore
    orders: OrderStore
    records: RecordStore
    clock: Clock
    document: Document
    seal_id: str

    def order(self) -> Order:
        """Return a pending order that was added."""
        order = self.unadded()
        self.orders.add(order)
        return order

    def unadded(self) -> Order:
        """Return a pending order."""
        order_id, nonce = new_id("ord"), new_id("n")
        return Order(
            id=order_id,
            organisation_id=self.document.organisation_id,
            document_id=self.document.id,
            seals=(SealUse(self.seal_id, PLACEMENTS),),
            signatures=(self._signature("Seal1"), self._signature("Seal2")),
            level=Level.B_LTA,
            state=OrderState.PENDING,
            tail_key=f"tails/{order_id}",
            intent=b'{"version":1}',
            nonce=nonce,
            expires_at=EXPIRED,
            purpose="银行开户",
            created_at=NOON,
        )

    def _signature(self, field: str) -> OrderSignature:
        box = Box(1, 10.5, 20.25, 123.886, 133.636, 90)
        slice_ = Impression(box, Window(0.0, 0.0, 20.0, 40.0))
        return OrderSignature(
            seal_id=self.seal_id,
            impressions=(Impression(box, None, field), slice_),
            field=field,
            byte_range=(0, 10, 20, 30),
            claimed_time=NOON,
            tail_sha256=sha256_hex(b"tail"),
            restrictions=Restrictions(
                Certification.FORM_FILLING, FieldLock(LockScope.EXCLUDE, ("甲方.签章",))
            ),
        )


@pytest.fixture(params=["memory", pytest.param("postgresql", marks=pytest.mark.engines)])
def stores(request: pytest.FixtureRequest) -> Stores:
    """Give the stores of one kind."""
    clock, license_ = Clock(), sample_license(new_id("org"), new_id("lic"))
    seal = applied(license_)
    document = Document(
        id=new_id("doc"),
        organisation_id=license_.organisation_id,
        filename="申请书.pdf",
        sha256=sha256_hex(b"pdf"),
        size=3,
        pages=1,
        object_key="sources/1",
        created_at=NOON,
    )
    documents, orders, records = _in_memory(clock)
    if request.param == "postgresql":
        database = request.getfixturevalue("database")
        SqlOrganisationStore(database).add(Organisation(license_.organisation_id, "甲", NOON))
        SqlLicenseStore(database).add(license_)
        SqlSealStore(database).add(seal)
        orders, records = SqlOrderStore(database, clock), SqlRecordStore(database)
        documents = SqlDocumentStore(database)
    documents.add(document)
    return Stores(documents, orders, records, clock, document, seal.id)


def _in_memory(clock: Clock) -> tuple[DocumentStore, OrderStore, RecordStore]:
    return MemoryDocumentStore(), MemoryOrderStore(clock), MemoryRecordStore()


def test_a_document_and_an_order_come_back_as_they_went_in(stores: Stores) -> None:
    """Every field survives the store, for their own organisation only."""
    order = stores.order()
    mine = stores.document.organisation_id
    assert stores.documents.by_id(stores.document.id, mine) == stores.document
    assert stores.documents.by_id(stores.document.id, "org_other") is None
    assert stores.orders.by_id(order.id, mine) == order
    assert stores.orders.by_id(order.id, "org_other") is None


def test_pages_run_from_new_to_old(stores: Stores) -> None:
    """A cursor goes on where the last page ended."""
    made = sorted((stores.order().id for _ in range(3)), reverse=True)
    mine = stores.document.organisation_id
    first = stores.orders.page(mine, None, 2)
    rest = stores.orders.page(mine, first[-1].id, 2)
    assert [order.id for order in (*first, *rest)] == made


def test_an_order_takes_one_assertion(stores: Stores) -> None:
    """The first stays, the second is refused; until then nobody is to work on the order."""
    order = stores.order()
    later = NOON + timedelta(seconds=1)
    assert stores.orders.assertion(order.id) is None
    assert order.id not in stores.orders.unfinished(later)
    stores.orders.add_assertion(order, ASSERTION)
    with pytest.raises(OrderNotPending):
        stores.orders.add_assertion(order, replace(ASSERTION, signature=b"\x30\x01"))
    assert stores.orders.assertion(order.id) == ASSERTION
    assert order.id in stores.orders.unfinished(later)


def test_an_approval_is_consumed_once(stores: Stores) -> None:
    """Of two runs exactly one burns the nonce."""
    order = stores.order()
    assert [stores.orders.consume(order) for _ in range(2)] == [True, False]
    found = stores.orders.by_id(order.id)
    assert found is not None
    assert found.state is OrderState.SEALING


def test_an_approval_that_came_too_late_is_not_consumed(stores: Stores) -> None:
    """The end of its time belongs to the end, not to the time."""
    order = stores.order()
    stores.clock.now = EXPIRED
    assert not stores.orders.consume(order)
    assert stores.orders.by_id(order.id) == order


def test_a_signature_is_kept_and_its_container_once(stores: Stores) -> None:
    """Signatures come back in order; of two containers for one the first stands."""
    order = stores.order()
    assert stores.orders.kept(order.id) == ()
    for position in range(2):
        stores.orders.keep_signature(order, position, SIGNED)
    assert stores.orders.kept(order.id) == (KeptSignature(SIGNED, None),) * 2
    first, plain = Container(b"\x30\x03", STAMP), Container(b"\x30\x04", None)
    assert stores.orders.keep_container(order.id, 0, first) == first
    assert stores.orders.keep_container(order.id, 0, plain) == first
    assert stores.orders.keep_container(order.id, 1, plain) == plain
    assert stores.orders.kept(order.id) == (
        KeptSignature(SIGNED, first),
        KeptSignature(SIGNED, plain),
    )


def test_a_locked_order_is_the_order(stores: Stores) -> None:
    """Whoever locks an order is told how it is now."""
    order = stores.order()
    assert stores.orders.lock(order.id) == order
    assert stores.orders.lock("ord_none") is None


def test_a_result_stands_whatever_another_run_says(stores: Stores) -> None:
    """A failed order may still become done, a done one stays as it is."""
    order = stores.order()
    stores.orders.consume(order)
    assert stores.orders.fail(order.id, {"code": "x", "zh": "原因", "en": "reason"})
    assert not stores.orders.fail(order.id, {"code": "y", "zh": "别的", "en": "other"})
    failed = stores.orders.by_id(order.id)
    assert failed is not None
    assert failed.failure == {"code": "x", "zh": "原因", "en": "reason"}
    assert stores.orders.finish(order.id, "rec_1")
    assert not stores.orders.finish(order.id, "rec_2")
    assert not stores.orders.fail(order.id, {"code": "z", "zh": "再", "en": "again"})
    done = stores.orders.by_id(order.id)
    assert done == replace(order, state=OrderState.DONE, record_id="rec_1")


def test_a_failed_order_is_looked_at_again_when_its_result_may_be_archived(stores: Stores) -> None:
    """Only an open order is released; failed afterwards it stays to be looked at until done."""
    order, other = stores.order(), stores.order()
    for each in (order, other):
        stores.orders.add_assertion(each, ASSERTION)
        stores.orders.consume(each)
    later = NOON + timedelta(seconds=1)
    assert stores.orders.release(order.id)
    assert stores.orders.release(order.id)
    for each in (order, other):
        stores.orders.fail(each.id, {"code": "x", "zh": "原因", "en": "reason"})
    assert not stores.orders.release(other.id)
    assert order.id in stores.orders.unfinished(later)
    assert other.id not in stores.orders.unfinished(later)
    stores.orders.finish(order.id, "rec_1")
    assert order.id not in stores.orders.unfinished(later)


def test_a_record_comes_back_as_it_went_in(stores: Stores) -> None:
    """A record is found by its id, by its order and on its page, for its organisation only."""
    order = stores.order()
    facts = RecordFacts(
        order_id=order.id,
        document_id=order.document_id,
        filename="申请书.pdf",
        level="B-LTA",
        verdict="valid",
        seal_id=order.seal_id,
        uscc="91419001MA00000079",
        approval_kind="demonstration",
        report={"verdict": "valid", "signatures": [{"field": "Seal1"}]},
    )
    version = StoredVersion("records", f"{order.id}.pdf", "v1", EXPIRED)
    record = Record(
        new_id("rec"), order.organisation_id, version, sha256_hex(b"sealed"), 6, facts, NOON
    )
    stores.records.add(record)
    assert stores.records.by_id(order.organisation_id, record.id) == record
    assert stores.records.by_id("org_other", record.id) is None
    assert stores.records.by_order(order.id) == record
    assert stores.records.page(order.organisation_id, None, 10) == [record]
