"""How the signer signs verification reports that web kept."""

from sealservice.bootstrap.stores import Stores
from sealservice.infra.sql.reports import SqlReportStore, SqlSignedReports
from sealservice.sealing.ports import Press, SelfCheck
from sealservice.sealing.report_signing import ReportSigningService
from sealservice.trust.domain import TrustDomain
from sealservice.verification.reports.receipt import ReceiptMaker


def report_signing(
    stores: Stores, domain: TrustDomain, press: Press, check: SelfCheck
) -> ReportSigningService:
    """Return the use case, on the signer's own stores, press and self-check."""
    return ReportSigningService(
        kept=SqlReportStore(stores.database),
        signed=SqlSignedReports(stores.database),
        domain=domain,
        press=press,
        check=check,
        typesetter=ReceiptMaker(),
        audit=stores.audit,
    )
