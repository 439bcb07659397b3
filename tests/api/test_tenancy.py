"""Nobody learns or changes anything of another organisation, by any operation there is."""

import base64
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from sealservice.kernel.actor import operator
from sealservice.notifications.model import DeliveryState
from tests.api.conftest import Caller
from tests.api.test_openapi import operations
from tests.licenses.faces import csv_of, face
from tests.world_credentials import CredentialWorld
from tests.world_edges import EdgeWorld
from tests.world_licenses import sample_face
from tests.world_verification import blank_pdf

pytestmark = pytest.mark.security

Things = dict[str, str]
Call = Callable[[Caller, Things], httpx.Response]

CIRCLE = b'<svg xmlns="http://www.w3.org/2000/svg"><circle cx="4" cy="4" r="3"/></svg>'


def _order(document_id: str, seal_id: str) -> dict[str, Any]:
    placement = {"type": "coordinate", "pages": "1", "x": 50, "y": 50}
    seals = [{"seal_id": seal_id, "placements": [placement]}]
    return {"document_id": document_id, "seals": seals}


def _batch(document_id: str, seal_id: str) -> dict[str, Any]:
    order = _order(document_id, seal_id)
    return {"document_ids": [document_id], "seals": order["seals"]}


def _approval(holder_id: str) -> dict[str, str]:
    signature = base64.b64encode(b"0" * 70).decode()
    return {"kind": "demonstration", "holder_id": holder_id, "signature": signature}


def _changing(path: str, thing: str, change: str) -> Call:
    body = {"reason": "原因"} | ({"number": "1"} if change == "filing" else {})
    return lambda c, t: c.post(f"/{path}/{t[thing]}/{change}", body)


def _settling(how: str) -> Call:
    return lambda c, t: c.post(f"/licenses/{t['license']}/endings/{t['ending']}/{how}")


JWK = CredentialWorld().jwk


def _webhook(method: str) -> Call:
    return lambda c, t: c.client.request(
        method,
        f"/api/v1/webhook-endpoints/{t['webhook']}",
        headers={"Authorization": f"Bearer {c.key}"},
        **({"json": {"url": "https://a.example/"}} if method == "PUT" else {}),
    )


def _turned(turn: str) -> Call:
    return lambda c, t: c.post(f"/webhook-endpoints/{t['webhook']}/{turn}")


def _pictured(caller: Caller, path: str, **query: str) -> httpx.Response:
    return caller.client.post(
        f"/api/v1{path}",
        params={"width_mm": "40", **query},
        content=CIRCLE,
        headers={
            "Authorization": f"Bearer {caller.key}",
            "Idempotency-Key": f"picture-{next(caller.numbers)}",
            "Content-Type": "image/svg+xml",
        },
    )


