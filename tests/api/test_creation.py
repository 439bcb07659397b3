"""Idempotency-Key: the work is done once, whatever the network does."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.api.conftest import Caller
from tests.world_edges import EdgeWorld
from tests.world_licenses import sample_face
from tests.world_verification import blank_pdf


def test_repetition_gets_the_first_answer(world: EdgeWorld, ours: Caller) -> None:
    """The same request under the same key gives the same answer, and makes nothing new."""
    first = ours.post("/licenses", sample_face(), **{"Idempotency-Key": "once"})
    again = ours.post("/licenses", sample_face(), **{"Idempotency-Key": "once"})
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert len(world.licenses.rows) == 1


def test_another_wish_under_the_same_key_is_refused(world: EdgeWorld, ours: Caller) -> None:
    """A different body, or another operation, under a used key is 422."""
    ours.post("/licenses", sample_face(), **{"Idempotency-Key": "once"})
    other = ours.post(
        "/licenses", {**sample_face(), "name": "别的公司"}, **{"Idempotency-Key": "once"}
    )
    elsewhere = ours.upload(blank_pdf(), **{"Idempotency-Key": "once"})
    for answer in (other, elsewhere):
        assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")
    assert world.documents.rows == {}


def test_refused_request_leaves_the_key_free(ours: Caller) -> None:
    """After a refusal the corrected request may use the same key."""
    wrong = {**sample_face(), "uscc": "91350100M000100Y44"}
    assert ours.post("/licenses", wrong, **{"Idempotency-Key": "k"}).status_code == 422
    assert ours.post("/licenses", sample_face(), **{"Idempotency-Key": "k"}).status_code == 201


@pytest.mark.parametrize("key", ["", " ", "with space", "k" * 256, "中"])
def test_key_must_be_there(ours: Caller, key: str) -> None:
    """Without a usable key nothing is created: 400, and the header is named."""
    headers = {"Idempotency-Key": key.encode()}
    answer = ours.post("/licenses", sample_face(), **headers)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["code"]) == (400, "idempotency_key_missing")


def test_while_in_flight_a_second_one_waits(world: EdgeWorld, ours: Caller) -> None:
    """A request whose key is being worked on gets 409 and a time to come back."""
    with world.answers.claimed(world.ours.id, "busy"):
        answer = ours.post("/licenses", sample_face(), **{"Idempotency-Key": "busy"})
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_in_flight")
    assert int(answer.headers["retry-after"]) > 0
    assert ours.post("/licenses", sample_face(), **{"Idempotency-Key": "busy"}).status_code == 201


@pytest.mark.security
def test_racing_requests_do_the_work_once(world: EdgeWorld, ours: Caller) -> None:
    """Of twelve equal requests at the same time one makes a document; the rest repeat or wait."""
    pdf = blank_pdf()

    def send(_: int) -> int:
        return ours.upload(pdf, **{"Idempotency-Key": "race"}).status_code

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(send, range(12)))
    assert set(answers) <= {201, 409}
    assert 201 in answers
    assert len(world.documents.rows) == 1
