"""The pages of a batch: what is left out, what is to be approved, what became of each document."""

from dataclasses import replace

import pytest

from sealservice.identity.model import Role
from sealservice.kernel.actor import operator
from sealservice.sealing.batch_model import Batch
from sealservice.sealing.model import CoordinatePlacement, OrderRequest, SealUse
from tests.edge_client import EdgeClient
from tests.web.conftest import OWN, form_token, sign_in
from tests.world_edges import EdgeWorld
from tests.world_verification import blank_pdf


@pytest.fixture
def batch(world: EdgeWorld) -> Batch:
    """Give a closed list of two documents; a third had the bytes of the first."""
    actor, seal = operator("root", world.ours.id), world.seal(world.ours)
    orders = world.api_services.orders
    first, second = blank_pdf(), blank_pdf()
    documents = [
        orders.store_document(actor, name, pdf).id
        for name, pdf in (("甲.pdf", first), ("=乙.pdf", second), ("丙.pdf", first))
    ]
    uses = (SealUse(seal.id, (CoordinatePlacement("1", 50, 50),)),)
    placed = world.batches.place(actor, OrderRequest("", uses, purpose="年报"), documents)
    return world.prepare(placed.id)


def test_a_list_is_approved_on_its_page(world: EdgeWorld, client: EdgeClient, batch: Batch) -> None:
    """The page says how many are listed and why others are not; the button approves them once."""
    world.holder(world.ours)
    sign_in(world, client, Role.CLERK)
    page = client.get(f"/batches/{batch.id}").text
    assert "授权：对清单中的 2 个文件用章" in page
    assert "与清单中第 1 个文件内容相同" in page
    form = {"form_token": form_token(page)}
    answer = client.post(f"/batches/{batch.id}/approval", data=form, headers=OWN)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/batches/{batch.id}")
    after = client.get(f"/batches/{batch.id}").text
    assert "已授权，排队中" in after
    assert 'hx-trigger="every 1s"' in after
    again = client.post(f"/batches/{batch.id}/approval", data=form, headers=OWN)
    assert again.status_code == 409


def test_outcomes_are_listed_alone_and_as_a_table(
    world: EdgeWorld, client: EdgeClient, batch: Batch
) -> None:
    """Those that were not sealed can be seen alone; no cell of the file is a formula."""
    sign_in(world, client, Role.CLERK)
    failed = client.get(f"/batches/{batch.id}?only_failed=true").text
    assert "3. 丙.pdf" in failed
    assert "1. 甲.pdf" not in failed
    table = client.get(f"/batches/{batch.id}/items.csv")
    assert "2,'=乙.pdf," in table.text
    assert ",refused," in table.text
    assert "年报" in client.get("/batches").text


def test_batches_of_others_are_not_found(
    world: EdgeWorld, client: EdgeClient, batch: Batch
) -> None:
    """A stranger's batch answers as one that does not exist."""
    sign_in(world, client, Role.CLERK)
    world.batch_rows.rows[batch.id] = replace(batch, organisation_id=world.theirs.id)
    for path in ("", "/items.csv"):
        assert client.get(f"/batches/{batch.id}{path}").status_code == 404
