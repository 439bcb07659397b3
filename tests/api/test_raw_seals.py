"""Bytes of an approved list in, their sealed bytes out; no others, and none before the approval."""

import httpx
import pytest

from sealservice.archive.model import RecordFacts
from sealservice.kernel.actor import operator
from sealservice.sealing.model import CoordinatePlacement, OrderRequest, SealUse
from tests.api.conftest import Caller
from tests.world_edges import EdgeWorld, bearer
from tests.world_verification import blank_pdf


class Approved:
    """A batch of one document, prepared; approved when told."""

    def __init__(self, world: EdgeWorld) -> None:
        self.world, self.actor = world, operator("root", world.ours.id)
        self.pdf, seal = blank_pdf(), world.seal(world.ours)
        document = world.api_services.orders.store_document(self.actor, "甲.pdf", self.pdf)
        uses = (SealUse(seal.id, (CoordinatePlacement("1", 50, 50),)),)
        placed = world.batches.place(self.actor, OrderRequest("", uses), [document.id])
        self.batch = world.prepare(placed.id)
        world.holder(world.ours)

    def approve(self) -> None:
        """Have it approved."""
        stand_in = self.world.stand_in
        assert stand_in is not None
        stand_in.approve_list(self.actor, self.batch)

    def archive(self, order_id: str) -> None:
        """Do what the signer would: archive a result and write it down."""
        archive, sealed = self.world.raw_seals.archive, self.pdf + b"sealed"
        version = archive.put(self.world.ours.id, order_id, sealed)
        facts = RecordFacts(
            order_id=order_id, document_id="doc_1", filename="甲.pdf", level="B-LTA",
            verdict="valid", seal_id="seal_1", uscc="91350100M000100Y43",
            approval_kind="demonstration", report={},
        )  # fmt: skip
        record = archive.add_record(self.actor, version, sealed, facts)
        self.world.orders.finish(order_id, record.id)

    def fail(self, order_id: str) -> None:
        """Do what the signer would of a seal that was suspended."""
        failure = {"code": "seal_not_usable", "zh": "印章停用", "en": "suspended"}
        self.world.orders.fail(order_id, {**failure})


@pytest.fixture
def one(world: EdgeWorld) -> Approved:
    """Give a batch that waits for its approval."""
    return Approved(world)


def send(caller: Caller, one: Approved, pdf: bytes, batch_id: str | None = None) -> httpx.Response:
    """Send bytes to be sealed."""
    return caller.client.post(
        f"/api/v1/raw-seals/{batch_id or one.batch.id}",
        content=pdf,
        headers=bearer(caller.key, **{"Content-Type": "application/pdf"}),
    )


def test_bytes_of_an_approved_list_come_back_sealed(ours: Caller, one: Approved) -> None:
    """The signer is asked once; the same bytes again get the same record."""
    one.approve()
    one.world.signer_now.does = one.archive
    first, again = send(ours, one, one.pdf), send(ours, one, one.pdf)
    assert (first.status_code, first.content) == (200, one.pdf + b"sealed")
    assert again.content == first.content
    assert again.headers["record-id"] == first.headers["record-id"]
    assert len(one.world.signer_now.asked) == 1


def test_what_is_not_finished_is_asked_for_again(ours: Caller, one: Approved) -> None:
    """503 with Retry-After, not a hanging request and not an unsealed document."""
    one.approve()
    answer = send(ours, one, one.pdf)
    assert (answer.status_code, answer.json()["code"]) == (503, "order_unfinished")
    assert "retry-after" in answer.headers


def test_nothing_is_sealed_before_the_approval_nor_other_bytes(ours: Caller, one: Approved) -> None:
    """Unapproved lists, unknown bytes, no bytes, other people's batches: 404, and no signer."""
    assert send(ours, one, one.pdf).json()["code"] == "raw_seal_unknown"
    one.approve()
    for pdf in (one.pdf + b" ", b""):
        assert send(ours, one, pdf).json()["code"] == "raw_seal_unknown"
    unknown = send(ours, one, one.pdf, "bat_01kaqc5y6w8m9n3p4q5r6s7t8v")
    theirs = Caller(ours.client, one.world.identity.key(one.world.theirs.id))
    for answer in (unknown, send(theirs, one, one.pdf)):
        assert (answer.status_code, answer.json()["code"]) == (404, "batch_not_found")
    assert one.world.signer_now.asked == []


def test_what_failed_says_why(ours: Caller, one: Approved) -> None:
    """The reason of the order is the answer."""
    one.approve()
    one.world.signer_now.does = one.fail
    answer = send(ours, one, one.pdf)
    assert answer.json()["code"] == "order_failed"
    assert "印章停用" in answer.text
