"""What notices need from outside: rows that stay, secrets that only the worker opens, a client."""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from sealservice.notifications.model import Delivery, Endpoint, Event, SealedSecret


class EndpointStore(Protocol):
    """Endpoints and their encrypted secrets; joins the caller's transaction."""

    def add(self, endpoint: Endpoint) -> None:
        """Insert an endpoint."""
        ...

    def get(self, organisation_id: str, endpoint_id: str) -> Endpoint | None:
        """Return one endpoint of an organisation."""
        ...

    def page(
        self, organisation_id: str, after: str | None, limit: int, *, everywhere: bool
    ) -> list[Endpoint]:
        """Return up to ``limit`` endpoints in the order of their ids, after the id ``after``.

        Those that hear of all organisations only if ``everywhere``.
        """
        ...

    def change(self, endpoint: Endpoint) -> None:
        """Write address, events and whether it is disabled."""
        ...

    def remove(self, endpoint_id: str, at: datetime) -> None:
        """Let an endpoint and its secrets end; its deliveries stay on record."""
        ...

    def add_secret(self, secret: SealedSecret, retire_others: datetime) -> None:
        """Insert a secret; the newest other one retires then, any older ones now."""
        ...


class DeliveryStore(Protocol):
    """Deliveries as people see them; joins the caller's transaction."""

    def get(self, organisation_id: str, delivery_id: str) -> Delivery | None:
        """Return one delivery to an endpoint of an organisation."""
        ...

    def page(self, endpoint_id: str, before: str | None, limit: int) -> list[Delivery]:
        """Return up to ``limit`` deliveries, newest first, older than the id ``before``."""
        ...

    def write(self, delivery: Delivery) -> None:
        """Write a delivery's state, times and those attempts that are not yet written."""
        ...


class Outbox(Protocol):
    """Takes events in; joins the caller's transaction."""

    def put(self, event: Event) -> list[str]:
        """Keep an event that somebody is to be told of; return the ids of its deliveries."""
        ...


class DueDeliveries(Protocol):
    """Deliveries as the worker sees them."""

    def due(self, now: datetime) -> list[str]:
        """Return the ids of the deliveries to be tried now, oldest first, a bounded number."""
        ...

    def claim(self, delivery_id: str, now: datetime, until: datetime) -> Delivery | None:
        """Take a delivery that is due for oneself; None: it is not, or another has it."""
        ...

    def endpoint(self, endpoint_id: str) -> Endpoint | None:
        """Return an endpoint, locked until the transaction ends."""
        ...

    def secrets(self, endpoint_id: str, now: datetime) -> list[SealedSecret]:
        """Return the secrets that sign now, newest first."""
        ...

    def delivered_since(self, endpoint_id: str, since: datetime) -> bool:
        """Return whether anything was delivered there since."""
        ...


class DeliveryQueue(Protocol):
    """Whoever delivers."""

    def ask(self, delivery_id: str, /) -> None:
        """Enqueue a delivery, in the caller's transaction."""
        ...


class SecretSealer(Protocol):
    """Encrypts secrets to the worker; cannot open them again."""

    def sealed(self, secret_id: str, secret: bytes) -> tuple[bytes, str]:
        """Return the ciphertext and the id of the key that opens it.

        Raises:
            WorkerUnknown: no worker has published its key.
        """
        ...


class SecretOpener(Protocol):
    """Opens secrets; the worker's."""

    def opened(self, secret: SealedSecret) -> bytes:
        """Return a secret.

        Raises:
            SecretUnreadable: it was encrypted to another key.
        """
        ...


class Sender(Protocol):
    """Posts over HTTP into the public network, and nowhere else."""

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Return the HTTP status of the answer; redirects are not followed.

        Raises:
            NotDelivered: there was no answer.
        """
        ...
