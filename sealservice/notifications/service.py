"""Name the addresses that are told of events, change their secrets, send again.

1. An administrator names endpoints of the organisation (``admin``); one that hears of all
   organisations is the operator's, at the machine; for anybody else there is no such endpoint.
2. An address is https:// and says no literal address outside the public network; in a
   demonstration http:// will do. Where a name leads is looked at whenever something is sent there.
3. A secret is made here, shown once, and kept encrypted to the worker, who alone can open it. With
   a new one the one before goes on signing for 24 hours, so that receivers change over in between.
"""

from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from sealservice.audit.ports import AuditLog
from sealservice.config import Environment
from sealservice.kernel.actor import Actor, ActorKind, Permission
from sealservice.kernel.clock import Clock
from sealservice.kernel.facts import Fact
from sealservice.kernel.ids import new_id
from sealservice.kernel.json import JsonObject, JsonValue
from sealservice.kernel.text import Text
from sealservice.kernel.transaction import Transaction
from sealservice.limits import Limits
from sealservice.notifications.errors import (
    AddressRefused,
    DeliveryNotFound,
    DeliveryPending,
    EndpointDisabled,
    EndpointNotFound,
    OperatorEndpoint,
    TooManyEndpoints,
)
from sealservice.notifications.model import (
    BOTH_SECRETS,
    Delivery,
    DeliveryState,
    Endpoint,
    EventType,
    SealedSecret,
)
from sealservice.notifications.ports import (
    DeliveryQueue,
    DeliveryStore,
    EndpointStore,
    SecretSealer,
)
from sealservice.notifications.signature import new_secret, written

_SCHEME: Final = Text("不是 https:// 地址", "it is no https:// address")
_FORM: Final = Text("格式不对或过长", "it is malformed or too long")
_NOT_PUBLIC: Final = Text("不在公共网络中", "it is not in the public network")
_GREATEST_LETTERS: Final = 500
_GREATEST_LABEL: Final = 63
_A_LABEL: Final = "xn--"


@dataclass(frozen=True, slots=True)
class WebhookService:
    """Use cases around webhook endpoints."""

    endpoints: EndpointStore
    deliveries: DeliveryStore
    queue: DeliveryQueue
    sealer: SecretSealer
    audit: AuditLog
    transaction: Transaction
    clock: Clock
    limits: Limits
    environment: Environment

    def add(
        self, actor: Actor, url: str, events: frozenset[EventType], *, everywhere: bool = False
    ) -> tuple[Endpoint, str]:
        """Name an address; return it and the secret that its notices are signed with.

        Raises:
            PermissionMissing, AddressRefused, TooManyEndpoints.
            OperatorEndpoint: only the operator may hear of all organisations.
            WorkerUnknown: there is no worker yet to encrypt the secret to.
        """
        actor.require(Permission.ADMIN)
        if everywhere and actor.kind is not ActorKind.OPERATOR:
            raise OperatorEndpoint
        url = self._address(url)
        endpoint = Endpoint(
            new_id("whe"), actor.organisation_id, url, events, self.clock(), everywhere
        )
        greatest = self.limits.webhook_endpoints
        with self.transaction():
            if len(self._some(actor, greatest)) >= greatest:
                raise TooManyEndpoints(greatest=greatest)
            self.endpoints.add(endpoint)
            secret = self._new_secret(endpoint)
            self.audit.append(actor, Fact.WEBHOOK_ADDED, endpoint.id, _outline(endpoint))
        return endpoint, secret

    def page(self, actor: Actor, after: str | None, limit: int) -> list[Endpoint]:
        """Return up to ``limit`` endpoints in the order of their ids, after the id ``after``.

        Raises:
            PermissionMissing: the actor may not.
        """
        actor.require(Permission.ADMIN)
        return self.endpoints.page(
            actor.organisation_id, after, limit, everywhere=_sees_everywhere(actor)
        )

    def show(self, actor: Actor, endpoint_id: str) -> Endpoint:
        """Return one endpoint of the actor's organisation.

        Raises:
            PermissionMissing, EndpointNotFound.
        """
        actor.require(Permission.ADMIN)
        endpoint = self._seen(actor, endpoint_id)
        if endpoint is None:
            raise EndpointNotFound(endpoint_id=endpoint_id)
        return endpoint

    def change(
        self, actor: Actor, endpoint_id: str, url: str, events: frozenset[EventType]
    ) -> Endpoint:
        """Give an endpoint another address or other events.

        Raises:
            PermissionMissing, EndpointNotFound, AddressRefused.
        """
        url = self._address(url)
        return self._changed(actor, replace(self.show(actor, endpoint_id), url=url, events=events))

    def disable(self, actor: Actor, endpoint_id: str) -> Endpoint:
        """Send nothing there until it is enabled again; what happens meanwhile is not told.

        Raises:
            PermissionMissing, EndpointNotFound.
        """
        endpoint = self.show(actor, endpoint_id)
        if endpoint.disabled_at is not None:
            return endpoint
        return self._changed(actor, replace(endpoint, disabled_at=self.clock()))

    def enable(self, actor: Actor, endpoint_id: str) -> Endpoint:
        """Send there again, also what was pending.

        Raises:
            PermissionMissing, EndpointNotFound.
        """
        endpoint = self.show(actor, endpoint_id)
        if endpoint.disabled_at is None:
            return endpoint
        return self._changed(actor, replace(endpoint, disabled_at=None, disabled_why=None))

    def remove(self, actor: Actor, endpoint_id: str) -> None:
        """Tell an address nothing any more.

        Raises:
            PermissionMissing, EndpointNotFound.
        """
        endpoint = self.show(actor, endpoint_id)
        with self.transaction():
            self.endpoints.remove(endpoint.id, self.clock())
            self.audit.append(actor, Fact.WEBHOOK_REMOVED, endpoint.id, _outline(endpoint))

    def new_secret(self, actor: Actor, endpoint_id: str) -> str:
        """Return a new signing secret; the one before signs as well for 24 hours.

        Raises:
            PermissionMissing, EndpointNotFound, WorkerUnknown.
        """
        endpoint = self.show(actor, endpoint_id)
        with self.transaction():
            secret = self._new_secret(endpoint)
            self.audit.append(actor, Fact.WEBHOOK_ROTATED, endpoint.id, {})
        return secret

    def deliveries_to(
        self, actor: Actor, endpoint_id: str, before: str | None, limit: int
    ) -> list[Delivery]:
        """Return up to ``limit`` deliveries to an endpoint, newest first.

        Raises:
            PermissionMissing, EndpointNotFound.
        """
        endpoint = self.show(actor, endpoint_id)
        return self.deliveries.page(endpoint.id, before, limit)

    def redeliver(self, actor: Actor, delivery_id: str) -> Delivery:
        """Send the notice of a delivery that is over once more, under the same ``webhook-id``.

        Raises:
            PermissionMissing, DeliveryNotFound.
            DeliveryPending: it is going to be sent anyway.
            EndpointDisabled: nothing is sent there.
        """
        actor.require(Permission.ADMIN)
        with self.transaction():
            delivery = self.deliveries.get(actor.organisation_id, delivery_id)
            endpoint = self._seen(actor, delivery.endpoint_id) if delivery else None
            if delivery is None or endpoint is None:
                raise DeliveryNotFound(delivery_id=delivery_id)
            if endpoint.disabled_at is not None:
                raise EndpointDisabled
            if delivery.state is DeliveryState.PENDING:
                raise DeliveryPending
            now = self.clock()
            again = replace(
                delivery, state=DeliveryState.PENDING, started_at=now, next_at=now, tries=0
            )
            self.deliveries.write(again)
            self.queue.ask(again.id)
            self.audit.append(actor, Fact.WEBHOOK_RESENT, again.id, {"event": again.event.id})
        return again

    def _some(self, actor: Actor, limit: int) -> list[Endpoint]:
        return self.endpoints.page(actor.organisation_id, None, limit, everywhere=True)

    def _seen(self, actor: Actor, endpoint_id: str) -> Endpoint | None:
        """Return an endpoint that is there for the actor (rule 1)."""
        found = self.endpoints.get(actor.organisation_id, endpoint_id)
        hidden = found is not None and found.everywhere and not _sees_everywhere(actor)
        return None if hidden else found

    def _address(self, url: str) -> str:
        plain_http = self.environment is Environment.DEMONSTRATION
        return require_address(url.strip(), plain_http=plain_http)

    def _changed(self, actor: Actor, endpoint: Endpoint) -> Endpoint:
        with self.transaction():
            self.endpoints.change(endpoint)
            self.audit.append(actor, Fact.WEBHOOK_CHANGED, endpoint.id, _outline(endpoint))
        return endpoint

    def _new_secret(self, endpoint: Endpoint) -> str:
        plain, now, secret_id = new_secret(), self.clock(), new_id("whs")
        sealed, recipient = self.sealer.sealed(secret_id, plain)
        secret = SealedSecret(secret_id, endpoint.id, sealed, recipient, now)
        self.endpoints.add_secret(secret, now + BOTH_SECRETS)
        return written(plain)


