"""What a person of a license sees of its mandates, and whom they are offered to give one.

1. The principal sees every mandate of the license; everybody else those that they received, gave,
   or that were given out of theirs.
2. The principal gives in their own right; everybody else out of mandates that they received and
   that are not over, as far as ``delegation.may_give`` goes.
3. Offered are live people whom the giver may make what they are. What is offered is no permission:
   ``MandateService.give`` decides.
4. Revoked is revoked by whom it was said, or by the end of a role above or below: the reason told
   is the first there is.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sealservice.licenses.delegation import may_give
from sealservice.licenses.mandate import Chain, MandateState
from sealservice.licenses.persons import LicenseHolder

_OPEN = frozenset({MandateState.FUTURE, MandateState.LIVE, MandateState.USED_UP})


@dataclass(frozen=True, slots=True)
class OwnMandates:
    """The mandates of a license, as one of its people sees them."""

    holder: LicenseHolder
    chains: tuple[Chain, ...]
    """That they may see, newest first."""
    parents: tuple[Chain, ...]
    """Out of which they may give; empty for the principal, who needs none."""
    receivers: tuple[LicenseHolder, ...]
    """To whom; empty: to nobody."""

    def chain(self, mandate_id: str) -> Chain | None:
        """Return one of the mandates that they may see."""
        return next((one for one in self.chains if one.mandate.id == mandate_id), None)

    def may_revoke(self, chain: Chain, now: datetime) -> bool:
        """Return whether it is theirs to revoke, or to give up, and not over yet."""
        return _is_of(chain, self.holder) and chain.state(now) in _OPEN


def own_mandates(
    holder: LicenseHolder,
    people: Sequence[LicenseHolder],
    chains: Sequence[Chain],
    now: datetime,
) -> OwnMandates:
    """Return what a person sees of a license's people and mandates."""
    seen = [one for one in chains if holder.is_principal or _is_of(one, holder)]
    parents = [one for one in seen if _is_giveable(one, holder, now)]
    grounds: list[Chain | None] = [None] if holder.is_principal else [*parents]
    receivers = [
        one
        for one in people
        if one.is_live and any(_is_offered(holder, one, parent) for parent in grounds)
    ]
    used = [one for one in parents if any(_is_offered(holder, who, one) for who in receivers)]
    return OwnMandates(holder, tuple(seen), tuple(used), tuple(receivers))


def why_over(chain: Chain) -> str | None:
    """Return the reason that was given when a mandate, or a role that it rests on, was ended."""
    reasons = (
        *(link.mandate.revoked_reason for link in chain.links),
        *(link.giver.ended_reason for link in chain.links),
        chain.receiver.ended_reason,
    )
    return next((reason for reason in reasons if reason), None)


def _is_of(chain: Chain, holder: LicenseHolder) -> bool:
    return holder.id in {chain.receiver.id, *(link.giver.id for link in chain.links)}


def _is_giveable(chain: Chain, holder: LicenseHolder, now: datetime) -> bool:
    states = {MandateState.FUTURE, MandateState.LIVE}
    return chain.mandate.receiver_id == holder.id and chain.state(now) in states


def _is_offered(holder: LicenseHolder, receiver: LicenseHolder, parent: Chain | None) -> bool:
    """Return whether the giver may make somebody what they are, rules 1 and 2 of ``delegation``."""
    above = {link.giver.person.id for link in parent.links} if parent else set()
    if receiver.is_principal or receiver.person.id in {holder.person.id, *above}:
        return False
    return may_give(holder, receiver, parent)
