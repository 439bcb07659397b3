"""A whole installation on real parts in a home of its own, with a seal, for orders to be lost in.

Engines are the private ones. The signer is the real program on the settings of an external
installation, so that a test can put something faulty between it and its surroundings.
"""

import hashlib
import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property, partial
from pathlib import Path

from sqlalchemy import text

from sealservice.audit.model import AuditFact
from sealservice.bootstrap.demonstration import ensure_ceremony, first_actor
from sealservice.bootstrap.embedded.child import is_gone
from sealservice.bootstrap.embedded.home import open_home
from sealservice.bootstrap.embedded.postgres import Postgres
from sealservice.bootstrap.embedded.seaweed import Seaweed
from sealservice.bootstrap.enrolment import approve_as_operator
from sealservice.bootstrap.installation import Installation, opened
from sealservice.bootstrap.offline import verifier
from sealservice.bootstrap.processes import answers
from sealservice.bootstrap.services import Services, services
from sealservice.config import Settings
from sealservice.infra.processes import ProcessKind
from sealservice.infra.s3 import s3_client
from sealservice.infra.sql.database import Database
from sealservice.kernel.actor import Actor
from sealservice.kernel.errors import SealserviceError
from sealservice.kernel.facts import Fact
from sealservice.kernel.resources import resource
from sealservice.sealing.model import (
    KeywordPlacement,
    Level,
    Order,
    OrderRequest,
    OrderState,
    SealUse,
)
from sealservice.sealing.steps import Step
from sealservice.seals.model import SealState
from sealservice.verification.model import Verdict
from tests.chaos.processes import Process, running, wait_for
from tests.sealing.pages import typeset
from tests.witnesses import witness
from tests.world_press import KEYWORD

LIMITS = {"http_seconds": 2, "store_seconds": 2}
"""Shorter waits than in earnest."""
_OVER = (OrderState.DONE, OrderState.FAILED)
_ONCE = [
    Fact.ORDER_PLACED,
    Fact.ORDER_APPROVED,
    Fact.INTENT_COMMITTED,
    Fact.SEAL_USED,
    Fact.ORDER_COMPLETED,
]


