"""Kept verification reports in PostgreSQL; they are written once."""

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import insert, select

from sealservice.infra.sql.database import Database
from sealservice.infra.sql.report_tables import report_forms, reports
from sealservice.verification.keeping import KeptForm, KeptReport
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
        del row["forms"]
        with self.database.transaction():
            connection = self.database.connection()
            connection.execute(insert(reports).values(row))
            connection.execute(insert(report_forms), rows)

    def by_id(self, report_id: str) -> KeptReport | None:
        """Return a report, whoever keeps it."""
        named = select(report_forms.c.form).where(report_forms.c.report_id == report_id)
        with self.database.transaction():
            connection = self.database.connection()
            query = select(reports).where(reports.c.id == report_id)
            row = connection.execute(query).mappings().first()
            forms = connection.execute(named).scalars().all()
        if row is None:
            return None
        content = json.loads(row["content"])
        named_forms = tuple(sorted(map(ReportFormat, forms)))
        return KeptReport(**{**row, "content": content}, forms=named_forms)

    def file(self, report_id: str, form: ReportFormat) -> Rendered | None:
        """Return one form of a report."""
        columns = (report_forms.c.media_type, report_forms.c.filename, report_forms.c.data)
        query = select(*columns).where(report_forms.c.report_id == report_id)
        with self.database.transaction():
            found = self.database.connection().execute(query.where(report_forms.c.form == form))
            row = found.mappings().first()
        return None if row is None else Rendered(**row)
