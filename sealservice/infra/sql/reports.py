"""Kept verification reports in PostgreSQL; they are written once."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from sealservice.infra.sql.database import Database
from sealservice.infra.sql.report_tables import (
    receipt_numbers,
    report_forms,
    reports,
    signed_reports,
)
from sealservice.verification.keeping import SIGNED_FORMS, KeptForm, KeptReport, SignedReport
from sealservice.verification.reports import Rendered, ReportFormat


@dataclass(frozen=True, slots=True)
class SqlReportStore:
    """Implements ``ReportStore``."""

    database: Database

    def add(self, report: KeptReport, forms: Sequence[KeptForm]) -> None:
        """Insert a report with its forms."""
        belongs = {"report_id": report.id, "organisation_id": report.organisation_id}
        rows = [{**belongs, "form": one.form.value, **asdict(one.file)} for one in forms]
        row = {**asdict(report), "content": json.dumps(report.content)}
        del row["forms"], row["number"]
        with self.database.transaction():
            connection = self.database.connection()
            connection.execute(insert(reports).values(row))
            connection.execute(insert(report_forms), rows)

    def by_id(self, report_id: str) -> KeptReport | None:
        """Return a report, whoever keeps it."""
        named = select(report_forms.c.form).where(report_forms.c.report_id == report_id)
        numbered = select(signed_reports.c.number).where(signed_reports.c.report_id == report_id)
        with self.database.transaction():
            connection = self.database.connection()
            query = select(reports).where(reports.c.id == report_id)
            row = connection.execute(query).mappings().first()
            forms = connection.execute(named).scalars().all()
            number = connection.execute(numbered).scalar()
        if row is None:
            return None
        content = json.loads(row["content"])
        named_forms = tuple(sorted(map(ReportFormat, forms)))
        return KeptReport(**{**row, "content": content}, forms=named_forms, number=number)

    def file(self, report_id: str, form: ReportFormat) -> Rendered | None:
        """Return one form of a report."""
        if form in SIGNED_FORMS:
            made = SqlSignedReports(self.database).by_report(report_id)
            if made is not None:
                return made.file(form)
        columns = (report_forms.c.media_type, report_forms.c.filename, report_forms.c.data)
        query = select(*columns).where(report_forms.c.report_id == report_id)
        with self.database.transaction():
            found = self.database.connection().execute(query.where(report_forms.c.form == form))
            row = found.mappings().first()
        return None if row is None else Rendered(**row)


@dataclass(frozen=True, slots=True)
class SqlSignedReports:
    """Implements ``SignedReports``; only the signer's role may add."""

    database: Database

    def next_number(self) -> int:
        """Return a number that no other receipt has had or will have."""
        with self.database.transaction():
            number = self.database.connection().execute(receipt_numbers.next_value())
            return int(number.scalar_one())

    def add(self, made: SignedReport) -> bool:
        """Insert what was made; False when another run was faster."""
        row = insert(signed_reports).values(asdict(made)).on_conflict_do_nothing()
        added = row.returning(signed_reports.c.report_id)
        with self.database.transaction():
            return self.database.connection().execute(added).first() is not None

    def by_report(self, report_id: str) -> SignedReport | None:
        """Return what was made of a report."""
        query = select(signed_reports).where(signed_reports.c.report_id == report_id)
        with self.database.transaction():
            row = self.database.connection().execute(query).mappings().first()
        return None if row is None else SignedReport(**row)
