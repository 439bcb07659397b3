"""A closed list of documents: one approval, one outcome for each, whatever happens in between."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from sealservice.kernel.actor import operator
from sealservice.kernel.facts import Fact
from sealservice.limits import Limits
from sealservice.sealing.batch_errors import (
    BatchEmpty,
    BatchNotFound,
    BatchNotPending,
    BatchTooLong,
    BatchUnfinished,
    OrderInBatch,
)
from sealservice.sealing.batch_model import Batch, BatchItem, BatchState
from sealservice.sealing.errors import DocumentNotFound
from sealservice.sealing.model import KeywordPlacement, Level, OrderRequest, OrderState, SealUse
from sealservice.seals.errors import ApprovalExpired, ApprovalInvalid
from sealservice.seals.intent import Intent
from sealservice.seals.intent_list import Inclusion, IntentTree, ListTerms, leaf_of
from tests.sealing.pages import typeset
from tests.world import CLERK, World
from tests.world_press import KEYWORD, PressWorld


@pytest.fixture
def outside(world: PressWorld) -> World:
    """Give a world of its own on the shared press."""
    return World(world)


def document(outside: World, mark: int, text: bytes | None = None) -> str:
    """Store a document that differs from all others; return its id."""
    pdf = (text or typeset()) + b"\n%% %d\n" % mark
    return outside.orders.store_document(CLERK, f"{mark}.pdf", pdf).id


def request_of(outside: World, keyword: str = KEYWORD) -> OrderRequest:
    """Ask for the seal on the keyword, at the lowest level."""
    uses = (SealUse(outside.seal.id, (KeywordPlacement(keyword),)),)
    return OrderRequest("", uses, Level.B_B, "批量盖章")


def closed(outside: World, count: int) -> Batch:
    """Have a list of some documents prepared."""
    documents = [document(outside, mark) for mark in range(count)]
    batch = outside.batches.place(CLERK, request_of(outside), documents)
    return outside.batch_preparation.run(batch.id)


def approved(outside: World, count: int) -> Batch:
    """Have such a list approved as well."""
    batch = closed(outside, count)
    return outside.batches.approve(CLERK, batch.id, outside.batch_assertion(batch))


def work_off(outside: World) -> None:
    """Do the signer's jobs until there are none."""
    while outside.batch_queue.sealed:
        outside.batch_sealing.run(*outside.batch_queue.sealed.pop(0))


def items(outside: World, batch: Batch) -> list[BatchItem]:
    """Return all documents of a batch."""
    return outside.batches.items(CLERK, batch.id, 0, 100)


def test_one_approval_seals_a_list(outside: World) -> None:
    """Each document has a record of its own; the log proves for each that the list had it."""
    batch = approved(outside, 3)
    work_off(outside)
    now, counts = outside.batches.show(CLERK, batch.id)
    assert (now.state, counts.done, counts.open) == (BatchState.DONE, 3, 0)
    records = {item.record_id for item in items(outside, batch)}
    assert len(records & set(outside.records.rows)) == 3
    committed = [f for f in outside.audit.facts if f.fact is Fact.INTENT_COMMITTED]
    terms = ListTerms.of(Intent.read(batch.intent or b""))
    for fact in committed:
        path = tuple(map(bytes.fromhex, fact.detail["path"]))  # type: ignore[arg-type]
        proof = Inclusion(int(fact.detail["index"]), path)  # type: ignore[call-overload]
        assert terms.holds(outside.order_rows.rows[fact.subject].intent, proof)
    assert outside.audit.words().count(Fact.SEAL_USED) == 3


def test_a_document_that_cannot_be_sealed_is_refused_before_the_approval(outside: World) -> None:
    """The others make up the list; its holder approves their number, and each refusal says why."""
    blank = typeset("没有那个词")
    documents = [document(outside, 1), document(outside, 2, blank), document(outside, 3)]
    batch = outside.batches.place(CLERK, request_of(outside), documents)
    batch = outside.batch_preparation.run(batch.id)
    _, refused, _ = items(outside, batch)
    assert refused.is_refused
    assert (refused.failure or {})["code"] == "keyword_not_found"
    assert json.loads(batch.intent or b"")["list"]["count"] == 2
    outside.batches.approve(CLERK, batch.id, outside.batch_assertion(batch))
    work_off(outside)
    assert [item.state for item in items(outside, batch)] == [
        OrderState.DONE,
        None,
        OrderState.DONE,
    ]


def test_the_same_bytes_are_sealed_once(outside: World) -> None:
    """A document that is in the list already is left out, with the number of the first one."""
    first = document(outside, 1)
    documents = [first, document(outside, 2), first, document(outside, 2)]
    batch = outside.batches.place(CLERK, request_of(outside), documents)
    outside.batch_preparation.run(batch.id)
    codes = [(item.failure or {}).get("code") for item in items(outside, batch)]
    assert codes == [None, None, "batch_document_repeated", "batch_document_repeated"]
    assert "第 2 个" in str((items(outside, batch)[3].failure or {})["zh"])


def test_a_list_of_which_nothing_can_be_sealed_has_failed(outside: World) -> None:
    """Nobody is asked to approve an empty list."""
    documents = [document(outside, 1)]
    batch = outside.batches.place(CLERK, request_of(outside, "不存在的词"), documents)
    batch = outside.batch_preparation.run(batch.id)
    assert batch.state is BatchState.FAILED
    assert (batch.failure or {})["code"] == "batch_nothing_to_seal"
    with pytest.raises(BatchNotPending):
        outside.batches.approve(CLERK, batch.id, outside.batch_assertion(closed(outside, 1)))


