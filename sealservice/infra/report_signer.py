"""Asks the signer, over its internal listener, to sign a report that is kept."""

from dataclasses import dataclass
from http import HTTPStatus

import httpx

from sealservice.verification.signing_errors import (
    ReportKeyMissing,
    ReportOfAnotherTime,
    ReportSigningFailed,
)


@dataclass(frozen=True, slots=True)
class HttpReportSigner:
    """Implements ``ReportSigner``."""

    signer_url: str
    """No slash at its end."""
    seconds: float
    """How long to wait: a time stamp and a status are asked for meanwhile."""

    def sign(self, report_id: str) -> None:
        """Have a kept report signed.

        Raises:
            ReportKeyMissing, ReportOfAnotherTime, ReportSigningFailed.
        """
        address = f"{self.signer_url}/reports/{report_id}/signature"
        try:
            answer = httpx.post(address, timeout=self.seconds, trust_env=False)
        except httpx.HTTPError as error:
            raise ReportSigningFailed(report_id=report_id) from error
        if answer.status_code == HTTPStatus.NO_CONTENT:
            return
        if _code(answer) == ReportKeyMissing.code:
            raise ReportKeyMissing
        if _code(answer) == ReportOfAnotherTime.code:
            raise ReportOfAnotherTime(report_id=report_id)
        raise ReportSigningFailed(report_id=report_id)


def _code(answer: httpx.Response) -> object:
    try:
        problem = answer.json()
    except ValueError:
        return None
    return problem.get("code") if isinstance(problem, dict) else None
