"""Sub-indications of EN 319 102-1: which ones time can mend, and one that pyHanko leaves vague.

pyHanko says CERTIFICATE_CHAIN_GENERAL_FAILURE when no status answer is at hand at all, when an
authority's certificate has expired, and when a stranger bears the name of our anchor. The
standard's words are TRY_LATER, OUT_OF_BOUNDS_NO_POE, OUT_OF_BOUNDS_NOT_REVOKED where an answer from
the certificate's lifetime says that it was good, and NO_CERTIFICATE_CHAIN_FOUND (5.2.6); the chain
tells the cases apart. It says nothing at all (GENERIC) when that stranger's key is of another
kind than our anchor's.
"""

from typing import Final

from pyhanko.sign.ades.report import AdESIndeterminate, AdESSubIndic

from sealservice.verification.chain import Chain
from sealservice.verification.grounds import Grounds

OUTDATED: Final = frozenset(
    {
        AdESIndeterminate.TRY_LATER,
        AdESIndeterminate.REVOCATION_OUT_OF_BOUNDS_NO_POE,
        AdESIndeterminate.OUT_OF_BOUNDS_NO_POE,
        AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED,
        AdESIndeterminate.EXPIRED,
        AdESIndeterminate.REVOKED_CA_NO_POE,
    }
)
"""What a proof of existence can mend."""


_LACKING: Final = frozenset(
    {
        AdESIndeterminate.TRY_LATER,
        AdESIndeterminate.REVOCATION_OUT_OF_BOUNDS_NO_POE,
        AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND,
    }
)
"""What more material may mend."""


def sharpened(outcome: AdESSubIndic, chain: Chain, grounds: Grounds) -> AdESSubIndic:
    """Return the standard's word for what pyHanko found at the validation time.

    A chain that lacks material is noted down in the grounds.
    """
    word = _word(outcome, chain, grounds)
    if word in _LACKING:
        grounds.unresolved.append(chain)
    return word


def _word(outcome: AdESSubIndic, chain: Chain, grounds: Grounds) -> AdESSubIndic:
    is_vague = outcome is AdESIndeterminate.CERTIFICATE_CHAIN_GENERAL_FAILURE
    is_mute = outcome is AdESIndeterminate.GENERIC
    if (is_vague or is_mute) and chain.certificates and chain.anchor_sha256 is None:
        return AdESIndeterminate.NO_CERTIFICATE_CHAIN_FOUND
    if outcome is AdESIndeterminate.OUT_OF_BOUNDS_NO_POE and _ended_unrevoked(chain, grounds):
        return AdESIndeterminate.OUT_OF_BOUNDS_NOT_REVOKED
    if not is_vague:
        return outcome
    if not chain.is_in_force(grounds.now):
        is_good = _ended_unrevoked(chain, grounds)
        name = "OUT_OF_BOUNDS_NOT_REVOKED" if is_good else "OUT_OF_BOUNDS_NO_POE"
        return AdESIndeterminate[name]
    if chain.lacks_status(grounds.now, grounds.material):
        return AdESIndeterminate.TRY_LATER
    return outcome


def _ended_unrevoked(chain: Chain, grounds: Grounds) -> bool:
    """Return whether only the leaf has expired, and was not revoked as far as is known."""
    if not chain.certificates:
        return False
    leaf, *others = chain.certificates
    if any(
        not one.not_valid_before_utc <= grounds.now <= one.not_valid_after_utc for one in others
    ):
        return False
    answers = chain.leaf_answers(grounds.material)
    in_life = [answer for answer in answers if answer.this_update <= leaf.not_valid_after_utc]
    return bool(in_life) and all(answer.revoked_at is None for answer in answers)
