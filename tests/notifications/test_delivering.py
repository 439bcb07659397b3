"""Notices on real tables, as the roles that write and send them, to a receiver that is real.

The library ``standardwebhooks`` judges what arrives.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from standardwebhooks import Webhook, WebhookVerificationError

from sealservice.bootstrap.embedded.engines import Engines
from sealservice.config import Environment
from sealservice.infra.keys.webhook_key import WorkerKey
from sealservice.infra.processes import ProcessKind
from sealservice.infra.sql.audit import SqlAuditLog
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.webhook_outbox import SqlOutbox
from sealservice.infra.sql.webhooks import SqlDeliveryStore, SqlEndpointStore
from sealservice.infra.webhook_secrets import PublishedKeySealer
from sealservice.infra.webhook_sender import GuardedSender
from sealservice.kernel.actor import Actor, operator
from sealservice.kernel.clock import utc_now
from sealservice.kernel.facts import Fact
from sealservice.limits import Limits
from sealservice.notifications.announcing import AnnouncingAuditLog
from sealservice.notifications.delivering import DeliveryService
from sealservice.notifications.errors import (
    DeliveryNotFound,
    DeliveryPending,
    EndpointDisabled,
    SecretUnreadable,
)
from sealservice.notifications.model import PAUSES, Delivery, DeliveryState, Endpoint, EventType
from sealservice.notifications.service import WebhookService
from tests.world_webhooks import Asked, Receiver, founded, receiving

pytestmark = pytest.mark.engines

ALL: frozenset[EventType] = frozenset()
KEY = WorkerKey(X25519PrivateKey.from_private_bytes(bytes(range(32))))


@dataclass
class Site:
    """An organisation, its endpoint, and all who have to do with notices, each in its role."""

    web: Database
    worker: Database
    receiver: Receiver
    actor: Actor
    endpoint: Endpoint
    secret: str
    address: str
    now: datetime | None = None

    @property
    def service(self) -> WebhookService:
        """Return the use cases, as web."""
        return webhooks(self.web)

    @property
    def log(self) -> AnnouncingAuditLog:
        """Return the log to which a change is told, as web."""
        log = SqlAuditLog(self.web, utc_now)
        return AnnouncingAuditLog(log, log, SqlOutbox(self.web), Asked(), utc_now)

    @property
    def delivering(self) -> DeliveryService:
        """Return who delivers, as the worker, at the time of this site."""
        return deliverer(self.worker, frozenset({self.receiver.place}), self._clock)

    def happens(self, fact: Fact = Fact.LICENSE_SUSPENDED, reason: str = "年报未报") -> Delivery:
        """Let something happen to a license; return the newest delivery."""
        with self.web.transaction():
            self.log.append(self.actor, fact, "lic_1", {"reason": reason, "secret": "x"})
        return self.latest()

    def latest(self) -> Delivery:
        """Return the newest delivery to the endpoint."""
        return self.service.deliveries_to(self.actor, self.endpoint.id, None, 1)[0]

    def _clock(self) -> datetime:
        return self.now or utc_now()


def webhooks(database: Database) -> WebhookService:
    """Return the use cases on a database."""
    return WebhookService(
        SqlEndpointStore(database), SqlDeliveryStore(database), Asked(),
        PublishedKeySealer(database), SqlAuditLog(database, utc_now), database.transaction,
        utc_now, Limits(), Environment.DEMONSTRATION,
    )  # fmt: skip


def deliverer(
    database: Database, places: frozenset[str], clock: Callable[[], datetime] = utc_now
) -> DeliveryService:
    """Return who delivers, by a database."""
    return DeliveryService(
        SqlOutbox(database), SqlDeliveryStore(database), SqlEndpointStore(database), KEY,
        GuardedSender(Limits(http_seconds=2.0), places), SqlAuditLog(database, utc_now),
        database.transaction, clock, plain_http=True,
    )  # fmt: skip


@pytest.fixture
def site(
    engines: Engines, database: Database, database_as: Callable[[ProcessKind], Database]
) -> Iterator[Site]:
    """Give an organisation with one endpoint that hears of everything."""
    web, worker = database_as(ProcessKind.WEB), database_as(ProcessKind.WORKER)
    KEY.publish(worker, utc_now)
    actor = operator("op", founded(database))
    with receiving() as receiver:
        endpoint, secret = webhooks(web).add(actor, receiver.url, ALL)
        address = engines.database_urls[ProcessKind.WORKER]
        yield Site(web, worker, receiver, actor, endpoint, secret, address)


@pytest.mark.security
def test_a_notice_is_signed_as_standard_webhooks_are(site: Site) -> None:
    """The library takes it; not with another secret, another body, or a replayed old timestamp."""
    delivery = site.happens()
    site.delivering.deliver(delivery.id)
    headers, body = site.receiver.told[0]
    told = Webhook(site.secret).verify(body, headers)
    assert told["type"] == "license.suspended"
    assert told["data"] == {
        "license_id": "lic_1", "organisation_id": site.actor.organisation_id, "reason": "年报未报",
    }  # fmt: skip
    assert headers["webhook-id"] == delivery.event.id
    for secret, changed, told_at in (
        ("whsec_" + "A" * 44, body, headers["webhook-timestamp"]),
        (site.secret, body + b" ", headers["webhook-timestamp"]),
        (site.secret, body, str(int(headers["webhook-timestamp"]) - 600)),
    ):
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(changed, {**headers, "webhook-timestamp": told_at})
    assert site.latest().state is DeliveryState.DELIVERED


def test_what_is_rolled_back_is_not_told(site: Site) -> None:
    """A change that does not come about leaves no event behind."""
    with pytest.raises(RuntimeError), site.web.transaction():  # noqa: PT012
        site.log.append(site.actor, Fact.LICENSE_REVOKED, "lic_1", {"reason": "x"})
        raise RuntimeError
    assert site.service.deliveries_to(site.actor, site.endpoint.id, None, 5) == []


def test_both_secrets_sign_during_a_change(site: Site) -> None:
    """For 24 hours after a new secret each of the two verifies; then the new one alone."""
    new = site.service.new_secret(site.actor, site.endpoint.id)
    site.delivering.deliver(site.happens().id)
    headers, body = site.receiver.told[-1]
    assert Webhook(site.secret).verify(body, headers) == Webhook(new).verify(body, headers)
    site.now = utc_now() + timedelta(hours=25)
    site.delivering.deliver(site.happens().id)
    headers, _ = site.receiver.told[-1]
    assert len(headers["webhook-signature"].split(" ")) == 1


def test_an_endpoint_hears_only_of_what_it_asked_for(site: Site, database: Database) -> None:
    """Of its types and its organisation; the operator's of all organisations."""
    service, other = site.service, operator("op", founded(database))
    revoked = frozenset({EventType.LICENSE_REVOKED})
    service.change(site.actor, site.endpoint.id, site.receiver.url, revoked)
    with site.web.transaction():
        site.log.append(site.actor, Fact.LICENSE_SUSPENDED, "lic_1", {})
        site.log.append(other, Fact.LICENSE_REVOKED, "lic_2", {})
    assert service.deliveries_to(site.actor, site.endpoint.id, None, 5) == []
    registry, _ = service.add(site.actor, site.receiver.url, ALL, everywhere=True)
    with site.web.transaction():
        site.log.append(other, Fact.LICENSE_REVOKED, "lic_2", {})
    assert len(service.deliveries_to(site.actor, registry.id, None, 5)) == 1
    service.disable(site.actor, registry.id)


