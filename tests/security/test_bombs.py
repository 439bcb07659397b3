"""SECURITY 19 and 20 through the real addresses: bombs cost a child its life, and nothing else.

The web process hands every document to a child with 768 MB and six seconds here; what is measured
is the web process itself, and what is left afterwards.
"""

import time

import psutil
import pytest

from sealservice.limits import MEBIBYTE
from tests.security.bombs import BOMBS
from tests.security.served import LIMITS, House
from tests.security.test_wire import watched

pytestmark = [pytest.mark.engines, pytest.mark.security]

PDF = {"Content-Type": "application/pdf"}
REFUSED = {"not_a_pdf", "too_costly", "unprocessable", "document_too_large"}


@pytest.fixture(scope="module", params=BOMBS)
def bomb(request: pytest.FixtureRequest) -> bytes:
    """Give each bomb in turn."""
    return BOMBS[request.param]()


def _children(house: House) -> list[psutil.Process]:
    """Return the children in which documents are read; the first level is their fork server."""
    return [child for server in house.web.children() for child in server.children()]


def test_bombs_get_a_report_or_a_refusal(house: House, bomb: bytes) -> None:
    """Verified and stored as anybody does: 200 or 422 in bounded time, and the web process flat."""
    caller = house.ours.caller
    begun = time.monotonic()
    with watched(house.web) as grown:
        report = caller.client.post("/api/v1/verifications", content=bomb, headers=PDF)
        stored = caller.upload(bomb)
        page = caller.client.post(
            "/verify",
            files={"file": ("a.pdf", bomb, "application/pdf")},
            headers={"Origin": house.url},
        )
        assert grown() < 8 * len(bomb) + 48 * MEBIBYTE
    assert (report.status_code, page.status_code) == (200, 200)
    assert report.json()["verdict"] in {"unreadable", "unsigned", "invalid"}
    assert stored.status_code == 201 or stored.json()["code"] in REFUSED
    assert time.monotonic() - begun < 3 * (int(str(LIMITS["sandbox_seconds"])) + 5)
    assert _children(house) == []


def test_bombs_are_no_place_for_a_seal(house: House, bomb: bytes) -> None:
    """Where such a document can be stored at all, looking for a keyword in it ends as well."""
    stored = house.ours.caller.upload(bomb)
    if stored.status_code != 201:
        assert stored.json()["code"] in REFUSED
        return
    seal = house.ours.caller.get("/seals").json()["data"][0]["id"]
    placement = {"type": "keyword", "text": "（盖章）"}
    seals = [{"seal_id": seal, "placements": [placement]}]
    wanted = {"document_id": stored.json()["id"], "seals": seals}
    answer = house.ours.caller.post("/sealing-orders", wanted)
    assert answer.json()["code"] in {*REFUSED, "keyword_not_found", "earlier_signature_broken"}
    assert _children(house) == []


def test_others_are_served_while_bombs_go_off(house: House) -> None:
    """The fork server survived all of them: an honest document is verified at once."""
    report = house.ours.caller.client.post(
        "/api/v1/verifications", content=house.form, headers=PDF
    ).json()
    assert report["verdict"] == "unsigned"


@pytest.mark.parametrize("body", ["[" * 200_000, '{"a":' * 100_000, '"' + "\\u0000" * 100_000])
def test_nested_json_is_malformed(house: House, body: str) -> None:
    """JSON that is nested without end breaks no parser."""
    headers = {"Authorization": f"Bearer {house.ours.caller.key}", "Idempotency-Key": "nested"}
    headers |= {"Content-Type": "application/json"}
    for path in ("/licenses", "/seals", "/sealing-orders", "/api-keys"):
        answer = house.ours.caller.client.post(f"/api/v1{path}", content=body, headers=headers)
        assert answer.status_code in {400, 422}
