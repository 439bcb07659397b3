"""Webhook endpoints at the API: shown once, changed, listed, sent again."""

import pytest

from sealservice.notifications.model import DeliveryState
from tests.api.conftest import Caller
from tests.edge_client import EdgeClient
from tests.world_edges import EdgeWorld, bearer

WANTED = {"url": "https://bank.example/hooks", "events": ["license.revoked"]}


def _sent(caller: Caller, method: str, path: str, **more: object) -> int:
    client: EdgeClient = caller.client
    address = f"/api/v1{path}"
    return client.request(method, address, headers=bearer(caller.key), **more).status_code


@pytest.mark.security
def test_a_secret_is_shown_once(world: EdgeWorld, ours: Caller) -> None:
    """A repeated wish gets the same endpoint without it; lists never hold it."""
    first = ours.post("/webhook-endpoints", WANTED, **{"Idempotency-Key": "once"})
    assert first.status_code == 201
    again = ours.post("/webhook-endpoints", WANTED, **{"Idempotency-Key": "once"}).json()
    assert again == {**first.json(), "secret": None}
    assert first.json()["secret"] not in repr(world.answers)
    assert first.json()["secret"] not in ours.get("/webhook-endpoints").text


def test_an_endpoint_lives_and_ends(world: EdgeWorld, ours: Caller) -> None:
    """It is changed, switched off and on, told again, given a second secret, and removed."""
    made = ours.post("/webhook-endpoints", WANTED).json()
    path = f"/webhook-endpoints/{made['id']}"
    assert _sent(ours, "PUT", path, json={"url": "https://b.example/"}) == 200
    assert ours.get(path).json()["events"] == []
    assert ours.post(f"{path}/secrets", {}).json()["secret"].startswith("whsec_")
    delivery = world.webhooks.delivery(made["id"], DeliveryState.FAILED)
    assert ours.get(f"{path}/deliveries").json()["data"][0]["event_id"] == delivery.event.id
    assert _sent(ours, "POST", f"{path}/disable") == 200
    again = f"/webhook-deliveries/{delivery.id}/redeliver"
    assert _sent(ours, "POST", again) == 409
    assert _sent(ours, "POST", f"{path}/enable") == 200
    assert _sent(ours, "POST", again) == 202
    assert _sent(ours, "DELETE", path) == 204
    assert ours.get(path).status_code == 404


@pytest.mark.security
@pytest.mark.parametrize(
    "wanted",
    [
        {"url": "file:///etc/passwd"},
        {"url": "https://a.example/", "events": ["license.eaten"]},
        {"url": "https://a.example/", "everywhere": True},
        {"url": "https://a b.example/"},
    ],
)
def test_what_does_not_fit_is_refused(ours: Caller, wanted: dict[str, object]) -> None:
    """Other schemes, unknown events, and rights that nobody sends along."""
    assert ours.post("/webhook-endpoints", wanted).status_code == 422
