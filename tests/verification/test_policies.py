"""Policies are files; whatever they say, what is broken or tampered with is never valid."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import algos

from sealservice.kernel.resources import resource
from sealservice.verification import policies
from sealservice.verification.algorithm_usage import TableUsage
from sealservice.verification.errors import PolicyInvalid, PolicyNotFound
from sealservice.verification.model import Indication, Verdict
from sealservice.verification.policies import may_be_valid, must_be_invalid, situations
from sealservice.verification.policy import Answer, Changes, Covered, Situation, Use
from sealservice.verification.report import report_json, under
from tests.world_verification import SignedWorld, blank_pdf

SOUND = Situation(
    Indication.TOTAL_PASSED,
    Answer.YES,
    Changes.NONE,
    Covered.WHOLE,
    Answer.NO,
    Use.FOREIGN,
    Answer.YES,
)


@pytest.fixture(scope="module")
def written() -> str:
    """Return the text of the default policy."""
    return resource("templates/policies/default.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["archive", "default", "strict-bank"])
def test_shipped_policies_hold_the_floor(name: str) -> None:
    """Of all situations only sound ones are valid, and tampering is invalid, in every policy."""
    policy = policies.load(name)
    assert policy.name == name
    assert policy.decide(SOUND) is Verdict.VALID
    for situation in situations():
        verdict = policy.decide(situation)
        assert verdict is not Verdict.VALID or may_be_valid(situation)
        assert verdict is Verdict.INVALID or not must_be_invalid(situation)


def test_policies_are_found_by_name_or_path(tmp_path: Path, written: str) -> None:
    """A name or a path does; what is neither is refused with the names there are."""
    assert policies.names() == ["archive", "default", "strict-bank"]
    own = tmp_path / "own.yaml"
    own.write_text(written.replace("name: default", "name: own"), encoding="utf-8")
    assert policies.find(str(own)).name == "own"
    assert policies.find("default") is policies.load()
    with pytest.raises(PolicyNotFound, match="archive、default、strict-bank"):
        policies.find(str(tmp_path / "none.yaml"))


@pytest.mark.parametrize(
    ("old", "new", "place", "told"),
    [
        ("algorithms:", "constraints: {typo_here: FAIL}\nalgorithms:", "constraints.typo_here",
         "no constraint of this name"),
        ("algorithms:", "constraints: {demonstration: fail}\nalgorithms:",
         "constraints.demonstration", "FAIL, WARN, INFORM, IGNORE"),
        ("algorithms:", "constraints: {changes_not_analysed: IGNORE}\nalgorithms:",
         "constraints.changes_not_analysed", "can only be FAIL"),
        ("algorithms:", "constraints: {rogue_use: WARN}\nalgorithms:",
         "constraints.rogue_use", "can only be FAIL"),
        ('"2012-08-01"\n    sha224', '"2012-02-30"\n    sha224', "algorithms.digest.sha1",
         "no such day"),
        ('constraints_met: "no", ', "", "decisions", "calls valid"),
        ("verdict: valid", "verdict: unsigned", "decisions", "valid, unconfirmed or invalid"),
        ("TOTAL-FAILED", "INDETERMINATE", "decisions", "does not call invalid"),
        ("out_of_use | rogue", "out_of_use | rouge", "decisions.out_of_use.use",
         "foreign | in_use"),
        ('    intact: "yes"\n', "", "decisions", "intact: no"),
        ('version: "1"', "version: 1", "version", "matches"),
        ("name: default", "name: default\nname: other", "YAML", "given twice"),
        ("name: default", "- name", "YAML", "cannot be parsed"),
        ("name: default", "name: default\nsurprise: 1", "surprise", "not known here"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(
    tmp_path: Path, written: str, old: str, new: str, place: str, told: str
) -> None:
    """A slip in a policy is refused with its place in the file, in both languages."""
    text = written.replace(old, new)
    if told == "calls valid":  # both rules that look at constraints are taken out of the way
        text = text.replace("  constraint_broken: {verdict: unconfirmed}\n", "")
    assert text != written
    file = tmp_path / "own.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(PolicyInvalid) as caught:
        policies.read(file)
    assert caught.value.fields["path"] == place
    assert told in caught.value.message.en
    assert "请改正后重试" in caught.value.message.zh


def test_a_shipped_name_with_another_content_is_refused(tmp_path: Path, written: str) -> None:
    """Who reads a report knows by the name what it was judged by."""
    file = tmp_path / "mine.yaml"
    file.write_text(written, encoding="utf-8")
    assert policies.find(str(file)) == policies.load()
    other = resource("templates/policies/strict-bank.yaml").read_text(encoding="utf-8")
    file.write_text(other.replace("name: strict-bank", "name: default"), encoding="utf-8")
    with pytest.raises(PolicyInvalid):
        policies.find(str(file))


def test_unreadable_policy_is_refused(tmp_path: Path) -> None:
    """Bytes that are no text, and a file beyond the limit, are refused."""
    file = tmp_path / "own.yaml"
    for content in (b"\xff\xfe", b"#" * 300_000):
        file.write_bytes(content)
        with pytest.raises(PolicyInvalid):
            policies.read(file)


def test_another_policy_needs_no_file(world: SignedWorld) -> None:
    """What was found is weighed anew under another policy, without the file."""
    report = world.verify(world.sign(blank_pdf()), lists=Lists(world))
    assert report.verdict is Verdict.VALID
    strict = under(report, policies.load("strict-bank"))
    keys = {error.key for error in strict.signatures[0].errors}
    assert keys == {"time_not_proven", "demonstration"}
    assert strict.verdict is Verdict.UNCONFIRMED
    assert report_json(strict)["policy"] == {"name": "strict-bank", "version": "1"}
    assert under(strict, policies.load()) == report


def test_archive_demands_long_term_material(world: SignedWorld) -> None:
    """An archive takes B-LTA and refuses B-T, and says why."""
    archive = policies.load("archive")
    kept = world.verify(world.archival(blank_pdf()), policy=archive)
    assert kept.verdict is Verdict.VALID
    stamped = world.sign(blank_pdf(), stamped=datetime(2026, 6, 1, 8, tzinfo=UTC))
    refused = world.verify(stamped, lists=Lists(world), policy=archive)
    assert refused.verdict is Verdict.UNCONFIRMED
    assert [e.key for e in refused.signatures[0].errors] == ["level_not_long_term"]


def test_ignored_is_silent_and_told_findings_are_not(world: SignedWorld) -> None:
    """A finding that a policy ignores is in no list, but is still kept as found."""
    report = world.verify(world.sign(blank_pdf()), lists=Lists(world))
    signature = report.signatures[0]
    shown = {m.key for m in (*signature.errors, *signature.warnings, *signature.infos)}
    assert "time_not_proven" not in shown
    assert "time_not_proven" in {finding.message.key for finding in signature.findings}


@pytest.mark.parametrize(
    ("day", "allowed"), [("2012-07-31", True), ("2012-08-01", False), ("2026-06-01", False)]
)
def test_sha1_is_judged_at_the_proven_time(day: str, allowed: bool) -> None:  # noqa: FBT001
    """V16: SHA-1 was good until its day, and what never was good stays so at all times."""
    moment = datetime.fromisoformat(day).replace(tzinfo=UTC)
    usage = TableUsage(policies.load().algorithms, moment)
    mechanism = algos.SignedDigestAlgorithm({"algorithm": "sha1_rsa"})
    judged = usage.signature_algorithm_allowed(mechanism, None, None)
    assert (bool(judged), judged.not_allowed_after) == (
        allowed,
        None if allowed else datetime(2012, 8, 1, tzinfo=UTC),
    )
    weak = usage.digest_algorithm_allowed(algos.DigestAlgorithm({"algorithm": "md5"}), None)
    assert not weak
    assert weak.not_allowed_after is None


def test_short_keys_end_by_their_length() -> None:
    """The longest length that a key reaches decides; a key of no known kind is never accepted."""
    table = policies.load().algorithms
    assert str(table.key_end("rsa", 1536)) == "2010-12-31"
    assert table.key_end("rsa", 1023) is None
    assert table.key_end("sm2", 256) is None


def test_claims_that_proof_contradicts_are_found(world: SignedWorld) -> None:
    """Files of this world claim today and are stamped earlier; a bank is told, others are not."""
    report = world.verify(world.archival(blank_pdf()))
    (signature, _) = report.signatures
    key = "claimed_time_contradicted"
    assert key in {finding.message.key for finding in signature.findings}
    assert key not in {warning.key for warning in signature.warnings}
    strict = under(report, policies.load("strict-bank"))
    assert key in {warning.key for warning in strict.signatures[0].warnings}


class Lists:
    """Hands in the world's revocation lists."""

    def __init__(self, world: SignedWorld) -> None:
        self._lists = tuple(world.lists())

    def crls(self) -> tuple[bytes, ...]:
        """Return them."""
        return self._lists


def test_rogue_use_is_never_valid() -> None:
    """V27: a seal of ours, used without a record of it, is not valid under any policy."""
    for name in policies.names():
        verdict = policies.load(name).decide(replace(SOUND, use=Use.ROGUE))
        assert verdict is not Verdict.VALID
