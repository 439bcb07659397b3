"""The signer process: the only one that opens keys.

It works off its queue (making seals, sealing orders) and listens on the loopback interface for
time stamps, certificate status and revocation lists, which the web process passes on.
"""

import asyncio
import socket
from collections.abc import Coroutine
from contextlib import suppress
from typing import Final, cast

import uvicorn
from fastapi import FastAPI, Response

from sealservice.api.authority import AuthorityServices, SignerRoute, authority_router
from sealservice.api.report_signing import report_signing_router
from sealservice.api.sealing_now import SealingNow
from sealservice.bootstrap.drawing import seal_drawing
from sealservice.bootstrap.halting import halting
from sealservice.bootstrap.installation import Installation
from sealservice.bootstrap.license_signing import license_signing
from sealservice.bootstrap.offline import anchors_of
from sealservice.bootstrap.outside import revocation_source, timestamp_source
from sealservice.bootstrap.queues import BatchJobs, SealMakingQueue
from sealservice.bootstrap.renewing import renewing
from sealservice.bootstrap.report_signing import report_signing
from sealservice.bootstrap.stores import Stores, open_stores
from sealservice.bootstrap.trust import open_domain, performed_plan
from sealservice.config import Settings
from sealservice.infra.keys.seal_keys import StoredSealKeys
from sealservice.infra.processes import ProcessKind
from sealservice.infra.sandbox import ForkedSandbox
from sealservice.infra.sql.clock import DatabaseClock
from sealservice.infra.sql.jobs import Jobs
from sealservice.kernel.clock import utc_now
from sealservice.kernel.log_lines import log_as_lines
from sealservice.sealing.batch_listing import Listings
from sealservice.sealing.batch_sealing import BatchSealing
from sealservice.sealing.dies import Dies
from sealservice.sealing.gathered_check import GatheredCheck
from sealservice.sealing.press.additions import FastAdditions
from sealservice.sealing.pyhanko_press import PyHankoAdditions, PyHankoPress
from sealservice.sealing.report_signing import ReportSigningService
from sealservice.sealing.rights import Rights
from sealservice.sealing.service import SealingService
from sealservice.sealing.steps import Reached
from sealservice.seals.answering import SealAnsweringService
from sealservice.seals.issuer import CertifiedSealIssuer
from sealservice.seals.making import SealMakingService
from sealservice.trust.authority import CertificateAuthority
from sealservice.trust.crl import CrlPublisher, PublishedLists
from sealservice.trust.domain import TrustDomain
from sealservice.trust.ocsp import OcspResponder
from sealservice.trust.profiles import CeremonyPlan
from sealservice.trust.recent_lists import RecentLists
from sealservice.trust.revocation import RevocationService
from sealservice.trust.tsa import open_timestamp_authority
from sealservice.verification.service import VerificationService
from sealservice.workers import batches as batch_tasks
from sealservice.workers import renewals
from sealservice.workers import sealing as sealing_tasks
from sealservice.workers import seals as seal_tasks
from sealservice.workers.queue import SIGNER_QUEUE, bury_dead, create_queue, work_off

_CONCURRENCY: Final = 2
"""Jobs at a time; most of a job's time goes to child processes and the network."""
_BATCH_THREADS: Final = 12
"""Orders of a batch that one job works on side by side."""


def serve_signer(installation: Installation) -> None:
    """Run the signer until it is told to stop.

    Raises:
        CeremonyMissing: there is no trust domain yet.
    """
    log_as_lines()
    asyncio.run(_serve(installation))


async def _serve(installation: Installation) -> None:
    stores = open_stores(installation, ProcessKind.SIGNER)
    domain, plan = open_domain(installation, stores), performed_plan(installation)
    sandbox = ForkedSandbox(installation.settings.limits)
    sandbox.warm()
    queue = create_queue(installation.queue_url(ProcessKind.SIGNER))
    sealing = _sealing(installation, stores, domain, plan, sandbox)
    orders = sealing_tasks.add_tasks(queue, sealing, stores.orders, utc_now)
    batch_sealing = _batches(stores, sealing)
    batches = batch_tasks.add_sealing(queue, batch_sealing, utc_now)
    renewals.add_tasks(queue, renewing(installation, stores, sandbox).renew_due)
    making = _making(installation, stores, domain, plan)
    seals = seal_tasks.add_tasks(queue, making, _answering(stores, domain, plan))

    async def take_up() -> None:
        await bury_dead(queue)
        await orders.take_up(queue, at_start=True)
        await batches.take_up(queue, at_start=True)
        await seals.take_up(queue, at_start=True)

    try:
        async with queue.open_async():
            work = work_off(queue, SIGNER_QUEUE, _CONCURRENCY, take_up)
            signing = report_signing(stores, domain, sealing.press, sealing.check)
            now = SealingNow(batch_sealing.now)
            listener = _listener(installation, domain, plan, signing, now)
            forms = license_signing(
                stores, domain, sealing, installation.settings.environment, SignerRoute
            )
            cast("FastAPI", listener.app).include_router(forms)
            await _Server(listener, work).serve()
    finally:
        sandbox.close()
        stores.close()


