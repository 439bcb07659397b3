"""From what was found out to the word that a clerk reads, by the policy that was asked for.

1. Every finding gets the grade that the policy gives it: errors are those of grade FAIL.
2. The policy's decision table gives the verdict on a signature (``policy``, ``policies``).
3. A document is as good as the worst of its signatures; a document timestamp counts when it is
   TOTAL-FAILED, for then the file was changed. Without any signature a document is unsigned. What
   could not be read of the document keeps it from being valid.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from sealservice.verification import policies
from sealservice.verification.model import (
    Coverage,
    ExitCode,
    Grade,
    Indication,
    Message,
    SignatureReport,
    Verdict,
)
from sealservice.verification.policy import Answer, Changes, Covered, Policy, Situation, Use

SIGNATURE: Final = "signature"
DOCUMENT_TIMESTAMP: Final = "document_timestamp"

SEAL_IN_USE: Final = "active"
SEAL_NOT_YET: Final = "not_yet_active"
ROGUE_USE: Final = "rogue_use"
"""Key of the finding that a seal of ours was used without a record of it."""
ARCHIVAL_UPDATE: Final = "archival_update"
_WHOLE: Final = frozenset({Coverage.ENTIRE_FILE, Coverage.ENTIRE_REVISION})
_EXIT_ORDER: Final = (
    ExitCode.INVALID,
    ExitCode.UNREADABLE,
    ExitCode.UNCONFIRMED,
    ExitCode.UNSIGNED,
)


def judged(signature: SignatureReport, policy: Policy) -> SignatureReport:
    """Return a signature's report with its findings weighed and its verdict, under a policy."""

    def of(grade: Grade) -> tuple[Message, ...]:
        return tuple(
            finding.message
            for finding in signature.findings
            if policy.grade(finding.message.key, finding.own_grade) is grade
        )

    weighed = replace(
        signature,
        errors=of(Grade.FAIL),
        warnings=of(Grade.WARN),
        infos=of(Grade.INFORM),
    )
    return replace(weighed, verdict=verdict_of(weighed, policy))


def verdict_of(signature: SignatureReport, policy: Policy | None = None) -> Verdict:
    """Return the verdict on one signature or document timestamp, by default's policy if none."""
    return (policy or policies.load()).decide(situation_of(signature))


def situation_of(signature: SignatureReport) -> Situation:
    """Return what a verdict on a signature depends on."""
    return Situation(
        indication=signature.indication,
        intact=_answer(truth=signature.intact),
        modifications=_changes(signature),
        coverage=Covered.WHOLE if signature.coverage in _WHOLE else Covered.PARTIAL,
        revoked_before=_answer(truth=_revoked_in_time(signature)),
        use=_use(signature),
        constraints_met=_answer(truth=not signature.errors),
    )


def document_verdict(
    signatures: Iterable[SignatureReport], *, is_complete: bool, policy: Policy | None = None
) -> Verdict:
    """Return the verdict on a document; ``is_complete``: everything in it could be read."""
    everything = tuple(signatures)
    verdicts = {verdict_of(s, policy) for s in everything if s.kind == SIGNATURE}
    is_broken = any(s.indication is Indication.TOTAL_FAILED for s in everything)
    if Verdict.INVALID in verdicts or is_broken:
        return Verdict.INVALID
    if Verdict.UNCONFIRMED in verdicts or not is_complete:
        return Verdict.UNCONFIRMED
    return Verdict.VALID if verdicts else Verdict.UNSIGNED


def exit_code(verdicts: Iterable[Verdict]) -> ExitCode:
    """Return the exit code for one or more files: the first of 1, 4, 2, 3 that occurs, else 0."""
    codes = {ExitCode[verdict.name] for verdict in verdicts}
    return next((code for code in _EXIT_ORDER if code in codes), ExitCode.VALID)


def has_permitted_changes(signature: SignatureReport) -> bool:
    """Return whether more than archival updates followed, all of it legitimate."""
    return not signature.modified_after_signing and any(
        change.kind != ARCHIVAL_UPDATE for change in signature.modifications
    )


def _answer(*, truth: bool) -> Answer:
    return Answer.YES if truth else Answer.NO


def _changes(signature: SignatureReport) -> Changes:
    if signature.modified_after_signing:
        return Changes.ILLEGITIMATE
    return Changes.PERMITTED if has_permitted_changes(signature) else Changes.NONE


def _use(signature: SignatureReport) -> Use:
    if any(finding.message.key == ROGUE_USE for finding in signature.findings):
        return Use.ROGUE
    if signature.seal is None:
        return Use.FOREIGN
    return Use.IN_USE if signature.seal["status_at_signing"] == SEAL_IN_USE else Use.OUT_OF_USE


def _revoked_in_time(signature: SignatureReport) -> bool:
    proven = signature.best_signature_time
    revoked = [answer.time for answer in signature.revocation if answer.time]
    return proven is not None and any(time <= proven for time in revoked)