@pytest.mark.security
def test_a_receiver_that_stays_away_is_tried_for_a_day_and_then_disabled(site: Site) -> None:
    """Redirects and errors count as no; the pauses make 24 hours; the reason is written down."""
    assert sum(PAUSES, timedelta()) == timedelta(hours=24)
    site.receiver.statuses = [302, 500, *[503] * 20]
    delivery = site.happens()
    site.now = utc_now()
    while site.latest().state is DeliveryState.PENDING:
        assert delivery.id in site.delivering.waiting()
        site.delivering.deliver(delivery.id)
        assert delivery.id not in site.delivering.waiting()
        site.delivering.deliver(delivery.id)  # not due: nothing is sent
        site.now = site.latest().next_at
    assert len(site.receiver.told) == len(PAUSES) + 1 == len(site.latest().attempts)
    assert [one.status for one in site.latest().attempts][:3] == [302, 500, 503]
    endpoint = site.service.show(site.actor, site.endpoint.id)
    assert endpoint.disabled_why is not None
    assert "503" in str(endpoint.disabled_why["zh"])
    with pytest.raises(EndpointDisabled):
        site.service.redeliver(site.actor, delivery.id)


def test_a_delivery_is_sent_again_under_the_same_id(site: Site, database: Database) -> None:
    """After the endpoint is enabled; not while it is pending; not by another organisation."""
    site.receiver.statuses = [410]
    delivery = site.happens()
    with pytest.raises(DeliveryPending):
        site.service.redeliver(site.actor, delivery.id)
    site.delivering.deliver(delivery.id)
    assert site.latest().state is DeliveryState.FAILED  # gone means gone
    site.service.enable(site.actor, site.endpoint.id)
    with pytest.raises(DeliveryNotFound):
        site.service.redeliver(operator("op", founded(database)), delivery.id)
    site.service.redeliver(site.actor, delivery.id)
    site.delivering.deliver(delivery.id)
    first, again = (headers["webhook-id"] for headers, _ in site.receiver.told)
    assert first == again == delivery.event.id
    assert [one.status for one in site.latest().attempts] == [410, 204]


