"""Who may do what for a license at this moment, and who may let others.

To use a license (``permit``, in this order; the first that fails is the reason):
1. The license is in force.
2. The seal, if one is used, is the license's and in use.
3. The person's role in the license has not ended.
4. The principal may do everything, as long as the face still names them.
5. Everybody else needs a mandate of their own that is live, all the way up its chain, whose giver
   at the top is the principal of rule 4, and every link of which covers act, matter, seal and
   relying party. What a mandate narrows must be told: without a matter, one for named matters
   covers nothing.

To give a mandate (``require_gift``):
1. Nobody gives themself one; the receiver is nobody whom the giver's own right comes from.
2. The principal makes administrators and agents. An administrator makes agents, and further
   administrators only if they may delegate; so does an agent further agents.
3. What is given out of a mandate is within it in everything (``Scope.excess_over``).
4. A chain has a greatest length; a license has a greatest number of administrators.

All of it is read by one query (``MandateStore.standing``), so it is of one moment.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sealservice.kernel.text import Text
from sealservice.licenses.mandate import (
    ACT_NAMES,
    MANDATE_STATE_NAMES,
    SCOPE_NAMES,
    Act,
    Chain,
    Mandate,
    MandateState,
    Scope,
)
from sealservice.licenses.mandate_errors import (
    HolderNotLive,
    LicenseHolderNotFound,
    LicenseNotLive,
    MandateChainTooLong,
    MandateDoesNotCover,
    MandateEmpty,
    MandateForOneself,
    MandateLoop,
    MandateMayNotBeGiven,
    MandateMissing,
    MandateNotLive,
    MandateTooWide,
    RoleEnded,
    SealOfAnotherLicense,
)
from sealservice.licenses.model import STATUS_NAMES, EntityType, License, LicenseStatus
from sealservice.licenses.persons import (
    PRINCIPAL_ROLES,
    ROLE_NAMES,
    HolderRole,
    LicenseHolder,
)
from sealservice.limits import Limits

_DELEGATE: Final = re.compile(
    r"[(\uff08]\s*委派代表\s*[:\uff1a]\s*(?P<name>[^()\uff08\uff09:\uff1a]*[^()\uff08\uff09:\uff1a\s])\s*[)\uff09]\s*$"
)


@dataclass(frozen=True, slots=True)
class Use:
    """What somebody wants to do for a license."""

    organisation_id: str
    license_id: str
    holder_id: str
    act: Act
    mandate_id: str | None = None
    """By which mandate; None: as the principal, or by any of theirs that covers it."""
    seal_id: str | None = None
    matter: str | None = None
    relying_party: str | None = None
    subject: str | None = None
    """For what it is done; a use that was counted for the same one before is not in its way."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that decides about a use, as it stood at one moment."""

    license: License
    holder: LicenseHolder | None
    chains: tuple[Chain, ...]
    """Of every mandate that the holder received, newest first."""
    seal_is_usable: bool
    """Whether the seal that was asked for is this license's and in use; true if none was."""


@dataclass(frozen=True, slots=True)
class Permit:
    """That somebody may do something now, and by which chain of mandates."""

    use: Use
    chain: Chain | None
    """None: the principal acts."""


def permit(standing: Standing, use: Use, now: datetime) -> Permit:
    """Say by what right somebody may do this now.

    Raises:
        LicenseNotLive, SealOfAnotherLicense, HolderNotLive: nobody could, or this person not.
        MandateMissing, MandateNotLive, MandateDoesNotCover: no mandate lets them.
        LicenseHolderNotFound: there is no such person in the license.
    """
    license_, holder = standing.license, standing.holder
    require_in_force(license_)
    if use.seal_id is not None and not standing.seal_is_usable:
        raise SealOfAnotherLicense(seal_id=use.seal_id)
    if holder is None:
        raise LicenseHolderNotFound(holder_id=use.holder_id)
    _require_live(holder, license_)
    if holder.is_principal:
        return Permit(use, None)
    return Permit(use, _covering(standing, use, now))


