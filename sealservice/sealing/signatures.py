"""The signatures of an approved order: made one by one, each exactly once, and kept.

A later signature covers an earlier one with its timestamp, and neither a key in a token nor a
time-stamping authority answers twice alike. So what was made is kept, and a later run goes on from
there. For each signature in order:
1. If its CMS is kept, that stands.
2. If it is kept without its timestamp, go to 4.
3. One transaction: the order is locked, so that runs of it take turns; seal, license and holder are
   locked and checked again; the key signs; the signature is kept and the audit log says that the
   seal was used. Either all of this happened or nothing did: no key is asked again for it.
4. The press adds the timestamp that the level wants; unless the clock went wrong meanwhile, the CMS
   is kept before the next one covers it. It must not be too late (sealing/patience.py).
5. The revision is looked at as it will be written (press/self_check.py), also one that was kept.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sealservice.audit.ports import AuditLog
from sealservice.kernel.actor import process
from sealservice.kernel.clock import Clock
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.facts import Fact
from sealservice.kernel.json import JsonObject
from sealservice.kernel.transaction import Transaction
from sealservice.licenses.errors import HolderRevoked
from sealservice.licenses.model import License
from sealservice.licenses.ports import HolderStore, LicenseStore
from sealservice.limits import Limits
from sealservice.sealing.dies import Dies
from sealservice.sealing.errors import OrderUnfinished
from sealservice.sealing.fed import Fed
from sealservice.sealing.model import (
    Container,
    Die,
    KeptSignature,
    Order,
    OrderState,
    Prepared,
    SignedAttributes,
    Waiting,
)
from sealservice.sealing.patience import require_in_time
from sealservice.sealing.ports import OrderStore, Press, SealKeys
from sealservice.sealing.press.self_check import check
from sealservice.sealing.rights import Rights, acting_in
from sealservice.sealing.steps import Reached, Step
from sealservice.seals.approval import Approved
from sealservice.seals.errors import SealNotFound
from sealservice.seals.lifecycle import usable
from sealservice.seals.model import Seal
from sealservice.seals.ports import SealStore

Made = tuple[tuple[Die, Container], ...]


@dataclass(frozen=True, slots=True)
class OrderSignatures:
    """The part of the signer's use case that opens keys."""

    orders: OrderStore
    seals: SealStore
    licenses: LicenseStore
    holders: HolderStore
    rights: Rights
    dies: Dies
    press: Press
    keys: SealKeys
    audit: AuditLog
    transaction: Transaction
    clock: Clock
    compare_clocks: Callable[[], None]
    """Raises when ours is wrong: a timestamp made by it would be kept, and no status be as new."""
    limits: Limits
    reached: Reached

    def make(
        self, order: Order, approved: Approved, fed: Fed, revisions: tuple[Prepared, ...]
    ) -> Made:
        """Return every signature of an order, made now or by an earlier run."""
        with self.transaction():
            kept = self.orders.kept(order.id)
            dies = {seal_id: self._die(seal_id) for seal_id in order.seal_ids}
        made: list[tuple[Die, Container]] = []
        for position, signature in enumerate(order.signatures):
            before = zip(revisions, (container.der for _, container in made), strict=False)
            waiting = Waiting(fed.source, tuple(before), revisions[position])
            die = dies[signature.seal_id]
            found = kept[position] if position < len(kept) else None
            container = self._container(_Stroke(order, approved, waiting, die), found)
            check(fed, waiting, container.der, die, self.limits)
            made.append((die, container))
        return tuple(made)

    def _die(self, seal_id: str) -> Die:
        seal = self.seals.by_id(seal_id)
        if seal is None:
            raise SealNotFound(seal_id=seal_id)
        return self.dies.of(seal)

    def _container(self, stroke: "_Stroke", found: KeptSignature | None) -> Container:
        if found is not None and found.container is not None:
            return found.container
        signed = self._signed(stroke) if found is None else found.signed
        container = self.press.enclose(stroke.die, signed, stroke.order.level)
        with self.transaction():
            self.compare_clocks()
            self._require_in_time(stroke, container, is_kept=found is not None)
            position = stroke.waiting.position
            container = self.orders.keep_container(stroke.order.id, position, container)
        if container.timestamp is not None:
            self.reached(Step.STAMPED)
        return container

    def _require_in_time(self, stroke: "_Stroke", container: Container, *, is_kept: bool) -> None:
        """Require that a signature's timestamp still proves what was approved."""
        stamp = container.timestamp
        if stamp is None:
            return
        signature = stroke.order.signatures[stroke.waiting.position]
        require_in_time(signature, stroke.die, stamp.time, self.limits)
        if is_kept:
            seal = self.seals.by_id(stroke.die.seal_id)
            license_ = self.licenses.get(seal.organisation_id, seal.license_id) if seal else None
            usable(seal, license_, stroke.die.seal_id, stamp.time)

    def _signed(self, stroke: "_Stroke") -> SignedAttributes:
        order, position = stroke.order, stroke.waiting.position
        with self.transaction():
            self._require_open(order, position)
            live, acting = self._locked_seal(stroke), acting_in(stroke.approved.intent.body)
            key = self.keys.open(live.key_id or "", stroke.die.certificate)
            signed = key.sign(stroke.approved, stroke.waiting)
            self.reached(Step.SIGNED)
            self.orders.keep_signature(order, position, signed)
            detail: JsonObject = {
                "seal_id": stroke.die.seal_id,
                "license_id": live.license_id,
                "holder_id": stroke.approved.holder_id,
                "mandate_id": acting.mandate_id if acting else None,
                "field": order.signatures[position].field,
                "signature_sha256": sha256_hex(signed.signature),
            }
            actor = process("signer", order.organisation_id)
            self.audit.append(actor, Fact.SEAL_USED, order.id, detail)
        self.reached(Step.USED)
        return signed

    def _require_open(self, order: Order, position: int) -> None:
        """Lock the order; leave it to another run that was faster, or came to an end with it."""
        now = self.orders.lock(order.id)
        is_mine = now is not None and now.state is OrderState.SEALING
        if not is_mine or len(self.orders.kept(order.id)) != position:
            raise OrderUnfinished(order_id=order.id)

    def _locked_seal(self, stroke: "_Stroke") -> Seal:
        seal = self.seals.lock(stroke.die.seal_id)
        license_ = self._locked_license(seal)
        live = usable(seal, license_, stroke.die.seal_id, self.clock())
        organisation_id, holder_id = stroke.order.organisation_id, stroke.approved.holder_id
        holder = self.holders.lock(organisation_id, holder_id)
        if holder is None or not holder.is_live:
            raise HolderRevoked(holder_id=holder_id)
        order, intent = stroke.order, stroke.approved.intent
        actor = process("signer", organisation_id)
        self.rights.count(actor, holder, stroke.die.seal_id, intent, order.id)
        return live

    def _locked_license(self, seal: Seal | None) -> License | None:
        return self.licenses.lock(seal.organisation_id, seal.license_id) if seal else None


@dataclass(frozen=True, slots=True)
class _Stroke:
    """One signature that is to be made."""

    order: Order
    approved: Approved
    waiting: Waiting
    die: Die
