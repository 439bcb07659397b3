"""The JSON report has the keys of VERIFICATION 2, in their order, and plain values."""

import json
import re
from pathlib import Path

import pytest

from sealservice.kernel.json import canonical
from sealservice.verification import checks
from sealservice.verification.messages import DEMONSTRATION, HEADLINES, MESSAGES
from sealservice.verification.model import CheckStatus, Verdict
from sealservice.verification.reasons import _BY_SUB_INDICATION
from sealservice.verification.report import report_json
from tests.world_verification import SignedWorld, blank_pdf

PAGE_KEYS = [
    "report_version",
    "verdict",
    "validation_time",
    "policy",
    "trust_list",
    "document",
    "signatures_count",
    "valid_signatures_count",
    "signatures",
    "errors",
]
SIGNATURE_KEYS = [
    "field",
    "kind",
    "indication",
    "sub_indication",
    "level",
    "intact",
    "coverage",
    "modified_after_signing",
    "modifications",
    "claimed_signing_time",
    "best_signature_time",
    "best_time_source",
    "signer",
    "seal",
    "license",
    "algorithms",
    "certificate_chain",
    "timestamps",
    "augment_before",
    "errors",
    "warnings",
    "infos",
]
MORE_KEYS = [
    "format",
    "byte_range",
    "signed_revision_sha256",
    "docmdp",
    "trust_anchor",
    "revocation",
    "appearances",
    "checks",
]
SOURCES = Path(checks.__file__).parent


@pytest.fixture(scope="module")
def report(world: SignedWorld) -> dict[str, object]:
    """Return the JSON report on an archival file."""
    return report_json(world.verify(world.archival(blank_pdf())))


def test_keys_are_those_of_the_page(report: dict[str, object]) -> None:
    """Keys are complete and in order, the further ones behind."""
    assert list(report) == [*PAGE_KEYS, "report_id", "engine", "test_only"]
    for signature in report["signatures"]:
        assert list(signature) == [*SIGNATURE_KEYS, *MORE_KEYS]


def test_values_are_plain_json(report: dict[str, object]) -> None:
    """The report survives JSON and has a canonical form to be signed."""
    assert json.loads(json.dumps(report)) == report
    assert json.loads(canonical(report)) == report


def test_values_of_an_archival_file(report: dict[str, object]) -> None:
    """Counts leave document timestamps out, and texts are in both languages."""
    assert (report["report_version"], report["verdict"]) == (1, "valid")
    assert (report["signatures_count"], report["valid_signatures_count"]) == (1, 1)
    assert report["policy"] == {"name": "default", "version": "1"}
    assert report["trust_list"] == {
        "name": "world",
        "sequence": None,
        "issued": None,
        "left_out": None,
    }
    assert re.fullmatch(r"ver_[0-9a-z]{26}", str(report["report_id"]))
    signature = report["signatures"][0]
    assert signature["certificate_chain"][-1]["trusted"] is True
    assert signature["timestamps"][0]["indication"] == "TOTAL-PASSED"
    assert signature["coverage"] == "entire_revision"
    assert [check["key"] for check in signature["checks"]] == [
        "content",
        "trust",
        "validity",
        "revocation",
        "time",
        "coverage",
    ]
    assert signature["checks"][0]["text"] == {"zh": "内容未改动", "en": "Content unchanged"}
    assert set(signature["warnings"][0]) == {"key", "text"}


def test_unreadable_report_has_the_same_keys(world: SignedWorld) -> None:
    """A file that is no PDF gets the same keys, so that programs need no second form."""
    report = report_json(world.verify(b"no pdf"))
    assert list(report)[: len(PAGE_KEYS)] == PAGE_KEYS
    assert report["document"]["pages"] is None
    assert report["errors"][0]["key"] == "not_pdf"


def test_every_message_is_in_the_catalogue() -> None:
    """Each key that the sources use has a text, and each text is used."""
    used = {
        key
        for source in SOURCES.glob("*.py")
        if source.name != "messages.py"
        for key in re.findall(r'"([a-z_]+)"', source.read_text(encoding="utf-8"))
    }
    assert set(MESSAGES) - {DEMONSTRATION} <= used
    assert set(_BY_SUB_INDICATION.values()) <= set(MESSAGES)


def test_texts_are_in_both_languages() -> None:
    """Chinese texts are Chinese, English ones are not empty."""
    texts = [*MESSAGES.values(), *HEADLINES.values(), *checks.TEXTS.values()]
    for text in texts:
        assert re.search(r"[一-鿿]", text.zh)
        assert re.fullmatch(r"[ -~“”]+", text.en)
    assert set(HEADLINES) == set(Verdict)


def test_checks_have_a_text_for_every_outcome() -> None:
    """Each check has texts for what its rule can say."""
    outcomes: dict[str, set[CheckStatus]] = {}
    for key, status in checks.TEXTS:
        outcomes.setdefault(key, set()).add(status)
    assert outcomes["content"] == {CheckStatus.PASSED, CheckStatus.WARNING, CheckStatus.FAILED}
    assert outcomes["revocation"] == set(CheckStatus)