def _covering(standing: Standing, use: Use, now: datetime) -> Chain:
    """Return the chain that lets the holder do this; of several, the newest."""
    asked = [c for c in standing.chains if use.mandate_id in {None, c.mandate.id}]
    refusal: Exception = MandateMissing(**_principal_names(standing.license.entity_type))
    for chain in asked:
        try:
            _require_cover(chain, standing.license, use, now)
        except (MandateNotLive, MandateDoesNotCover, HolderNotLive) as why:
            refusal = why if chain is asked[0] else refusal
        else:
            return chain
    raise refusal


def _require_cover(chain: Chain, license_: License, use: Use, now: datetime) -> None:
    state = chain.state(now)
    if state is not MandateState.LIVE:
        name = MANDATE_STATE_NAMES[state]
        raise MandateNotLive(mandate_id=chain.mandate.id, state_zh=name.zh, state_en=name.en)
    first_giver = chain.links[-1].giver
    _require_live(first_giver, license_)
    if not first_giver.is_principal:  # no service writes such a row; whoever did gains nothing
        raise HolderNotLive(**_principal_names(license_.entity_type))
    for link in chain.links:
        what = _outside(link.mandate.scope, use)
        if what is not None:
            raise MandateDoesNotCover(mandate_id=chain.mandate.id, what_zh=what.zh, what_en=what.en)


def _outside(scope: Scope, use: Use) -> Text | None:
    """Return what of a use a scope does not cover."""
    if use.act not in scope.acts:
        return ACT_NAMES[use.act]
    asked = (
        (scope.matters, use.matter, Text("该事项", "this matter")),
        (scope.seals, use.seal_id, Text("该印章", "this seal")),
        (scope.relying_parties, use.relying_party, Text("该依赖方", "this relying party")),
    )
    return next(
        (what for named, one, what in asked if named is not None and one not in named), None
    )


def require_in_force(license_: License) -> None:
    """Refuse a license that is not in force.

    Raises:
        LicenseNotLive: it is suspended, given up or taken away.
    """
    if license_.status is not LicenseStatus.ACTIVE:
        name = STATUS_NAMES[license_.status]
        raise LicenseNotLive(status_zh=name.zh, status_en=name.en)


def is_on_face(holder: LicenseHolder, license_: License) -> bool:
    """Return whether the face names this person as the principal.

    A partnership's executive partner may be a company that acts by whom it delegated; the face
    names both (“某公司（委派代表：张三）”). A name is compared whole, never as part of another.
    """
    named = license_.representative
    delegate = _DELEGATE.search(named) if license_.entity_type is EntityType.PARTNERSHIP else None
    return holder.person.name in {named, delegate["name"] if delegate else named}


def _require_live(holder: LicenseHolder, license_: License) -> None:
    named = not holder.is_principal or is_on_face(holder, license_)
    if not (holder.is_live and named):
        raise HolderNotLive(**_principal_names(license_.entity_type))


def _principal_names(entity_type: EntityType) -> dict[str, str]:
    name = ROLE_NAMES[PRINCIPAL_ROLES[entity_type]]
    return {"role_zh": name.zh, "role_en": name.en}


@dataclass(frozen=True, slots=True)
class Gift:
    """A mandate that is to be given."""

    giver: LicenseHolder
    receiver: LicenseHolder
    parent: Chain | None
    """The chain of the giver's mandate that it is given out of; None: the giver is principal."""
    scope: Scope
    may_delegate: bool = False


