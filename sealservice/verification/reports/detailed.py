"""The detailed report: for each signature the building blocks of EN 319 102-1, as JSON."""

from dataclasses import asdict

from sealservice.kernel.json import JsonObject
from sealservice.verification.decision import situation_of, verdict_of
from sealservice.verification.model import Report, SignatureReport
from sealservice.verification.report import plain
from sealservice.verification.reports.blocks import Block, Constraint, blocks

DETAILED_VERSION = 1


def detailed_json(report: Report) -> JsonObject:
    """Return the detailed report.

    A constraint is ``OK``, ``NOT_OK``, ``WARNING``, ``INFORMATION``, ``IGNORED`` (found, and of no
    weight under this policy) or ``NOT_EXECUTED``. ``situation`` is what the policy's decision table
    was asked.
    """
    return {
        "detailed_version": DETAILED_VERSION,
        "report_id": report.report_id,
        "engine": report.engine,
        "verdict": report.verdict.value,
        "validation_time": report.validation_time,
        "policy": plain(report.policy),
        "trust_list": plain(report.trust_list),
        "document": plain(asdict(report.document)),
        "signatures": [_signature(signature) for signature in report.signatures],
        "errors": plain([asdict(error) for error in report.errors]),
    }


def _signature(signature: SignatureReport) -> JsonObject:
    return {
        "field": signature.field,
        "kind": signature.kind,
        "verdict": (signature.verdict or verdict_of(signature)).value,
        "indication": signature.indication.value,
        "sub_indication": signature.sub_indication,
        "situation": plain(asdict(situation_of(signature))),
        "blocks": [_block(block) for block in blocks(signature)],
        "certificate_chain": plain([asdict(link) for link in signature.certificate_chain]),
        "timestamps": plain([asdict(stamp) for stamp in signature.timestamps]),
        "revocation": plain([asdict(answer) for answer in signature.revocation]),
    }


def _block(block: Block) -> JsonObject:
    return {
        "key": block.key,
        "name": plain(asdict(block.name)),
        "clause": block.clause,
        "status": block.status.value,
        "constraints": [_constraint(constraint) for constraint in block.constraints],
    }


def _constraint(constraint: Constraint) -> JsonObject:
    written: JsonObject = {"key": constraint.key, "status": constraint.status.value}
    if constraint.message is not None:
        written["text"] = plain(asdict(constraint.message.text))
    return written
