"""Batches over the API: a list goes in, is closed and approved; each document has its outcome."""

import base64
from typing import Any

import pytest

from sealservice.kernel.json import canonical
from sealservice.seals.intent import Intent
from tests.api.conftest import Caller
from tests.world_edges import EdgeWorld, bearer
from tests.world_verification import blank_pdf

Body = dict[str, Any]


@pytest.fixture
def wanted(world: EdgeWorld, ours: Caller) -> Body:
    """Give the body of a batch of two documents."""
    placement = {"type": "coordinate", "pages": "1", "x": 60, "y": 50, "unit": "mm"}
    seals = [{"seal_id": world.seal(world.ours).id, "placements": [placement]}]
    documents = [ours.upload(blank_pdf(pages=n), f"{n}.pdf").json()["id"] for n in (1, 2)]
    return {"document_ids": documents, "seals": seals, "level": "B-B", "purpose": "批量"}


def test_a_list_is_prepared_shown_and_approved(
    world: EdgeWorld, ours: Caller, wanted: Body
) -> None:
    """202 while it is prepared; then root, count and challenge; one approval is taken, not two."""
    placed = ours.post("/batches", wanted)
    assert (placed.status_code, placed.json()["state"]) == (202, "preparing")
    path = f"/batches/{placed.json()['id']}"
    assert ours.get(path).json()["challenge"] is None
    world.prepare(placed.json()["id"])
    shown = ours.get(path).json()
    assert (shown["state"], shown["total"], shown["prepared"], shown["refused"]) == (
        "pending",
        2,
        2,
        0,
    )
    challenge = Intent.read(canonical(shown["intent"])).challenge
    assert shown["intent"]["list"]["count"] == 2
    assert base64.b64decode(shown["challenge"]) == challenge
    signature = base64.b64encode(world.approval(challenge)).decode()
    approval = {
        "kind": "demonstration", "holder_id": world.holder(world.ours).id, "signature": signature
    }  # fmt: skip
    assert ours.post(f"{path}/approvals", approval).status_code == 201
    again = ours.post(f"{path}/approvals", approval)
    assert (again.status_code, again.json()["code"]) == (409, "batch_not_pending")
    assert [one["id"] for one in ours.get("/batches").json()["data"]] == [shown["id"]]
    assert ours.get("/sealing-orders").json()["data"] == [], "orders of a list are shown with it"


def test_documents_are_listed_in_order_with_their_outcome(
    world: EdgeWorld, ours: Caller, wanted: Body
) -> None:
    """A cursor goes on behind the last position; refused ones can be asked for alone."""
    wanted["document_ids"].append(wanted["document_ids"][0])
    batch = ours.post("/batches", wanted).json()["id"]
    world.prepare(batch)
    first = ours.get(f"/batches/{batch}/items?limit=2").json()
    assert [one["filename"] for one in first["data"]] == ["1.pdf", "2.pdf"]
    assert first["next_after"] == 2
    rest = ours.get(f"/batches/{batch}/items?after=2").json()
    (refused,) = ours.get(f"/batches/{batch}/items?only_failed=true").json()["data"]
    assert rest == {"data": [refused], "next_after": None}
    assert (refused["refused"], refused["failure"]["code"]) == (True, "batch_document_repeated")


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"document_ids": []}, 422, "batch_empty"),
        ({"document_ids": ["doc_01kaqc5y6w8m9n3p4q5r6s7t8v"] * 10_001}, 413, "batch_too_long"),
        ({"document_ids": ["doc_01kaqc5y6w8m9n3p4q5r6s7t8v"]}, 404, "document_not_found"),
        ({"document_ids": "all"}, 422, "request_invalid"),
        ({"document_ids": [7]}, 422, "request_invalid"),
        ({"seals": []}, 422, "request_invalid"),
    ],
)
def test_what_no_list_can_be_is_refused_whole(
    world: EdgeWorld, ours: Caller, wanted: Body, change: Body, status: int, code: str
) -> None:
    """Empty, too long, unknown or no ids at all: one refusal, and there is no batch."""
    answer = ours.post("/batches", {**wanted, **change})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert world.batch_rows.rows == {}


def test_batches_of_others_do_not_exist(world: EdgeWorld, ours: Caller, wanted: Body) -> None:
    """Another organisation's key finds neither batch nor documents."""
    batch = ours.post("/batches", wanted).json()["id"]
    theirs = Caller(ours.client, world.identity.key(world.theirs.id))
    for path in (f"/batches/{batch}", f"/batches/{batch}/items"):
        assert theirs.get(path).status_code == 404
    assert theirs.get("/batches").json()["data"] == []
    assert ours.client.get("/api/v1/batches", headers=bearer("esk_test_no")).status_code == 401
