"""Reports that are kept: only when somebody of an organisation asks, and never the file itself.

1. A report is kept in every form it has, as they were made then; later versions change none.
   What the signer makes of it, its JWS and its sealed receipt, follows at once, or when it is asked
   for; once made it stays. Where the trust domain has no key for that, the receipt is one without a
   seal, which says so and is not kept; where the signer is away, there is none until it is back.
2. To programs it belongs to the organisation that keeps it; another organisation's is unknown.
3. Whoever has its link may read it: the link goes with the receipt to whom the receipt is shown,
   and its id cannot be guessed (80 random bits).
"""

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol

from sealservice.audit.ports import AuditLog
from sealservice.kernel.actor import Actor, Permission
from sealservice.kernel.clock import Clock
from sealservice.kernel.facts import Fact
from sealservice.kernel.json import JsonObject
from sealservice.kernel.transaction import Transaction
from sealservice.limits import Limits
from sealservice.verification.decision import verdict_of
from sealservice.verification.errors import (
    ReportFormUnavailable,
    ReportNotFound,
    ReportTooLarge,
)
from sealservice.verification.model import Report, Verdict
from sealservice.verification.report import report_json
from sealservice.verification.reports import Rendered, ReportFormat, render
from sealservice.verification.reports.diagnostic import restored
from sealservice.verification.reports.numbers import receipt_number
from sealservice.verification.signing_errors import (
    ReportKeyMissing,
    ReportOfAnotherTime,
    ReportSigningFailed,
)

_LOG: Final = logging.getLogger(__name__)
_JOSE: Final = "application/jose"
SIGNED_FORMS: Final = frozenset({ReportFormat.JWS, ReportFormat.RECEIPT})
"""Forms that the signer makes."""

Maker = Callable[[Report], Rendered]


class ReportAsked(StrEnum):
    """Forms by the names that callers use."""

    JSON = "json"
    JWS = "jws"
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
    """In which it is kept."""
    number: int | None = None
    """Of its receipt, once that is sealed."""


@dataclass(frozen=True, slots=True)
class KeptForm:
    """A report in one form."""

    form: ReportFormat
    file: Rendered


@dataclass(frozen=True, slots=True)
class SignedReport:
    """What the signer made of a kept report."""

    report_id: str
    organisation_id: str
    number: int
    """Of the receipt; no other one has it."""
    jws: bytes
    receipt: bytes
    """PDF."""
    created_at: datetime

    def file(self, form: ReportFormat) -> Rendered:
        """Return the JWS, or the receipt."""
        if form is ReportFormat.JWS:
            return Rendered(_JOSE, f"{self.report_id}.jws", self.jws)
        name = f"{self.report_id}.{receipt_number(self.number)}.pdf"
        return Rendered("application/pdf", name, self.receipt)


class SignedReports(Protocol):
    """Where signed reports are kept; the signer alone adds to it."""

    def next_number(self) -> int:
        """Return a number that no other receipt has had or will have."""
        ...

    def add(self, made: SignedReport) -> bool:
        """Keep what was made; False when another run was faster."""
        ...

    def by_report(self, report_id: str) -> SignedReport | None:
        """Return what was made of a report."""
        ...


class ReportSigner(Protocol):
    """The signer process, asked to sign what is kept."""

    def sign(self, report_id: str) -> None:
        """Have a kept report signed, if it is not yet.

        Raises:
            ReportKeyMissing: the trust domain has no key for reports.
            ReportOfAnotherTime: it was not judged as of when it was kept.
            ReportSigningFailed: there is no answer, or another refusal.
        """
        ...


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
    unsealed: Maker
    """Makes a receipt without a seal."""
    signer: ReportSigner

    def keep(self, actor: Actor, report: Report) -> KeptReport:
        """Keep a report for the actor's organisation.

        Raises:
            PermissionMissing: the actor may not.
            ReportFormUnavailable: the file could not even be read, so that there is no digest.
            ReportTooLarge: its forms are over the limit.
        """
        actor.require(Permission.VERIFY)
        forms = _forms(report)
        if sum(len(one.file.data) for one in forms) > self.limits.kept_report_bytes:
            raise ReportTooLarge(limit=f"{self.limits.kept_report_bytes >> 20} MB")
        kept = _kept(report, actor, self.clock(), forms)
        with self.transaction():
            self.store.add(kept, forms)
            detail = {"sha256": kept.sha256, "verdict": kept.verdict}
            self.audit.append(actor, Fact.REPORT_KEPT, kept.id, detail)
        try:
            self.signer.sign(kept.id)
        except (ReportKeyMissing, ReportOfAnotherTime, ReportSigningFailed) as error:
            _LOG.warning("report %s is kept and not signed: %s", kept.id, error)
        return self.linked(kept.id)

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
            ReportKeyMissing, ReportOfAnotherTime, ReportSigningFailed: nor could it be signed.
        """
        found = self.store.file(report.id, form)
        if found is None and form in SIGNED_FORMS:
            return self._signed(report, form)
        if found is None:
            raise ReportFormUnavailable(form=form.value)
        return found

    def _signed(self, report: KeptReport, form: ReportFormat) -> Rendered:
        try:
            self.signer.sign(report.id)
        except (ReportKeyMissing, ReportOfAnotherTime):
            if form is not ReportFormat.RECEIPT:
                raise
            return self._without_seal(report)
        found = self.store.file(report.id, form)
        if found is None:
            raise ReportSigningFailed(report_id=report.id)
        return found

    def _without_seal(self, report: KeptReport) -> Rendered:
        facts = self.store.file(report.id, ReportFormat.DIAGNOSTIC)
        if facts is None:
            raise ReportFormUnavailable(form=ReportFormat.RECEIPT.value)
        return self.unsealed(restored(json.loads(facts.data)))


def _forms(report: Report) -> list[KeptForm]:
    """Return a report in every form that needs neither fonts nor a key."""
    forms = [form for form in ReportFormat if form not in SIGNED_FORMS]
    return [KeptForm(form, render(report, form)) for form in forms]


def _kept(report: Report, actor: Actor, now: datetime, forms: Sequence[KeptForm]) -> KeptReport:
    return KeptReport(
        id=report.report_id,
        organisation_id=actor.organisation_id,
        filename=report.document.filename,
        sha256=_digest(report),
        verdict=report.verdict.value,
        content={
            "report": report_json(report),
            "verdicts": [verdict.value for verdict in verdicts(report)],
        },
        created_at=now,
        forms=tuple(one.form for one in forms),
    )


def _digest(report: Report) -> str:
    if report.document.sha256 is None:
        raise ReportFormUnavailable(form=ReportFormat.JWS.value)
    return report.document.sha256


def verdicts(report: Report) -> list[Verdict]:
    """Return the verdict on each signature of a report."""
    return [one.verdict or verdict_of(one) for one in report.signatures]