@dataclass
class Site:
    """One home, its services as the web process has them, and one active seal."""

    installation: Installation
    at_hand: Services
    owner: Database

    # Engines -------------------------------------------------------------------------------------

    @property
    def folder(self) -> Path:
        """Return the home."""
        return self.installation.settings.home

    @cached_property
    def postgres(self) -> Postgres:
        """Return PostgreSQL, to be killed and started again."""
        return Postgres(open_home(self.folder))

    @cached_property
    def seaweed(self) -> Seaweed:
        """Return SeaweedFS, likewise."""
        return Seaweed(open_home(self.folder))

    def kill(self, *engines: Postgres | Seaweed) -> None:
        """``kill -9`` engines with all their processes."""
        for engine in engines:
            pid = engine._child.pid()
            assert pid is not None
            os.killpg(pid, signal.SIGKILL)
            wait_for(partial(is_gone, pid), "the engine is dead")

    # Processes -----------------------------------------------------------------------------------

    @contextmanager
    def signer(self, *halts: Step, **environment: str) -> Iterator[Process]:
        """Run the signer; it stops itself at the given steps."""
        settings = self._settings(ProcessKind.SIGNER) | environment
        if halts:
            settings["SEALSERVICE_HALT_AT"] = ",".join(halts)
        with running("signer", self.folder, settings) as process:
            url = f"http://{settings['SEALSERVICE_SIGNER_LISTEN']}/livez"
            if not halts:
                process.wait_until_up(lambda: answers(url))
            yield process

    @contextmanager
    def web(self, **environment: str) -> Iterator[Process]:
        """Run the web process."""
        settings = self._settings(ProcessKind.WEB) | environment
        settings["SEALSERVICE_SIGNER_URL"] = self.installation.signer_url
        with running("web", self.folder, settings) as process:
            process.wait_until_up(
                lambda: answers(f"http://{settings['SEALSERVICE_WEB_LISTEN']}/livez")
            )
            yield process

    @contextmanager
    def worker(self) -> Iterator[Process]:
        """Run the worker."""
        with running("worker", self.folder, self._settings(ProcessKind.WORKER)) as process:
            process.wait_until_up(lambda: "Starting worker" in process.log())
            yield process

    def _settings(self, kind: ProcessKind) -> dict[str, str]:
        account = self.installation.accounts[kind]
        web_host, web_port = self.installation.web_listen
        signer_host, signer_port = self.installation.signer_listen
        return {
            "SEALSERVICE_DATABASE_URL": self.installation.database_urls[kind],
            "SEALSERVICE_S3_ENDPOINT": account.endpoint,
            "SEALSERVICE_S3_ACCESS_KEY": account.access_key,
            "SEALSERVICE_S3_SECRET_KEY": account.secret_key,
            "SEALSERVICE_PUBLIC_URL": self.installation.public_url,
            "SEALSERVICE_WEB_LISTEN": f"{web_host}:{web_port}",
            "SEALSERVICE_SIGNER_LISTEN": f"{signer_host}:{signer_port}",
            "SEALSERVICE_LIMITS": json.dumps(LIMITS),
        }

    # Orders --------------------------------------------------------------------------------------

    @cached_property
    def actor(self) -> Actor:
        """Return who places the orders."""
        return first_actor(self.at_hand, "chaos")

    @cached_property
    def seal_id(self) -> str:
        """Return the seal of the sample license; the first call has a signer make it."""
        face = json.loads(resource("templates/samples/license.json").read_text("utf-8"))
        license_ = self.at_hand.licenses.register(self.actor, face)
        seal = self.at_hand.seals.apply(self.actor, license_.id)
        with self.signer():
            wait_for(
                lambda: self.at_hand.seals.show(self.actor, seal.id).state is SealState.ACTIVE,
                "the seal is made",
            )
        return seal.id

    def approved(self) -> Order:
        """Place an order at level B-LTA for a document of its own and have it approved."""
        pdf = typeset() + b"\n% " + os.urandom(8).hex().encode() + b"\n"
        orders = self.at_hand.orders
        document = orders.store_document(self.actor, "合同.pdf", pdf)
        uses = (SealUse(self.seal_id, (KeywordPlacement(KEYWORD),)),)
        request = OrderRequest(document.id, uses, Level.B_LTA, "混沌测试")
        order = orders.place(self.actor, request)
        approve_as_operator(self.installation, self.at_hand, self.actor, order)
        return order

    def now(self, order: Order) -> Order:
        """Return an order as it is now."""
        return self.at_hand.orders.show(self.actor, order.id)

    def seen(self, order: Order) -> str:
        """Return what whoever asks for an order is told just now: its state, or an error's code."""
        try:
            return f"order `{self.now(order).state}`"
        except SealserviceError as error:
            return f"`{error.code}`"

    def ended(self, order: Order) -> Order:
        """Wait until an order has its outcome."""
        wait_for(lambda: self.now(order).state in _OVER, f"an outcome of {order.id}")
        return self.now(order)

    def wait_for_no_jobs(self, order: Order) -> None:
        """Wait until no worker has anything to do for an order."""
        query = text("SELECT count(*) FROM procrastinate_jobs WHERE args ->> 'order_id' = :id")

        def is_quiet() -> bool:
            with self.owner.transaction():
                return not self.owner.connection().execute(query, {"id": order.id}).scalar_one()

        wait_for(is_quiet, f"no jobs of {order.id}")

    # Proofs --------------------------------------------------------------------------------------

    def facts(self, order: Order) -> list[Fact]:
        """Return what the audit log says of an order, oldest first."""
        return [told.fact for told in self._told(order)]

    def _told(self, order: Order) -> list[AuditFact]:
        return self.at_hand.stores.audit.about(order.organisation_id, (order.id,))

    def versions(self, order: Order) -> list[str]:
        """Return the ids of all versions that the archive has for an order."""
        store = s3_client(self.installation.accounts[ProcessKind.ADMIN])
        prefix = f"{order.organisation_id}/{order.id}"
        listed = store.list_objects("records", prefix, recursive=True, include_version=True)
        return [str(version.version_id) for version in listed]

    def count(self, table: str, order: Order) -> int:
        """Return the number of rows that a table has for an order."""
        query = text(f"SELECT count(*) FROM {table} WHERE order_id = :id")  # noqa: S608 - ours
        with self.owner.transaction():
            return int(self.owner.connection().execute(query, {"id": order.id}).scalar_one())

    def prove_sealed(self, order: Order) -> None:
        """Everything that must hold of an approved order, whatever happened on its way."""
        done = self.ended(order)
        assert done.state is OrderState.DONE, done.failure
        assert self.count("records", order) == 1
        assert self.count("consumed_approvals", order) == 1
        record, pdf = self.at_hand.archive.fetch(self.actor, str(done.record_id))
        assert self.versions(order) == [record.stored.version_id]
        assert record.stored.retained_until > datetime.now(UTC)
        assert record.sha256 == hashlib.sha256(pdf).hexdigest()
        assert self.facts(order) == _ONCE, "each once, the use of the seal as well"
        assert self.count("order_signatures", order) == 1
        self._prove_valid(pdf)

    def prove_refused(self, order: Order, code: str) -> str:
        """Everything that must hold of an order that failed; returns why it did."""
        failed = self.ended(order)
        assert failed.state is OrderState.FAILED
        why = failed.failure or {}
        assert why["code"] == code
        assert why["zh"] != why["en"]
        assert self.count("records", order) == 0
        assert self.versions(order) == []
        assert self.facts(order)[-1] is Fact.ORDER_FAILED
        return f"{why['zh']} / {why['en']}"

    def _prove_valid(self, pdf: bytes) -> None:
        report = verifier(self.installation.settings).verify("sealed.pdf", pdf)
        assert report.verdict is Verdict.VALID
        assert report.signatures[0].level == Level.B_LTA.value
        file = self.folder / "judged.pdf"
        file.write_bytes(pdf)
        told = witness("pdfsig", "-nocert", str(file))
        assert told.count("Signature is Valid.") == 1
        assert "Total document signed" in told


@contextmanager
def open_site(settings: Settings) -> Iterator[Site]:
    """Open an installation in its home, with a trust domain and a seal."""
    with opened(settings) as installation:
        ensure_ceremony(installation, lambda _text: None)
        at_hand = services(installation)
        owner = Database(installation.database_urls[ProcessKind.ADMIN], pool_size=2)
        try:
            site = Site(installation, at_hand, owner)
            assert site.seal_id
            yield site
        finally:
            owner.close()
            at_hand.close()
