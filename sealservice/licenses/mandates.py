"""Name the persons of a license, give and revoke mandates, and ask whether somebody may act.

1. Persons are named, and their roles ended, by the registry (``licenses:write``).
2. A mandate is given by its giver, who is signed in, or by the registry at the counter on the
   giver's paper; the log says who wrote it down. Whoever may give one out of a chain may revoke
   it: the registry, the principal, every giver above. A receiver may give theirs up.
3. Everything that gives a right locks what it comes from (license, then holders, then mandates,
   in the order of their ids), so that nothing is given out of what is being revoked.
4. A use that counts is decided again under those locks, and counted in the same transaction.
5. Whoever is not let is written down, with the reason, even if all else is undone.
"""

from dataclasses import dataclass, replace
from typing import Final

from sealservice.audit.ports import AuditLog
from sealservice.kernel.actor import Actor, Permission
from sealservice.kernel.clock import Clock
from sealservice.kernel.facts import Fact
from sealservice.kernel.fields import FieldsInvalid, text_problems
from sealservice.kernel.ids import new_id
from sealservice.kernel.json import JsonObject
from sealservice.kernel.text import Text
from sealservice.kernel.transaction import Transaction
from sealservice.licenses.delegation import (
    Gift,
    Permit,
    Use,
    mandate_of,
    permit,
    require_gift,
)
from sealservice.licenses.errors import LicenseNotFound
from sealservice.licenses.mandate import Chain, Mandate, Scope
from sealservice.licenses.mandate_errors import (
    LicenseHolderNotFound,
    MandateEnded,
    MandateNotFound,
    UseDenied,
)
from sealservice.licenses.own_mandates import OwnMandates, own_mandates
from sealservice.licenses.persons import LicenseHolder
from sealservice.licenses.ports import Denials, LicenseStore, MandateStore, PersonStore
from sealservice.limits import Limits

_REASON: Final = Text("原因", "Reason")


@dataclass(frozen=True, slots=True)
class MandateWish:
    """A mandate that somebody wants to be given."""

    license_id: str
    giver_id: str
    receiver_id: str
    scope: Scope
    parent_id: str | None = None
    """The giver's mandate that it is given out of; None: the giver is the principal."""
    may_delegate: bool = False


