"""By what right a seal is used: asked when an order is placed, approved, and beside the key.

1. Whoever placed the order by a mandate: it must be live and cover act, seal, matter and relying
   party, each time anew. The intent names it, so the approver sees it and the signer knows it.
2. Whoever approves: the principal of the license; or a person whose own mandate the intent names.
   The demonstration's stand-in is nobody in particular, and approves in the principal's place.
   Outside a demonstration nobody in particular approves nothing.
3. Beside the key, holders and mandates are locked, what was found is decided again, and the use is
   counted: once for an order, however many signatures it makes.
"""

import json
from dataclasses import dataclass
from typing import Final

from sealservice.config import Environment
from sealservice.kernel.actor import ActingBy, Actor
from sealservice.kernel.json import JsonObject
from sealservice.licenses.delegation import Use
from sealservice.licenses.mandate import Act
from sealservice.licenses.mandate_errors import MandateNotFound
from sealservice.licenses.mandates import MandateService
from sealservice.licenses.model import Holder
from sealservice.seals.errors import ApprovalInvalid, HolderUnnamed
from sealservice.seals.intent import Intent

_LETTERS: Final = ("mandate_id", "matter", "relying_party")


def named_in(actor: Actor) -> JsonObject:
    """Return what an intent says of whoever placed the order."""
    named: JsonObject = {"kind": actor.kind.value, "id": actor.id}
    if actor.mandate is not None:
        given = {name: getattr(actor.mandate, name) for name in _LETTERS}
        named["mandate"] = {name: value for name, value in given.items() if value is not None}
    return named


def acting_in(intent: bytes) -> ActingBy | None:
    """Return by which mandate an intent says that the order was placed.

    Raises:
        ApprovalInvalid: it says something else there.
    """
    actor = json.loads(intent).get("actor")
    named = actor.get("mandate") if isinstance(actor, dict) else None
    if named is None:
        return None
    if not isinstance(named, dict) or not set(named) <= set(_LETTERS):
        raise ApprovalInvalid
    if not all(isinstance(value, str) for value in named.values()) or "mandate_id" not in named:
        raise ApprovalInvalid
    return ActingBy(**named)


@dataclass(frozen=True, slots=True)
class Rights:
    """Asks by what right a seal is used."""

    mandates: MandateService
    environment: Environment

    def require_requester(self, actor: Actor, license_id: str, seal_id: str) -> None:
        """Require that the mandate by which somebody asks for a seal lets them use it.

        Raises:
            MandateNotFound, UseDenied.
        """
        if actor.mandate is not None:
            self.mandates.require(actor, self._requested(actor, actor.mandate, license_id, seal_id))

    def require(self, actor: Actor, holder: Holder, seal_id: str, intent: Intent) -> None:
        """Require that requester and approver may use a seal now.

        Raises:
            MandateNotFound, UseDenied, HolderUnnamed.
        """
        for use in self._uses(actor, holder, seal_id, intent):
            self.mandates.require(actor, use)

    def count(
        self, actor: Actor, holder: Holder, seal_id: str, intent: Intent, subject: str
    ) -> None:
        """Require it under locks, and count one use by what ``subject`` names.

        Raises:
            MandateNotFound, UseDenied, HolderUnnamed.
        """
        for use in self._uses(actor, holder, seal_id, intent):
            self.mandates.count(actor, use, subject)

    def _uses(self, actor: Actor, holder: Holder, seal_id: str, intent: Intent) -> list[Use]:
        acting, license_id, person = (
            acting_in(intent.body),
            holder.license_id,
            holder.license_holder_id,
        )
        if person is None and self.environment is not Environment.DEMONSTRATION:
            raise HolderUnnamed(holder_id=holder.id)
        uses = [self._requested(actor, acting, license_id, seal_id)] if acting else []
        if person is not None and person not in {use.holder_id for use in uses}:
            uses.append(
                Use(
                    actor.organisation_id,
                    license_id,
                    person,
                    Act.USE_SEAL,
                    mandate_id="",  # none: only the principal needs none
                    seal_id=seal_id,
                )
            )
        return uses

    def _requested(self, actor: Actor, acting: ActingBy, license_id: str, seal_id: str) -> Use:
        chain = self.mandates.mandates.chain(actor.organisation_id, acting.mandate_id)
        if chain is None or chain.mandate.license_id != license_id:
            raise MandateNotFound(mandate_id=acting.mandate_id)
        return Use(
            actor.organisation_id,
            license_id,
            chain.receiver.id,
            Act.USE_SEAL,
            mandate_id=acting.mandate_id,
            seal_id=seal_id,
            matter=acting.matter,
            relying_party=acting.relying_party,
        )
