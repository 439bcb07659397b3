"""Orders over the API: rehearsed before they are placed; what they forbid afterwards."""

from typing import Any

import pytest

from tests.api.conftest import Caller
from tests.world_edges import EdgeWorld
from tests.world_verification import blank_pdf

MM = 72 / 25.4
Body = dict[str, Any]


@pytest.fixture
def wanted(world: EdgeWorld, ours: Caller) -> Body:
    """Give the body of an order for a stored document."""
    document = ours.upload(blank_pdf()).json()
    placement = {"type": "coordinate", "pages": "1", "x": 60, "y": 50, "unit": "mm"}
    seals = [{"seal_id": world.seal(world.ours).id, "placements": [placement]}]
    return {"document_id": document["id"], "seals": seals, "level": "B-B"}


def test_a_rehearsal_shows_both_measures_and_stores_nothing(
    world: EdgeWorld, ours: Caller, wanted: Body
) -> None:
    """``dry_run`` answers 200 with boxes in points and mm; there is no order afterwards."""
    answer = ours.post("/sealing-orders?dry_run=true", wanted)
    assert answer.status_code == 200, answer.text
    ((signature,),) = (answer.json()["signatures"],)
    (shown,) = signature["impressions"]
    points, mm = shown["points"], shown["mm"]
    assert (mm["left"] + mm["right"]) / 2 == pytest.approx(60, abs=0.001)
    assert (mm["bottom"] + mm["top"]) / 2 == pytest.approx(50, abs=0.001)
    assert points["left"] == pytest.approx(mm["left"] * MM, abs=0.002)
    assert world.orders.rows == {}


def test_a_rehearsal_refuses_what_an_order_would(ours: Caller, wanted: Body) -> None:
    """A place off the page is refused with the same problem, dry or not."""
    wanted["seals"][0]["placements"][0]["x"] = 5
    for path in ("/sealing-orders?dry_run=true", "/sealing-orders"):
        answer = ours.post(path, wanted)
        assert (answer.status_code, answer.json()["code"]) == (422, "placement_outside")


def test_what_an_order_forbids_is_named_in_its_intent(ours: Caller, wanted: Body) -> None:
    """Certification and lock are shown with the signature, and are part of what is approved."""
    restricted = {**wanted, "certification": "form-filling", "lock": {"scope": "all"}}
    order = ours.post("/sealing-orders", restricted).json()
    (signature,), (named,) = order["signatures"], order["intent"]["signatures"]
    assert signature["certification"] == named["certification"] == "form-filling"
    assert signature["lock"] == named["lock"] == {"scope": "all", "fields": []}


@pytest.mark.parametrize(
    "restriction",
    [
        {"certification": "P2"},
        {"lock": {"scope": "some"}},
        {"lock": {"scope": "include"}},
        {"lock": {"scope": "all", "fields": ["a"]}},
        {"lock": {"scope": "include", "fields": ["nowhere"]}},
        {"lock": {"scope": "include", "fields": [""]}},
        {"lock": "all"},
    ],
)
def test_restrictions_that_say_nothing_are_refused(
    ours: Caller, wanted: Body, restriction: Body
) -> None:
    """An unknown word, a list where there can be none, none where there must be one: 422."""
    answer = ours.post("/sealing-orders", {**wanted, **restriction})
    assert answer.status_code == 422, answer.text
    (wrong,) = restriction
    problem = answer.json()
    pointers = [error["pointer"] for error in problem.get("errors", ())]
    assert problem["code"] == "signature_field_not_found" or pointers[0].startswith(f"/{wrong}")