BY_ID: dict[tuple[str, str], Call] = {
    ("get", "/licenses/{license_id}"): lambda c, t: c.get(f"/licenses/{t['license']}"),
    ("get", "/licenses/{license_id}/holders"): lambda c, t: c.get(
        f"/licenses/{t['license']}/holders"
    ),
    ("get", "/licenses/{license_id}/versions"): lambda c, t: c.get(
        f"/licenses/{t['license']}/versions"
    ),
    ("get", "/licenses/{license_id}/usage"): lambda c, t: c.get(f"/licenses/{t['license']}/usage"),
    ("get", "/licenses/{license_id}/usage.csv"): lambda c, t: c.get(
        f"/licenses/{t['license']}/usage.csv"
    ),
    ("get", "/licenses/{license_id}/endings"): lambda c, t: c.get(
        f"/licenses/{t['license']}/endings"
    ),
    **{
        ("post", f"/licenses/{{license_id}}/endings/{{ending_id}}/{how}"): _settling(how)
        for how in ("confirm", "dismiss")
    },
    ("get", "/licenses/{license_id}/persons"): lambda c, t: c.get(
        f"/licenses/{t['license']}/persons"
    ),
    ("post", "/licenses/{license_id}/persons"): lambda c, t: c.post(
        f"/licenses/{t['license']}/persons",
        {"role": "agent", "name": "甲", "document_number": "1"},
    ),
    ("post", "/licenses/{license_id}/persons/{person_id}/end"): lambda c, t: c.post(
        f"/licenses/{t['license']}/persons/{t['person']}/end", {"reason": "原因"}
    ),
    ("get", "/licenses/{license_id}/persons/{person_id}/permission"): lambda c, t: c.get(
        f"/licenses/{t['license']}/persons/{t['person']}/permission?act=log_in"
    ),
    ("get", "/licenses/{license_id}/mandates"): lambda c, t: c.get(
        f"/licenses/{t['license']}/mandates"
    ),
    ("post", "/licenses/{license_id}/mandates"): lambda c, t: c.post(
        f"/licenses/{t['license']}/mandates", mandate(t["person"], t["agent"])
    ),
    ("get", "/mandates/{mandate_id}"): lambda c, t: c.get(f"/mandates/{t['mandate']}"),
    ("post", "/mandates/{mandate_id}/revoke"): lambda c, t: c.post(
        f"/mandates/{t['mandate']}/revoke", {"reason": "原因"}
    ),
    ("get", "/license-imports/{import_id}"): lambda c, t: c.get(f"/license-imports/{t['import']}"),
    ("get", "/license-imports/{import_id}/failures"): lambda c, t: c.get(
        f"/license-imports/{t['import']}/failures"
    ),
    ("post", "/licenses/{license_id}/change"): lambda c, t: c.post(
        f"/licenses/{t['license']}/change", {"face": sample_face(), "reason": "原因"}
    ),
    ("get", "/seals/{seal_id}"): lambda c, t: c.get(f"/seals/{t['seal']}"),
    ("get", "/seals/{seal_id}/events"): lambda c, t: c.get(f"/seals/{t['seal']}/events"),
    ("get", "/seals/{seal_id}/picture"): lambda c, t: c.get(f"/seals/{t['seal']}/picture"),
    ("get", "/seals/{seal_id}/requests/{request_id}"): lambda c, t: c.get(
        f"/seals/{t['seal']}/requests/{t['request']}"
    ),
    **{
        ("post", f"/seals/{{seal_id}}/{change}"): _changing("seals", "seal", change)
        for change in ("suspend", "cancel", "activate", "resume", "remake", "filing")
    },
    **{
        ("post", f"/licenses/{{license_id}}/{change}"): _changing("licenses", "license", change)
        for change in ("suspend", "resume", "revoke", "cancel")
    },
    ("get", "/documents/{document_id}"): lambda c, t: c.get(f"/documents/{t['document']}"),
    ("get", "/documents/{document_id}/layout"): lambda c, t: c.get(
        f"/documents/{t['document']}/layout"
    ),
    ("get", "/documents/{document_id}/pages/{page}"): lambda c, t: c.get(
        f"/documents/{t['document']}/pages/1"
    ),
    ("post", "/documents/{document_id}/searches"): lambda c, t: c.post(
        f"/documents/{t['document']}/searches", {"text": "甲"}
    ),
    ("get", "/batches/{batch_id}"): lambda c, t: c.get(f"/batches/{t['batch']}"),
    ("get", "/batches/{batch_id}/events"): lambda c, t: c.get(f"/batches/{t['batch']}/events"),
    ("get", "/sealing-orders/{order_id}/events"): lambda c, t: c.get(
        f"/sealing-orders/{t['order']}/events"
    ),
    ("get", "/batches/{batch_id}/items"): lambda c, t: c.get(f"/batches/{t['batch']}/items"),
    ("post", "/batches/{batch_id}/approvals"): lambda c, t: c.post(
        f"/batches/{t['batch']}/approvals", _approval(t["holder"])
    ),
    ("post", "/raw-seals/{batch_id}"): lambda c, t: c.upload(
        b"%PDF", path=f"/raw-seals/{t['batch']}"
    ),
    ("get", "/sealing-orders/{order_id}"): lambda c, t: c.get(f"/sealing-orders/{t['order']}"),
    ("get", "/records/{record_id}"): lambda c, t: c.get(f"/records/{t['record']}"),
    ("get", "/records/{record_id}/file"): lambda c, t: c.get(f"/records/{t['record']}/file"),
    ("get", "/records/{record_id}/renewals"): lambda c, t: c.get(
        f"/records/{t['record']}/renewals"
    ),
    ("get", "/records/{record_id}/renewals/{number}/file"): lambda c, t: c.get(
        f"/records/{t['record']}/renewals/1/file"
    ),
    ("get", "/verifications/{report_id}"): lambda c, t: c.get(f"/verifications/{t['report']}"),
    ("get", "/verifications/{report_id}/report"): lambda c, t: c.get(
        f"/verifications/{t['report']}/report?format=etsi"
    ),
    ("delete", "/api-keys/{key_id}"): lambda c, t: c.client.request(
        "DELETE",
        f"/api/v1/api-keys/{t['key']}",
        headers={"Authorization": f"Bearer {c.key}"},
    ),
    ("get", "/licenses/{license_id}/pdf"): lambda c, t: c.get(f"/licenses/{t['license']}/pdf"),
    ("post", "/licenses/{license_id}/credentials"): lambda c, t: c.post(
        f"/licenses/{t['license']}/credentials", {"jwk": JWK}
    ),
    ("get", "/webhook-endpoints/{endpoint_id}"): lambda c, t: c.get(
        f"/webhook-endpoints/{t['webhook']}"
    ),
    ("put", "/webhook-endpoints/{endpoint_id}"): _webhook("PUT"),
    ("delete", "/webhook-endpoints/{endpoint_id}"): _webhook("DELETE"),
    **{
        ("post", f"/webhook-endpoints/{{endpoint_id}}/{turn}"): _turned(turn)
        for turn in ("disable", "enable", "secrets")
    },
    ("get", "/webhook-endpoints/{endpoint_id}/deliveries"): lambda c, t: c.get(
        f"/webhook-endpoints/{t['webhook']}/deliveries"
    ),
    ("post", "/webhook-deliveries/{delivery_id}/redeliver"): lambda c, t: c.post(
        f"/webhook-deliveries/{t['delivery']}/redeliver"
    ),
    ("post", "/sealing-orders/{order_id}/approvals"): lambda c, t: c.post(
        f"/sealing-orders/{t['order']}/approvals", _approval(t["holder"])
    ),
    ("post", "/matters/{matter_id}/forms"): lambda c, t: c.post(
        "/matters/bank-account-opening/forms", {"license_id": t["license"], "fields": {}}
    ),
    ("post", "/seals"): lambda c, t: c.post("/seals", {"license_id": t["license"]}),
    ("post", "/seals/from-picture"): lambda c, t: _pictured(
        c, "/seals/from-picture", license_id=t["license"]
    ),
    ("post", "/seals/{seal_id}/remake-from-picture"): lambda c, t: _pictured(
        c, f"/seals/{t['seal']}/remake-from-picture", reason="原因"
    ),
    ("post", "/batches"): lambda c, t: c.post("/batches", _batch(t["document"], t["seal"])),
    ("post", "/sealing-orders"): lambda c, t: c.post(
        "/sealing-orders", _order(t["document"], t["seal"])
    ),
}
LISTS = (
    "/licenses",
    "/license-imports",
    "/seals",
    "/sealing-orders",
    "/batches",
    "/records",
    "/api-keys",
    "/webhook-endpoints",
)
WITHOUT_IDS = {
    ("post", "/augmentations"),
    ("post", "/licenses"),
    ("post", "/license-imports"),
    ("post", "/documents"),
    ("post", "/api-keys"),
    ("post", "/webhook-endpoints"),
    ("post", "/verifications"),
    ("post", "/seals/picture-checks"),
    ("get", "/matters"),
    *(("get", path) for path in LISTS),
}
THINGS = (
    "license", "import", "seal", "document", "order", "record", "key", "holder", "request",
    "report", "batch", "person", "agent", "mandate", "ending", "webhook", "delivery",
)  # fmt: skip
UNKNOWN = dict.fromkeys(THINGS, "xxx_00000000000000000000000000")


