"""What every store of kept reports must do, in memory and in PostgreSQL."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import ProgrammingError

from sealservice.identity.model import Organisation
from sealservice.infra.processes import ProcessKind
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.identity import SqlOrganisationStore
from sealservice.infra.sql.reports import SqlReportStore, SqlSignedReports
from sealservice.infra.sql.tables import report_forms, reports
from sealservice.kernel.ids import new_id
from sealservice.verification.keeping import KeptForm, KeptReport, ReportStore, SignedReport
from sealservice.verification.reports import Rendered, ReportFormat
from tests.world_licenses import NOON
from tests.world_reports import MemoryReportStore

ODD = "Seal\x00 \ud800 🀄 </script>"
"""A field's name as a hostile file may have it."""


@dataclass(frozen=True)
class Place:
    """A store, and an organisation that exists there."""

    store: ReportStore
    organisation_id: str


@pytest.fixture(params=["memory", pytest.param("postgresql", marks=pytest.mark.engines)])
def place(request: pytest.FixtureRequest) -> Place:
    """Give the store of one kind."""
    organisation_id = new_id("org")
    if request.param == "memory":
        return Place(MemoryReportStore(), organisation_id)
    database = request.getfixturevalue("database")
    SqlOrganisationStore(database).add(Organisation(organisation_id, "我方", NOON))
    return Place(SqlReportStore(database), organisation_id)


def _report(organisation_id: str) -> KeptReport:
    return KeptReport(
        id=new_id("ver"),
        organisation_id=organisation_id,
        filename="合同.pdf",
        sha256="0" * 64,
        verdict="invalid",
        content={"report": {"signatures": [{"field": ODD}]}, "verdicts": ["invalid"]},
        created_at=NOON,
        forms=(ReportFormat.ETSI, ReportFormat.JSON),
    )


FORMS = (
    KeptForm(ReportFormat.JSON, Rendered("application/json", "a.json", b"{}\x00")),
    KeptForm(ReportFormat.ETSI, Rendered("application/xml", "a.xml", b"<a/>")),
)


def test_report_comes_back_as_it_went_in(place: Place) -> None:
    """Letters that a database refuses in JSON come back, too; each form is the bytes it was."""
    report = _report(place.organisation_id)
    place.store.add(report, FORMS)
    assert place.store.by_id(report.id) == report
    for kept in FORMS:
        assert place.store.file(report.id, kept.form) == kept.file


def test_what_was_not_kept_is_not_there(place: Place) -> None:
    """Another id, and a form that was not made, are None."""
    report = replace(_report(place.organisation_id), forms=(ReportFormat.JSON,))
    place.store.add(report, FORMS[:1])
    assert place.store.file(report.id, ReportFormat.RECEIPT) is None
    assert place.store.by_id(new_id("ver")) is None
    assert place.store.file(new_id("ver"), ReportFormat.JSON) is None


@pytest.mark.engines
def test_what_the_signer_made_is_had_in_its_forms(
    database: Database, database_as: Callable[[ProcessKind], Database]
) -> None:
    """The signer adds it once, with a number of its own; web reads it, and cannot add any."""
    organisation_id = new_id("org")
    SqlOrganisationStore(database).add(Organisation(organisation_id, "我方", NOON))
    report = _report(organisation_id)
    web = SqlReportStore(database_as(ProcessKind.WEB))
    web.add(report, FORMS)
    signer = SqlSignedReports(database_as(ProcessKind.SIGNER))
    first, second = signer.next_number(), signer.next_number()
    assert first < second
    made = SignedReport(report.id, organisation_id, second, b"a.b.c", b"%PDF", NOON)
    with pytest.raises(ProgrammingError, match="permission denied"):
        SqlSignedReports(web.database).add(made)
    assert [signer.add(made), signer.add(replace(made, number=first))] == [True, False]
    assert signer.by_report(report.id) == made
    kept = web.by_id(report.id)
    assert kept is not None
    assert kept.number == second
    assert web.file(report.id, ReportFormat.JWS) == made.file(ReportFormat.JWS)
    assert web.file(report.id, ReportFormat.RECEIPT) == made.file(ReportFormat.RECEIPT)


@pytest.mark.engines
@pytest.mark.security
def test_nobody_changes_a_kept_report(database: Database) -> None:
    """Not even the owner of the tables: the guard binds every role."""
    for statement in (update(reports).values(verdict="valid"), delete(report_forms)):
        with pytest.raises(ProgrammingError), database.transaction():
            database.connection().execute(statement)
