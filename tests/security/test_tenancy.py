"""SECURITY 11 and 12 on the real wiring: one database and one store hold two organisations."""

import base64
import json
from contextlib import closing
from typing import Any

import httpx
import pytest

from sealservice.kernel.digests import sha256_hex
from tests.api.conftest import Caller
from tests.api.test_openapi import operations
from tests.api.test_tenancy import BY_ID, JWK, LISTS, UNKNOWN, Things, _comparable, kept, mandate
from tests.api.test_tenancy import _batch as batch_of
from tests.matters.test_form import MATTER, sample_answers
from tests.security.served import House
from tests.world_licenses import sample_face

pytestmark = [pytest.mark.engines, pytest.mark.security]

Body = dict[str, Any]
EXTRA = ("organisation_id", "tenant_id", "role", "state", "status", "id", "key_id", "expires_at")


@pytest.fixture(scope="module")
def things(house: House) -> Things:
    """Give the ids of what the demonstration made, one of each kind."""
    get = house.ours.caller.get
    record = get(f"/records/{house.outcome.record_id}").json()
    order = get(f"/sealing-orders/{record['order_id']}").json()
    seal = get(f"/seals/{order['signatures'][0]['seal_id']}").json()
    (holder,) = house.at_hand.stores.holders.of_license(
        house.ours.actor.organisation_id, seal["license_id"]
    )
    batch = house.ours.caller.post("/batches", batch_of(order["document_id"], seal["id"]))
    endpoint = house.ours.caller.post("/webhook-endpoints", {"url": "https://a.example/"})
    return {
        **_mandated(house.ours.caller, seal["license_id"]),
        "webhook": endpoint.json()["id"],
        "delivery": "whd_nothing_was_told_to_anybody_yet",
        "license": seal["license_id"],
        "seal": seal["id"],
        "document": order["document_id"],
        "order": order["id"],
        "batch": batch.json()["id"],
        "record": record["id"],
        "key": get("/api-keys").json()["data"][0]["id"],
        "holder": holder.id,
        "import": house.at_hand.imports.start(
            house.ours.actor, "a.json", json.dumps([sample_face()]).encode()
        ).id,
        "report": kept(house.ours.caller, house.form),
        "request": "srq_nothing_was_asked_of_the_signer_yet",
    }


def _mandated(caller: Caller, license_id: str) -> Things:
    """Name two people, give a mandate, and ask for the license's end, which nobody confirms."""
    path = f"/licenses/{license_id}"
    face = caller.get(path).json()["face"]
    people = [
        caller.post(
            f"{path}/persons", {"role": role, "name": name, "document_number": role}
        ).json()["id"]
        for role, name in (
            ("legal_representative", face["legal_representative"]),
            ("agent", "甲"),
        )
    ]
    given = caller.post(f"{path}/mandates", mandate(*people)).json()["id"]
    ending = caller.post(f"{path}/revoke", {"reason": "演练"}).json()["id"]
    return {"person": people[0], "agent": people[1], "mandate": given, "ending": ending}


@pytest.mark.parametrize("operation", BY_ID, ids=" ".join)
def test_foreign_ids_are_unknown_ids(
    house: House, operation: tuple[str, str], things: Things
) -> None:
    """Every operation that takes an id answers a stranger's alike, and ours stays as it was."""
    call = BY_ID[operation]
    foreign, unknown = call(house.theirs.caller, things), call(house.theirs.caller, UNKNOWN)
    assert foreign.status_code == unknown.status_code == 404, foreign.text
    assert _comparable(foreign, things) == _comparable(unknown, UNKNOWN)


def test_everything_is_there_for_its_owner(house: House, things: Things) -> None:
    """The ids above are real: their owner gets each thing, also after others tried."""
    for (method, path), call in BY_ID.items():
        is_made = "request_id" not in path and "{number}" not in path  # no renewal was due
        if method == "get" and is_made:
            assert call(house.ours.caller, things).status_code == 200, path
    assert house.ours.caller.get("/api-keys").status_code == 200


@pytest.mark.parametrize("path", LISTS)
def test_lists_hold_nothing_foreign(house: House, path: str, things: Things) -> None:
    """None of our ids is in a list of theirs, whatever place they ask it to begin at."""
    for query in ("", *(f"?cursor={thing}" for thing in things.values())):
        answer = house.theirs.caller.get(f"{path}{query}")
        held = [row["id"] for row in answer.json().get("data", [])]
        assert not set(held) & set(things.values())


