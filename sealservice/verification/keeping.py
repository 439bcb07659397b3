"""Reports that are kept: only when somebody of an organisation asks, and never the file itself.

1. A report is kept in every form it has, as they were made then; later versions change none.
2. To programs it belongs to the organisation that keeps it; another organisation's is unknown.
3. Whoever has its link may read it: the link goes with the receipt to whom the receipt is shown,
   and its id cannot be guessed (80 random bits).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from sealservice.audit.ports import AuditLog
from sealservice.config import Limits
from sealservice.kernel.actor import Actor, Permission
from sealservice.kernel.clock import Clock
from sealservice.kernel.facts import Fact
from sealservice.kernel.json import JsonObject
from sealservice.kernel.transaction import Transaction
from sealservice.verification.decision import verdict_of
from sealservice.verification.errors import (
    ReceiptFailed,
    ReportFormUnavailable,
    ReportNotFound,
    ReportTooLarge,
)
from sealservice.verification.model import Report, Verdict
from sealservice.verification.report import report_json
from sealservice.verification.reports import Rendered, ReportFormat, render

Maker = Callable[[Report], Rendered]


class ReportAsked(StrEnum):
    """Forms by the names that callers use."""

    JSON = "json"
    DETAILED = "detailed"
    DIAGNOSTIC = "diagnostic"
    ETSI = "etsi"
    PDF = "pdf"

    @property
    def form(self) -> ReportFormat:
        """Return the form."""
        return ReportFormat.RECEIPT if self is ReportAsked.PDF else ReportFormat(self.value)


@dataclass(frozen=True, slots=True)
class KeptReport:
    """A report as it was made."""

    id: str
    organisation_id: str
    filename: str
    sha256: str
    """Of the file."""
    verdict: str
    content: JsonObject
    """``report``: the JSON report; ``verdicts``: of each of its signatures."""
    created_at: datetime
    forms: tuple[ReportFormat, ...]
    """In which it can be had."""


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A report in one form."""

    form: ReportFormat
    file: Rendered


class ReportStore(Protocol):
    """Where reports are kept; none is ever changed."""

    def add(self, report: KeptReport, forms: Sequence[KeptForm]) -> None:
        """Keep a report with its forms."""
        ...

    def by_id(self, report_id: str) -> KeptReport | None:
        """Return a report, whoever keeps it."""
        ...

    def file(self, report_id: str, form: ReportFormat) -> Rendered | None:
        """Return one form of a report."""
        ...


@dataclass(frozen=True, slots=True)
class ReportKeeping:
    """Keeps reports and gives them out."""

    store: ReportStore
    audit: AuditLog
    transaction: Transaction
    clock: Clock
    limits: Limits
    makers: Mapping[ReportFormat, Maker]
    """Of the forms that need more than the report."""

    def keep(self, actor: Actor, report: Report) -> KeptReport:
        """Keep a report for the actor's organisation.

        Raises:
            PermissionMissing: the actor may not.
            ReportTooLarge: its forms are over the limit.
        """
        actor.require(Permission.VERIFY)
        forms = self._forms(report)
        if sum(len(one.file.data) for one in forms) > self.limits.kept_report_bytes:
            raise ReportTooLarge(limit=f"{self.limits.kept_report_bytes >> 20} MB")
        kept = _kept(report, actor, self.clock(), forms)
        with self.transaction():
            self.store.add(kept, forms)
            detail = {"sha256": kept.sha256, "verdict": kept.verdict}
            self.audit.append(actor, Fact.REPORT_KEPT, kept.id, detail)
        return kept

    def own(self, actor: Actor, report_id: str) -> KeptReport:
        """Return a report of the actor's organisation.

        Raises:
            PermissionMissing, ReportNotFound.
        """
        actor.require(Permission.VERIFY)
        report = self.linked(report_id)
        if report.organisation_id != actor.organisation_id:
            raise ReportNotFound(report_id=report_id)
        return report

    def linked(self, report_id: str) -> KeptReport:
        """Return a report to whoever has its link.

        Raises:
            ReportNotFound: there is none of that id.
        """
        report = self.store.by_id(report_id)
        if report is None:
            raise ReportNotFound(report_id=report_id)
        return report

    def file(self, report: KeptReport, form: ReportFormat) -> Rendered:
        """Return one form of a kept report.

        Raises:
            ReportFormUnavailable: it was not kept in that form.
        """
        found = self.store.file(report.id, form)
        if found is None:
            raise ReportFormUnavailable(form=form.value)
        return found

    def _forms(self, report: Report) -> list[KeptForm]:
        forms = []
        for form in ReportFormat:
            try:
                maker = self.makers.get(form)
                file = maker(report) if maker else render(report, form)
            except (ReportFormUnavailable, ReceiptFailed):
                continue
            forms.append(KeptForm(form, file))
        return forms


def _kept(report: Report, actor: Actor, now: datetime, forms: Sequence[KeptForm]) -> KeptReport:
    return KeptReport(
        id=report.report_id,
        organisation_id=actor.organisation_id,
        filename=report.document.filename,
        sha256=report.document.sha256,
        verdict=report.verdict.value,
        content={
            "report": report_json(report),
            "verdicts": [verdict.value for verdict in verdicts(report)],
        },
        created_at=now,
        forms=tuple(one.form for one in forms),
    )


def verdicts(report: Report) -> list[Verdict]:
    """Return the verdict on each signature of a report."""
    return [one.verdict or verdict_of(one) for one in report.signatures]
