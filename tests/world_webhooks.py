"""Webhooks in memory, and a receiver that is real."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from sealservice.config import Environment
from sealservice.identity.model import Organisation
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.identity import SqlOrganisationStore
from sealservice.kernel.clock import utc_now
from sealservice.kernel.ids import new_id
from sealservice.limits import Limits
from sealservice.notifications.model import (
    Delivery,
    DeliveryState,
    Endpoint,
    Event,
    EventType,
    SealedSecret,
)
from sealservice.notifications.service import WebhookService
from tests.world_archive import MemoryAuditLog, no_transaction


@dataclass
class Receiver:
    """An HTTP server that notes down what it is told."""

    statuses: list[int] = field(default_factory=list)
    """What it answers next, in order; 204 when there is nothing left."""
    told: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    """Headers in small letters, and the body."""
    url: str = ""

    @property
    def place(self) -> str:
        """Return its host and port."""
        return urlsplit(self.url).netloc


@contextmanager
def receiving() -> Iterator[Receiver]:
    """Run a receiver on the loopback interface."""
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            named = {name.lower(): value for name, value in self.headers.items()}
            receiver.told.append((named, body))
            status = receiver.statuses.pop(0) if receiver.statuses else 204
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.send_header("Location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()


def founded(database: Database) -> str:
    """Found an organisation and return its id."""
    organisation_id = new_id("org")
    SqlOrganisationStore(database).add(Organisation(organisation_id, "甲", utc_now()))
    return organisation_id


@dataclass
class MemoryEndpointStore:
    """Implements ``EndpointStore``."""

    rows: dict[str, Endpoint] = field(default_factory=dict)
    secrets: list[SealedSecret] = field(default_factory=list)

    def add(self, endpoint: Endpoint) -> None:
        """Keep an endpoint."""
        self.rows[endpoint.id] = endpoint

    def get(self, organisation_id: str, endpoint_id: str) -> Endpoint | None:
        """Return one endpoint of an organisation."""
        found = self.rows.get(endpoint_id)
        return found if found and found.organisation_id == organisation_id else None

    def page(
        self, organisation_id: str, after: str | None, limit: int, *, everywhere: bool
    ) -> list[Endpoint]:
        """Return some endpoints."""
        ours = [one for one in self.rows.values() if one.organisation_id == organisation_id]
        ours = [one for one in ours if everywhere or not one.everywhere]
        return sorted((one for one in ours if one.id > (after or "")), key=lambda e: e.id)[:limit]

    def change(self, endpoint: Endpoint) -> None:
        """Write an endpoint."""
        self.rows[endpoint.id] = endpoint

    def remove(self, endpoint_id: str, _at: datetime) -> None:
        """Forget an endpoint."""
        del self.rows[endpoint_id]

    def add_secret(self, secret: SealedSecret, retire_others: datetime) -> None:
        """Keep a secret."""
        self.secrets = [
            replace(one, retires_at=one.retires_at or retire_others) for one in self.secrets
        ]
        self.secrets.append(secret)


@dataclass
class MemoryDeliveryStore:
    """Implements ``DeliveryStore``; every delivery is everybody's whose endpoint it has."""

    endpoints: MemoryEndpointStore
    rows: dict[str, Delivery] = field(default_factory=dict)

    def get(self, organisation_id: str, delivery_id: str) -> Delivery | None:
        """Return one delivery."""
        found = self.rows.get(delivery_id)
        ours = found and self.endpoints.get(organisation_id, found.endpoint_id)
        return found if ours else None

    def page(self, endpoint_id: str, before: str | None, limit: int) -> list[Delivery]:
        """Return some deliveries, newest first."""
        found = [one for one in self.rows.values() if one.endpoint_id == endpoint_id]
        older = [one for one in found if before is None or one.id < before]
        return sorted(older, key=lambda one: one.id, reverse=True)[:limit]

    def write(self, delivery: Delivery) -> None:
        """Write a delivery."""
        self.rows[delivery.id] = delivery


@dataclass
class Asked:
    """Implements ``DeliveryQueue`` by a list."""

    ids: list[str] = field(default_factory=list)

    def ask(self, delivery_id: str, /) -> None:
        """Note down a delivery."""
        self.ids.append(delivery_id)


class PlainSealer:
    """Implements ``SecretSealer`` by turning bytes round."""

    def sealed(self, _secret_id: str, secret: bytes) -> tuple[bytes, str]:
        """Return the secret, backwards."""
        return secret[::-1], "whk_test"


@dataclass
class WebhookWorld:
    """The use cases of webhooks over memory."""

    audit: MemoryAuditLog
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        self.endpoints = MemoryEndpointStore()
        self.deliveries = MemoryDeliveryStore(self.endpoints)
        self.queue = Asked()
        self.service = WebhookService(
            self.endpoints, self.deliveries, self.queue, PlainSealer(), self.audit,
            no_transaction, utc_now, self.limits, Environment.DEMONSTRATION,
        )  # fmt: skip

    def delivery(self, endpoint_id: str, state: DeliveryState) -> Delivery:
        """Put a delivery into the store and return it."""
        now, organisation_id = utc_now(), self.endpoints.rows[endpoint_id].organisation_id
        body = '{"type":"license.suspended","data":{"license_id":"lic_1","reason":"<b>年报</b>"}}'
        event = Event(new_id("evt"), organisation_id, EventType.LICENSE_SUSPENDED, body, now)
        next_at = now if state is DeliveryState.PENDING else None
        delivery = Delivery(new_id("whd"), endpoint_id, event, state, now, next_at)
        self.deliveries.write(delivery)
        return delivery
