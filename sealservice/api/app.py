"""The API as one application, to be mounted at ``/api/v1``."""

from importlib.metadata import version
from typing import Final

from fastapi import FastAPI

from sealservice.api import (
    augmentations,
    batches,
    document_views,
    documents,
    keys,
    license_endings,
    license_forms,
    license_imports,
    licenses,
    mandates,
    matters,
    orders,
    problems,
    raw_seals,
    records,
    seal_changes,
    seal_pictures,
    seals,
    usage,
    verifications,
    webhooks,
)
from sealservice.api.services import ApiServices

PREFIX: Final = "/api/v1"
_DESCRIPTION: Final = """
Seal PDFs with the e-seal of an e-license, archive them, verify them.

* **Authentication** `Authorization: Bearer esk_…`; verifying needs none (keeping its report does).
* **Creating** Send `Idempotency-Key` with every creating POST: the same request gets the first
  answer again; while it is worked on 409; another request under the same key 422.
* **Lists** `limit` up to 100; follow `next_cursor`, or `Link: …; rel="next"`.
* **Errors** `application/problem+json`; `code` is stable, texts follow `Accept-Language` (zh, en).
* **Ids** of other organisations answer as ids that do not exist: 404.
* **Times** UTC, RFC 3339.
"""
_TAGS: Final = [
    {"name": "licenses", "description": "Electronic business licenses (电子营业执照)"},
    {"name": "seals", "description": "E-seals (电子印章)"},
    {"name": "matters", "description": "Matters (事项) and their forms"},
    {"name": "documents", "description": "PDFs to be sealed"},
    {"name": "sealing-orders", "description": "Seal-use requests (用印申请) and their approval"},
    {"name": "batches", "description": "Many documents under one approval (批量用印)"},
    {"name": "records", "description": "The archive (档案)"},
    {"name": "verifications", "description": "Verification (验章)"},
    {"name": "webhooks", "description": "Signed notices of changes (Standard Webhooks)"},
    {"name": "api-keys", "description": "Keys of programs"},
]


def describe_api() -> FastAPI:
    """Return the application without services: enough for its description."""
    app = FastAPI(
        title="sealservice",
        version=version("sealservice"),
        summary="E-seals keyed to the electronic business license",
        description=_DESCRIPTION,
        openapi_tags=_TAGS,
        servers=[{"url": PREFIX}],
        root_path_in_servers=False,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        docs_url=None,
        redoc_url=None,
        separate_input_output_schemas=False,
    )
    features = (
        licenses,
        license_forms,
        license_endings,
        license_imports,
        mandates,
        usage,
        seal_pictures,  # before /seals/{seal_id}, which would take its addresses for ids
        seals,
        seal_changes,
        matters,
        documents,
        augmentations,
        document_views,
        orders,
        batches,
        raw_seals,
        records,
        verifications,
        keys,
        webhooks,
    )
    for feature in features:
        app.include_router(feature.router)
    app.include_router(verifications.kept_router)
    problems.install(app)
    return app


def create_api(services: ApiServices) -> FastAPI:
    """Return the application that answers with these services."""
    app = describe_api()
    app.state.services = services
    return app
