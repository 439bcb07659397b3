"""The files that other projects test with, beside this repository, and what those tests assert.

Every file gets a report. Where we decide otherwise than the file's own test, ``differences.json``
says why; a difference that is not listed there fails, and so does a listed one that is gone.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, cast

import pytest

from sealservice.kernel.json import JsonObject
from sealservice.verification.model import Report, Verdict
from sealservice.verification.report import report_json
from tests.world_verification import SignedWorld

CORPUS: Final = Path(__file__).resolve().parents[3] / "shared" / "corpora"
DIFFERENCES: Final = Path(__file__).with_name("differences.json")
MOMENT: Final = datetime(2026, 11, 24, tzinfo=UTC)
QUESTIONS: Final = ("signatures", "intact", "modified_after_signing")

pytestmark = [
    pytest.mark.skipif(not CORPUS.is_dir(), reason=f"no corpus of signed files at {CORPUS}"),
    pytest.mark.timeout(600),
]


@pytest.fixture(scope="module")
def reports(world: SignedWorld) -> dict[str, Report]:
    """Return the report on every file; none of their issuers is trusted here."""
    return {row["file"]: world.verify(content(row), MOMENT) for row in rows()}


def rows() -> Iterator[dict[str, str]]:
    """Yield what is known about each file."""
    for line in (CORPUS / "signed.jsonl").read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


def content(row: dict[str, str]) -> bytes:
    """Return the bytes of a file."""
    return (CORPUS / "signed" / row["file"]).read_bytes()


def answers(report: Report) -> dict[str, object]:
    """Return what we say to the questions that the files' own tests answer."""
    signatures = [s for s in report.signatures if s.kind == "signature"]
    intact = {signature.intact for signature in signatures}
    return {
        "signatures": len(signatures),
        "intact": "mixed" if len(intact) > 1 else next(iter(intact), None),
        "modified_after_signing": any(s.modified_after_signing for s in signatures),
    }


def test_every_file_gets_a_report(reports: dict[str, Report]) -> None:
    """No file makes the verifier raise, and each report can be written."""
    assert len(reports) == 150
    for report in reports.values():
        assert json.dumps(report_json(report))


def test_nothing_untrusted_is_valid(reports: dict[str, Report]) -> None:
    """Without their roots not one of the files is valid."""
    assert [name for name, report in reports.items() if report.verdict is Verdict.VALID] == []


def test_differences_are_known(
    reports: dict[str, Report], record_property: Callable[[str, object], None]
) -> None:
    """Counts, integrity and modifications are as asserted, or the difference is listed."""
    found: dict[str, list[str]] = {}
    agreed: Counter[str] = Counter()
    for row in rows():
        expected = cast("JsonObject", row["expect"])
        ours = answers(reports[row["file"]])
        for question in QUESTIONS:
            if expected.get(question) is None:
                continue
            if expected[question] == ours[question]:
                agreed[question] += 1
            else:
                found.setdefault(row["file"], []).append(question)
    record_property("agreed", dict(agreed))
    listed = json.loads(DIFFERENCES.read_text(encoding="utf-8"))
    assert found == {name: entry["questions"] for name, entry in listed.items()}


def test_no_modification_passes(reports: dict[str, Report]) -> None:
    """A file that was modified after signing gets an error that says so, or why we cannot tell."""
    for row in rows():
        if cast("JsonObject", row["expect"]).get("modified_after_signing") is not True:
            continue
        signatures = reports[row["file"]].signatures
        keys = {error.key for signature in signatures for error in signature.errors}
        changed = {"modified_after_signing", "changes_not_analysed", "byte_range_not_revision"}
        assert keys & changed, row["file"]
