"""Events on their way: put by whoever changes something, taken by the worker."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import any_, insert, literal, or_, select, update

from sealservice.infra.sql.database import Database
from sealservice.infra.sql.webhook_tables import (
    webhook_deliveries,
    webhook_endpoints,
    webhook_events,
    webhook_secrets,
)
from sealservice.infra.sql.webhooks import deliveries_of, endpoint_of, with_event
from sealservice.kernel.ids import new_id
from sealservice.notifications.model import Delivery, DeliveryState, Endpoint, Event, SealedSecret

_AT_ONCE: Final = 500
"""Most deliveries that are enqueued at once; the next look finds the others."""
_ENDPOINT: Final = webhook_endpoints.c
_DELIVERY: Final = webhook_deliveries.c
_LIVE: Final = _ENDPOINT.disabled_at.is_(None) & _ENDPOINT.removed_at.is_(None)


@dataclass(frozen=True, slots=True)
class SqlOutbox:
    """Implements ``Outbox`` and ``DueDeliveries``."""

    database: Database

    def put(self, event: Event) -> list[str]:
        """Keep an event that somebody is to be told of; return the ids of its deliveries."""
        whose = or_(_ENDPOINT.organisation_id == event.organisation_id, _ENDPOINT.everywhere)
        wanted = or_(_ENDPOINT.events == [], literal(event.type.value) == any_(_ENDPOINT.events))
        endpoints = select(_ENDPOINT.id).where(whose, wanted, _LIVE).order_by(_ENDPOINT.id)
        connection = self.database.connection()
        rows = [_fresh(event, one) for one in connection.execute(endpoints).scalars()]
        if rows:
            kept = {
                "id": event.id,
                "organisation_id": event.organisation_id,
                "type": event.type.value,
                "body": event.body,
                "at": event.at,
            }
            connection.execute(insert(webhook_events).values(kept))
            connection.execute(insert(webhook_deliveries), rows)
        return [str(row["id"]) for row in rows]

    def due(self, now: datetime) -> list[str]:
        """Return the ids of the deliveries to be tried now, oldest first, a bounded number."""
        query = (
            select(_DELIVERY.id)
            .join(webhook_endpoints, _ENDPOINT.id == _DELIVERY.endpoint_id)
            .where(_DELIVERY.next_at <= now, _LIVE)
            .order_by(_DELIVERY.next_at)
            .limit(_AT_ONCE)
        )
        with self.database.transaction():
            return list(self.database.connection().execute(query).scalars())

    def claim(self, delivery_id: str, now: datetime, until: datetime) -> Delivery | None:
        """Take a delivery that is due for oneself; None: it is not, or another has it."""
        live = select(_ENDPOINT.id).where(_LIVE)
        taken = (
            update(webhook_deliveries)
            .where(_DELIVERY.id == delivery_id, _DELIVERY.next_at <= now)
            .where(_DELIVERY.endpoint_id.in_(live))
            .values(next_at=until)
            .returning(_DELIVERY.id)
        )
        with self.database.transaction():
            if self.database.connection().execute(taken).first() is None:
                return None
            query = with_event().where(_DELIVERY.id == delivery_id)
            return deliveries_of(self.database, query)[0]

    def endpoint(self, endpoint_id: str) -> Endpoint | None:
        """Return an endpoint, locked until the transaction ends."""
        query = select(webhook_endpoints).where(_ENDPOINT.id == endpoint_id).with_for_update()
        with self.database.transaction():
            row = self.database.connection().execute(query).mappings().first()
        return endpoint_of(row) if row else None

    def secrets(self, endpoint_id: str, now: datetime) -> list[SealedSecret]:
        """Return the secrets that sign now, newest first."""
        table = webhook_secrets.c
        query = (
            select(webhook_secrets)
            .where(table.endpoint_id == endpoint_id)
            .where(or_(table.retires_at.is_(None), table.retires_at > now))
            .order_by(table.id.desc())
        )
        with self.database.transaction():
            rows = self.database.connection().execute(query).mappings().all()
        return [SealedSecret(**row) for row in rows]

    def delivered_since(self, endpoint_id: str, since: datetime) -> bool:
        """Return whether anything was delivered there since."""
        query = (
            select(_DELIVERY.id)
            .where(_DELIVERY.endpoint_id == endpoint_id, _DELIVERY.delivered_at >= since)
            .limit(1)
        )
        with self.database.transaction():
            return self.database.connection().execute(query).first() is not None


def _fresh(event: Event, endpoint_id: str) -> dict[str, object]:
    return {
        "id": new_id("whd"),
        "endpoint_id": endpoint_id,
        "event_id": event.id,
        "state": DeliveryState.PENDING.value,
        "started_at": event.at,
        "next_at": event.at,
        "tries": 0,
    }
