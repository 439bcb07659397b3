"""A report comes as files of several forms."""

import json

import pytest

from sealservice.verification.errors import ReportFormUnavailable
from sealservice.verification.report import report_json
from sealservice.verification.reports import ReportFormat, render
from tests.world_verification import SignedWorld, blank_pdf


def test_json_is_the_report_itself(world: SignedWorld) -> None:
    """The file in JSON is what the command line gives, named by the number of the report."""
    report = world.verify(world.sign(blank_pdf()))
    rendered = render(report, ReportFormat.JSON)
    assert rendered.media_type == "application/json"
    assert rendered.filename == f"{report.report_id}.json"
    assert json.loads(rendered.data) == report_json(report)


def test_what_needs_fonts_is_refused(world: SignedWorld) -> None:
    """A form that cannot be made here is refused in words that name the others."""
    with pytest.raises(ReportFormUnavailable, match="Ask for json"):
        render(world.verify(b"no pdf"), ReportFormat.RECEIPT)