def test_pages_show_nothing_foreign(house: House, things: Things) -> None:
    """A clerk of another organisation finds no record of ours, and no list shows one."""
    with closing(house.signed_in(house.theirs)) as browser:
        for path in (f"/records/{things['record']}", f"/records/{things['record']}/file"):
            assert browser.get(path).status_code == 404
        for path in ("/", "/records"):
            text = browser.get(path).text
            assert not [thing for thing in things.values() if thing in text]
    with closing(house.signed_in(house.ours)) as browser:
        assert browser.get(f"/records/{things['record']}/file").status_code == 200


def test_one_document_of_two_owners_is_two_documents(house: House) -> None:
    """Who has the same bytes learns nothing of the other's document, nor its place in the store."""
    form = house.form
    shown = house.theirs.caller.upload(form).json()
    document = house.at_hand.orders.document(house.theirs.actor, shown["id"])
    assert document.object_key.startswith(f"{house.theirs.actor.organisation_id}/")
    assert shown["sha256"] == sha256_hex(form)


def _bodies(things: Things) -> dict[str, tuple[str, Body]]:
    """Return for every creating operation with a JSON body: address, and a body it would take."""
    placement = {"type": "coordinate", "pages": "1", "x": 50, "y": 50}
    signature = base64.b64encode(bytes(70)).decode()
    seals = [{"seal_id": things["seal"], "placements": [placement]}]
    order = {"document_id": things["document"], "seals": seals}
    reason = {"reason": "演练"}
    changes = {
        f"/{kind}s/{{{kind}_id}}/{change}": (f"/{kind}s/{things[kind]}/{change}", reason)
        for kind, names in CHANGES.items()
        for change in names
    }
    return {
        **changes,
        **_of_people(things, reason),
        "/seals/{seal_id}/filing": (
            f"/seals/{things['seal']}/filing",
            {"number": "110101-2026-1"},
        ),
        "/documents/{document_id}/searches": (
            f"/documents/{things['document']}/searches",
            {"text": "盖章"},
        ),
        "/licenses": ("/licenses", sample_face()),
        "/licenses/{license_id}/change": (
            f"/licenses/{things['license']}/change",
            {"face": sample_face(), **reason},
        ),
        "/seals": ("/seals", {"license_id": things["license"]}),
        "/matters/{matter_id}/forms": (
            f"/matters/{MATTER}/forms",
            {"license_id": things["license"], "fields": sample_answers()},
        ),
        "/sealing-orders": ("/sealing-orders", order),
        "/sealing-orders/{order_id}/approvals": (
            f"/sealing-orders/{things['order']}/approvals",
            {"kind": "demonstration", "holder_id": things["holder"], "signature": signature},
        ),
        **_batches(things, seals, signature),
        "/api-keys": ("/api-keys", {"name": "x", "scopes": ["licenses:read"]}),
        **_webhooks(things),
        "/licenses/{license_id}/credentials": (
            f"/licenses/{things['license']}/credentials",
            {"jwk": JWK},
        ),
    }


def _webhooks(things: Things) -> dict[str, tuple[str, Body]]:
    endpoint = {"url": "https://a.example/"}
    return {
        "/webhook-endpoints": ("/webhook-endpoints", endpoint),
        "/webhook-endpoints/{endpoint_id}": (f"/webhook-endpoints/{things['webhook']}", endpoint),
    }


def _batches(things: Things, seals: list[Body], signature: str) -> dict[str, tuple[str, Body]]:
    approval = {"kind": "demonstration", "holder_id": things["holder"], "signature": signature}
    return {
        "/batches": ("/batches", {"document_ids": [things["document"]], "seals": seals}),
        "/batches/{batch_id}/approvals": (f"/batches/{things['batch']}/approvals", approval),
    }


def _of_people(things: Things, reason: Body) -> dict[str, tuple[str, Body]]:
    return {
        "/licenses/{license_id}/persons": (
            f"/licenses/{things['license']}/persons",
            {"role": "agent", "name": "乙", "document_number": "2"},
        ),
        "/licenses/{license_id}/persons/{person_id}/end": (
            f"/licenses/{things['license']}/persons/{things['agent']}/end",
            reason,
        ),
        "/licenses/{license_id}/mandates": (
            f"/licenses/{things['license']}/mandates",
            mandate(things["person"], things["agent"]),
        ),
        "/mandates/{mandate_id}/revoke": (f"/mandates/{things['mandate']}/revoke", reason),
    }


