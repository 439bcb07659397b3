"""The report on one signature or document timestamp, put together from facts and judgement."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sealservice.kernel.clock import rfc3339
from sealservice.kernel.digests import sha256_hex
from sealservice.verification.appearances import Widgets, appearances
from sealservice.verification.byterange import signed_digest
from sealservice.verification.checks import Findings, six_checks
from sealservice.verification.decision import DOCUMENT_TIMESTAMP, SIGNATURE, has_permitted_changes
from sealservice.verification.document import Document
from sealservice.verification.facts import SignatureFacts, attempt, claimed_time, permission
from sealservice.verification.fields import PADES_FILTER, FoundSignature
from sealservice.verification.grounds import Grounds, Material, stored_material
from sealservice.verification.judgement import (
    FORMAT_FAILURE,
    HASH_FAILURE,
    UNDECIDED,
    Judgement,
    judge_signature,
)
from sealservice.verification.levels import NONE, level_of
from sealservice.verification.model import (
    Algorithms,
    Indication,
    RevocationFact,
    SignatureReport,
    SignerName,
    TimestampFact,
)
from sealservice.verification.names import algorithms, signer_name
from sealservice.verification.reasons import findings_for, silent_findings
from sealservice.verification.status import StatusAnswer
from sealservice.verification.timestamps import (
    JudgedTimestamp,
    judge_signature_timestamps,
)

_BROKEN: Final = frozenset({"HASH_FAILURE", "SIG_CRYPTO_FAILURE"})


@dataclass(frozen=True, slots=True)
class Scene:
    """What all signatures of a document share."""

    document: Document
    grounds: Grounds
    held: Material
    """What the document itself embeds; the grounds may hold more."""
    widgets: Widgets


@dataclass(frozen=True, slots=True)
class Stamps:
    """The timestamps over one signature."""

    inner: tuple[JudgedTimestamp, ...] = ()
    """In its CMS."""
    outer: tuple[tuple[JudgedTimestamp, int], ...] = ()
    """Good document timestamps of later revisions, with their revision, oldest first."""

    @property
    def good(self) -> list[tuple[datetime, str, JudgedTimestamp]]:
        """Return the good ones, oldest first, with the name of their source."""
        inner = [(s.time, "signature_timestamp", s) for s in self.inner if s.is_good]
        outer = [(s.time, DOCUMENT_TIMESTAMP, s) for s, _ in self.outer]
        return sorted([*inner, *outer], key=lambda stamp: stamp[0])

    @property
    def proven(self) -> datetime | None:
        """Return the earliest time at which the signature is proven to have existed."""
        return self.good[0][0] if self.good else None


async def report_signature(
    facts: SignatureFacts, scene: Scene, outer: tuple[tuple[JudgedTimestamp, int], ...]
) -> SignatureReport:
    """Judge a signature and report on it; ``outer`` are the document timestamps that cover it."""
    inner: tuple[JudgedTimestamp, ...] = ()
    if facts.found.embedded and facts.is_whole and facts.holds:
        inner = await judge_signature_timestamps(
            facts.found.embedded, scene.grounds, Stamps(outer=outer).proven
        )
    stamps = Stamps(inner, outer)
    judgement = await _judgement(facts, scene.grounds, stamps.proven)
    return _report(facts, scene, stamps, judgement, _level(facts, scene, stamps))


def report_timestamp(
    facts: SignatureFacts,
    scene: Scene,
    stamp: JudgedTimestamp | None,
    outer: tuple[tuple[JudgedTimestamp, int], ...],
) -> SignatureReport:
    """Report on a document timestamp that was judged already."""
    judgement = _refused(facts)
    if judgement is None:
        own = Judgement(stamp.outcome, stamp.status_as_of) if stamp else FORMAT_FAILURE
        judgement = _agreed(facts, own)
    return _report(facts, scene, Stamps((), outer), judgement, NONE, stamp)


async def _judgement(facts: SignatureFacts, grounds: Grounds, proven: datetime | None) -> Judgement:
    refused = _refused(facts)
    if refused is not None:
        return refused
    judgement = await judge_signature(
        facts.found, facts.chain, grounds, proven, is_intact=bool(facts.holds)
    )
    return _agreed(facts, judgement)


def _refused(facts: SignatureFacts) -> Judgement | None:
    """Return the judgement on what needs no certificates to be judged."""
    if not facts.found.is_judged:
        return UNDECIDED
    is_misplaced = facts.holds is None and facts.byte_range.fault is not None
    if facts.found.embedded is None or is_misplaced or (facts.holds and not facts.is_whole):
        return FORMAT_FAILURE
    return UNDECIDED if facts.holds is None else None


def _agreed(facts: SignatureFacts, judgement: Judgement) -> Judgement:
    """Return the judgement, unless our own look at the bytes contradicts it."""
    if facts.holds is False and judgement.indication is not Indication.TOTAL_FAILED:
        return HASH_FAILURE
    is_harsher = facts.holds and judgement.sub_indication in _BROKEN
    return UNDECIDED if is_harsher else judgement


def _level(facts: SignatureFacts, scene: Scene, stamps: Stamps) -> str:
    is_pades = facts.found.sub_filter == PADES_FILTER and facts.cms and facts.cms.is_baseline
    if not (is_pades and facts.holds and facts.is_whole):
        return NONE
    return level_of(
        facts.chain,
        stamps.inner,
        stamps.outer,
        scene.held,
        lambda revision: stored_material(scene.document, revision),
    )


def _report(
    facts: SignatureFacts,
    scene: Scene,
    stamps: Stamps,
    judgement: Judgement,
    level: str,
    own: JudgedTimestamp | None = None,
) -> SignatureReport:
    found, grounds, review = facts.found, scene.grounds, facts.review
    good = stamps.good
    proven = own.time if own and own.is_good else stamps.proven
    report = SignatureReport(
        field=found.name,
        kind=DOCUMENT_TIMESTAMP if found.is_timestamp else SIGNATURE,
        format=found.format,
        indication=judgement.indication,
        sub_indication=judgement.sub_indication,
        level=level,
        intact=facts.is_intact,
        coverage=review.coverage,
        modified_after_signing=review.is_modified,
        modifications=review.modifications,
        byte_range=facts.byte_range.values,
        signed_revision_sha256=signed_digest(scene.document.data, facts.byte_range),
        docmdp=permission(found),
        claimed_signing_time=_written(own.time if own else claimed_time(found)),
        best_signature_time=_written(proven),
        best_time_source=_source(stamps, own),
        signer=_signer(found),
        seal=None,
        license=None,
        algorithms=_algorithms(found),
        certificate_chain=facts.chain.links,
        trust_anchor=facts.chain.anchor,
        timestamps=tuple(map(_timestamp, [*stamps.inner, *(s for s, _ in stamps.outer)])),
        revocation=tuple(map(_revocation, facts.chain.leaf_answers(grounds.material))),
        appearances=attempt(lambda: appearances(found.widget, scene.widgets)) or (),
        augment_before=_written(good[-1][2].chain.expires if good else None),
        checks=six_checks(
            Findings(facts.is_intact, review, facts.chain, judgement, proven), grounds
        ),
        signature_sha256=_signature_digest(found),
        findings=findings_for(scene.document, facts, judgement, stamps.inner),
    )
    return report if found.is_timestamp else _with_silent_findings(report)


def _with_silent_findings(report: SignatureReport) -> SignatureReport:
    silent = silent_findings(report, has_permitted_changes=has_permitted_changes(report))
    return replace(report, findings=(*report.findings, *silent))


def _written(moment: datetime | None) -> str | None:
    return rfc3339(moment) if moment else None


def _source(stamps: Stamps, own: JudgedTimestamp | None) -> str | None:
    if own and own.is_good:
        return DOCUMENT_TIMESTAMP
    return stamps.good[0][1] if stamps.good else None


def _signature_digest(found: FoundSignature) -> str | None:
    embedded = found.embedded
    if embedded is None:
        return None
    return attempt(lambda: sha256_hex(embedded.signer_info["signature"].native))


def _signer(found: FoundSignature) -> SignerName | None:
    embedded = found.embedded
    return attempt(lambda: signer_name(embedded.signer_cert)) if embedded else None


def _algorithms(found: FoundSignature) -> Algorithms | None:
    embedded = found.embedded
    if embedded is None:
        return None
    return attempt(lambda: algorithms(embedded.signer_info, embedded.signer_cert))


def _timestamp(stamp: JudgedTimestamp) -> TimestampFact:
    return TimestampFact(
        rfc3339(stamp.time),
        stamp.chain.links[0].subject if stamp.chain.certificates else None,
        Judgement(stamp.outcome).indication,
    )


def _revocation(answer: StatusAnswer) -> RevocationFact:
    return RevocationFact(
        answer.source,
        rfc3339(answer.this_update),
        "revoked" if answer.revoked_at else "good",
        _written(answer.revoked_at),
    )
