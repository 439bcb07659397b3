"""The building blocks of ETSI EN 319 102-1 5.2, each with the constraints that it checks.

1. A constraint bears the key of what breaks it. It is NOT_OK, WARNING or INFORMATION when that was
   found, by the grade that the policy gave it; IGNORED when it was found and the policy is silent.
2. Otherwise it is OK when it was looked at, and NOT_EXECUTED when it was not: nothing behind the
   format of a signature that cannot be read is looked at, and of the constraints that end a
   judgement the first that is broken keeps the others from being looked at.
3. A key that belongs to no block is shown in the last one, but only when it was found.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sealservice.kernel.text import Text
from sealservice.verification.model import Indication, Message, SignatureReport


class Status(StrEnum):
    """Of a constraint; of a block, the worst of its constraints."""

    NOT_OK = "NOT_OK"
    WARNING = "WARNING"
    INFORMATION = "INFORMATION"
    IGNORED = "IGNORED"
    OK = "OK"
    NOT_EXECUTED = "NOT_EXECUTED"


@dataclass(frozen=True, slots=True)
class Constraint:
    """One constraint and what came of it."""

    key: str
    status: Status
    message: Message | None
    """What was found; None when it holds or was not looked at."""


@dataclass(frozen=True, slots=True)
class Block:
    """A building block and what came of it."""

    key: str
    name: Text
    clause: str
    status: Status
    constraints: tuple[Constraint, ...]


@dataclass(frozen=True, slots=True)
class _Plan:
    key: str
    name: Text
    clause: str
    keys: tuple[str, ...]
    is_final: bool = False
    """Whether the first of these that is broken ends the judgement."""


_PLANS: Final = (
    _Plan(
        "format_checking",
        Text("格式检查", "Format checking"),
        "EN 319 102-1 5.2.2",
        (
            "byte_range_malformed", "byte_range_not_from_start", "byte_range_outside_file",
            "byte_range_gap_not_contents", "byte_range_not_revision", "signature_unreadable",
            "format_unsupported", "type_contradicts", "content_encapsulated",
            "signer_infos_not_one", "signed_attributes_missing", "signed_attributes_wrong",
            "attributes_not_der", "padding_not_zero", "signing_time_attribute",
            "dictionary_keys_repeated", "hybrid_references", "read_leniently",
        ),
    ),
    _Plan(
        "signing_certificate",
        Text("签名证书识别", "Identification of the signing certificate"),
        "EN 319 102-1 5.2.3",
        ("signing_certificate_missing",),
    ),
    _Plan(
        "cryptographic_verification",
        Text("密码学校验", "Cryptographic verification"),
        "EN 319 102-1 5.2.7",
        ("digest_mismatch",),
    ),
    _Plan(
        "certificate_validation",
        Text("证书验证", "X.509 certificate validation"),
        "EN 319 102-1 5.2.6",
        (
            "chain_untrusted", "chain_unfit", "certificate_outdated", "certificate_revoked",
            "status_unknown",
        ),
        is_final=True,
    ),
    _Plan(
        "signature_acceptance",
        Text("签名接受条件", "Signature acceptance"),
        "EN 319 102-1 5.2.8",
        ("algorithm_weak", "not_judged"),
        is_final=True,
    ),
    _Plan(
        "signature_quality",
        Text("签名要求", "Demands on the signature"),
        "EN 319 102-1 5.2.8",
        ("format_weak", "level_not_long_term", "demonstration", "status_as_of"),
    ),
    _Plan(
        "time_stamps",
        Text("时间戳", "Time-stamps"),
        "EN 319 102-1 5.4, 5.5",
        (
            "timestamp_broken", "timestamp_unconfirmed", "time_not_proven",
            "claimed_time_contradicted",
        ),
    ),
    _Plan(
        "changes_after_signing",
        Text("盖章后的改动", "Changes after signing"),
        "ISO 32000-2 12.8.2",
        (
            "modified_after_signing", "content_covered", "annotated", "changes_not_analysed",
            "permitted_changes", "objects_prepared", "unsigned_picture",
        ),
    ),
    _Plan(
        "seal_use",
        Text("印章状态、图样与用章记录", "Seal: standing, picture, record of its use"),
        "—",
        ("seal_not_in_use", "rogue_use", "picture_only", "picture_differs"),
    ),
)  # fmt: skip
_OTHER: Final = _Plan("further", Text("其他", "Further findings"), "—", ())
_UNREADABLE: Final = frozenset({"signature_unreadable", "format_unsupported"})
_ORDER: Final = tuple(Status)


def blocks(signature: SignatureReport) -> tuple[Block, ...]:
    """Return the blocks of one signature, in the order of the standard."""
    found = {finding.message.key: finding.message for finding in signature.findings}
    known = {key for plan in _PLANS for key in plan.keys}
    further = tuple(key for key in found if key not in known)
    plans = (*_PLANS, _Plan(_OTHER.key, _OTHER.name, _OTHER.clause, further))
    return tuple(_block(plan, signature, found) for plan in plans if plan.keys)


def _block(plan: _Plan, signature: SignatureReport, found: dict[str, Message]) -> Block:
    constraints = tuple(_constraints(plan, signature, found))
    status = min((one.status for one in constraints), key=_ORDER.index)
    return Block(plan.key, plan.name, plan.clause, status, constraints)


def _constraints(
    plan: _Plan, signature: SignatureReport, found: dict[str, Message]
) -> Iterator[Constraint]:
    is_read = not _UNREADABLE & set(found)
    has_passed = signature.indication is Indication.TOTAL_PASSED
    is_executed = (is_read or plan is _PLANS[0]) and (has_passed or not plan.is_final)
    untouched = Status.OK if is_executed else Status.NOT_EXECUTED
    for key in plan.keys:
        status = _weighed(key, signature) if key in found else untouched
        yield Constraint(key, status, found.get(key))


def _weighed(key: str, signature: SignatureReport) -> Status:
    lists = (
        (Status.NOT_OK, signature.errors),
        (Status.WARNING, signature.warnings),
        (Status.INFORMATION, signature.infos),
    )
    given = (status for status, messages in lists if any(m.key == key for m in messages))
    return next(given, Status.IGNORED)
