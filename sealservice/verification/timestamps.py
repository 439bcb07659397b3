"""Timestamp tokens (RFC 3161), judged by EN 319 102-1 5.4 through pyHanko.

1. The imprint and the signature must hold, and the authority's chain must end at our anchors.
2. A token that passes now is good. One whose certificate has expired is good if a document
   timestamp over it, itself good, proves that it existed before.
3. A token whose status answers are merely no longer fresh is judged at a moment since its own
   time, and its report says from when the newest answer is.
4. Document timestamps are judged from the newest to the oldest, so that each can rest on the next.
5. A token from the future proves nothing, either; a few minutes are granted to clocks.
6. Its algorithms are judged at the time that a later timestamp proves, or now; its own word does
   not count, for whoever can forge a token can write any time into it.
7. What was found of an authority's path counts for other intact tokens (``proven_paths``).
8. A timestamp proves nothing about what came after it: it lifts the level of earlier signatures
   only, and the level of none if its imprint is another one's.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, Final

from asn1crypto import cms
from pyhanko.sign.ades.report import AdESFailure, AdESIndeterminate, AdESPassed, AdESSubIndic
from pyhanko.sign.general import SignedDataCerts, extract_certificate_info
from pyhanko.sign.validation import EmbeddedPdfSignature
from pyhanko.sign.validation.ades import ades_timestamp_validation
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter, message_imprint_checker

from sealservice.verification.chain import Chain, chain_of
from sealservice.verification.grounds import Grounds
from sealservice.verification.integrity import token_holds
from sealservice.verification.moments import moments_since, revoked_before
from sealservice.verification.outcomes import OUTDATED, sharpened
from sealservice.verification.proven_paths import path_of

_CLOCK_SKEW: Final = timedelta(minutes=5)

Imprint = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class JudgedTimestamp:
    """A token and what is to be thought of it."""

    time: datetime
    outcome: AdESSubIndic
    chain: Chain
    status_as_of: datetime | None
    """A past moment at which it was judged; None: now."""

    @property
    def is_good(self) -> bool:
        """Return whether the time is proven."""
        return self.outcome is AdESPassed.OK

    @property
    def is_broken(self) -> bool:
        """Return whether imprint, signature or form do not hold, whoever made it."""
        return isinstance(self.outcome, AdESFailure)


@dataclass(frozen=True)
class _Subject:
    token: cms.SignedData
    imprint: Imprint
    is_intact: bool | None = None
    """Whether imprint, digest and value hold by our own look; None: nobody has looked yet."""

    @cached_property
    def certificates(self) -> SignedDataCerts | None:
        """Return the certificates; None: the authority's own is not there."""
        try:
            return extract_certificate_info(self.token)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001 - VERIFICATION 5: malformed tokens raise nearly anything
            return None

    @cached_property
    def holds(self) -> bool:
        """Return whether imprint, digest and value hold by our own look."""
        if self.is_intact is not None or self.certificates is None:
            return bool(self.is_intact)
        return token_holds(self.token, self.certificates.signer_cert, self.imprint)


async def judge_document_timestamp(
    signature: EmbeddedPdfSignature, grounds: Grounds, proven: datetime | None, *, is_intact: bool
) -> JudgedTimestamp | None:
    """Judge a document timestamp; None: it holds no readable token.

    ``is_intact``: whether imprint, digest and value hold by our own look.
    """
    subject = _Subject(signature.signed_data, signature.compute_digest, is_intact)
    try:
        return await _judged(subject, grounds, proven)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a token that cannot be read proves nothing
        return None


async def judge_signature_timestamps(
    signature: EmbeddedPdfSignature, grounds: Grounds, proven: datetime | None
) -> tuple[JudgedTimestamp, ...]:
    """Judge the timestamps over a signature value; ``proven``: when a later one covers them."""
    imprint = message_imprint_checker(signature.signer_info)
    tokens = list(_tokens(signature))
    return tuple([await judge_token(token, imprint, grounds, proven) for token in tokens])


async def judge_token(
    token: cms.SignedData, imprint: Imprint, grounds: Grounds, proven: datetime | None
) -> JudgedTimestamp:
    """Judge one token; ``proven`` is a time at which it is known to have existed."""
    return await _judged(_Subject(token, imprint), grounds, proven)


async def _judged(subject: _Subject, grounds: Grounds, proven: datetime | None) -> JudgedTimestamp:
    time = _time(subject.token)
    chain = _chain(subject.certificates, grounds)
    answers = chain.answers(grounds.material)
    outcome = await _outcome(subject, grounds, grounds.now, proven)
    outcome = sharpened(outcome, chain, grounds)
    judged_at = None
    start = proven or (time if chain.is_in_force(grounds.now) else None)
    if outcome in OUTDATED and start is not None:
        for moment in moments_since(start, grounds.now, answers):
            if await _outcome(subject, grounds, moment, proven) is AdESPassed.OK:
                outcome, judged_at = AdESPassed.OK, moment
                break
    if outcome is AdESPassed.OK and revoked_before(proven, grounds.now, answers):
        outcome = AdESIndeterminate.REVOKED_NO_POE
    if outcome is AdESPassed.OK and time > grounds.now + _CLOCK_SKEW:
        outcome = AdESIndeterminate.TIMESTAMP_ORDER_FAILURE
    return JudgedTimestamp(time, outcome, chain, judged_at)


async def _outcome(
    subject: _Subject, grounds: Grounds, moment: datetime, proven: datetime | None
) -> AdESSubIndic:
    path, found = None, subject.certificates
    if found is not None and subject.holds:
        path = path_of(subject.token, found, moment, grounds.digest(proven), is_token=True)
    if path is not None and path.outcome is not None:
        return path.outcome
    try:
        result = await ades_timestamp_validation(
            subject.token,
            grounds.policy(proven),
            subject.imprint,
            timing_info=grounds.timing(moment),
        )
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - VERIFICATION 5: malformed tokens raise nearly anything
        return AdESIndeterminate.GENERIC
    if path is not None:
        path.keep(result.ades_subindic)
    return result.ades_subindic


def _tokens(signature: EmbeddedPdfSignature) -> Iterator[cms.SignedData]:
    try:
        for token in extract_tst_data_iter(signature.signer_info, signed=False):
            _ = _time(token), token["signer_infos"][0]["signature"].native
            yield token
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a token that cannot be read proves nothing
        return


def _time(token: cms.SignedData) -> datetime:
    info: Any = token["encap_content_info"]["content"].parsed
    time: datetime = info["gen_time"].native
    return time


def _chain(found: SignedDataCerts | None, grounds: Grounds) -> Chain:
    if found is None:
        return Chain((), None)
    try:
        others = [certificate.dump() for certificate in found.other_certs]
        return chain_of(found.signer_cert.dump(), others, grounds)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a token without a readable certificate has no chain
        return Chain((), None)
