"""What was found out about a signature, each under its key and with its own grade.

A policy may weigh a finding otherwise. What is of grade IGNORE by itself matters to some policies
only: that no time is proven, that the level is not for long terms, that permitted changes followed.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from sealservice.kernel.clock import rfc3339
from sealservice.verification.document import Document
from sealservice.verification.facts import SignatureFacts
from sealservice.verification.fields import SHA1_FILTER
from sealservice.verification.judgement import Judgement
from sealservice.verification.messages import DEMONSTRATION, message
from sealservice.verification.model import Finding, Grade, Indication, Message, SignatureReport
from sealservice.verification.timestamps import JudgedTimestamp

_BY_SUB_INDICATION: Final = {
    "HASH_FAILURE": "digest_mismatch",
    "SIG_CRYPTO_FAILURE": "digest_mismatch",
    "NO_CERTIFICATE_CHAIN_FOUND": "chain_untrusted",
    "NO_SIGNING_CERTIFICATE_FOUND": "chain_unfit",
    "CERTIFICATE_CHAIN_GENERAL_FAILURE": "chain_unfit",
    "CHAIN_CONSTRAINTS_FAILURE": "chain_unfit",
    "EXPIRED": "certificate_outdated",
    "NOT_YET_VALID": "certificate_outdated",
    "OUT_OF_BOUNDS_NO_POE": "certificate_outdated",
    "OUT_OF_BOUNDS_NOT_REVOKED": "certificate_outdated",
    "REVOKED": "certificate_revoked",
    "REVOKED_NO_POE": "certificate_revoked",
    "REVOKED_CA_NO_POE": "certificate_revoked",
    "TRY_LATER": "status_unknown",
    "REVOCATION_OUT_OF_BOUNDS_NO_POE": "status_unknown",
    "CRYPTO_CONSTRAINTS_FAILURE": "algorithm_weak",
    "CRYPTO_CONSTRAINTS_FAILURE_NO_POE": "algorithm_weak",
}
_CLOCKS_DIFFER: Final = timedelta(minutes=5)
_LONG_TERM: Final = frozenset({"B-LT", "B-LTA"})


def findings_for(
    document: Document,
    facts: SignatureFacts,
    judgement: Judgement,
    stamps: tuple[JudgedTimestamp, ...],
) -> tuple[Finding, ...]:
    """Collect what was found about one signature; ``stamps`` are the timestamps in its CMS."""
    keys = dict.fromkeys([*_format_errors(document, facts), *_judged_errors(facts, judgement)])
    if any(stamp.is_broken for stamp in stamps):
        keys["timestamp_broken"] = None
    fields = {"format": facts.found.format}
    errors = (message(key, **fields) for key in keys)
    infos = (message(key) for key in (facts.cms.infos if facts.cms else ()))
    return (
        *_graded(Grade.FAIL, errors),
        *_graded(Grade.WARN, _warnings(document, facts, judgement, stamps)),
        *_graded(Grade.INFORM, infos),
    )


def silent_findings(report: SignatureReport, *, has_permitted_changes: bool) -> tuple[Finding, ...]:
    """Return what only some policies give any weight."""
    keys = {
        "time_not_proven": report.best_signature_time is None,
        "claimed_time_contradicted": _is_contradicted(report),
        "level_not_long_term": report.level not in _LONG_TERM,
        "permitted_changes": has_permitted_changes,
    }
    return tuple(_graded(Grade.IGNORE, (message(key) for key, found in keys.items() if found)))


def _is_contradicted(report: SignatureReport) -> bool:
    """Return whether a signature claims to be younger than it is proven to be (5.5.4)."""
    claimed, proven = report.claimed_signing_time, report.best_signature_time
    if claimed is None or proven is None:
        return False
    return datetime.fromisoformat(claimed) > datetime.fromisoformat(proven) + _CLOCKS_DIFFER


def _graded(grade: Grade, messages: Iterable[Message]) -> Iterator[Finding]:
    return (Finding(message, grade) for message in messages)


def _format_errors(document: Document, facts: SignatureFacts) -> Iterator[str]:
    found = facts.found
    if not found.is_judged:
        yield "format_unsupported"
    elif found.embedded is None:
        yield "signature_unreadable"
    if facts.byte_range.fault:
        yield facts.byte_range.fault
    elif found.embedded and not facts.review.is_whole:
        yield "byte_range_not_revision"
    if found.has_wrong_type:
        yield "type_contradicts"
    if found.sub_filter == SHA1_FILTER:
        yield "format_weak"
    if document.has_doubled_keys:
        yield "keys_doubled"
    if document.has_hybrid_references:
        yield "hybrid_references"
    yield from facts.cms.errors if facts.cms else ()


def _judged_errors(facts: SignatureFacts, judgement: Judgement) -> Iterator[str]:
    if facts.review.is_modified:
        yield "modified_after_signing"
    elif facts.review.is_covering:
        yield "content_covered"
    elif facts.review.is_annotated:
        yield "annotated"
    if not facts.review.is_complete:
        yield "changes_not_analysed"
    is_explained = facts.found.embedded is None or not facts.is_whole
    if judgement.indication is not Indication.TOTAL_PASSED and not is_explained:
        yield _BY_SUB_INDICATION.get(judgement.sub_indication or "", "not_judged")
    elif facts.holds is False:
        yield "digest_mismatch"


def _warnings(
    document: Document,
    facts: SignatureFacts,
    judgement: Judgement,
    stamps: tuple[JudgedTimestamp, ...],
) -> Iterator[Message]:
    yield from (message(key) for key in (facts.cms.warnings if facts.cms else ()))
    yield from map(message, document.lies_ready)
    if not facts.review.is_seen:
        yield message("pages_not_rendered")
    if document.is_lenient:
        yield message("read_leniently")
    if any(not stamp.is_good and not stamp.is_broken for stamp in stamps):
        yield message("timestamp_unconfirmed")
    if judgement.status_as_of is not None:
        yield message("status_as_of", time=rfc3339(judgement.status_as_of))
    if any(chain.is_demonstration for chain in [facts.chain, *(s.chain for s in stamps)]):
        yield message(DEMONSTRATION)
