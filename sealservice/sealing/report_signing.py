"""The signer's part of verification reports: it signs what web kept, and gives receipts a number.

1. Only a report that is kept is signed, by its id: who asks hands over no content. Only web can
   keep one, and none can be changed. A report that is signed already stays as it is.
2. The facts that are kept must be whole, must be of that report, and must give, byte by byte, the
   JSON report that is kept. Under the policy that it names, which must be one that ships, they must
   give its verdicts. So nothing is signed that contradicts itself. What the facts rest on, the
   file, is not here: that they are true is web's word, and the signature says no more than that.
   A report as of another moment than that at which it was kept is not signed: read without its
   signature's time stamp, it would seem to have been made then.
3. The JSON report is signed as a JWS, and the receipt, typeset here, as a PDF of level B-LT, both
   with the key for reports and no other.
4. The receipt is verified from its bytes. Both are kept in one transaction, with the log's fact.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from sealservice.audit.ports import AuditLog
from sealservice.kernel.actor import process
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.facts import Fact
from sealservice.kernel.json import JsonObject
from sealservice.sealing.ports import Press, SelfCheck
from sealservice.sealing.service_seal import ServiceSeal, ServiceStamp
from sealservice.trust.domain import TrustDomain, chain
from sealservice.trust.model import IssuedCertificate, KeyPurpose
from sealservice.trust.ports import SigningKey
from sealservice.verification import policies
from sealservice.verification.errors import (
    DiagnosticsUnreadable,
    PolicyNotFound,
    ReportNotFound,
)
from sealservice.verification.keeping import KeptReport, SignedReport, SignedReports
from sealservice.verification.model import Report
from sealservice.verification.report import report_json, under
from sealservice.verification.reports import Rendered, ReportFormat
from sealservice.verification.reports.diagnostic import restored
from sealservice.verification.reports.formats import render
from sealservice.verification.reports.jws import report_jws
from sealservice.verification.reports.numbers import receipt_number
from sealservice.verification.reports.receipt import STAMP_MM
from sealservice.verification.signing_errors import (
    ReportKeyMissing,
    ReportNotSignable,
    ReportOfAnotherTime,
)

_AT_ONCE: Final = timedelta(minutes=10)
"""Between the moment as of which a report judges and that at which it is kept."""


class KeptReports(Protocol):
    """Reads what web kept."""

    def by_id(self, report_id: str) -> KeptReport | None:
        """Return a report, whoever keeps it."""
        ...

    def file(self, report_id: str, form: ReportFormat) -> Rendered | None:
        """Return one form of a report."""
        ...


class Typesetter(Protocol):
    """Typesets receipts."""

    def receipt(
        self, report: Report, address: str | None = None, number: str | None = None
    ) -> Rendered:
        """Return the receipt of a report, with a place for the service's stamp when numbered."""
        ...


@dataclass(frozen=True, slots=True)
class ReportSigningService:
    """Signs reports that are kept."""

    kept: KeptReports
    signed: SignedReports
    domain: TrustDomain
    press: Press
    check: SelfCheck
    typesetter: Typesetter
    audit: AuditLog

    def sign(self, report_id: str) -> None:
        """Sign a kept report, unless that was done before.

        Raises:
            ReportNotFound: none is kept under this id.
            ReportKeyMissing: there is no live key for reports.
            ReportNotSignable: it is not what its own facts give.
            ReportOfAnotherTime: it was judged as of the past or the future.
            TimestampUnavailable, RevocationUnavailable, LevelNotReached, OutputInvalid: the receipt
                does not reach its level, so neither form is there.
        """
        kept = self.kept.by_id(report_id)
        if kept is None:
            raise ReportNotFound(report_id=report_id)
        if self.signed.by_report(report_id) is not None:
            return
        unit, key = self._open()
        report, payload = self._consistent(kept)
        number = self.signed.next_number()
        links = chain(self.domain.certificates, unit)
        made = SignedReport(
            report_id=report_id,
            organisation_id=kept.organisation_id,
            number=number,
            jws=report_jws(payload, key, links),
            receipt=self._receipt(report, receipt_number(number), key, links),
            created_at=self.domain.clock(),
        )
        self._keep(made)

    def _open(self) -> tuple[IssuedCertificate, SigningKey]:
        with self.domain.transaction():
            unit = self.domain.live_of(KeyPurpose.REPORT)
            if unit is None:
                raise ReportKeyMissing
            return unit, self.domain.keys.open(unit.key_id, KeyPurpose.REPORT)

    def _consistent(self, kept: KeptReport) -> tuple[Report, bytes]:
        """Return a report as its facts give it, and the bytes of its JSON (rule 2)."""
        facts, told = (
            self.kept.file(kept.id, form) for form in (ReportFormat.DIAGNOSTIC, ReportFormat.JSON)
        )
        if facts is None or told is None:
            raise ReportNotSignable(report_id=kept.id)
        try:
            report = restored(json.loads(facts.data))
            policy = policies.load(report.policy["name"])
        except (DiagnosticsUnreadable, PolicyNotFound, KeyError, ValueError):
            raise ReportNotSignable(report_id=kept.id) from None
        is_whole = (
            report.report_id == kept.id
            and render(report, ReportFormat.JSON).data == told.data
            and report_json(under(report, policy)) == report_json(report)
        )
        if not is_whole:
            raise ReportNotSignable(report_id=kept.id)
        if abs(datetime.fromisoformat(report.validation_time) - kept.created_at) > _AT_ONCE:
            raise ReportOfAnotherTime(report_id=kept.id)
        return report, told.data

    def _receipt(
        self, report: Report, number: str, key: SigningKey, links: tuple[IssuedCertificate, ...]
    ) -> bytes:
        address = f"{self.domain.public_url}/verify/{report.report_id}"
        source = self.typesetter.receipt(report, address, number).data
        seal = ServiceSeal(self.press, self.check, _STAMP)
        return seal.sealed(f"{number}.pdf", source, links, key.sign, self.domain.clock())

    def _keep(self, made: SignedReport) -> None:
        detail: JsonObject = {
            "number": made.number,
            "jws_sha256": sha256_hex(made.jws),
            "receipt_sha256": sha256_hex(made.receipt),
        }
        with self.domain.transaction():
            if self.signed.add(made):
                actor = process("signer", made.organisation_id)
                self.audit.append(actor, Fact.REPORT_SIGNED, made.report_id, detail)


_STAMP: Final = ServiceStamp(
    STAMP_MM,
    b"q 2.834646 0 0 2.834646 0 0 cm 0.043 0.361 0.510 RG 1 J 1 j\n"
    b"0.9 w 1.2 1.2 23.6 23.6 re S 0.35 w 2.4 2.4 21.2 21.2 re S\n"
    b"2.2 w 7 13 m 11.4 8.4 l 19.2 18 l S Q\n",
    "验章服务签章 Verification service",
)
"""A frame with a tick."""
