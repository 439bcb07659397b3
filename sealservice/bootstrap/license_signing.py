"""How the signer signs what is issued of licenses."""

from fastapi import APIRouter
from fastapi.routing import APIRoute

from sealservice.api.license_signing import license_signing_router
from sealservice.bootstrap.stores import Stores
from sealservice.config import Environment
from sealservice.infra.sql.credentials import SqlCredentialStore, SqlLicensePdfs
from sealservice.kernel.clock import utc_now
from sealservice.licenses.credential_signing import CredentialSigning
from sealservice.licenses.pdf import LicenseTypesetter
from sealservice.sealing.license_signing import LicensePdfSigning
from sealservice.sealing.service import SealingService
from sealservice.trust.domain import TrustDomain


def license_signing(
    stores: Stores,
    domain: TrustDomain,
    sealing: SealingService,
    environment: Environment,
    route: type[APIRoute],
) -> APIRouter:
    """Return the routes, on the signer's own stores, press and self-check."""
    credentials = CredentialSigning(stores.licenses, SqlCredentialStore(stores.database), domain)
    pdfs = LicensePdfSigning(
        licenses=stores.licenses,
        pdfs=SqlLicensePdfs(stores.database, utc_now),
        domain=domain,
        press=sealing.press,
        check=sealing.check,
        typesetter=LicenseTypesetter(),
        audit=stores.audit,
        environment=environment,
    )
    return license_signing_router(credentials, pdfs, route)