@dataclass(frozen=True, slots=True)
class MandateService:
    """Use cases around mandates."""

    licenses: LicenseStore
    persons: PersonStore
    mandates: MandateStore
    denials: Denials
    audit: AuditLog
    transaction: Transaction
    clock: Clock
    limits: Limits

    def give(self, actor: Actor, wish: MandateWish) -> Chain:
        """Give a mandate.

        Raises:
            PermissionMissing: the actor is neither the giver nor the registry.
            LicenseNotFound, LicenseHolderNotFound, MandateNotFound.
            Refused, NotAllowed: as ``delegation.require_gift``.
        """
        self._require_hand(actor, wish.giver_id)
        with self.transaction():
            license_ = self.licenses.lock(actor.organisation_id, wish.license_id)
            if license_ is None:
                raise LicenseNotFound(license_id=wish.license_id)
            self._lock(actor, wish)
            gift = self._gift(actor, wish)
            now = self.clock()
            require_gift(gift, license_, now, self.limits)
            who = (actor.kind.value, actor.id)
            mandate = mandate_of(gift, new_id("mnd"), who, now)
            self.mandates.add(mandate)
            self.audit.append(actor, Fact.MANDATE_GIVEN, mandate.id, _outline(mandate))
            chain = self.mandates.chain(actor.organisation_id, mandate.id)
        return _known(chain, mandate.id)

    def revoke(self, actor: Actor, mandate_id: str, reason: str) -> Chain:
        """Revoke a mandate: from the commit on nobody acts by it, nor by what came out of it.

        Raises:
            MandateNotFound, MandateEnded, FieldsInvalid.
            PermissionMissing: the actor is nobody who may.
        """
        reason = self._reason(reason)
        with self.transaction():
            chain = self.show(actor, mandate_id)
            self._require_revoker(actor, chain)
            if not self.mandates.revoke(mandate_id, self.clock(), reason):
                raise MandateEnded(mandate_id=mandate_id)
            detail: JsonObject = {"license_id": chain.mandate.license_id, "reason": reason}
            self.audit.append(actor, Fact.MANDATE_REVOKED, mandate_id, detail)
            revoked = self.mandates.chain(actor.organisation_id, mandate_id)
        return _known(revoked, mandate_id)

    def show(self, actor: Actor, mandate_id: str) -> Chain:
        """Return a mandate of the actor's organisation, with its chain.

        Raises:
            PermissionMissing, MandateNotFound.
        """
        chain = self.mandates.chain(actor.organisation_id, mandate_id)
        if chain is None or actor.holder not in _people(chain):
            actor.require(Permission.LICENSES_READ)
        return _known(chain, mandate_id)

    def of_license(self, actor: Actor, license_id: str) -> list[Chain]:
        """Return every mandate of a license, newest first.

        Raises:
            PermissionMissing, LicenseNotFound.
        """
        actor.require(Permission.LICENSES_READ)
        if self.licenses.get(actor.organisation_id, license_id) is None:
            raise LicenseNotFound(license_id=license_id)
        return self.mandates.of_license(actor.organisation_id, license_id)

    def own(self, actor: Actor, license_id: str) -> OwnMandates:
        """Return the mandates that one of the license's people sees, who is the actor.

        Raises:
            LicenseHolderNotFound: they are nobody of this license.
        """
        holder = self._holder(actor, license_id, actor.holder or "")
        people = self.persons.of_license(actor.organisation_id, license_id)
        chains = self.mandates.of_license(actor.organisation_id, license_id)
        return own_mandates(holder, people, chains, self.clock())

    def require(self, actor: Actor, use: Use) -> Permit:
        """Say by what right somebody may act for a license at this moment; nothing is counted.

        Raises:
            UseDenied: they may not; the log says so.
            LicenseNotFound, LicenseHolderNotFound: there is no such license, or person in it.
        """
        with self.transaction():
            try:
                return self._permit(use)
            except UseDenied as denial:
                self.denials.denied(actor, use.license_id, _denied(use, denial))
                raise

    def count(self, actor: Actor, use: Use, subject: str) -> Permit:
        """Act for a license: decided under locks and counted; ``subject``: what for.

        The caller's transaction is the one in which it is done, and the caller writes the fact.
        Locked before: seal and license.

        Raises:
            UseDenied: they may not; the log says so.
            LicenseNotFound, LicenseHolderNotFound: there is no such license, or person in it.
        """
        use = replace(use, subject=subject)
        with self.transaction():
            found = self.require(actor, use)
            ids = _ids(found)
            self.licenses.lock(use.organisation_id, use.license_id)
            self.mandates.lock(use.organisation_id, use.holder_id, ids)
            chosen = replace(use, mandate_id=found.chain.mandate.id) if found.chain else use
            permitted = self.require(actor, chosen)
            if ids:
                self.mandates.count_use(ids, subject, self.clock())
        return permitted

    def _permit(self, use: Use) -> Permit:
        now = self.clock()
        standing = self.mandates.standing(use, now)
        if standing is None:
            raise LicenseNotFound(license_id=use.license_id)
        return permit(standing, use, now)

    def _lock(self, actor: Actor, wish: MandateWish) -> None:
        parent = wish.parent_id and self.mandates.chain(actor.organisation_id, wish.parent_id)
        ids = [link.mandate.id for link in parent.links] if parent else []
        self.mandates.lock(actor.organisation_id, wish.giver_id, ids)

    def _gift(self, actor: Actor, wish: MandateWish) -> Gift:
        parent = None
        if wish.parent_id is not None:
            parent = _known(
                self.mandates.chain(actor.organisation_id, wish.parent_id), wish.parent_id
            )
        giver, receiver = (
            self._holder(actor, wish.license_id, one) for one in (wish.giver_id, wish.receiver_id)
        )
        if parent is not None and parent.mandate.license_id != wish.license_id:
            raise MandateNotFound(mandate_id=parent.mandate.id)
        return Gift(giver, receiver, parent, wish.scope, wish.may_delegate)

    def _holder(self, actor: Actor, license_id: str, holder_id: str) -> LicenseHolder:
        holder = self.persons.get(actor.organisation_id, holder_id)
        if holder is None or holder.license_id != license_id:
            raise LicenseHolderNotFound(holder_id=holder_id)
        return holder

    def _require_hand(self, actor: Actor, giver_id: str) -> None:
        if actor.holder != giver_id:
            actor.require(Permission.LICENSES_WRITE)

    def _require_revoker(self, actor: Actor, chain: Chain) -> None:
        if actor.holder not in _people(chain):
            actor.require(Permission.LICENSES_WRITE)

    def _reason(self, reason: str) -> str:
        reason = reason.strip()
        if problems := text_problems("reason", _REASON, reason, self.limits.reason_letters):
            raise FieldsInvalid(problems)
        return reason


def _known(chain: Chain | None, mandate_id: str) -> Chain:
    if chain is None:
        raise MandateNotFound(mandate_id=mandate_id)
    return chain


def _people(chain: Chain) -> set[str | None]:
    return {chain.receiver.id, *(link.giver.id for link in chain.links)}


def _ids(permitted: Permit) -> list[str]:
    chain = permitted.chain
    return [link.mandate.id for link in chain.links] if chain else []


def _outline(mandate: Mandate) -> JsonObject:
    scope = mandate.scope
    return {
        "license_id": mandate.license_id,
        "giver_id": mandate.giver_id,
        "receiver_id": mandate.receiver_id,
        "parent_id": mandate.parent_id,
        "acts": [*sorted(scope.acts)],
        "ends_at": scope.ends_at.isoformat(),
    }


def _denied(use: Use, denial: UseDenied) -> JsonObject:
    return {
        "license_id": use.license_id,
        "holder_id": use.holder_id,
        "act": use.act.value,
        "mandate_id": use.mandate_id,
        "code": denial.code,
        "reason": denial.message.zh,
    }
