"""The decision table, rule by rule: deny unless a rule clears it."""

from dataclasses import replace
from itertools import product

import pytest

from sealservice.kernel.text import Text
from sealservice.verification.decision import document_verdict, exit_code, verdict_of
from sealservice.verification.model import (
    Coverage,
    ExitCode,
    Indication,
    Message,
    RevocationFact,
    SignatureReport,
    Verdict,
)
from tests.world_verification import SignedWorld, blank_pdf

PROVEN = "2026-06-01T08:00:00Z"
PROBLEM = Message("not_judged", Text("无", "none"))


@pytest.fixture(scope="module")
def sound(world: SignedWorld) -> SignatureReport:
    """Return the report on a valid signature with a proven time."""
    report = world.verify(world.archival(blank_pdf())).signatures[0]
    return replace(report, best_signature_time=PROVEN, revocation=())


def revoked(at: str) -> tuple[RevocationFact, ...]:
    """Return an answer that says: revoked."""
    return (RevocationFact("crl", PROVEN, "revoked", at),)


def test_sound_signature_is_valid(sound: SignatureReport) -> None:
    """Rule 6 clears a signature without any blemish."""
    assert verdict_of(sound) is Verdict.VALID
    assert verdict_of(replace(sound, revocation=revoked("2026-06-01T08:00:01Z"))) is Verdict.VALID


def test_each_blemish_decides(sound: SignatureReport) -> None:
    """Rules 1 to 5 and 7, each on a signature that is sound otherwise."""
    failed = replace(sound, indication=Indication.TOTAL_FAILED)
    assert verdict_of(failed) is Verdict.INVALID
    assert verdict_of(replace(sound, modified_after_signing=True)) is Verdict.INVALID
    assert verdict_of(replace(sound, revocation=revoked(PROVEN))) is Verdict.INVALID
    seal = {"seal_id": "seal_1", "type": "official", "status_at_signing": "suspended"}
    assert verdict_of(replace(sound, seal=seal)) is Verdict.UNCONFIRMED
    assert verdict_of(replace(sound, errors=(PROBLEM,))) is Verdict.UNCONFIRMED
    unproven = replace(sound, indication=Indication.INDETERMINATE)
    assert verdict_of(unproven) is Verdict.UNCONFIRMED
    assert verdict_of(replace(sound, intact=False)) is Verdict.UNCONFIRMED
    for coverage in (Coverage.CONTIGUOUS, Coverage.UNCLEAR):
        assert verdict_of(replace(sound, coverage=coverage)) is Verdict.UNCONFIRMED


def test_only_one_combination_is_valid(sound: SignatureReport) -> None:
    """Of all combinations of the facts, only those without a blemish are valid."""
    space = product(Indication, (True, False), Coverage, (True, False), ((), (PROBLEM,)))
    valid = [
        facts
        for facts in space
        if verdict_of(
            replace(
                sound,
                indication=facts[0],
                intact=facts[1],
                coverage=facts[2],
                modified_after_signing=facts[3],
                errors=facts[4],
            )
        )
        is Verdict.VALID
    ]
    assert valid == [
        (Indication.TOTAL_PASSED, True, Coverage.ENTIRE_FILE, False, ()),
        (Indication.TOTAL_PASSED, True, Coverage.ENTIRE_REVISION, False, ()),
    ]


def test_document_is_as_good_as_its_worst_signature(sound: SignatureReport) -> None:
    """Invalid beats unconfirmed beats valid; unreadable parts keep a document from valid."""
    bad = replace(sound, modified_after_signing=True)
    doubtful = replace(sound, errors=(PROBLEM,))
    cases = {
        (): Verdict.UNSIGNED,
        (sound,): Verdict.VALID,
        (sound, doubtful): Verdict.UNCONFIRMED,
        (doubtful, bad, sound): Verdict.INVALID,
    }
    for signatures, verdict in cases.items():
        assert document_verdict(signatures, is_complete=True) is verdict
    assert document_verdict((sound,), is_complete=False) is Verdict.UNCONFIRMED
    assert document_verdict((), is_complete=False) is Verdict.UNCONFIRMED


def test_document_timestamp_counts_when_broken(sound: SignatureReport) -> None:
    """A doubtful document timestamp is no harm, a broken one is; alone it signs nothing."""
    stamp = replace(sound, kind="document_timestamp", errors=(PROBLEM,))
    broken = replace(stamp, indication=Indication.TOTAL_FAILED)
    assert document_verdict((sound, stamp), is_complete=True) is Verdict.VALID
    assert document_verdict((sound, broken), is_complete=True) is Verdict.INVALID
    assert document_verdict((stamp,), is_complete=True) is Verdict.UNSIGNED


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        ([Verdict.VALID], ExitCode.VALID),
        ([Verdict.VALID, Verdict.UNSIGNED], ExitCode.UNSIGNED),
        ([Verdict.UNSIGNED, Verdict.UNCONFIRMED], ExitCode.UNCONFIRMED),
        ([Verdict.UNCONFIRMED, Verdict.UNREADABLE, Verdict.VALID], ExitCode.UNREADABLE),
        ([Verdict.UNREADABLE, Verdict.INVALID], ExitCode.INVALID),
        ([], ExitCode.VALID),
    ],
)
def test_exit_code_of_several_files(verdicts: list[Verdict], code: ExitCode) -> None:
    """VERIFICATION 3: the first of 1, 4, 2, 3 that occurs, else 0."""
    assert exit_code(verdicts) is code