def require_gift(gift: Gift, license_: License, now: datetime, limits: Limits) -> None:
    """Refuse a mandate that the giver cannot give.

    Raises:
        MandateForOneself, MandateLoop, MandateMayNotBeGiven, MandateTooWide, MandateEmpty,
        MandateChainTooLong, RoleEnded, HolderNotLive, LicenseNotLive, MandateNotLive.
    """
    require_in_force(license_)
    _require_live(gift.giver, license_)
    if not gift.receiver.is_live:
        raise RoleEnded(holder_id=gift.receiver.id)
    _require_persons(gift)
    if not may_give(gift.giver, gift.receiver, gift.parent):
        giver, receiver = ROLE_NAMES[gift.giver.role], ROLE_NAMES[gift.receiver.role]
        raise MandateMayNotBeGiven(
            giver_zh=giver.zh, giver_en=giver.en, receiver_zh=receiver.zh, receiver_en=receiver.en
        )
    require_scope(gift.scope, now, limits)
    if gift.parent is not None:
        _require_within(gift, gift.parent, license_, now, limits)


def _require_persons(gift: Gift) -> None:
    receiver = gift.receiver.person.id
    if receiver == gift.giver.person.id:
        raise MandateForOneself
    above = {link.giver.person.id for link in gift.parent.links} if gift.parent else set()
    if receiver in above or gift.receiver.is_principal:
        raise MandateLoop


def may_give(giver: LicenseHolder, receiver: LicenseHolder, parent: Chain | None) -> bool:
    """Return whether the giver's role, by what they received, lets them make the receiver one."""
    if giver.is_principal:
        return parent is None
    if parent is None or parent.mandate.receiver_id != giver.id:
        return False
    if giver.role is HolderRole.ADMINISTRATOR and receiver.role is HolderRole.AGENT:
        return True
    return giver.role is receiver.role and parent.mandate.may_delegate


def require_scope(scope: Scope, now: datetime, limits: Limits) -> None:
    """Refuse a scope that covers nothing, or reaches too far.

    Raises:
        MandateEmpty: a set is empty or too long, an end is before its start, or over.
    """
    named = {
        "matters": scope.matters,
        "seals": scope.seals,
        "relying_parties": scope.relying_parties,
    }
    bad = [
        name
        for name, names in named.items()
        if names is not None and not 0 < len(names) <= limits.mandate_names
    ]
    if not scope.acts:
        bad.append("acts")
    if scope.uses is not None and not 0 < scope.uses <= limits.mandate_uses:
        bad.append("uses")
    longest = timedelta(days=limits.mandate_days)
    if not max(scope.starts_at, now) < scope.ends_at <= max(scope.starts_at, now) + longest:
        bad.append("ends_at")
    if bad:
        raise MandateEmpty(**_named(bad[0]))


def _require_within(
    gift: Gift, parent: Chain, license_: License, now: datetime, limits: Limits
) -> None:
    state = parent.state(now)
    if state not in {MandateState.LIVE, MandateState.FUTURE}:
        name = MANDATE_STATE_NAMES[state]
        raise MandateNotLive(mandate_id=parent.mandate.id, state_zh=name.zh, state_en=name.en)
    _require_live(parent.links[-1].giver, license_)
    if len(parent.links) >= limits.mandate_chain:
        raise MandateChainTooLong(greatest=limits.mandate_chain)
    excess = gift.scope.excess_over(parent.mandate.scope)
    if excess is not None:
        raise MandateTooWide(**_named(excess))


def _named(part: str) -> dict[str, str]:
    name = SCOPE_NAMES[part]
    return {"what_zh": name.zh, "what_en": name.en}


def mandate_of(gift: Gift, mandate_id: str, actor: tuple[str, str], now: datetime) -> Mandate:
    """Return the mandate that a gift amounts to; ``actor`` is kind and id of who wrote it down."""
    return Mandate(
        id=mandate_id,
        organisation_id=gift.giver.organisation_id,
        license_id=gift.giver.license_id,
        giver_id=gift.giver.id,
        receiver_id=gift.receiver.id,
        parent_id=gift.parent.mandate.id if gift.parent else None,
        scope=gift.scope,
        may_delegate=gift.may_delegate,
        created_at=now,
        actor_kind=actor[0],
        actor_id=actor[1],
    )
