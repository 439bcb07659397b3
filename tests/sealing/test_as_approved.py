"""The signer does what was approved, whatever an order's row says: the web process wrote that."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from sealservice.kernel.facts import Fact
from sealservice.sealing.model import (
    CoordinatePlacement,
    Level,
    Order,
    OrderRequest,
    OrderState,
    SealUse,
)
from tests.sealing.pages import typeset
from tests.world import CLERK, World
from tests.world_press import PressWorld

pytestmark = pytest.mark.security

Change = Callable[[Order], Order]


def _first(order: Order, **values: object) -> Order:
    first, *others = order.signatures
    changed = replace(first, **values)  # type: ignore[arg-type]
    return replace(order, signatures=(changed, *others))


CHANGES: dict[str, Change] = {
    "nonce": lambda order: replace(order, nonce="0" * 32),
    "end": lambda order: replace(order, expires_at=order.expires_at + timedelta(days=1)),
    "level": lambda order: replace(order, level=Level.B_T),
    "purpose": lambda order: replace(order, purpose="别的用途"),
    "fewer": lambda order: replace(order, signatures=order.signatures[:1]),
    "more": lambda order: replace(order, signatures=order.signatures + order.signatures[-1:]),
    "order": lambda order: replace(order, signatures=order.signatures[::-1]),
    "tail": lambda order: _first(order, tail_sha256="0" * 64),
    "field": lambda order: _first(order, field="Seal9"),
    "time": lambda order: _first(
        order, claimed_time=order.signatures[0].claimed_time - timedelta(days=1)
    ),
    "places": lambda order: _first(order, impressions=order.signatures[1].impressions),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_row_that_differs_from_its_intent_is_not_sealed(world: PressWorld, what: str) -> None:
    """Nothing is signed, and no nonce is burnt, for an order that was changed in its row."""
    outside = World(world)
    order = _approved(outside, world.seal(typeset()))
    assert [signature.field for signature in order.signatures] == ["Seal2", "Seal3"]
    outside.order_rows.rows[order.id] = CHANGES[what](order)
    outside.sealing.seal(order.id)
    ended = outside.state(order)
    assert ended.state is OrderState.FAILED
    assert (ended.failure or {})["code"] == "approval_invalid"
    happened = {fact.fact for fact in outside.audit.facts}
    assert Fact.ORDER_FAILED in happened
    assert not {Fact.SEAL_USED, Fact.INTENT_COMMITTED} & happened


def _approved(outside: World, signed_before: bytes) -> Order:
    """Have two signatures approved; a document that carries one gets one for each place."""
    places = (CoordinatePlacement("1", 30, 30), CoordinatePlacement("1", 100, 30))
    document = outside.document(signed_before)
    wanted = OrderRequest(document.id, (SealUse(outside.seal.id, places),), Level.B_B, "用于测试")
    order = outside.orders.place(CLERK, wanted)
    return outside.orders.approve(CLERK, order.id, outside.assertion(order))