def _sees_everywhere(actor: Actor) -> bool:
    return actor.kind is ActorKind.OPERATOR


def require_address(url: str, *, plain_http: bool) -> str:
    """Return an address that is fit to be told of events (rule 2).

    Raises:
        AddressRefused: it is not.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    if parts.scheme != "https" and not (plain_http and parts.scheme == "http"):
        raise _refused(_SCHEME)
    odd = bool(parts.username or parts.password or parts.fragment or "\\" in url)
    if not _is_name(host) or port == 0 or odd or len(url) > _GREATEST_LETTERS or not _is_plain(url):
        raise _refused(_FORM)
    if not plain_http and not _may_be_public(host):
        raise _refused(_NOT_PUBLIC)
    return url


def _is_plain(url: str) -> bool:
    return url.isascii() and url.isprintable() and " " not in url


def _is_name(host: str) -> bool:
    """Return whether every label has 1 to 63 letters, and each A-label decodes (RFC 5890 2.3.2).

    Some that IDNA refuses for other reasons pass: sending there fails, which is an attempt.
    """
    try:
        return all(map(_is_label, host.removesuffix(".").split(".")))
    except UnicodeError:
        return False


def _is_label(label: str) -> bool:
    coded = label.lower()
    is_coded = coded.startswith(_A_LABEL)
    if is_coded and not coded.removeprefix(_A_LABEL).encode("ascii").decode("punycode"):
        return False
    return 0 < len(label) <= _GREATEST_LABEL


def _may_be_public(host: str) -> bool:
    """Return whether a host is a name, or a literal address of the public network."""
    try:
        return ip_address(host.strip("[]")).is_global
    except ValueError:
        return "." in host and not host.endswith((".localhost", ".local", ".internal"))


def _refused(reason: Text) -> AddressRefused:
    return AddressRefused(reason_zh=reason.zh, reason_en=reason.en)


def _outline(endpoint: Endpoint) -> JsonObject:
    events: list[JsonValue] = [*sorted(event.value for event in endpoint.events)]
    return {
        "url": endpoint.url,
        "events": events,
        "everywhere": endpoint.everywhere,
        "disabled": endpoint.disabled_at is not None,
    }