CHANGES = {
    "seal": ("suspend", "resume", "cancel", "activate", "remake"),
    "license": ("suspend", "resume", "revoke", "cancel"),
}
REPLACED = {"/webhook-endpoints/{endpoint_id}"}
"""Bodies that are put, not posted."""
BODILESS = {
    "/webhook-endpoints/{endpoint_id}/enable",
    "/webhook-endpoints/{endpoint_id}/disable",
    "/webhook-endpoints/{endpoint_id}/secrets",
    "/webhook-deliveries/{delivery_id}/redeliver",
    "/licenses/{license_id}/endings/{ending_id}/confirm",
    "/licenses/{license_id}/endings/{ending_id}/dismiss",
}
UPLOADS = {
    "/augmentations",
    "/raw-seals/{batch_id}",
    "/license-imports",
    "/documents",
    "/verifications",
    "/seals/picture-checks",
    "/seals/from-picture",
    "/seals/{seal_id}/remake-from-picture",
}


def test_every_creating_operation_is_tried(things: Things) -> None:
    """An operation that is added later must be added here, too."""
    creating = {path for method, path, _ in operations() if method in {"post", "put", "patch"}}
    assert creating == {*_bodies(things), *UPLOADS, *BODILESS}


def _count(caller: Caller) -> dict[str, int]:
    return {path: len(caller.get(f"{path}?limit=100").json()["data"]) for path in LISTS}


def _sent(caller: Caller, method: str, address: str, body: Body) -> httpx.Response:
    if method == "POST":
        return caller.post(address, body)
    headers = {"Authorization": f"Bearer {caller.key}"}
    return caller.client.request(method, f"/api/v1{address}", json=body, headers=headers)


def test_no_body_sets_what_only_we_set(house: House, things: Things) -> None:
    """Members that no body has are refused by name, at the top and inside, and nothing is made."""
    caller, theirs = house.ours.caller, house.theirs.actor.organisation_id
    before = _count(caller)
    for template, (address, body) in _bodies(things).items():
        insides = [k for k, value in body.items() if isinstance(value, dict) and k != "jwk"]
        for extra in (*EXTRA, "__class__"):
            changed = [{**body, extra: theirs}]
            changed += [{**body, key: {**body[key], extra: theirs}} for key in insides]
            for wrong in changed:
                answer = _sent(caller, "PUT" if template in REPLACED else "POST", address, wrong)
                assert answer.status_code == 422, (address, wrong, answer.text)
                pointers = [error["pointer"] for error in answer.json()["errors"]]
                assert [p.rpartition("/")[2] for p in pointers] == [extra]
    assert _count(caller) == before


def test_a_member_given_twice_does_not_slip_through(house: House, things: Things) -> None:
    """Of a member that stands twice the checked value is the used one: theirs gets 404."""
    body = json.dumps({"license_id": things["license"]})
    double = body[:-1] + f', "license_id": {json.dumps(UNKNOWN["license"])}}}'
    headers = {"Authorization": f"Bearer {house.ours.caller.key}", "Idempotency-Key": "double"}
    answer = house.ours.caller.client.post(
        "/api/v1/seals", content=double, headers={**headers, "Content-Type": "application/json"}
    )
    assert answer.status_code == 404


@pytest.mark.parametrize("place", ["query", "form", "headers"])
def test_uploads_belong_to_whoever_sent_them(house: House, place: str) -> None:
    """An upload with more fields, parameters or headers is the caller's all the same."""
    theirs = house.theirs.actor.organisation_id
    wish = {"organisation_id": theirs, "id": UNKNOWN["document"], "object_key": "x"}
    key = {"Authorization": f"Bearer {house.ours.caller.key}", "Idempotency-Key": f"wish-{place}"}
    headers = {**key, **({f"X-{n}": v for n, v in wish.items()} if place == "headers" else {})}
    answer = house.ours.caller.client.post(
        "/api/v1/documents",
        params=wish if place == "query" else {},
        data=wish if place == "form" else {},
        files={"file": ("a.pdf", house.form, "application/pdf")},
        headers=headers,
    )
    assert answer.status_code == 201, answer.text
    document = house.at_hand.orders.document(house.ours.actor, answer.json()["id"])
    assert document.organisation_id == house.ours.actor.organisation_id
    assert document.id != UNKNOWN["document"]
    assert house.theirs.caller.get(f"/documents/{document.id}").status_code == 404
