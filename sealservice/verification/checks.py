"""The six checks of the verdict card, for one signature.

    content       内容未改动        signed bytes hold, and no illegitimate change followed
    trust         证书可信          the chain ends at one of our anchors
    validity      用章时证书有效    the certificate was in force at the proven time
    revocation    未吊销            a status answer says so, as of the proven time
    time          可信时间          a timestamp proves when
    coverage      覆盖与后续修订    the whole file, or a whole revision and what followed

A check that cannot be made because an earlier one failed is NOT_DONE, never PASSED.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sealservice.kernel.clock import rfc3339
from sealservice.kernel.text import Text
from sealservice.verification.chain import Chain
from sealservice.verification.grounds import Grounds
from sealservice.verification.judgement import Judgement
from sealservice.verification.model import Check, CheckStatus, Indication
from sealservice.verification.modifications import ARCHIVAL_UPDATE, Review
from sealservice.verification.moments import revoked_before

PASSED, WARNING, FAILED, NOT_DONE = (
    CheckStatus.PASSED,
    CheckStatus.WARNING,
    CheckStatus.FAILED,
    CheckStatus.NOT_DONE,
)

TEXTS: Final = {
    ("content", PASSED): Text("内容未改动", "Content unchanged"),
    ("content", WARNING): Text("内容改动情况无法确认", "Unclear whether the content changed"),
    ("content", FAILED): Text("内容已被改动", "Content was changed"),
    ("trust", PASSED): Text("证书可信", "Certificate trusted"),
    ("trust", WARNING): Text("签发机构不在信任列表中", "Issuer is not on the trust list"),
    ("trust", NOT_DONE): Text("未检查证书是否可信", "Trust was not checked"),
    ("validity", PASSED): Text("用章时证书有效", "Certificate in force when signing"),
    ("validity", WARNING): Text(
        "无法证明用章时证书有效", "Not proven that the certificate was in force when signing"
    ),
    ("validity", NOT_DONE): Text("未检查证书有效期", "Validity was not checked"),
    ("revocation", PASSED): Text("未吊销", "Not revoked"),
    ("revocation", WARNING): Text("吊销状态未知", "Revocation status unknown"),
    ("revocation", FAILED): Text("证书已被吊销", "Certificate is revoked"),
    ("revocation", NOT_DONE): Text("未检查吊销状态", "Revocation was not checked"),
    ("time", PASSED): Text("可信时间：{time}", "Trusted time: {time}"),
    ("time", WARNING): Text(
        "没有可信时间，用章时间仅为自称", "No trusted time; the time of signing is only claimed"
    ),
    ("coverage", PASSED): Text("签章覆盖全文", "Signature covers the whole file"),
    ("archived", PASSED): Text(
        "签章覆盖全文，之后只有存档更新", "Signature covers the whole; only archival updates follow"
    ),
    ("coverage", WARNING): Text(
        "签章之后有许可的后续修订", "Permitted revisions follow the signature"
    ),
    ("coverage", FAILED): Text(
        "签章未完整覆盖，或之后有不允许的修订",
        "Signature does not cover a whole revision, or forbidden revisions follow",
    ),
}


@dataclass(frozen=True, slots=True)
class Findings:
    """What the checks are made from."""

    intact: bool
    review: Review
    chain: Chain
    judgement: Judgement
    proven: datetime | None


def six_checks(findings: Findings, grounds: Grounds) -> tuple[Check, ...]:
    """Return the checks in the order of the verdict card."""
    time = rfc3339(findings.proven) if findings.proven else None
    return (
        _check("content", _content(findings)),
        _check("trust", _trust(findings)),
        _check("validity", _validity(findings, grounds)),
        _check("revocation", _revocation(findings, grounds)),
        _check("time", PASSED if time else WARNING, time=time),
        _coverage(findings),
    )


def _check(key: str, status: CheckStatus, **fields: object) -> Check:
    return Check(key, status, TEXTS[key, status].filled(**fields))


def _content(findings: Findings) -> CheckStatus:
    if not findings.intact or findings.review.is_modified:
        return FAILED
    is_known = findings.review.is_whole and findings.review.is_complete
    return PASSED if is_known else WARNING


def _trust(findings: Findings) -> CheckStatus:
    if not findings.chain.certificates:
        return NOT_DONE
    return PASSED if findings.chain.anchor_sha256 else WARNING


def _validity(findings: Findings, grounds: Grounds) -> CheckStatus:
    moment = findings.proven or grounds.now
    certificates = findings.chain.certificates
    if not certificates:
        return NOT_DONE
    leaf = certificates[0]
    in_force = leaf.not_valid_before_utc <= moment <= leaf.not_valid_after_utc
    return PASSED if in_force else WARNING


def _revocation(findings: Findings, grounds: Grounds) -> CheckStatus:
    if not findings.chain.anchor_sha256:
        return NOT_DONE
    answers = findings.chain.answers(grounds.material)
    if revoked_before(findings.proven, grounds.now, answers):
        return FAILED
    is_known = bool(findings.chain.leaf_answers(grounds.material))
    has_passed = findings.judgement.indication is Indication.TOTAL_PASSED
    return PASSED if is_known and has_passed else WARNING


def _coverage(findings: Findings) -> Check:
    review = findings.review
    if review.is_modified or not review.is_whole:
        return _check("coverage", FAILED)
    if not review.modifications:
        return _check("coverage", PASSED)
    if all(change.kind == ARCHIVAL_UPDATE for change in review.modifications):
        return Check("coverage", PASSED, TEXTS["archived", PASSED])
    return _check("coverage", WARNING)
