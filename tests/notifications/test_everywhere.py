"""Endpoints that hear of all organisations are the operator's alone."""

from collections.abc import Callable

import pytest

from sealservice.kernel.actor import Actor, ActorKind, Permission, operator
from sealservice.notifications.errors import DeliveryNotFound, EndpointNotFound
from sealservice.notifications.model import DeliveryState
from sealservice.notifications.service import WebhookService
from tests.world_archive import MemoryAuditLog
from tests.world_webhooks import WebhookWorld

pytestmark = pytest.mark.security

OPERATOR = operator("root", "org_A")
TENANT = Actor(ActorKind.API_KEY, "key_1", "org_A", frozenset({Permission.ADMIN}))
_USES: dict[str, Callable[[WebhookService, str], object]] = {
    "show": lambda service, one: service.show(TENANT, one),
    "change": lambda service, one: service.change(TENANT, one, "https://a.example/", frozenset()),
    "disable": lambda service, one: service.disable(TENANT, one),
    "enable": lambda service, one: service.enable(TENANT, one),
    "remove": lambda service, one: service.remove(TENANT, one),
    "new_secret": lambda service, one: service.new_secret(TENANT, one),
    "deliveries_to": lambda service, one: service.deliveries_to(TENANT, one, None, 5),
}


@pytest.fixture
def world() -> WebhookWorld:
    """Give an organisation without endpoints."""
    return WebhookWorld(MemoryAuditLog())


@pytest.mark.parametrize("use", _USES)
def test_an_administrator_cannot_touch_it(world: WebhookWorld, use: str) -> None:
    """It does not exist for an administrator of the same organisation, and stays as it is."""
    endpoint, _ = world.service.add(OPERATOR, "https://op.example/", frozenset(), everywhere=True)
    with pytest.raises(EndpointNotFound):
        _USES[use](world.service, endpoint.id)
    assert world.service.show(OPERATOR, endpoint.id) == endpoint


def test_it_is_left_out_of_pages_and_its_deliveries_are_not_sent_again(world: WebhookWorld) -> None:
    """A page of one endpoint is full of those that may be seen; the operator sees both."""
    hidden, _ = world.service.add(OPERATOR, "https://op.example/", frozenset(), everywhere=True)
    plain, _ = world.service.add(TENANT, "https://us.example/", frozenset())
    assert world.service.page(TENANT, None, 1) == [plain]
    assert {one.id for one in world.service.page(OPERATOR, None, 5)} == {hidden.id, plain.id}
    delivery = world.delivery(hidden.id, DeliveryState.FAILED)
    with pytest.raises(DeliveryNotFound):
        world.service.redeliver(TENANT, delivery.id)
    assert world.service.redeliver(OPERATOR, delivery.id).id == delivery.id
