"""The signer signs reports that are kept, each once, and only those that hold together."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from sealservice.api.authority import SignerRoute
from sealservice.api.report_signing import report_signing_router
from sealservice.infra.report_signer import HttpReportSigner
from sealservice.kernel.actor import Actor, ActorKind, Permission
from sealservice.kernel.clock import rfc3339, utc_now
from sealservice.kernel.facts import Fact
from sealservice.limits import Limits
from sealservice.sealing.report_signing import ReportSigningService
from sealservice.verification.anchors import trust_anchors
from sealservice.verification.errors import ReportNotFound
from sealservice.verification.keeping import KeptForm, KeptReport, ReportKeeping
from sealservice.verification.model import Report, Verdict
from sealservice.verification.reports import Rendered, ReportFormat
from sealservice.verification.reports.receipt import ReceiptMaker
from sealservice.verification.service import VerificationService
from sealservice.verification.signing_errors import (
    ReportKeyMissing,
    ReportNotSignable,
    ReportOfAnotherTime,
    ReportSigningFailed,
)
from tests.authority_server import application, serving
from tests.oracles import openssl_accepts, pdf_a_failures, pdfsig_says, qpdf_is_content
from tests.world_archive import MemoryAuditLog, no_transaction
from tests.world_press import PressWorld
from tests.world_reports import MemoryReportStore, MemorySignedReports
from tests.world_verification import SignedWorld, blank_pdf


@dataclass(frozen=True)
class Office:
    """Where reports are kept and signed, with a press that is real."""

    store: MemoryReportStore
    service: ReportSigningService
    keeping: ReportKeeping
    check: VerificationService
    audit: MemoryAuditLog

    def kept(self, report: Report) -> KeptReport:
        """Keep a report, which signs it."""
        return self.keeping.keep(_clerk(), report)


def _moment_of(report: Report) -> datetime:
    return datetime.fromisoformat(report.validation_time)


def _clerk() -> Actor:
    return Actor(ActorKind.STAFF, "staff_1", "org_1", frozenset({Permission.VERIFY}))


@pytest.fixture
def office(world: PressWorld, report: Report) -> Office:
    """Give an office whose trust domain answers over HTTP."""
    store, audit = MemoryReportStore(), MemoryAuditLog()
    anchors = trust_anchors("roots", [world.root])
    check = VerificationService(world.press.sandbox, anchors, Limits(), utc_now)
    signed = MemorySignedReports(store)
    maker = ReceiptMaker()
    service = ReportSigningService(
        store, signed, world.trust.domain, world.press, check, maker, audit
    )
    now = _moment_of(report)
    keeping = ReportKeeping(
        store, audit, no_transaction, lambda: now, Limits(), maker.receipt, service
    )
    return Office(store, service, keeping, check, audit)


@pytest.fixture(scope="module")
def report() -> Report:
    """Return the report on an archival file."""
    signed = SignedWorld()
    return signed.verify(signed.archival(blank_pdf()))


def test_receipt_is_numbered_and_sealed(
    office: Office, report: Report, world: PressWorld, tmp_path: Path
) -> None:
    """Poppler, qpdf, openssl and our own find the seal of the service on a whole PDF/A file."""
    kept = office.kept(report)
    receipt = office.keeping.file(kept, ReportFormat.RECEIPT)
    assert kept.number == 1
    assert receipt.filename.endswith("VR-00000001.pdf")
    found = office.check.verify("receipt.pdf", receipt.data)
    assert (found.verdict, found.signatures[0].level) == (Verdict.VALID, "B-LT")
    assert found.signatures[0].coverage == "entire_revision"
    file = tmp_path / "receipt.pdf"
    file.write_bytes(receipt.data)
    qpdf_is_content(file)
    assert any("Signature is Valid" in line for line in pdfsig_says(file))
    assert pdf_a_failures(receipt.data) == set()
    root = tmp_path / "root.pem"
    root.write_bytes(x509.load_der_x509_certificate(world.root).public_bytes(Encoding.PEM))
    assert openssl_accepts(receipt.data, root, tmp_path) == 2
    assert office.audit.words()[-1] is Fact.REPORT_SIGNED


def test_web_asks_over_the_internal_listener(
    office: Office, report: Report, world: PressWorld
) -> None:
    """By its id a kept report is signed; what is missing, unknown or away is told apart."""
    app = application(world.trust)
    app.include_router(report_signing_router(office.service, SignerRoute))
    office.kept(report)
    office.store.signed.clear()
    with serving(app) as url:
        asked = HttpReportSigner(url, 30)
        asked.sign(report.report_id)
        assert list(office.store.signed) == [report.report_id]
        with pytest.raises(ReportSigningFailed):
            asked.sign("ver_00000000000000000000000000")
        with pytest.raises(ReportSigningFailed):
            asked.sign("..")
        office.store.signed.clear()
        unit = world.trust.unit("report")
        del world.trust.certificates.rows[unit.sha256]
        try:
            with pytest.raises(ReportKeyMissing):
                asked.sign(report.report_id)
        finally:
            world.trust.certificates.add(unit)
    with pytest.raises(ReportSigningFailed):
        HttpReportSigner("http://127.0.0.1:9", 1).sign(report.report_id)


def test_a_report_is_signed_once(office: Office, report: Report) -> None:
    """Asked again, the signer leaves number, receipt and JWS as they are."""
    kept = office.kept(report)
    before = dict(office.store.signed)
    office.service.sign(kept.id)
    assert office.store.signed == before
    jws = office.keeping.file(kept, ReportFormat.JWS)
    assert jws.media_type == "application/jose"
    assert office.audit.words().count(Fact.REPORT_SIGNED) == 1


@pytest.mark.security
def test_only_what_is_kept_is_signed(office: Office) -> None:
    """An id under which nothing is kept is refused."""
    with pytest.raises(ReportNotFound):
        office.service.sign("ver_00000000000000000000000000")


@pytest.mark.security
@pytest.mark.parametrize("form", [ReportFormat.JSON, ReportFormat.DIAGNOSTIC])
def test_a_report_that_contradicts_its_facts_is_refused(
    office: Office, report: Report, form: ReportFormat
) -> None:
    """Neither another verdict in the report nor one in the facts is signed."""
    office.kept(replace(report, report_id="ver_1"))
    broken = office.keeping.file(office.store.rows["ver_1"], form)
    better = broken.data.replace(b'"verdict": "valid"', b'"verdict": "unsigned"')
    assert better != broken.data
    forged = replace(office.store.rows["ver_1"], id="ver_1")
    office.store.signed.clear()
    office.store.add(forged, [KeptForm(form, Rendered(broken.media_type, "a", better))])
    with pytest.raises(ReportNotSignable):
        office.service.sign("ver_1")
    assert office.store.signed == {}


@pytest.mark.security
@pytest.mark.parametrize("away", [timedelta(minutes=11), timedelta(minutes=-11)])
def test_a_report_as_of_another_moment_is_not_signed(
    office: Office, report: Report, away: timedelta
) -> None:
    """It is kept, its receipt bears no seal, and there is no JWS."""
    then = rfc3339(_moment_of(report) + away)
    kept = office.kept(replace(report, report_id="ver_then", validation_time=then))
    assert kept.number is None
    receipt = office.keeping.file(kept, ReportFormat.RECEIPT)
    assert office.check.verify("receipt.pdf", receipt.data).verdict is Verdict.UNSIGNED
    with pytest.raises(ReportOfAnotherTime):
        office.keeping.file(kept, ReportFormat.JWS)


def test_without_a_key_the_receipt_says_that_it_bears_no_seal(
    office: Office, report: Report, world: PressWorld
) -> None:
    """There is no JWS, and the error says what to do; the receipt is made without a number."""
    unit = world.trust.unit("report")
    del world.trust.certificates.rows[unit.sha256]
    try:
        kept = office.kept(report)
        assert kept.number is None
        receipt = office.keeping.file(kept, ReportFormat.RECEIPT)
        with pytest.raises(ReportKeyMissing):
            office.keeping.file(kept, ReportFormat.JWS)
    finally:
        world.trust.certificates.add(unit)
    assert office.check.verify("receipt.pdf", receipt.data).verdict is Verdict.UNSIGNED
    office.service.sign(kept.id)
    assert office.keeping.linked(kept.id).number == 1
