"""The pages of webhooks: a secret shown once, deliveries with their reasons, sent again."""

import pytest

from sealservice.identity.model import Role
from sealservice.kernel.clock import utc_now
from sealservice.notifications.errors import NotDelivered
from sealservice.notifications.model import Attempt, DeliveryState, EventType, after
from tests.edge_client import EdgeClient
from tests.web.conftest import OWN, form_token, sign_in
from tests.world_edges import EdgeWorld

PAGE = "/admin/webhooks"
URL = "https://bank.example/hooks?a=<b>"


def _added(client: EdgeClient, url: str = "https://bank.example/hooks", **more: str) -> str:
    sent = {"form_token": form_token(client.get(PAGE).text), "url": url, **more}
    return client.post(PAGE, data=sent, headers=OWN).text


def test_an_address_is_added_and_its_secret_shown_once(
    world: EdgeWorld, client: EdgeClient
) -> None:
    """The answer holds the secret; no later page does, and the log neither."""
    sign_in(world, client, Role.ADMINISTRATOR)
    answer = _added(client, events="license.revoked")
    endpoint = next(iter(world.webhooks.endpoints.rows.values()))
    assert endpoint.events == {EventType.LICENSE_REVOKED}
    secret = answer.partition("<code>whsec_")[2].partition("<")[0]
    assert len(secret) == 44
    assert secret not in client.get(f"{PAGE}/{endpoint.id}").text
    assert secret not in repr(world.identity.audit)
    token = form_token(client.get(PAGE).text)
    again = client.post(f"{PAGE}/{endpoint.id}/secret", data={"form_token": token}, headers=OWN)
    assert "24 小时" in again.text
    assert len(world.webhooks.endpoints.secrets) == 2


@pytest.mark.security
@pytest.mark.parametrize("url", ["", "ftp://a.example/", "https://u:p@a.example/", "javascript:x"])
def test_what_is_no_address_is_refused_and_kept(
    world: EdgeWorld, client: EdgeClient, url: str
) -> None:
    """It is told on the page, where it still stands."""
    sign_in(world, client, Role.ADMINISTRATOR)
    assert 'role="alert"' in _added(client, url)
    assert not world.webhooks.endpoints.rows


def test_a_failed_notice_is_told_and_sent_again(world: EdgeWorld, client: EdgeClient) -> None:
    """With each try and its reason; hostile text is inert; the button asks for another try."""
    sign_in(world, client, Role.ADMINISTRATOR)
    _added(client)
    endpoint = next(iter(world.webhooks.endpoints.rows.values()))
    delivery = world.webhooks.delivery(endpoint.id, DeliveryState.PENDING)
    problem = NotDelivered(reason_zh="HTTP 状态为 410", reason_en="gone").as_json()
    world.webhooks.deliveries.write(after(delivery, Attempt(1, utc_now(), 410, problem)))
    shown = client.get(f"{PAGE}/{endpoint.id}").text
    assert "HTTP 状态为 410" in shown
    assert "<b>年报" not in shown
    token = form_token(shown)
    where = f"{PAGE}/{endpoint.id}/{delivery.id}/resend"
    assert client.post(where, data={"form_token": token}, headers=OWN).status_code == 303
    assert world.webhooks.queue.ids == [delivery.id]
    refused = client.post(where, data={"form_token": token}, headers=OWN)
    assert refused.status_code == 409
    for turn in ("disable", "enable", "remove"):
        path = f"{PAGE}/{endpoint.id}/{turn}"
        assert client.post(path, data={"form_token": token}, headers=OWN).status_code == 303
    assert client.get(f"{PAGE}/{endpoint.id}").status_code == 404


@pytest.mark.security
def test_webhooks_are_administrators_alone(world: EdgeWorld, client: EdgeClient) -> None:
    """Clerks and registrars see neither page nor link."""
    sign_in(world, client, Role.CLERK, Role.REGISTRAR)
    assert client.get(PAGE).status_code == 403
    assert PAGE not in client.get("/verify").text
