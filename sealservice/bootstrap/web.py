"""The web process: pages, API, and the trust domain's addresses passed on to the signer."""

from collections.abc import Callable

import httpx
import uvicorn
from sqlalchemy import text

from sealservice.api.app import create_api
from sealservice.api.health import health_router
from sealservice.api.services import ApiServices
from sealservice.archive.renewed import RenewedCopies
from sealservice.bootstrap.demonstration_holder import DemonstrationStandIn
from sealservice.bootstrap.installation import Installation
from sealservice.bootstrap.outside import augmentation
from sealservice.bootstrap.people import activations, staff_passkeys, wallets
from sealservice.bootstrap.punctual import punctual
from sealservice.bootstrap.services import Services, services
from sealservice.infra.sql.idempotency import SqlIdempotencyStore
from sealservice.infra.sql.renewals import SqlRenewalStore
from sealservice.infra.stores import DOCUMENTS
from sealservice.kernel.clock import utc_now
from sealservice.kernel.log_lines import log_as_lines
from sealservice.verification.views import PageViews
from sealservice.web.app import create_web
from sealservice.web.services import StandIn, WebServices

_READY_SECONDS = 2.0


def serve_web(installation: Installation) -> None:
    """Serve until told to stop."""
    log_as_lines()
    at_hand = services(installation)
    try:
        at_hand.sandbox.warm()
        uvicorn.run(
            _application(installation, at_hand),
            host=installation.web_listen[0],
            port=installation.web_listen[1],
            http=punctual(installation.settings.limits.head_seconds),
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            proxy_headers=bool(installation.settings.proxies),
            forwarded_allow_ips=sorted(installation.settings.proxies),
            lifespan="off",
        )
    finally:
        at_hand.close()


def _application(installation: Installation, at_hand: Services) -> Callable[..., object]:
    signer = httpx.AsyncClient(base_url=installation.signer_url, trust_env=False)
    checks = {
        "database": lambda: _ask_database(at_hand),
        "store": lambda: at_hand.stores.objects.exists(DOCUMENTS, "readyz"),
        "signer": lambda: _ask_signer(installation),
    }
    return create_web(
        _web_services(installation, at_hand),
        create_api(_api_services(installation, at_hand)),
        signer,
        [health_router(checks)],
    )


def _web_services(installation: Installation, at_hand: Services) -> WebServices:
    return WebServices(
        staff=at_hand.staff,
        staff_passkeys=staff_passkeys(installation, at_hand.stores, at_hand.staff),
        wallets=wallets(installation, at_hand.stores),
        activations=activations(installation, at_hand.stores),
        orders=at_hand.orders,
        batches=at_hand.batches,
        previews=at_hand.previews,
        webhooks=at_hand.webhooks,
        license_pdfs=at_hand.license_pdfs,
        stand_in=_stand_in(installation, at_hand),
        licenses=at_hand.licenses,
        endings=at_hand.endings,
        persons=at_hand.persons,
        mandates=at_hand.mandates,
        usage=at_hand.usage,
        imports=at_hand.imports,
        seals=at_hand.seals,
        seal_changes=at_hand.seal_changes,
        seal_pictures=at_hand.seal_pictures,
        archive=at_hand.archive,
        verification=at_hand.verification,
        page_views=PageViews(at_hand.sandbox),
        report_keeping=at_hand.report_keeping,
        rogue_alarm=at_hand.rogue_alarm,
        audit=at_hand.stores.audit,
        limits=installation.settings.limits,
        environment=installation.settings.environment,
        public_url=installation.public_url,
    )


def _stand_in(installation: Installation, at_hand: Services) -> StandIn | None:
    if installation.settings.is_production:
        return None
    return DemonstrationStandIn(installation, at_hand)


def _api_services(installation: Installation, at_hand: Services) -> ApiServices:
    return ApiServices(
        api_keys=at_hand.api_keys,
        licenses=at_hand.licenses,
        imports=at_hand.imports,
        holders=at_hand.holders,
        endings=at_hand.endings,
        persons=at_hand.persons,
        mandates=at_hand.mandates,
        usage=at_hand.usage,
        seals=at_hand.seals,
        seal_changes=at_hand.seal_changes,
        seal_pictures=at_hand.seal_pictures,
        matters=at_hand.matters,
        orders=at_hand.orders,
        batches=at_hand.batches,
        raw_seals=at_hand.raw_seals,
        previews=at_hand.previews,
        webhooks=at_hand.webhooks,
        credentials=at_hand.credentials,
        license_pdfs=at_hand.license_pdfs,
        archive=at_hand.archive,
        augmentation=augmentation(installation, at_hand.stores, at_hand.sandbox),
        renewed=RenewedCopies(at_hand.archive, SqlRenewalStore(at_hand.stores.database)),
        verification=at_hand.verification,
        report_keeping=at_hand.report_keeping,
        idempotency=SqlIdempotencyStore(at_hand.stores.database),
        transaction=at_hand.stores.database.transaction,
        clock=utc_now,
        limits=installation.settings.limits,
        public_url=installation.public_url,
    )


def _ask_database(at_hand: Services) -> None:
    with at_hand.stores.database.transaction():
        at_hand.stores.database.connection().execute(text("SELECT 1"))


def _ask_signer(installation: Installation) -> None:
    url = f"{installation.signer_url}/livez"
    httpx.get(url, timeout=_READY_SECONDS, trust_env=False).raise_for_status()
