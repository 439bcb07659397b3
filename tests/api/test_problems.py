"""Every refusal is a problem: stable code, both languages, no inner workings."""

import logging
from typing import Any

import pytest

from sealservice.infra.sql.errors import DatabaseUnavailable
from tests.api.conftest import Caller
from tests.edge_client import EdgeClient
from tests.world_edges import PUBLIC_URL, EdgeWorld
from tests.world_licenses import sample_face


def test_problem_has_all_members(ours: Caller) -> None:
    """Type, title, status, detail, instance, code and number are there; the number is a header."""
    answer = ours.get("/licenses/lic_00000000000000000000000000")
    problem = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert set(problem) == {
        "type", "title", "status", "detail", "instance", "code", "request_id",
    }  # fmt: skip
    assert problem["type"] == f"{PUBLIC_URL}/problems/license_not_found"
    assert problem["instance"] == "/api/v1/licenses/lic_00000000000000000000000000"
    assert problem["request_id"] == answer.headers["x-request-id"]
    assert problem["status"] == answer.status_code == 404


@pytest.mark.parametrize(
    ("accepted", "language", "title"),
    [
        ("", "zh", "未找到"),
        ("en-GB,en;q=0.9", "en", "Not found"),
        ("fr, en;q=0.2, zh;q=0.8", "zh", "未找到"),
        ("de", "zh", "未找到"),
        ("en;q=x, ;;;,=", "zh", "未找到"),
    ],
)
def test_texts_follow_the_reader(ours: Caller, accepted: str, language: str, title: str) -> None:
    """The title is in the language that Accept-Language prefers; Chinese when it says neither."""
    answer = ours.get("/nothing/here", **{"Accept-Language": accepted})
    assert answer.json()["title"] == title
    assert answer.headers["content-language"] == language


def test_fields_of_a_face_are_named(ours: Caller) -> None:
    """What is wrong with a license is said field by field, in the caller's language."""
    wrong = {**sample_face(), "uscc": "91350100M000100Y44", "issued_on": "gestern"}
    answer = ours.post("/licenses", wrong, **{"Accept-Language": "en"})
    assert (answer.status_code, answer.json()["code"]) == (422, "face_invalid")
    pointers = {error["pointer"]: error["detail"] for error in answer.json()["errors"]}
    assert set(pointers) == {"/uscc", "/issued_on"}
    assert "should be “3”" in pointers["/uscc"]


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, {"/document_id", "/seals"}),
        ({"seals": []}, {"/document_id", "/seals"}),
        ({"seals": [{"placements": [{"type": "keyword"}]}]},
         {"/document_id", "/seals/0/seal_id", "/seals/0/placements/0/text"}),
        ({"seals": [{"placements": [{"type": "magic"}]}]},
         {"/document_id", "/seals/0/seal_id", "/seals/0/placements/0"}),
        ({"document_id": 5, "seals": [{"seal_id": "\0", "placements": 1}], "a/b~": 1},
         {"/document_id", "/seals/0/seal_id", "/seals/0/placements", "/a~1b~0"}),
        ([], {""}),
    ],
)  # fmt: skip
def test_pointers_lead_to_the_fields(ours: Caller, body: Any, pointers: set[str]) -> None:  # noqa: ANN401 - any JSON
    """Each wrong, missing or unknown member is named by its JSON pointer."""
    answer = ours.post("/sealing-orders", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "request_invalid")
    assert {error["pointer"] for error in answer.json()["errors"]} == pointers


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999", '"5"', "true"])
def test_numbers_are_numbers(ours: Caller, number: str) -> None:
    """Nothing is converted, and no number is beyond all numbers."""
    body = (
        '{"document_id":"doc_1","seals":[{"seal_id":"seal_1","placements":['
        f'{{"type":"coordinate","pages":"1","x":{number},"y":1}}]}}]}}'
    )
    answer = ours.client.post(
        "/api/v1/sealing-orders",
        content=body,
        headers={
            "Authorization": f"Bearer {ours.key}",
            "Idempotency-Key": "n",
            "Content-Type": "application/json",
        },
    )
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/seals/0/placements/0/x"]


@pytest.mark.parametrize("body", ["{", "\xff", "[" * 100_000, ""])
def test_what_is_not_json_is_malformed(ours: Caller, body: str) -> None:
    """Broken, absent and absurdly nested JSON is refused like any other mistake."""
    answer = ours.client.post(
        "/api/v1/seals",
        content=body.encode("latin-1"),
        headers={
            "Authorization": f"Bearer {ours.key}",
            "Idempotency-Key": "n",
            "Content-Type": "application/json",
        },
    )
    assert answer.status_code in {400, 422}
    assert answer.json()["code"] in {"body_malformed", "request_invalid"}


def test_unknown_method_is_a_problem(client: EdgeClient) -> None:
    """A method that a resource does not know gives 405 as a problem, and says which it knows."""
    of_paths = {
        "/records": "GET",
        "/seals": "GET, POST",
        "/api-keys/x": "DELETE",
        "/seals/picture-checks": "POST",
    }
    for path, allowed in of_paths.items():
        answer = client.request("PUT", f"/api/v1{path}")
        assert (answer.status_code, answer.json()["code"]) == (405, "method_not_allowed")
        assert answer.headers["allow"] == allowed


@pytest.mark.security
def test_unforeseen_failure_tells_nothing(
    world: EdgeWorld, ours: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    """A mistake of ours is a 500 without a trace; the log has the trace and the same number."""
    world.licenses.rows = None  # type: ignore[assignment]
    with caplog.at_level(logging.ERROR):
        answer = ours.get("/licenses")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")
    assert "Traceback" not in answer.text
    assert "NoneType" not in answer.text
    assert answer.json()["request_id"] in caplog.text
    assert "NoneType" in caplog.text


@pytest.mark.security
def test_outage_does_not_name_the_part(
    world: EdgeWorld, ours: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the database is away callers get 503 and a time to come back, not its address."""

    def away(*_: object) -> None:
        raise DatabaseUnavailable(reason="connection to 10.1.2.3 failed")

    monkeypatch.setattr(type(world.licenses), "page", away)
    answer = ours.get("/licenses")
    assert (answer.status_code, answer.json()["code"]) == (503, "service_unavailable")
    assert int(answer.headers["retry-after"]) > 0
    assert "10.1.2.3" not in answer.text
