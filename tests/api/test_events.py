"""Progress as server-sent events: each change once, an end at the outcome, and bounds."""

import json
from dataclasses import replace

import pytest
from pydantic import BaseModel

from sealservice.kernel.actor import operator
from sealservice.sealing.model import CoordinatePlacement, Order, OrderRequest, SealUse
from tests.api.conftest import Caller
from tests.edge_client import EdgeClient
from tests.world_edges import PUBLIC_URL, EdgeWorld
from tests.world_verification import blank_pdf

FAILURE = {"code": "seal_not_usable", "zh": "印章停用", "en": "suspended"}


@pytest.fixture
def order(world: EdgeWorld) -> Order:
    """Give an order that waits for its approval."""
    actor, seal = operator("root", world.ours.id), world.seal(world.ours)
    orders = world.api_services.orders
    document = orders.store_document(actor, "甲.pdf", blank_pdf())
    uses = (SealUse(seal.id, (CoordinatePlacement("1", 50, 50),)),)
    return orders.place(actor, OrderRequest(document.id, uses))


def test_an_outcome_is_the_last_event(world: EdgeWorld, ours: Caller, order: Order) -> None:
    """The stream ends by itself, and its one event is what a GET answers."""
    world.orders.fail(order.id, {**FAILURE})
    answer = ours.get(f"/sealing-orders/{order.id}/events")
    assert answer.headers["content-type"].startswith("text/event-stream")
    retry, event, rest = answer.text.split("\n\n")
    number, data = event.split("\n")
    assert (retry, rest) == ("retry: 2000", "")
    assert json.loads(data.removeprefix("data: ")) == ours.get(f"/sealing-orders/{order.id}").json()
    seen = {"Last-Event-ID": number.removeprefix("id: ")}
    again = ours.get(f"/sealing-orders/{order.id}/events", **seen)
    assert again.text == "retry: 2000\n\n: \n\n", "nothing that was seen is told again"


@pytest.mark.parametrize(("total", "each"), [(1, 9), (9, 1)], ids=["in all", "of one"])
def test_streams_are_bounded(world: EdgeWorld, order: Order, total: int, each: int) -> None:
    """One accepted and not yet read counts; those that end or are dropped give their place back."""
    limits = replace(
        world.limits, event_streams=total, event_streams_each=each, event_stream_seconds=0.05
    )
    world.api_services = replace(world.api_services, limits=limits)
    caller = Caller(EdgeClient(world.web(), PUBLIC_URL), world.identity.key(world.ours.id))
    path = f"/sealing-orders/{order.id}/events"
    for _ in range(2):
        assert caller.get(path).text.count("data: ") == 1
    streams = world.api_services.streams
    held = [streams.stream(lambda: (BaseModel(), True), None, limits, world.ours.id)]
    full = caller.get(path)
    assert (full.status_code, full.json()["code"]) == (503, "too_many_streams")
    held.clear()
    assert caller.get(path).status_code == 200
