"""The indication of one signature (ETSI EN 319 102-1 clause 5), through pyHanko.

1. Basic validation now (5.3): format, integrity, certificate path, status, algorithms.
2. The signature's time is the oldest good timestamp over it, or nothing (5.5).
3. What only time speaks against is judged again since the proven time (5.6.2, ``moments``).
4. A revocation after the proven time does not matter; one before it, or with no proven time,
   leaves REVOKED_NO_POE (5.5.4, 5.6.2.4). No other rule can lift that.
5. A signature proven to be older than its certificate is NOT_YET_VALID.
6. Algorithms are judged at the proven time, by the policy's table (5.2.8, 5.6.2.3).
7. What was found of a certificate's path counts for other intact signatures (``proven_paths``).
8. Whatever the library raises is INDETERMINATE without a sub-indication, never a pass.
"""

from dataclasses import dataclass
from datetime import datetime

from pyhanko.sign.ades.report import (
    AdESFailure,
    AdESIndeterminate,
    AdESPassed,
    AdESStatus,
    AdESSubIndic,
)
from pyhanko.sign.general import SignedDataCerts
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.sign.validation.ades import ades_basic_validation

from sealservice.verification.chain import Chain
from sealservice.verification.fields import SHA1_FILTER, FoundSignature
from sealservice.verification.grounds import Grounds
from sealservice.verification.model import Indication
from sealservice.verification.moments import moments_since, revoked_before
from sealservice.verification.outcomes import OUTDATED, sharpened
from sealservice.verification.proven_paths import path_of

_INDICATIONS = {
    AdESStatus.PASSED: Indication.TOTAL_PASSED,
    AdESStatus.INDETERMINATE: Indication.INDETERMINATE,
    AdESStatus.FAILED: Indication.TOTAL_FAILED,
}


@dataclass(frozen=True, slots=True)
class Judgement:
    """Indication and sub-indication, in the standard's words."""

    outcome: AdESSubIndic
    status_as_of: datetime | None = None
    """A past moment at which it was judged; None: now."""

    @property
    def indication(self) -> Indication:
        """Return the main indication."""
        return _INDICATIONS[self.outcome.status]

    @property
    def sub_indication(self) -> str | None:
        """Return the sub-indication, if the standard has a word for it."""
        if self.outcome in (AdESPassed.OK, AdESIndeterminate.GENERIC):
            return None
        return str(self.outcome.standard_name)


FORMAT_FAILURE = Judgement(AdESFailure.FORMAT_FAILURE)
HASH_FAILURE = Judgement(AdESFailure.HASH_FAILURE)
UNDECIDED = Judgement(AdESIndeterminate.GENERIC)


async def judge_signature(
    found: FoundSignature,
    chain: Chain,
    grounds: Grounds,
    proven: datetime | None,
    *,
    is_intact: bool,
) -> Judgement:
    """Judge a signature.

    Args:
        found: what is judged.
        chain: its certificate's.
        grounds: what the judgement rests on.
        proven: when it is known to have existed.
        is_intact: whether digest, value and signed attributes hold by our own look.
    """
    signature = found.embedded
    if signature is None:
        return FORMAT_FAILURE
    answers = chain.answers(grounds.material)
    subject = _Subject(signature, is_intact=is_intact)
    outcome = await _basic(subject, grounds, grounds.now, proven)
    judgement = Judgement(sharpened(outcome, chain, grounds))
    if proven is not None:
        judgement = await _with_time(subject, judgement, chain, grounds, proven)
    if judgement.outcome is AdESPassed.OK and revoked_before(proven, grounds.now, answers):
        return Judgement(AdESIndeterminate.REVOKED_NO_POE)
    return judgement


@dataclass(frozen=True, slots=True)
class _Subject:
    signature: EmbeddedPdfSignature
    is_intact: bool


async def _with_time(
    subject: _Subject,
    judgement: Judgement,
    chain: Chain,
    grounds: Grounds,
    proven: datetime,
) -> Judgement:
    if chain.certificates and proven < chain.certificates[0].not_valid_before_utc:
        return Judgement(AdESIndeterminate.NOT_YET_VALID)
    if judgement.outcome is AdESIndeterminate.REVOKED_NO_POE:
        outcome = await _basic(subject, grounds, proven, proven, retroactive=True)
        return Judgement(outcome, proven) if outcome is AdESPassed.OK else judgement
    if judgement.outcome not in OUTDATED:
        return judgement
    for moment in moments_since(proven, grounds.now, chain.answers(grounds.material)):
        outcome = await _basic(subject, grounds, moment, proven)
        if outcome is AdESPassed.OK:
            return Judgement(outcome, moment)
    return judgement


async def _basic(
    subject: _Subject,
    grounds: Grounds,
    moment: datetime,
    proven: datetime | None,
    *,
    retroactive: bool = False,
) -> AdESSubIndic:
    signature = subject.signature
    is_detached = signature.sig_object.get("/SubFilter") != SHA1_FILTER
    shared = grounds.digest(proven, retroactive=retroactive)
    path = None
    if is_detached and subject.is_intact:
        found = SignedDataCerts(
            signature.signer_cert, signature.other_embedded_certs, signature.embedded_attr_certs
        )
        path = path_of(signature.signed_data, found, moment, shared, is_token=False)
    if path is not None and path.outcome is not None:
        return path.outcome
    try:
        result = await ades_basic_validation(
            signature.signed_data,
            grounds.policy(proven, retroactive=retroactive),
            timing_info=grounds.timing(moment),
            raw_digest=signature.compute_digest() if is_detached else None,
        )
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - VERIFICATION 5: it raises nearly anything on broken input
        return AdESIndeterminate.GENERIC
    outcome = result.ades_subindic or AdESIndeterminate.GENERIC
    if path is not None:
        path.keep(outcome)
    return outcome
