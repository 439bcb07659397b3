"""A document of an approved list, sealed at once: its bytes in, the archived sealed bytes out.

1. The bytes are known by their SHA-256 digest: they must be those of a document of the caller's
   list, and the list must be approved. No other bytes are sealed, whatever they are.
2. The signer seals the stored bytes of that digest by the order's own intent, as in any batch: its
   nonce is burnt once, the result is verified and archived before anybody gets it.
3. What is answered is read back from the archive. The same bytes again give the same answer.
"""

from dataclasses import dataclass

from sealservice.archive.model import Record
from sealservice.archive.service import ArchiveService
from sealservice.kernel.actor import Actor, Permission
from sealservice.sealing.batch_errors import RawSealUnknown
from sealservice.sealing.batch_ports import SignerNow
from sealservice.sealing.batches import BatchService
from sealservice.sealing.errors import OrderFailed, OrderUnfinished
from sealservice.sealing.model import Order, OrderState
from sealservice.sealing.orders import OrderService


@dataclass(frozen=True, slots=True)
class RawSealService:
    """Use case of a program that holds an approved list; holds no key."""

    batches: BatchService
    orders: OrderService
    archive: ArchiveService
    signer: SignerNow

    def sealed(self, actor: Actor, batch_id: str, sha256: str) -> tuple[Record, bytes]:
        """Return the record of a document of an approved list, with its sealed bytes.

        Raises:
            BatchNotFound: there is none of that id in the actor's organisation.
            RawSealUnknown: no document of the approved list has that digest.
            OrderFailed: it cannot be sealed; the reason is given.
            OrderUnfinished: it is being worked on; ask again.
            SignerAway.
        """
        actor.require(Permission.ORDERS_WRITE)
        order = self._order(actor, batch_id, sha256)
        if order.record_id is None and order.state is not OrderState.FAILED:
            self.signer.seal(batch_id, order.id)
            order = self.orders.show(actor, order.id)
        if order.record_id is not None:
            return self.archive.fetch(actor, order.record_id)
        if order.failure is None:
            raise OrderUnfinished(order_id=order.id)
        failure = order.failure
        raise OrderFailed(reason_zh=failure["zh"], reason_en=failure["en"])

    def _order(self, actor: Actor, batch_id: str, sha256: str) -> Order:
        batch, _ = self.batches.show(actor, batch_id)
        order_id = self.batches.batches.order_of(batch_id, sha256)
        if order_id is None or not self.batches.is_approved(batch):
            raise RawSealUnknown(batch_id=batch_id, sha256=sha256)
        return self.orders.show(actor, order_id)