def mandate(giver_id: str, receiver_id: str) -> dict[str, Any]:
    """Return a wish for a mandate of some months."""
    term = {"starts_at": "2026-01-01T00:00:00Z", "ends_at": "2030-01-01T00:00:00Z"}
    return {"giver_id": giver_id, "receiver_id": receiver_id, "acts": ["log_in"], **term}


def kept(caller: Caller, pdf: bytes) -> str:
    """Have a report kept and return its id."""
    answer = caller.client.post(
        "/api/v1/verifications?keep=true",
        content=pdf,
        headers={"Authorization": f"Bearer {caller.key}", "Content-Type": "application/pdf"},
    )
    assert answer.headers["location"] == f"/api/v1/verifications/{answer.json()['report_id']}"
    return str(answer.json()["report_id"])


def _imported(world: EdgeWorld) -> str:
    registrar = operator("registrar", world.ours.id)
    return world.imports.start(registrar, "a.csv", csv_of([face(1)])).id


@pytest.fixture
def things(world: EdgeWorld, ours: Caller) -> Things:
    """Give the ids of one thing of each kind that is ours."""
    seal = world.seal(world.ours)
    request = ours.post(f"/seals/{seal.id}/filing", {"number": "1"}).json()["id"]
    document = ours.upload(blank_pdf()).json()["id"]
    order = ours.post("/sealing-orders", _order(document, seal.id)).json()["id"]
    batch = ours.post("/batches", _batch(document, seal.id)).json()["id"]
    persons = f"/licenses/{seal.license_id}/persons"
    people = [
        ours.post(persons, {"role": role, "name": name, "document_number": name}).json()["id"]
        for role, name in (
            ("legal_representative", sample_face()["legal_representative"]),
            ("agent", "甲"),
        )
    ]
    given = ours.post(f"/licenses/{seal.license_id}/mandates", mandate(*people)).json()["id"]
    return {
        "ending": ours.post(f"/licenses/{seal.license_id}/revoke", {"reason": "吊销"}).json()["id"],
        "person": people[0],
        "agent": people[1],
        "mandate": given,
        "license": seal.license_id,
        "import": _imported(world),
        "seal": seal.id,
        "request": request,
        "document": document,
        "order": order,
        "batch": batch,
        "record": world.record(world.ours).id,
        "key": ours.get("/api-keys").json()["data"][0]["id"],
        "holder": world.holder(world.ours).id,
        "report": kept(ours, blank_pdf()),
        **_webhooks(world, ours),
    }


