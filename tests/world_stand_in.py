"""The holder of a world of edges, as the pages of a demonstration ask it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sealservice.kernel.actor import Actor
from sealservice.licenses.model import Holder
from sealservice.sealing.batch_model import Batch
from sealservice.sealing.model import Order
from sealservice.seals.approval import Assertion
from sealservice.seals.intent import Intent

if TYPE_CHECKING:
    from tests.world_edges import EdgeWorld


@dataclass(frozen=True)
class StandInHolder:
    """Implements ``web.services.StandIn`` by the holder of a world."""

    world: "EdgeWorld"

    def is_enrolled(self, _actor: Actor, order: Order) -> bool:
        """Return whether anybody was enrolled."""
        return bool(self._holders(order.organisation_id, order.seal_id))

    def is_enrolled_for(self, _actor: Actor, batch: Batch) -> bool:
        """Return whether anybody was enrolled."""
        return bool(self._holders(batch.organisation_id, batch.request.seals[0].seal_id))

    def approve_list(self, actor: Actor, batch: Batch) -> None:
        """Approve a closed list."""
        challenge = Intent.read(batch.intent or b"").challenge
        holder, *_ = self._holders(batch.organisation_id, batch.request.seals[0].seal_id)
        assertion = Assertion(holder.id, self.world.approval(challenge))
        self.world.api_services.batches.approve(actor, batch.id, assertion)

    def approve(self, actor: Actor, order: Order) -> None:
        """Approve an order."""
        challenge = Intent.read(order.intent).challenge
        assertion = Assertion(
            self._holders(order.organisation_id, order.seal_id)[0].id,
            self.world.approval(challenge),
        )
        self.world.api_services.orders.approve(actor, order.id, assertion)

    def _holders(self, organisation_id: str, seal_id: str) -> list[Holder]:
        license_id = self.world.seals.rows[seal_id].license_id
        return self.world.holders.of_license(organisation_id, license_id)
