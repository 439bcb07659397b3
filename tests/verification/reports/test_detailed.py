"""The detailed report tells what came of every constraint, and claims no more than was done."""

import json

import pytest

from sealservice.kernel.json import JsonObject
from sealservice.verification import policies
from sealservice.verification.errors import DiagnosticsUnreadable
from sealservice.verification.messages import MESSAGES
from sealservice.verification.report import report_json, under
from sealservice.verification.reports import ReportFormat, render
from sealservice.verification.reports.blocks import _PLANS, Status, blocks
from sealservice.verification.reports.diagnostic import diagnostic_json, restored
from tests.world_verification import SignedWorld, blank_pdf


def detailed(report: object) -> JsonObject:
    """Return the detailed report as a program reads it."""
    rendered = render(report, ReportFormat.DETAILED)  # type: ignore[arg-type]
    assert rendered.filename.endswith(".detailed.json")
    return json.loads(rendered.data)


def statuses(content: JsonObject) -> dict[str, str]:
    """Return the status of each constraint of the first signature."""
    blocks_of = content["signatures"][0]["blocks"]
    return {one["key"]: one["status"] for block in blocks_of for one in block["constraints"]}


def test_a_sound_signature_is_ok_throughout(world: SignedWorld) -> None:
    """Of an archival signature every constraint was looked at; what was found is told."""
    content = detailed(world.verify(world.archival(blank_pdf())))
    found = statuses(content)
    # What this world signs claims today, and is stamped earlier.
    assert {key: status for key, status in found.items() if status != "OK"} == {
        "demonstration": "WARNING",
        "claimed_time_contradicted": "IGNORED",
    }
    assert content["signatures"][0]["situation"]["constraints_met"] == "yes"
    assert content["signatures"][0]["blocks"][0]["name"]["zh"] == "格式检查"


def test_grades_are_the_policy_s(world: SignedWorld) -> None:
    """The same finding is IGNORED by one policy and NOT_OK under another."""
    report = world.verify(world.sign(blank_pdf()))
    assert statuses(detailed(report))["time_not_proven"] == "IGNORED"
    strict = detailed(under(report, policies.load("strict-bank")))
    assert statuses(strict)["time_not_proven"] == "NOT_OK"
    assert strict["policy"]["name"] == "strict-bank"


def test_what_was_not_looked_at_is_not_ok(world: SignedWorld) -> None:
    """Where the chain is not trusted, status and algorithms were not judged, and no OK is told."""
    signed = world.sign(blank_pdf(), SignedWorld().signer)
    found = statuses(detailed(world.verify(signed)))
    assert found["chain_untrusted"] == "NOT_OK"
    assert {found[key] for key in ("certificate_revoked", "status_unknown", "algorithm_weak")} == {
        "NOT_EXECUTED"
    }
    broken = signed.replace(b"/ETSI.CAdES.detached", b"/ETSI.NOBODY.knows.1")
    after = blocks(world.verify(broken).signatures[0])
    assert [block.status for block in after[1:3]] == [Status.NOT_EXECUTED] * 2


def test_every_constraint_is_of_one_block() -> None:
    """No key stands in two blocks, and each is in the catalogue of messages."""
    keys = [key for plan in _PLANS for key in plan.keys]
    assert len(keys) == len(set(keys))
    assert set(keys) <= set(MESSAGES)


def test_diagnostic_facts_give_the_report_back(world: SignedWorld) -> None:
    """A report survives being kept as diagnostic facts, and can be weighed anew from them."""
    for pdf in (world.archival(blank_pdf()), blank_pdf(), b"no pdf"):
        report = world.verify(pdf)
        kept = json.loads(render(report, ReportFormat.DIAGNOSTIC).data)
        assert restored(kept) == report
        assert report_json(restored(kept)) == report_json(report)


@pytest.mark.parametrize("spoil", ["version", "missing", "kind", "word"])
def test_spoilt_diagnostic_facts_are_refused(world: SignedWorld, spoil: str) -> None:
    """What is of another version or form is refused in words, not by a crash."""
    kept = json.loads(json.dumps(diagnostic_json(world.verify(world.sign(blank_pdf())))))
    if spoil == "version":
        kept["diagnostic_version"] = 2
    elif spoil == "missing":
        del kept["report"]["document"]
    elif spoil == "kind":
        kept["report"]["signatures"] = {}
    else:
        kept["report"]["verdict"] = "excellent"
    with pytest.raises(DiagnosticsUnreadable):
        restored(kept)