def test_what_no_list_can_be(outside: World) -> None:
    """No documents, too many of them, strange ones: refused as a whole, and nothing is kept."""
    request, own = request_of(outside), document(outside, 1)
    with pytest.raises(BatchEmpty):
        outside.batches.place(CLERK, request, [])
    with pytest.raises(BatchTooLong):
        outside.batches.place(CLERK, request, [own] * (Limits().batch_documents + 1))
    with pytest.raises(DocumentNotFound):
        outside.batches.place(operator("stranger", "org_b"), replace(request, seals=()), [own])
    with pytest.raises(DocumentNotFound):
        outside.batches.place(CLERK, request, [own, "doc_none"])
    assert outside.batch_rows.rows == {}


def test_strangers_see_nothing(outside: World) -> None:
    """A batch of another organisation is one that does not exist."""
    batch = closed(outside, 1)
    with pytest.raises(BatchNotFound):
        outside.batches.show(operator("stranger", "org_b"), batch.id)


def test_a_list_is_approved_as_a_whole_and_once(outside: World) -> None:
    """Neither twice, nor one of its orders alone, nor by the signature over another list."""
    batch, other = closed(outside, 1), closed(outside, 2)
    with pytest.raises(ApprovalInvalid):
        outside.batches.approve(CLERK, batch.id, outside.batch_assertion(other))
    order = outside.order_rows.rows[items(outside, batch)[0].order_id or ""]
    with pytest.raises(OrderInBatch):
        outside.orders.approve(CLERK, order.id, outside.assertion(order))
    outside.batches.approve(CLERK, batch.id, outside.batch_assertion(batch))
    with pytest.raises(BatchNotPending):
        outside.batches.approve(CLERK, batch.id, outside.batch_assertion(batch))


def test_an_order_is_not_sealed_before_its_list_is_consumed(outside: World) -> None:
    """A job for one order of a list that nobody approved makes a failed order, and no seal."""
    batch = closed(outside, 1)
    order = outside.order_rows.rows[items(outside, batch)[0].order_id or ""]
    outside.order_rows.add_assertion(order, outside.assertion(order))
    outside.sealing.seal(order.id)
    assert (outside.state(order).failure or {})["code"] == "approval_invalid"
    assert Fact.SEAL_USED not in outside.audit.words()


def test_an_order_that_was_slipped_into_a_list_is_not_sealed(outside: World) -> None:
    """What is not a leaf of the approved tree is not approved, whatever the rows say."""
    batch = approved(outside, 2)
    stranger = replace(outside.placed(), batch_id=batch.id, position=9)
    outside.order_rows.rows[stranger.id] = stranger
    work_off(outside)
    assert (outside.state(stranger).failure or {})["code"] == "approval_invalid"
    assert outside.batches.show(CLERK, batch.id)[1].done == 2


def test_changed_leaves_void_the_approval(outside: World) -> None:
    """A tree whose root is not the approved one is nobody's list."""
    batch = approved(outside, 2)
    outside.batch_rows.trees[batch.id] = outside.batch_rows.trees[batch.id][:32]
    work_off(outside)
    now, _ = outside.batches.show(CLERK, batch.id)
    assert (now.state, (now.failure or {})["code"]) == (BatchState.FAILED, "approval_invalid")
    assert Fact.SEAL_USED not in outside.audit.words()


def test_an_approval_that_waited_too_long_is_not_used(outside: World) -> None:
    """Expiry is checked where the approval is given, and again beside the key."""
    batch, late = approved(outside, 1), closed(outside, 1)
    outside.clock.shift = timedelta(hours=Limits().batch_hours, minutes=1)
    with pytest.raises(ApprovalExpired):
        outside.batches.approve(CLERK, late.id, outside.batch_assertion(late))
    work_off(outside)
    now, _ = outside.batches.show(CLERK, batch.id)
    assert (now.failure or {})["code"] == "approval_expired"


def test_a_list_that_takes_long_is_not_cut_off(outside: World) -> None:
    """Once consumed, the approval holds for every document of the list, also hours later."""
    batch = approved(outside, 2)
    outside.batch_sealing._consume(batch, outside.listings.read(batch))
    outside.clock.shift = timedelta(hours=Limits().batch_hours, minutes=1)
    work_off(outside)
    assert outside.batches.show(CLERK, batch.id)[1].done == 2


def test_what_is_hindered_is_tried_again(outside: World) -> None:
    """A batch of which some documents wait is not over, and says how many."""
    batch = approved(outside, 2)
    sealing = replace(outside.batch_sealing, seal=lambda _order_id: None)
    sealing.run(batch.id)
    with pytest.raises(BatchUnfinished):
        sealing.run(batch.id, 2)
    work_off(outside)
    assert outside.batches.show(CLERK, batch.id)[0].state is BatchState.DONE


@pytest.mark.parametrize("count", [1, 2, 3, 5, 8, 13])
def test_every_place_of_a_tree_is_proven_and_no_other(count: int) -> None:
    """A proof holds for its own intent at its own place in a tree of its own size."""
    intents = [b"intent %d" % place for place in range(count)]
    tree = IntentTree(b"".join(map(leaf_of, intents)))
    terms = ListTerms(tree.root, count)
    for place, intent in enumerate(intents):
        proof = tree.find(intent)
        assert proof.index == place
        assert terms.holds(intent, proof)
        assert not terms.holds(b"another", proof)
        assert not terms.holds(intent, Inclusion(place + 1, proof.path))
        assert not terms.holds(intent, Inclusion(place, (*proof.path, tree.root)))
    with pytest.raises(ApprovalInvalid):
        tree.find(b"another")
