"""The decision table: from what was found out to the word that a clerk reads.

The first rule that applies decides; what no rule clears is not valid.

    1. TOTAL-FAILED: signed bytes, signature or form     invalid
    2. illegitimate changes after signing                invalid
    3. certificate revoked before the proven time        invalid
    4. seal not in use when it was used                  unconfirmed
    5. any error in the report of the signature          unconfirmed
    6. TOTAL-PASSED, intact, a whole revision covered    valid
    7. anything else                                     unconfirmed

A document is as good as the worst of its signatures; a document timestamp counts when it is
TOTAL-FAILED, for then the file was changed. Without any signature a document is unsigned. What
could not be read of the document keeps it from being valid.
"""

from collections.abc import Iterable
from typing import Final

from sealservice.verification.model import (
    Coverage,
    ExitCode,
    Indication,
    SignatureReport,
    Verdict,
)

POLICY: Final = {"name": "default", "version": "1"}
SIGNATURE: Final = "signature"
DOCUMENT_TIMESTAMP: Final = "document_timestamp"

SEAL_IN_USE: Final = "active"
SEAL_NOT_YET: Final = "not_yet_active"
_WHOLE: Final = frozenset({Coverage.ENTIRE_FILE, Coverage.ENTIRE_REVISION})
_EXIT_ORDER: Final = (
    ExitCode.INVALID,
    ExitCode.UNREADABLE,
    ExitCode.UNCONFIRMED,
    ExitCode.UNSIGNED,
)


def verdict_of(signature: SignatureReport) -> Verdict:
    """Return the verdict on one signature or document timestamp."""
    if signature.indication is Indication.TOTAL_FAILED:  # 1
        return Verdict.INVALID
    if signature.modified_after_signing or _revoked_in_time(signature):  # 2, 3
        return Verdict.INVALID
    if signature.seal and signature.seal["status_at_signing"] != SEAL_IN_USE:  # 4
        return Verdict.UNCONFIRMED
    if signature.errors:  # 5
        return Verdict.UNCONFIRMED
    is_proven = signature.indication is Indication.TOTAL_PASSED and signature.intact
    if is_proven and signature.coverage in _WHOLE:  # 6
        return Verdict.VALID
    return Verdict.UNCONFIRMED  # 7


def document_verdict(signatures: Iterable[SignatureReport], *, is_complete: bool) -> Verdict:
    """Return the verdict on a document; ``is_complete``: everything in it could be read."""
    everything = tuple(signatures)
    verdicts = {verdict_of(s) for s in everything if s.kind == SIGNATURE}
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


def _revoked_in_time(signature: SignatureReport) -> bool:
    proven = signature.best_signature_time
    revoked = [answer.time for answer in signature.revocation if answer.time]
    return proven is not None and any(time <= proven for time in revoked)