def _webhooks(world: EdgeWorld, ours: Caller) -> Things:
    endpoint = ours.post("/webhook-endpoints", {"url": "https://a.example/"}).json()
    delivery = world.webhooks.delivery(endpoint["id"], DeliveryState.FAILED)
    return {"webhook": endpoint["id"], "delivery": delivery.id}


def _comparable(answer: httpx.Response, things: Things) -> str:
    body = answer.json()
    text = str({name: body[name] for name in body if name != "request_id"})
    for thing in things.values():
        text = text.replace(thing, "(id)")
    return text


def test_every_operation_is_tried() -> None:
    """An operation that is added later must be added here, too."""
    assert {(method, path) for method, path, _ in operations()} == {*BY_ID, *WITHOUT_IDS}


@pytest.mark.parametrize("operation", BY_ID, ids=" ".join)
def test_foreign_and_unknown_ids_answer_alike(
    operation: tuple[str, str], theirs: Caller, things: Things
) -> None:
    """Somebody else's id gives 404, and the same words as an id that never was."""
    call = BY_ID[operation]
    foreign, unknown = call(theirs, things), call(theirs, UNKNOWN)
    assert foreign.status_code == unknown.status_code == 404, foreign.text
    assert _comparable(foreign, things) == _comparable(unknown, UNKNOWN)


@pytest.mark.parametrize("path", LISTS)
def test_lists_hold_nothing_foreign(path: str, theirs: Caller, things: Things) -> None:
    """None of our ids shows up in a list of the other organisation."""
    answer = theirs.get(path)
    assert answer.status_code == 200
    assert not [thing for thing in things.values() if thing in answer.text]


def test_answers_are_kept_per_organisation(ours: Caller, theirs: Caller) -> None:
    """The other organisation's use of the same Idempotency-Key is its own."""
    pdf = blank_pdf()
    mine = ours.upload(pdf, **{"Idempotency-Key": "same"})
    other = theirs.upload(pdf, **{"Idempotency-Key": "same"})
    assert mine.json()["id"] != other.json()["id"]


@pytest.mark.parametrize("extra", ["organisation_id", "role", "state", "id"])
def test_members_that_nobody_asked_for_are_refused(
    world: EdgeWorld, ours: Caller, extra: str
) -> None:
    """A caller cannot set what only we set: the member is named, nothing is made."""
    license_ = world.license(world.ours)
    answer = ours.post("/seals", {"license_id": license_.id, extra: world.theirs.id})
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"pointer": f"/{extra}", "detail": "没有这一项"}]
    assert world.seals.rows == {}


@pytest.mark.parametrize(
    "odd", ["%00", "%0a", "a%0ab", "%e2%80%ae", "x" * 101, "..%2f..", "'%20or%201"]
)
def test_odd_ids_are_unknown_ids(ours: Caller, odd: str) -> None:
    """Ids that no id can look like are not found; they break nothing."""
    answer = ours.get(f"/records/{odd}")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
