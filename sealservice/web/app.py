"""The web process as one ASGI application: layers, pages, static files, API, trust domain."""

import re
from collections.abc import Iterable

import httpx
from fastapi import APIRouter, FastAPI
from starlette.routing import Mount
from starlette.types import ASGIApp

from sealservice.web import (
    batches,
    counter,
    failures,
    home,
    license_endings,
    license_forms,
    license_imports,
    license_people,
    license_usage,
    licenses,
    login,
    orders,
    place,
    problems,
    records,
    seal_apply,
    seal_new,
    seals,
    verify,
    wallet,
    wallet_activation,
    wallet_data,
    wallet_mandates,
    webhooks,
)
from sealservice.web.authority_proxy import AuthorityProxy, authority_router
from sealservice.web.layers import Guarded, Hearing, Numbered, OwnHost
from sealservice.web.pages import STATIC
from sealservice.web.services import WebServices
from sealservice.web.static_files import OwnFiles


def create_web(
    services: WebServices,
    api: ASGIApp,
    authority: httpx.AsyncClient,
    routers: Iterable[APIRouter] = (),
) -> ASGIApp:
    """Return everything that browsers and programs reach under ``public_url``.

    ``api`` is mounted at ``/api/v1``; ``authority`` is a client with the base address of the
    signer's listener; ``routers`` (health) are included at the top.
    """
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.state.services = services
    app.include_router(login.data_router)  # before the page of a link, whose address is wider
    for feature in (
        home,
        verify,
        records,
        seal_new,
        place,
        orders,
        batches,
        license_forms,
        license_imports,
        license_people,
        license_usage,
        license_endings,  # before the forms of one license, which would take it for one
        licenses,
        seal_apply,
        seals,
        webhooks,
        counter,
        wallet_data,
        wallet_activation,
        wallet,
        wallet_mandates,
        login,
        problems,
    ):
        app.include_router(feature.router)
    passed_on = authority_router(AuthorityProxy(authority, services.limits))
    for router in (place.data_router, *routers, passed_on):
        app.include_router(router)
    app.router.routes.append(_mounted_api(api))
    app.mount("/static", OwnFiles(directory=STATIC))
    failures.install(app)
    heard = Hearing(OwnHost(app, services.public_url), services.limits.bodies_bytes)
    return Numbered(Guarded(heard, is_secure=services.is_secure))


def _mounted_api(api: ASGIApp) -> Mount:
    """Return the API's place, which has every path below it, also one with a line end in it."""
    mount = Mount("/api/v1", api)
    mount.path_regex = re.compile(mount.path_regex.pattern, re.DOTALL)
    return mount
