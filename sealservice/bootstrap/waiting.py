"""Waiting for the signer, from outside of it."""

import time
from collections.abc import Callable
from typing import Final, TypeVar

from sealservice.bootstrap.errors import SealMakingFailed, SealRequestRefused, SealUnfinished
from sealservice.bootstrap.services import Services
from sealservice.kernel.actor import Actor
from sealservice.sealing.batch_errors import BatchUnfinished
from sealservice.sealing.batch_model import Batch, BatchCounts, BatchState
from sealservice.sealing.errors import OrderFailed, OrderUnfinished
from sealservice.sealing.model import Order, OrderState
from sealservice.sealing.order_errors import TimestampPending
from sealservice.seals.model import Seal, SealRequest, SealState

_PATIENCE_SECONDS: Final = 300.0
_PAUSE_SECONDS: Final = 0.1
_BATCH_PAUSE_SECONDS: Final = 0.5
_OVER: Final = (OrderState.DONE, OrderState.FAILED)

Watched = TypeVar("Watched")


def made_seal(at_hand: Services, actor: Actor, seal_id: str) -> Seal:
    """Wait until the signer has made a seal.

    Raises:
        SealMakingFailed: it gave up, and says why.
        SealUnfinished: it takes too long.
    """
    seal = _awaited(
        lambda: at_hand.seals.show(actor, seal_id), lambda s: s.state is not SealState.APPLIED
    )
    if seal is None:
        raise SealUnfinished(seal_id=seal_id)
    if seal.state is SealState.FAILED:
        failure = seal.failure or {}
        raise SealMakingFailed(
            seal_id=seal_id, reason_zh=failure.get("zh"), reason_en=failure.get("en")
        )
    return seal


def answered_request(at_hand: Services, actor: Actor, request: SealRequest) -> None:
    """Wait until the signer has done what it was asked to do with a seal.

    Raises:
        SealRequestRefused: it did not, and says why.
        SealUnfinished: it takes too long.
    """
    changes = at_hand.seal_changes
    answered = _awaited(
        lambda: changes.request(actor, request.seal_id, request.id),
        lambda r: r.answered_at is not None,
    )
    if answered is None:
        raise SealUnfinished(seal_id=request.seal_id)
    if answered.failure is not None:
        raise SealRequestRefused(
            reason_zh=answered.failure.get("zh"), reason_en=answered.failure.get("en")
        )


def await_revocation(at_hand: Services, certificate_sha256: str) -> None:
    """Wait until the signer has revoked a certificate, or until that takes too long."""
    directory = at_hand.stores.certificates
    _awaited(
        lambda: directory.by_sha256(certificate_sha256),
        lambda certificate: certificate is None or certificate.revoked_at is not None,
    )


def finished_order(at_hand: Services, actor: Actor, order_id: str) -> Order:
    """Wait until the signer has finished an order; the order may have failed.

    Raises:
        OrderUnfinished: it takes too long.
        TimestampPending: it waits for its timestamp or a status, which may take hours.
    """
    order = _awaited(
        lambda: at_hand.orders.show(actor, order_id),
        lambda o: o.state in _OVER or o.hindrance is not None,
    )
    if order is None:
        raise OrderUnfinished(order_id=order_id)
    if order.state not in _OVER and (reason := order.hindrance):
        zh, en = reason.get("zh"), reason.get("en")
        raise TimestampPending(order_id=order_id, reason_zh=zh, reason_en=en)
    return order


def finished_batch(
    at_hand: Services, actor: Actor, batch_id: str, told: Callable[[BatchCounts], None]
) -> Batch:
    """Wait until every document of a batch has its outcome; ``told`` hears how far it came.

    Raises:
        BatchUnfinished: nothing happened for too long.
    """
    deadline, seen = time.monotonic() + _PATIENCE_SECONDS, None
    while True:
        batch, counts = at_hand.batches.show(actor, batch_id)
        if batch.state in (BatchState.DONE, BatchState.FAILED):
            return batch
        if counts != seen:
            deadline, seen = time.monotonic() + _PATIENCE_SECONDS, counts
            told(counts)
        if time.monotonic() > deadline:
            raise BatchUnfinished(batch_id=batch_id, count=counts.open)
        time.sleep(_BATCH_PAUSE_SECONDS)


def record_of(order: Order) -> str:
    """Return the id of a finished order's record.

    Raises:
        OrderFailed: it ended without a sealed document; the reason is given.
    """
    if order.record_id is None:
        failure = order.failure or {}
        raise OrderFailed(reason_zh=failure.get("zh"), reason_en=failure.get("en"))
    return order.record_id


def _awaited(look: Callable[[], Watched], is_over: Callable[[Watched], bool]) -> Watched | None:
    """Look again and again until it is over; None when that takes longer than five minutes."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not is_over(seen := look()):
        if time.monotonic() > deadline:
            return None
        time.sleep(_PAUSE_SECONDS)
    return seen
