"""Kept reports in memory, for tests of the edges."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sealservice.verification.keeping import KeptForm, KeptReport
from sealservice.verification.reports import Rendered, ReportFormat


@dataclass
class MemoryReportStore:
    """Implements ``ReportStore``."""

    rows: dict[str, KeptReport] = field(default_factory=dict)
    files: dict[tuple[str, ReportFormat], Rendered] = field(default_factory=dict)

    def add(self, report: KeptReport, forms: Sequence[KeptForm]) -> None:
        """Keep a report with its forms."""
        self.rows[report.id] = report
        self.files |= {(report.id, one.form): one.file for one in forms}

    def by_id(self, report_id: str) -> KeptReport | None:
        """Return a report."""
        return self.rows.get(report_id)

    def file(self, report_id: str, form: ReportFormat) -> Rendered | None:
        """Return one form of a report."""
        return self.files.get((report_id, form))
