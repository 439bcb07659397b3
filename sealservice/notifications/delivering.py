"""Deliver what is due: the worker's part.

1. The delivery is claimed for a while, in a transaction of its own. A worker that dies then leaves
   it to be claimed again: a receiver may hear twice of an event, by the same ``webhook-id``.
2. No transaction is open while the receiver is asked.
3. What came of it is written down with what follows from it: done, later again, failed, disabled.
"""

import logging
from dataclasses import dataclass, replace
from typing import Final

from sealservice.audit.ports import AuditLog
from sealservice.kernel.actor import process
from sealservice.kernel.clock import Clock
from sealservice.kernel.errors import SealserviceError
from sealservice.kernel.facts import Fact
from sealservice.kernel.json import JsonObject
from sealservice.kernel.text import Text
from sealservice.kernel.transaction import Transaction
from sealservice.notifications.errors import NotDelivered
from sealservice.notifications.model import (
    LEASE,
    Attempt,
    Delivery,
    DeliveryState,
    Endpoint,
    after,
)
from sealservice.notifications.ports import (
    DeliveryStore,
    DueDeliveries,
    EndpointStore,
    SecretOpener,
    Sender,
)
from sealservice.notifications.service import require_address
from sealservice.notifications.signature import headers

_LOG: Final = logging.getLogger(__name__)
_GOOD: Final = range(200, 300)
_STATUS: Final = Text("HTTP 状态为 {status}", "the HTTP status was {status}")


@dataclass(frozen=True, slots=True)
class DeliveryService:
    """Sends notices."""

    due: DueDeliveries
    deliveries: DeliveryStore
    endpoints: EndpointStore
    opener: SecretOpener
    sender: Sender
    audit: AuditLog
    transaction: Transaction
    clock: Clock
    plain_http: bool
    """Whether http:// addresses will do: in a demonstration."""

    def waiting(self) -> list[str]:
        """Return the ids of deliveries to be tried now."""
        return self.due.due(self.clock())

    def deliver(self, delivery_id: str) -> None:
        """Try a delivery that is due; one that is not is left alone."""
        now = self.clock()
        with self.transaction():
            delivery = self.due.claim(delivery_id, now, now + LEASE)
            endpoint = self.due.endpoint(delivery.endpoint_id) if delivery else None
        if delivery is None or endpoint is None:
            return
        attempt = self._tried(delivery, endpoint)
        with self.transaction():
            self._write(after(delivery, attempt))

    def _tried(self, delivery: Delivery, endpoint: Endpoint) -> Attempt:
        status, problem = None, None
        try:
            status = self._posted(delivery, endpoint)
            if status not in _GOOD:
                told = _STATUS.filled(status=status)
                problem = NotDelivered(reason_zh=told.zh, reason_en=told.en).as_json()
        except SealserviceError as failure:
            problem = failure.as_json()
        return Attempt(len(delivery.attempts) + 1, self.clock(), status, problem)

    def _posted(self, delivery: Delivery, endpoint: Endpoint) -> int:
        require_address(endpoint.url, plain_http=self.plain_http)
        now, event = self.clock(), delivery.event
        keys = [self.opener.opened(one) for one in self.due.secrets(endpoint.id, now)]
        body = event.body.encode()
        signed = headers(event.id, now, body, keys)
        return self.sender.post(endpoint.url, signed, body)

    def _write(self, delivery: Delivery) -> None:
        self.deliveries.write(delivery)
        if delivery.state is not DeliveryState.FAILED:
            return
        endpoint = self.due.endpoint(delivery.endpoint_id)
        if endpoint is None or endpoint.disabled_at is not None:
            return
        if self.due.delivered_since(endpoint.id, delivery.started_at):
            return  # it takes others; this one stays on the list of failed ones
        self._disable(endpoint, delivery.attempts[-1].problem)

    def _disable(self, endpoint: Endpoint, why: JsonObject | None) -> None:
        self.endpoints.change(replace(endpoint, disabled_at=self.clock(), disabled_why=why))
        actor = process("worker", endpoint.organisation_id)
        self.audit.append(actor, Fact.WEBHOOK_DISABLED, endpoint.id, {"why": why})
        _LOG.warning("webhook endpoint %s is disabled: nothing could be delivered", endpoint.id)