class _Server(uvicorn.Server):
    """Works off the jobs only while it listens: they ask this very process for time and status."""

    def __init__(self, config: uvicorn.Config, work: Coroutine[None, None, None]) -> None:
        super().__init__(config)
        self._jobs = work

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self._work = asyncio.create_task(self._jobs)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._work.cancel()
        with suppress(asyncio.CancelledError):
            await self._work
        await super().shutdown(sockets)


def _listener(
    installation: Installation,
    domain: TrustDomain,
    plan: CeremonyPlan,
    signing: ReportSigningService,
    now: SealingNow,
) -> uvicorn.Config:
    limits = installation.settings.limits
    services = AuthorityServices(
        timestamps=open_timestamp_authority(
            domain, plan.timestamp_unit().name, limits.timestamp_query_bytes
        ),
        ocsp=OcspResponder(domain, plan, limits.ocsp_request_bytes),
        crls=CrlPublisher(domain, plan),
        certificates=domain.certificates,
        limits=limits,
        public_url=installation.public_url,
    )
    app = FastAPI(openapi_url=None)
    app.state.services = services
    app.include_router(authority_router(services))
    app.include_router(report_signing_router(signing, SignerRoute))
    app.mount("/raw-seals", now)
    app.add_api_route("/livez", lambda: Response("ok"), include_in_schema=False)
    return uvicorn.Config(
        app,
        host=installation.signer_listen[0],
        port=installation.signer_listen[1],
        log_config=None,
        log_level="warning",
        access_log=False,
        lifespan="off",
    )


def _making(
    installation: Installation, stores: Stores, domain: TrustDomain, plan: CeremonyPlan
) -> SealMakingService:
    return SealMakingService(
        seals=stores.seals,
        licenses=stores.licenses,
        issuer=CertifiedSealIssuer(CertificateAuthority(domain, plan)),
        maker=SealMakingQueue(Jobs(stores.database)),
        draw=seal_drawing(installation.settings),
        chronicle=stores.chronicle(),
        transaction=stores.database.transaction,
        clock=utc_now,
        filing=installation.settings.seal_filing,
    )


def _answering(stores: Stores, domain: TrustDomain, plan: CeremonyPlan) -> SealAnsweringService:
    return SealAnsweringService(
        seals=stores.seals,
        history=stores.seal_history,
        licenses=stores.licenses,
        certificates=stores.certificates,
        revoker=RevocationService(domain, CrlPublisher(domain, plan)),
        chronicle=stores.chronicle(),
        audit=stores.audit,
        transaction=stores.database.transaction,
        clock=utc_now,
    )


def _sealing(
    installation: Installation,
    stores: Stores,
    domain: TrustDomain,
    plan: CeremonyPlan,
    sandbox: ForkedSandbox,
) -> SealingService:
    settings = installation.settings
    reached = halting(settings)
    return SealingService(
        documents=stores.documents,
        orders=stores.orders,
        seals=stores.seals,
        licenses=stores.licenses,
        holders=stores.holders,
        rights=Rights(stores.mandate_service(settings.limits), settings.environment),
        dies=Dies(stores.certificates, stores.seals),
        working=stores.working,
        press=_press(installation, sandbox, reached),
        keys=StoredSealKeys(domain.keys),
        check=_self_check(settings, sandbox, domain, plan),
        archive=stores.archive(),
        audit=stores.audit,
        transaction=stores.database.transaction,
        clock=utc_now,
        database_clock=DatabaseClock(stores.database),
        limits=settings.limits,
        environment=settings.environment,
        listings=Listings(
            stores.batches, stores.seals, stores.holders, utc_now, settings.environment
        ),
        reached=reached,
    )


def _batches(stores: Stores, sealing: SealingService) -> BatchSealing:
    listings = sealing.listings
    if listings is None:
        message = "the signer seals orders of lists"
        raise RuntimeError(message)
    return BatchSealing(
        batches=stores.batches,
        listings=listings,
        seal=sealing.seal,
        queue=BatchJobs(Jobs(stores.database)),
        audit=stores.audit,
        transaction=stores.database.transaction,
        at_once=_BATCH_THREADS,
    )


def _self_check(
    settings: Settings, sandbox: ForkedSandbox, domain: TrustDomain, plan: CeremonyPlan
) -> GatheredCheck:
    """Return the verifier of our own output; below B-LT it needs our current CRLs."""
    lists = RecentLists(PublishedLists(CrlPublisher(domain, plan)), utc_now)
    service = VerificationService(
        sandbox, anchors_of(settings), settings.limits, utc_now, status_lists=lists
    )
    return GatheredCheck(service)


def _press(installation: Installation, sandbox: ForkedSandbox, reached: Reached) -> PyHankoPress:
    """Return the press with its clients; our own addresses are reached on the loopback."""
    limits = installation.settings.limits
    timestamps, revocation = timestamp_source(installation), revocation_source(installation)
    faster = FastAdditions(PyHankoAdditions(sandbox, limits), limits)
    return PyHankoPress(sandbox, timestamps, revocation, limits, reached, faster)
