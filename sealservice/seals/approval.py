"""From a holder's assertion to ``Approved``, the only value that lets a seal be used.

To approve (in this order, each failure refuses):
1. A stand-in holder is refused in production.
2. The intent must not have expired.
3. The assertion must be the holder's signature over the intent's challenge.

A list is approved like one intent; each intent that is proven to be in it (``approved_in``) is then
approved, for its own single use.

Until passkeys arrive the only holder is the demonstration one: an ECDSA P-256 key whose public
half is enrolled with the license; its approvals are recorded as ``demonstration``.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from sealservice.config import Environment
from sealservice.seals.errors import ApprovalExpired, ApprovalInvalid, DemonstrationRefused
from sealservice.seals.intent import Intent
from sealservice.seals.intent_list import Inclusion, ListTerms

_MINT: Final = object()


class ApprovalKind(StrEnum):
    """Who approved, by what means."""

    DEMONSTRATION = "demonstration"


@dataclass(frozen=True, slots=True)
class Approved:
    """Proof that a holder approved this intent; made by ``approve`` and by nothing else."""

    intent: Intent
    holder_id: str
    kind: ApprovalKind
    mint: object

    def __post_init__(self) -> None:
        if self.mint is not _MINT:
            raise ApprovalInvalid


@dataclass(frozen=True, slots=True)
class Assertion:
    """A demonstration holder's signature over the challenge of an intent."""

    holder_id: str
    signature: bytes
    """DER-encoded ECDSA value (SHA-256) over the 32 bytes of the challenge."""


def approve(
    intent: Intent,
    assertion: Assertion,
    holder_spki: bytes,
    environment: Environment,
    now: datetime,
) -> Approved:
    """Check an assertion against an intent and return the approval it amounts to.

    Raises:
        DemonstrationRefused: a demonstration holder in production.
        ApprovalExpired: the intent's time is over.
        ApprovalInvalid: not this holder's signature over this intent.
    """
    if environment is Environment.PRODUCTION:
        raise DemonstrationRefused
    if now >= intent.expires_at:
        raise ApprovalExpired
    key = load_der_public_key(holder_spki)
    if not isinstance(key, ec.EllipticCurvePublicKey):
        raise ApprovalInvalid
    try:
        key.verify(assertion.signature, intent.challenge, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature:
        raise ApprovalInvalid from None
    return Approved(intent, assertion.holder_id, ApprovalKind.DEMONSTRATION, _MINT)


def approved_in(approved: Approved, inclusion: Inclusion, intent: Intent) -> Approved:
    """Return the approval of one intent of an approved list.

    Raises:
        ApprovalInvalid: it is not in the list, or what was approved is no list.
    """
    if not ListTerms.of(approved.intent).holds(intent.body, inclusion):
        raise ApprovalInvalid
    return Approved(intent, approved.holder_id, approved.kind, _MINT)
