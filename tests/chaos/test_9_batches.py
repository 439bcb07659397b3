"""The signer dies in the middle of a list: every document of it is sealed once."""

import os

import pytest
from sqlalchemy import text

from sealservice.bootstrap.enrolment import approve_list_as_operator
from sealservice.kernel.facts import Fact
from sealservice.sealing.batch_model import Batch, BatchState
from sealservice.sealing.model import KeywordPlacement, Level, OrderRequest, SealUse
from sealservice.sealing.steps import Step
from tests.chaos.conftest import Tell
from tests.chaos.processes import wait_for
from tests.chaos.site import Site
from tests.sealing.pages import typeset
from tests.world_press import KEYWORD

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]

_DOCUMENTS = 12


def approved(site: Site) -> Batch:
    """Have a list of documents at level B-LTA prepared and approved."""
    orders, batches, pdf = site.at_hand.orders, site.at_hand.batches, typeset()
    documents = [
        orders.store_document(site.actor, f"{n}.pdf", pdf + b"\n% " + os.urandom(8).hex().encode())
        for n in range(_DOCUMENTS)
    ]
    uses = (SealUse(site.seal_id, (KeywordPlacement(KEYWORD),)),)
    request = OrderRequest("", uses, Level.B_LTA, "混沌测试")
    placed = batches.place(site.actor, request, [document.id for document in documents])
    batch = site.at_hand.batch_preparation.run(placed.id)
    approve_list_as_operator(site.installation, site.at_hand, site.actor, batch)
    return batch


def used(site: Site, batch: Batch) -> list[int]:
    """Return how often the seal was used for each document, and how many records each has."""
    query = text(
        "SELECT count(*) FILTER (WHERE fact = :used) FROM sealing_orders"
        " LEFT JOIN audit_facts ON subject = sealing_orders.id"
        " WHERE batch_id = :batch GROUP BY sealing_orders.id"
    )
    with site.owner.transaction():
        found = site.owner.connection().execute(
            query, {"used": Fact.SEAL_USED.value, "batch": batch.id}
        )
        return [int(count) for (count,) in found]


def test_signer_killed_in_the_middle_of_a_list(site: Site, tell: Tell) -> None:
    """After two deaths and a third run each document has one seal use and one record, all valid."""
    batch = approved(site)
    for step in (Step.USED, Step.ARCHIVED):
        with site.signer(step) as signer:
            signer.wait_until_halted(step)
            signer.kill()
    now, counts = site.at_hand.batches.show(site.actor, batch.id)
    assert (now.state, counts.prepared) == (BatchState.SEALING, _DOCUMENTS)
    with site.signer():
        wait_for(
            lambda: site.at_hand.batches.show(site.actor, batch.id)[0].state is BatchState.DONE,
            f"an outcome of {batch.id}",
        )
    items = site.at_hand.batches.items(site.actor, batch.id, 0, 100)
    records = {item.record_id for item in items}
    assert len(records - {None}) == _DOCUMENTS, [item.failure for item in items]
    assert used(site, batch) == [1] * _DOCUMENTS
    record, _ = site.at_hand.archive.fetch(site.actor, items[0].record_id or "")
    assert (record.facts.level, record.facts.verdict) == ("B-LTA", "valid")
    tell(
        "signer, `kill -9`, in the middle of a batch, twice", step, "batch `sealing`", "sealed once"
    )
