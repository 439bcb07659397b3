"""Webhook endpoints and deliveries in PostgreSQL, as people see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import RowMapping, Select, insert, select, update
from sqlalchemy.dialects import postgresql

from sealservice.infra.sql.database import Database
from sealservice.infra.sql.webhook_tables import (
    webhook_attempts,
    webhook_deliveries,
    webhook_endpoints,
    webhook_events,
    webhook_secrets,
)
from sealservice.notifications.model import (
    Attempt,
    Delivery,
    DeliveryState,
    Endpoint,
    Event,
    EventType,
    SealedSecret,
)

_CHANGED: Final = ("url", "events", "disabled_at", "disabled_why")
_WITH_EVENT: Final = select(
    webhook_deliveries,
    webhook_events.c.organisation_id,
    webhook_events.c.type,
    webhook_events.c.body,
    webhook_events.c.at,
).join(webhook_events, webhook_events.c.id == webhook_deliveries.c.event_id)


@dataclass(frozen=True, slots=True)
class SqlEndpointStore:
    """Implements ``EndpointStore``."""

    database: Database

    def add(self, endpoint: Endpoint) -> None:
        """Insert an endpoint."""
        with self.database.transaction():
            self.database.connection().execute(insert(webhook_endpoints).values(_row(endpoint)))

    def get(self, organisation_id: str, endpoint_id: str) -> Endpoint | None:
        """Return one endpoint of an organisation."""
        found = self._all(_endpoints_of(organisation_id).where(_ENDPOINT.id == endpoint_id))
        return found[0] if found else None

    def page(
        self, organisation_id: str, after: str | None, limit: int, *, everywhere: bool
    ) -> list[Endpoint]:
        """Return up to ``limit`` endpoints in the order of their ids, after the id ``after``."""
        query = _endpoints_of(organisation_id).where(_ENDPOINT.id > (after or ""))
        if not everywhere:
            query = query.where(_ENDPOINT.everywhere.is_(False))
        return self._all(query.order_by(_ENDPOINT.id).limit(limit))

    def change(self, endpoint: Endpoint) -> None:
        """Write address, events and whether it is disabled."""
        row = _row(endpoint)
        changed = {name: row[name] for name in _CHANGED}
        change = update(webhook_endpoints).where(_ENDPOINT.id == endpoint.id).values(changed)
        with self.database.transaction():
            self.database.connection().execute(change)

    def remove(self, endpoint_id: str, at: datetime) -> None:
        """Let an endpoint and its secrets end; its deliveries stay on record."""
        with self.database.transaction():
            connection = self.database.connection()
            ended = update(webhook_endpoints).where(_ENDPOINT.id == endpoint_id)
            connection.execute(ended.values(removed_at=at))
            secrets = update(webhook_secrets).where(_SECRET.endpoint_id == endpoint_id)
            connection.execute(secrets.values(retires_at=at))

    def add_secret(self, secret: SealedSecret, retire_others: datetime) -> None:
        """Insert a secret; the newest other one retires then, any older ones now."""
        others = update(webhook_secrets).where(_SECRET.endpoint_id == secret.endpoint_id)
        row = {name: getattr(secret, name) for name in _SECRET.keys()}  # noqa: SIM118 - no mapping
        with self.database.transaction():
            connection = self.database.connection()
            older = others.where(_SECRET.retires_at > secret.created_at)
            connection.execute(older.values(retires_at=secret.created_at))
            newest = others.where(_SECRET.retires_at.is_(None))
            connection.execute(newest.values(retires_at=retire_others))
            connection.execute(insert(webhook_secrets).values(row))

    def _all(self, query: Select[Any]) -> list[Endpoint]:
        with self.database.transaction():
            rows = self.database.connection().execute(query).mappings().all()
        return [endpoint_of(row) for row in rows]


@dataclass(frozen=True, slots=True)
class SqlDeliveryStore:
    """Implements ``DeliveryStore``."""

    database: Database

    def get(self, organisation_id: str, delivery_id: str) -> Delivery | None:
        """Return one delivery to an endpoint of an organisation."""
        query = (
            _WITH_EVENT.join(webhook_endpoints, _ENDPOINT.id == _DELIVERY.endpoint_id)
            .where(_ENDPOINT.organisation_id == organisation_id)
            .where(_DELIVERY.id == delivery_id)
            .with_for_update(of=webhook_deliveries)
        )
        found = deliveries_of(self.database, query)
        return found[0] if found else None

    def page(self, endpoint_id: str, before: str | None, limit: int) -> list[Delivery]:
        """Return up to ``limit`` deliveries, newest first, older than the id ``before``."""
        query = _WITH_EVENT.where(_DELIVERY.endpoint_id == endpoint_id)
        older = query.where(_DELIVERY.id < before) if before else query
        return deliveries_of(self.database, older.order_by(_DELIVERY.id.desc()).limit(limit))

    def write(self, delivery: Delivery) -> None:
        """Write a delivery's state, times and those attempts that are not yet written."""
        changed = {
            "state": delivery.state.value,
            "started_at": delivery.started_at,
            "next_at": delivery.next_at,
            "tries": delivery.tries,
        }
        if delivery.state is DeliveryState.DELIVERED:
            changed["delivered_at"] = delivery.attempts[-1].at
        rows = [
            {"delivery_id": delivery.id, **_columns(attempt, "number", "at", "status", "problem")}
            for attempt in delivery.attempts
        ]
        with self.database.transaction():
            connection = self.database.connection()
            written = update(webhook_deliveries).where(_DELIVERY.id == delivery.id)
            connection.execute(written.values(changed))
            if rows:
                new = postgresql.insert(webhook_attempts).on_conflict_do_nothing()
                connection.execute(new, rows)


