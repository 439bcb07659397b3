"""Prepare a batch, whatever stops it in the middle: documents become orders, and the list closes.

1. Some documents at a time are located and prepared, side by side, none of them longer in memory
   than that takes; then one transaction writes their orders, or why they are refused. After a crash
   the next run goes on behind the last such group.
2. When all were looked at the list is closed: tree, intent and count are written once.
3. A list of which nothing can be sealed has failed.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final

from sealservice.audit.ports import AuditLog
from sealservice.kernel.actor import Actor, ActorKind, Permission
from sealservice.kernel.errors import SealserviceError, TryAgain, Unavailable
from sealservice.kernel.facts import Fact
from sealservice.kernel.json import JsonObject
from sealservice.kernel.transaction import Transaction
from sealservice.sealing.batch_errors import BatchNotFound, NothingToSeal
from sealservice.sealing.batch_intents import intent_of_list
from sealservice.sealing.batch_model import Batch, BatchState, ListPlace
from sealservice.sealing.batch_ports import BatchStore
from sealservice.sealing.model import Order
from sealservice.sealing.orders import OrderService
from sealservice.seals.intent_list import IntentTree, leaf_of

GROUP: Final = 32
"""Documents of one transaction."""
_AT_ONCE: Final = 4
"""Documents that are prepared side by side."""
_PAGE: Final = 500

Outcome = Order | JsonObject
"""A prepared order, or why there is none."""


@dataclass(frozen=True, slots=True)
class BatchPreparation:
    """The worker's part of a batch; holds no key."""

    batches: BatchStore
    orders: OrderService
    audit: AuditLog
    transaction: Transaction

    def run(self, batch_id: str, told: Callable[[int], None] = lambda _count: None) -> Batch:
        """Prepare what is left of a batch and close its list; ``told`` hears how many are done.

        Raises:
            BatchNotFound.
            Unavailable, TryAgain: a passing hindrance; call again later.
        """
        batch, done = self._batch(batch_id), 0
        if batch.state is not BatchState.PREPARING:
            return batch
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            while group := self.batches.unprepared(batch_id, GROUP):
                self._keep(batch, pool.map(partial(self._prepared, batch), group))
                told(done := done + len(group))
        return self._closed(batch)

    def _batch(self, batch_id: str) -> Batch:
        batch = self.batches.by_id(batch_id)
        if batch is None:
            raise BatchNotFound(batch_id=batch_id)
        return batch

    def _prepared(self, batch: Batch, item: tuple[int, str]) -> tuple[int, Outcome]:
        position, document_id = item
        place = ListPlace(batch.id, position, batch.expires_at)
        try:
            return position, self.orders.listed_order(
                actor_of(batch), batch.request, document_id, place
            )
        except (Unavailable, TryAgain):
            raise
        except SealserviceError as refusal:
            return position, refusal.as_json()

    def _keep(self, batch: Batch, outcomes: Iterator[tuple[int, Outcome]]) -> None:
        found = list(outcomes)
        with self.transaction():
            for position, outcome in found:
                if isinstance(outcome, Order):
                    self.orders.keep_order(actor_of(batch), outcome)
                else:
                    self.batches.refuse(batch.id, position, outcome)

    def _closed(self, batch: Batch) -> Batch:
        leaves = b"".join(map(leaf_of, self._intents(batch)))
        with self.transaction():
            if leaves:
                self._close(batch, leaves)
            else:
                self.batches.fail(batch.id, NothingToSeal(count=batch.total).as_json())
        return self._batch(batch.id)

    def _close(self, batch: Batch, leaves: bytes) -> None:
        tree = IntentTree(leaves)
        if self.batches.close(batch.id, intent_of_list(batch, tree), leaves):
            detail: JsonObject = {"root": tree.root.hex(), "count": tree.count}
            self.audit.append(actor_of(batch), Fact.BATCH_CLOSED, batch.id, detail)

    def _intents(self, batch: Batch) -> Iterator[bytes]:
        after = 0
        while page := self.batches.intents(batch.id, after, _PAGE):
            yield from (intent for _, intent in page)
            after = page[-1][0]


def actor_of(batch: Batch) -> Actor:
    """Return who asked for a batch, with what is needed to prepare it."""
    may = frozenset({Permission.ORDERS_READ, Permission.ORDERS_WRITE})
    return Actor(ActorKind(batch.actor_kind), batch.actor_id, batch.organisation_id, may)
