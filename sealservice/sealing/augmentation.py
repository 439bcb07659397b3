"""Bring the signatures of a document, ours or others', to a higher level; no key is needed.

What is there is never changed, only added to (ETSI EN 319 142-1 5.4, 5.5 and 6.3):
1. The document is verified: nothing may be broken, every signature must be of the PAdES baseline
   and chain up to a trusted root. Documents certified with P = 1 are taken: a DSS and a document
   timestamp are always allowed (ISO 32000-2 12.8.2.2).
2. A timestamp cannot be put into a CMS that is there without touching /Contents. So a signature
   without one becomes B-T by a document timestamp, which 6.3 allows as well.
3. B-LT: a DSS with the status of every certificate of each signature below that level, and of its
   timestamps. The signers' answers are not older than the timestamps that prove their signatures.
4. B-LTA: a document timestamp over that. Of signatures that are there already this prolongs the
   proof: the status of the last document timestamp comes into the DSS before the next one.
5. The result is verified from its bytes: at the level asked for, and nothing broken.
What cannot be had (a status, a token) is an error, and nothing is returned.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sealservice.audit.ports import AuditLog
from sealservice.kernel.actor import Actor, Permission
from sealservice.kernel.clock import Clock
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.facts import Fact
from sealservice.kernel.json import JsonObject
from sealservice.kernel.sandbox import Sandbox
from sealservice.kernel.transaction import Transaction
from sealservice.limits import Limits
from sealservice.sealing.augmentation_errors import (
    ChainUnknown,
    LevelReached,
    LevelUnfit,
    NotBaseline,
    NothingSigned,
    StatusMissing,
)
from sealservice.sealing.cms import filled
from sealservice.sealing.confined import present_signatures
from sealservice.sealing.errors import (
    DocumentTooLarge,
    LevelNotReached,
    OutputInvalid,
    RevocationUnavailable,
)
from sealservice.sealing.model import Level, RevocationMaterial
from sealservice.sealing.ports import Additions, RevocationSource, SelfCheck, TimestampSource
from sealservice.sealing.present import PresentSignature
from sealservice.sealing.signed_attributes import byte_range_digest
from sealservice.sealing.soundness import is_broken, require_sound
from sealservice.verification.model import Report, SignatureReport

_LEVELS = tuple(level.value for level in Level)
Chain = tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Augmented:
    """A document with more behind it."""

    pdf: bytes
    report: Report
    """Made from its bytes."""


@dataclass(frozen=True, slots=True)
class AugmentationService:
    """The use case; whoever has it needs neither key nor archive."""

    sandbox: Sandbox
    additions: Additions
    timestamps: TimestampSource
    revocation: RevocationSource
    check: SelfCheck
    roots: tuple[bytes, ...]
    """DER of the trusted roots."""
    audit: AuditLog
    transaction: Transaction
    clock: Clock
    limits: Limits

    def augment(self, actor: Actor, filename: str, pdf: bytes, level: Level) -> Augmented:
        """Return a document whose signatures all have at least a level; the fact is logged.

        Raises:
            LevelUnfit, DocumentTooLarge, NothingSigned, NotBaseline, EarlierSignatureBroken,
            LevelReached, ChainUnknown, TimestampUnavailable, StatusMissing, CertificateRevoked,
            LevelNotReached, OutputInvalid.
        """
        actor.require(Permission.DOCUMENTS_WRITE)
        augmented = self.augmented(filename, pdf, level)
        with self.transaction():
            detail: JsonObject = {
                "level": level.value,
                "before_sha256": sha256_hex(pdf),
                "after_sha256": sha256_hex(augmented.pdf),
            }
            self.audit.append(actor, Fact.DOCUMENT_AUGMENTED, sha256_hex(augmented.pdf), detail)
        return augmented

    def augmented(self, filename: str, pdf: bytes, level: Level) -> Augmented:
        """Return a document whose signatures all have at least a level, verified."""
        if level is Level.B_B:
            raise LevelUnfit(level=level.value)
        if len(pdf) > self.limits.document_bytes:
            raise DocumentTooLarge(limit=f"{self.limits.document_bytes >> 20} MB")
        before = _signed(self.check.verify(filename, pdf), level)
        longer = self._longer(pdf, before, level)
        report = self.check.verify(filename, longer)
        if is_broken(report):
            raise OutputInvalid(reason=report.verdict.value)
        for signature in _signatures(report):
            if _rank(signature.level) < _rank(level.value):
                raise LevelNotReached(level=level.value, reason=signature.level)
        return Augmented(longer, report)

    def _longer(self, pdf: bytes, before: Report, level: Level) -> bytes:
        present = self.sandbox.run(present_signatures, pdf, self.roots)
        proven = [_moment(one.best_signature_time) for one in _signatures(before)]
        if not all(proven):
            pdf, time, unit = self._stamped(pdf)
            proven, added = [time], [unit]
        else:
            added = []
        if level is Level.B_T:
            return pdf
        short = {one.field for one in _signatures(before) if _rank(one.level) < _rank("B-LT")}
        signers = [_whole(one) for one in present if one.field in short]
        units = [chain for one in present if one.field in short for chain in _stamps(one)]
        units += [*_last_timestamp(present), *added]
        latest = max(moment for moment in proven if moment)
        if signers or units:
            chains = (*dict.fromkeys(signers), *dict.fromkeys(units))
            pdf += self.additions.status(pdf, self._material(chains, latest, len(set(signers))))
        return pdf if level is Level.B_LT else self._stamped(pdf)[0]

    def _material(
        self, chains: tuple[Chain, ...], latest: datetime, fresh: int
    ) -> RevocationMaterial:
        try:
            return self.revocation.material(chains, latest, fresh)
        except RevocationUnavailable as failure:
            raise StatusMissing(**failure.fields) from failure

    def _stamped(self, pdf: bytes) -> tuple[bytes, datetime, Chain]:
        """Return a document with a document timestamp, its time and its unit's chain."""
        prepared = self.additions.timestamp(pdf, self.clock())
        stamp = self.timestamps.stamp(byte_range_digest(pdf, prepared))
        return filled(pdf, prepared, stamp.token), stamp.time, stamp.chain


def _signed(report: Report, level: Level) -> Report:
    """Require that there is something to bring to a level (rule 1)."""
    require_sound(report)
    signatures = _signatures(report)
    if not signatures:
        raise NothingSigned
    for one in signatures:
        if one.level not in _LEVELS:
            raise NotBaseline(field=one.field, format=one.format)
    is_reached = all(_rank(one.level) >= _rank(level.value) for one in signatures)
    if is_reached and level is not Level.B_LTA:
        raise LevelReached(level=level.value)
    return report


def _signatures(report: Report) -> list[SignatureReport]:
    return [one for one in report.signatures if one.kind == "signature"]


def _rank(level: str) -> int:
    return _LEVELS.index(level) if level in _LEVELS else -1


def _moment(written: str | None) -> datetime | None:
    return datetime.fromisoformat(written) if written else None


def _whole(present: PresentSignature) -> Chain:
    if not present.chain:
        raise ChainUnknown(field=present.field)
    return present.chain


def _stamps(present: PresentSignature) -> tuple[Chain, ...]:
    if not all(present.stamps):
        raise ChainUnknown(field=present.field)
    return present.stamps


def _last_timestamp(present: Iterable[PresentSignature]) -> list[Chain]:
    return [_whole(one) for one in present if one.is_timestamp][-1:]
