"""The report as a value and as JSON; its keys and their order are fixed (VERIFICATION 2)."""

from dataclasses import asdict, replace
from enum import Enum
from functools import cache
from importlib.metadata import version
from typing import Final

from sealservice.kernel.clock import rfc3339
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.errors import SealserviceError
from sealservice.kernel.ids import new_id
from sealservice.kernel.json import JsonObject, JsonValue
from sealservice.verification.decision import (
    SIGNATURE,
    document_verdict,
    judged,
    verdict_of,
)
from sealservice.verification.messages import DEMONSTRATION, refusal
from sealservice.verification.model import (
    REPORT_VERSION,
    DocumentFacts,
    Message,
    Report,
    SignatureReport,
    Verdict,
)
from sealservice.verification.policy import Policy
from sealservice.verification.request import Request

_SIGNATURE_KEYS: Final = (
    "field", "kind", "indication", "sub_indication", "level", "intact", "coverage",
    "modified_after_signing", "modifications", "claimed_signing_time", "best_signature_time",
    "best_time_source", "signer", "seal", "license", "algorithms", "certificate_chain",
    "timestamps", "augment_before", "errors", "warnings", "infos", "format", "byte_range",
    "signed_revision_sha256", "docmdp", "trust_anchor", "revocation", "appearances", "checks",
)  # fmt: skip


@cache
def engine() -> str:
    """Name the software that judges, with its version."""
    return f"sealservice {version('sealservice')}, pyHanko {version('pyhanko')}"


def judged_report(
    request: Request,
    document: DocumentFacts,
    signatures: tuple[SignatureReport, ...],
    errors: tuple[Message, ...],
) -> Report:
    """Return the report on a file that could be read."""
    bare = _report(request, Verdict.UNSIGNED, document, signatures, errors)
    return under(bare, request.policy)


def under(report: Report, policy: Policy) -> Report:
    """Return a report as another policy would have it, from what was found out already.

    The policy's constraints and decisions are applied anew. Its algorithms are not, for the
    indications rest on them: a policy with another table needs the file.
    """
    if report.verdict is Verdict.UNREADABLE:
        return replace(report, policy=_named(policy))
    signatures = tuple(judged(signature, policy) for signature in report.signatures)
    verdict = document_verdict(signatures, is_complete=not report.errors, policy=policy)
    return replace(report, policy=_named(policy), signatures=signatures, verdict=verdict)


def unreadable_report(request: Request, error: SealserviceError) -> Report:
    """Return the report on a file that could not be read, which says why."""
    # An empty file has a digest, too; one that nobody could read must not be taken for it.
    digest = sha256_hex(request.data) if request.is_read else None
    document = DocumentFacts(request.filename, len(request.data), digest, None, None)
    reasons = (refusal(error),)
    return _report(request, Verdict.UNREADABLE, document, (), reasons)


def _report(
    request: Request,
    verdict: Verdict,
    document: DocumentFacts,
    signatures: tuple[SignatureReport, ...],
    errors: tuple[Message, ...],
) -> Report:
    anchors = request.anchors
    return Report(
        report_id=new_id("ver"),
        engine=engine(),
        verdict=verdict,
        validation_time=rfc3339(request.at),
        policy=_named(request.policy),
        trust_list={
            "name": anchors.name,
            "sequence": anchors.sequence,
            "issued": anchors.issued,
            "left_out": anchors.left_out,
        },
        document=document,
        signatures=signatures,
        test_only=any(map(_is_demonstration, signatures)),
        errors=errors,
    )


def _named(policy: Policy) -> dict[str, str]:
    return {"name": policy.name, "version": policy.version}


def _is_demonstration(signature: SignatureReport) -> bool:
    return any(finding.message.key == DEMONSTRATION for finding in signature.findings)


def report_json(report: Report) -> JsonObject:
    """Return a report as the JSON object that the command line and the API give alike."""
    real = [signature for signature in report.signatures if signature.kind == SIGNATURE]
    valid = [one for one in real if (one.verdict or verdict_of(one)) is Verdict.VALID]
    return {
        "report_version": REPORT_VERSION,
        "verdict": report.verdict.value,
        "validation_time": report.validation_time,
        "policy": plain(report.policy),
        "trust_list": plain(report.trust_list),
        "document": plain(asdict(report.document)),
        "signatures_count": len(real),
        "valid_signatures_count": len(valid),
        "signatures": [_signature_json(signature) for signature in report.signatures],
        "errors": plain([asdict(error) for error in report.errors]),
        "report_id": report.report_id,
        "engine": report.engine,
        "test_only": report.test_only,
    }


def _signature_json(signature: SignatureReport) -> JsonObject:
    values = asdict(signature)
    return {key: plain(values[key]) for key in _SIGNATURE_KEYS}


def plain(value: object) -> JsonValue:
    """Return a value made of mappings, sequences, enumerations and scalars as JSON.

    Raises:
        TypeError: something else is in it.
    """
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(type(value))
