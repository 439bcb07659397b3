"""Kept and signed reports in memory."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sealservice.verification.alarms import RogueUse
from sealservice.verification.keeping import SIGNED_FORMS, KeptForm, KeptReport, SignedReport
from sealservice.verification.reports import Rendered, ReportFormat
from sealservice.verification.signing_errors import ReportKeyMissing


@dataclass
class MemoryReportStore:
    """Implements ``ReportStore``."""

    rows: dict[str, KeptReport] = field(default_factory=dict)
    files: dict[tuple[str, ReportFormat], Rendered] = field(default_factory=dict)
    signed: dict[str, SignedReport] = field(default_factory=dict)

    def add(self, report: KeptReport, forms: Sequence[KeptForm]) -> None:
        """Keep a report with its forms."""
        self.rows[report.id] = report
        self.files |= {(report.id, one.form): one.file for one in forms}

    def by_id(self, report_id: str) -> KeptReport | None:
        """Return a report."""
        row, made = self.rows.get(report_id), self.signed.get(report_id)
        return replace(row, number=made.number) if row and made else row

    def file(self, report_id: str, form: ReportFormat) -> Rendered | None:
        """Return one form of a report."""
        if form in SIGNED_FORMS and report_id in self.signed:
            return self.signed[report_id].file(form)
        return self.files.get((report_id, form))


@dataclass(frozen=True)
class MemorySignedReports:
    """Implements ``SignedReports`` beside a store of kept ones."""

    store: MemoryReportStore

    def next_number(self) -> int:
        """Return the next number."""
        return len(self.store.signed) + 1

    def add(self, made: SignedReport) -> bool:
        """Keep what was made."""
        return self.store.signed.setdefault(made.report_id, made) is made

    def by_report(self, report_id: str) -> SignedReport | None:
        """Return what was made of a report."""
        return self.store.signed.get(report_id)


@dataclass
class MemoryRogueUses:
    """Implements ``RogueUses``; every seal is of one organisation."""

    organisation_id: str
    rows: dict[str, RogueUse] = field(default_factory=dict)

    def add(self, use: RogueUse) -> str | None:
        """Keep a use, unless it is known."""
        is_new = self.rows.setdefault(use.signature_sha256, use) is use
        return self.organisation_id if is_new else None

    def of_organisation(self, organisation_id: str) -> list[RogueUse]:
        """Return the uses of all seals of an organisation, newest first."""
        return list(self.rows.values())[::-1] if organisation_id == self.organisation_id else []


@dataclass(frozen=True)
class NoReportKey:
    """Implements ``ReportSigner`` where the trust domain has no key for that."""

    def sign(self, report_id: str) -> None:
        """Refuse."""
        del report_id
        raise ReportKeyMissing