@pytest.mark.security
@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/", "http://127.0.0.1/", "http://[::1]/", "http://169.254.169.254/latest",
        "http://10.0.0.1/", "http://[::ffff:127.0.0.1]/", "http://0x7f000001/", "http://8.8.8.8:22/",
    ],
)  # fmt: skip
def test_nothing_is_sent_into_private_networks(site: Site, url: str) -> None:
    """Loopback, link-local and private ones are refused when it comes to it; the reason is kept."""
    site.service.change(site.actor, site.endpoint.id, url, ALL)
    delivery = site.happens()
    site.delivering.deliver(delivery.id)
    attempt = site.latest().attempts[0]
    assert attempt.status is None
    assert attempt.problem is not None
    assert attempt.problem["code"] == "webhook_not_delivered"


@pytest.mark.security
def test_only_the_worker_opens_secrets(site: Site) -> None:
    """A secret of another row, or to another key, does not open; tables hold no plain one."""
    sealed = SqlOutbox(site.worker).secrets(site.endpoint.id, utc_now())[0]
    assert site.secret.encode() not in sealed.sealed
    with pytest.raises(SecretUnreadable):
        KEY.opened(replace(sealed, id="whs_other"))
    with pytest.raises(SecretUnreadable):
        WorkerKey(X25519PrivateKey.generate()).opened(sealed)


def test_a_killed_worker_loses_nothing(site: Site) -> None:
    """Killed by SIGKILL after the claim; when the lease is over the same notice is sent."""
    delivery = site.happens()
    command = [sys.executable, "-m", "tests.notifications.test_delivering", delivery.id]
    root = Path(__file__).parents[2]
    child = subprocess.run(
        command, cwd=root, env={**os.environ, "ADDRESS": site.address}, check=False
    )
    assert child.returncode == -signal.SIGKILL
    assert delivery.id not in site.delivering.waiting()
    site.now = utc_now() + timedelta(minutes=3)
    assert delivery.id in site.delivering.waiting()
    site.delivering.deliver(delivery.id)
    assert json.loads(site.receiver.told[0][1])["type"] == "license.suspended"


class _Fatal:
    """A client that dies in the middle of what it does."""

    def post(self, *_: object) -> int:
        """Kill this process."""
        os.kill(os.getpid(), signal.SIGKILL)
        return 0


if __name__ == "__main__":
    worker = deliverer(Database(os.environ["ADDRESS"], pool_size=1), frozenset())
    replace(worker, sender=_Fatal()).deliver(sys.argv[1])
