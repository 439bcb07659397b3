"""Which forms a report has, and the file that each of them is."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sealservice.kernel.json import JsonObject
from sealservice.verification.errors import ReportFormUnavailable
from sealservice.verification.model import Report
from sealservice.verification.report import report_json
from sealservice.verification.reports.detailed import detailed_json
from sealservice.verification.reports.diagnostic import diagnostic_json
from sealservice.verification.reports.etsi import etsi_xml


class ReportFormat(StrEnum):
    """A form of the report, as it is asked for."""

    JSON = "json"
    """What ``verify --json`` and the API give."""
    DETAILED = "detailed"
    """Building blocks of ETSI EN 319 102-1 with their constraints, as JSON."""
    DIAGNOSTIC = "diagnostic"
    """All that was found out, without judgement by a policy, as JSON."""
    ETSI = "etsi"
    """ETSI TS 119 102-2, XML."""
    JWS = "jws"
    """The JSON report, signed by the service (RFC 7515)."""
    RECEIPT = "receipt"
    """To be printed, PDF/A."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A report as a file."""

    media_type: str
    filename: str
    data: bytes


def render(report: Report, wanted: ReportFormat) -> Rendered:
    """Return a report in one of the forms that need nothing but the report.

    Raises:
        ReportFormUnavailable: this form needs fonts (``RECEIPT``) or a key (``JWS``).
    """
    maker = _MAKERS.get(wanted)
    if maker is None:
        raise ReportFormUnavailable(form=wanted.value)
    return maker(report)


def json_file(report: Report, name: str, content: JsonObject) -> Rendered:
    """Return JSON as a file that people can read, too."""
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    # A lone surrogate (of a file name that is no UTF-8) becomes the JSON escape that it is.
    data = text.encode("utf-8", "backslashreplace")
    return Rendered("application/json", f"{report.report_id}{name}.json", data)


def _plain(report: Report) -> Rendered:
    return json_file(report, "", report_json(report))


def _detailed(report: Report) -> Rendered:
    return json_file(report, ".detailed", detailed_json(report))


def _diagnostic(report: Report) -> Rendered:
    return json_file(report, ".diagnostic", diagnostic_json(report))


def _etsi(report: Report) -> Rendered:
    return Rendered("application/xml", f"{report.report_id}.etsi.xml", etsi_xml(report))


_MAKERS: Final[dict[ReportFormat, Callable[[Report], Rendered]]] = {
    ReportFormat.JSON: _plain,
    ReportFormat.DETAILED: _detailed,
    ReportFormat.DIAGNOSTIC: _diagnostic,
    ReportFormat.ETSI: _etsi,
}