_ENDPOINT: Final = webhook_endpoints.c
_SECRET: Final = webhook_secrets.c
_DELIVERY: Final = webhook_deliveries.c


def endpoint_of(row: RowMapping) -> Endpoint:
    """Return the endpoint of a row."""
    return Endpoint(
        id=row["id"],
        organisation_id=row["organisation_id"],
        url=row["url"],
        events=frozenset(map(EventType, row["events"])),
        created_at=row["created_at"],
        everywhere=row["everywhere"],
        disabled_at=row["disabled_at"],
        disabled_why=row["disabled_why"],
    )


def deliveries_of(database: Database, query: Select[Any]) -> list[Delivery]:
    """Return the deliveries that a query over ``with_event`` finds, with their attempts."""
    with database.transaction():
        rows = database.connection().execute(query).mappings().all()
        ids = [row["id"] for row in rows]
        tries = select(webhook_attempts).where(webhook_attempts.c.delivery_id.in_(ids))
        ordered = tries.order_by(webhook_attempts.c.number)
        found = database.connection().execute(ordered).mappings().all() if ids else []
    attempts: dict[str, list[Attempt]] = {}
    for one in found:
        attempt = Attempt(one["number"], one["at"], one["status"], one["problem"])
        attempts.setdefault(one["delivery_id"], []).append(attempt)
    return [_delivery(row, tuple(attempts.get(row["id"], ()))) for row in rows]


def with_event() -> Select[Any]:
    """Return the query of deliveries with their events."""
    return _WITH_EVENT


def _delivery(row: RowMapping, attempts: tuple[Attempt, ...]) -> Delivery:
    return Delivery(
        id=row["id"],
        endpoint_id=row["endpoint_id"],
        event=Event(
            row["event_id"],
            row["organisation_id"],
            EventType(row["type"]),
            row["body"],
            row["at"],
        ),
        state=DeliveryState(row["state"]),
        started_at=row["started_at"],
        next_at=row["next_at"],
        tries=row["tries"],
        attempts=attempts,
    )


def _endpoints_of(organisation_id: str) -> Select[Any]:
    ours = select(webhook_endpoints).where(_ENDPOINT.organisation_id == organisation_id)
    return ours.where(_ENDPOINT.removed_at.is_(None))


def _row(endpoint: Endpoint) -> dict[str, object]:
    named = ("id", "organisation_id", "url", "created_at", "everywhere", "disabled_at")
    events = sorted(event.value for event in endpoint.events)
    row = _columns(endpoint, *named, "disabled_why")
    return {**row, "events": events}


def _columns(thing: object, *names: str) -> dict[str, object]:
    return {name: getattr(thing, name) for name in names}
