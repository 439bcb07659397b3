"""Batches in memory, on the outside world of sealing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sealservice.kernel.json import JsonObject
from sealservice.sealing.batch_errors import BatchNotPending
from sealservice.sealing.batch_model import Batch, BatchCounts, BatchItem, BatchState
from sealservice.sealing.model import Order, OrderState
from sealservice.seals.approval import Assertion
from sealservice.seals.intent import Intent
from tests.world_sealing import MemoryDocumentStore, MemoryOrderStore


@dataclass
class MemoryBatchStore:
    """Implements ``BatchStore``."""

    documents: MemoryDocumentStore
    orders: MemoryOrderStore
    rows: dict[str, Batch] = field(default_factory=dict)
    listed: dict[str, list[str]] = field(default_factory=dict)
    refused: dict[str, dict[int, JsonObject]] = field(default_factory=dict)
    trees: dict[str, bytes] = field(default_factory=dict)
    assertions: dict[str, tuple[Assertion, datetime]] = field(default_factory=dict)

    def digests(self, organisation_id: str, document_ids: Sequence[str]) -> Mapping[str, str]:
        """Return digests by ids."""
        found = (self.documents.by_id(one, organisation_id) for one in document_ids)
        return {document.id: document.sha256 for document in found if document}

    def add(self, batch: Batch, document_ids: Sequence[str]) -> None:
        """Insert a batch."""
        self.rows[batch.id] = batch
        self.listed[batch.id] = list(document_ids)
        self.refused[batch.id] = {}

    def by_id(self, batch_id: str, organisation_id: str | None = None) -> Batch | None:
        """Return a batch."""
        found = self.rows.get(batch_id)
        return found if found and organisation_id in (None, found.organisation_id) else None

    def page(self, organisation_id: str, before: str | None, limit: int) -> list[Batch]:
        """Return batches, newest first."""
        mine = (b for b in self.rows.values() if b.organisation_id == organisation_id)
        older = (b for b in mine if before is None or b.id < before)
        return sorted(older, key=lambda b: b.id, reverse=True)[:limit]

    def counts(self, batch_id: str) -> BatchCounts:
        """Return how far its documents came."""
        states = [order.state for order in self._orders(batch_id).values()]
        done, failed = states.count(OrderState.DONE), states.count(OrderState.FAILED)
        return BatchCounts(len(self.refused[batch_id]), len(states), done, failed)

    def items(
        self, batch_id: str, after: int, limit: int, *, only_failed: bool = False
    ) -> list[BatchItem]:
        """Return documents behind a position."""
        found = [self._item(batch_id, *one) for one in enumerate(self.listed[batch_id], 1)]
        wanted = (i for i in found if i.position > after and (i.failure or not only_failed))
        return list(wanted)[:limit]

    def unprepared(self, batch_id: str, limit: int) -> list[tuple[int, str]]:
        """Return what was not looked at."""
        seen = {*self._orders(batch_id), *self.refused[batch_id]}
        listed = enumerate(self.listed[batch_id], 1)
        return [(place, one) for place, one in listed if place not in seen][:limit]

    def refuse(self, batch_id: str, position: int, refusal: JsonObject) -> None:
        """Keep a refusal."""
        assert position not in self.refused[batch_id]
        self.refused[batch_id][position] = refusal

    def intents(self, batch_id: str, after: int, limit: int) -> list[tuple[int, bytes]]:
        """Return intents in order."""
        found = sorted((p, o.intent) for p, o in self._orders(batch_id).items() if p > after)
        return found[:limit]

    def close(self, batch_id: str, intent: Intent, leaves: bytes) -> bool:
        """Close the list."""
        batch = self.rows[batch_id]
        if batch.state is not BatchState.PREPARING:
            return False
        closed = {"intent": intent.body, "nonce": intent.nonce}
        self.rows[batch_id] = replace(batch, state=BatchState.PENDING, **closed)
        self.trees[batch_id] = leaves
        return True

    def leaves(self, batch_id: str) -> bytes:
        """Return the leaves."""
        return self.trees[batch_id]

    def add_assertion(self, batch: Batch, assertion: Assertion) -> None:
        """Store the assertion."""
        if batch.id in self.assertions:
            raise BatchNotPending(batch_id=batch.id, state="approved")
        self.assertions[batch.id] = (assertion, self.orders.clock())

    def assertion(self, batch_id: str) -> Assertion | None:
        """Return the assertion."""
        found = self.assertions.get(batch_id)
        return found[0] if found else None

    def consume(self, batch: Batch) -> bool:
        """Burn the nonce."""
        now, known = self.orders.clock(), self.rows[batch.id]
        if known.state is not BatchState.PENDING or now >= known.expires_at:
            return False
        self.rows[batch.id] = replace(known, state=BatchState.SEALING, consumed_at=now)
        self.orders.consumed_lists.add(batch.id)
        return True

    def open_orders(self, batch_id: str, after: int, limit: int) -> list[tuple[int, str]]:
        """Return orders without an outcome."""
        over = (OrderState.DONE, OrderState.FAILED)
        orders = sorted(self._orders(batch_id).items())
        return [(p, o.id) for p, o in orders if p > after and o.state not in over][:limit]

    def order_of(self, batch_id: str, sha256: str) -> str | None:
        """Return the order of a digest."""
        for order in self._orders(batch_id).values():
            if self.documents.rows[order.document_id].sha256 == sha256:
                return order.id
        return None

    def finish(self, batch_id: str) -> bool:
        """Move to done."""
        return self._move(batch_id, (BatchState.SEALING,), BatchState.DONE, None)

    def fail(self, batch_id: str, failure: JsonObject) -> bool:
        """Move to failed."""
        states = (BatchState.PREPARING, BatchState.PENDING)
        return self._move(batch_id, states, BatchState.FAILED, {**failure})

    def unprepared_batches(self) -> list[str]:
        """Return batches in preparation."""
        return [i for i, b in self.rows.items() if b.state is BatchState.PREPARING]

    def unsealed_batches(self, asserted_before: datetime) -> list[str]:
        """Return asserted batches without an outcome."""
        waiting = (BatchState.PENDING, BatchState.SEALING)
        asserted = (i for i, (_, at) in self.assertions.items() if at < asserted_before)
        return [one for one in asserted if self.rows[one].state in waiting]

    def _move(
        self,
        batch_id: str,
        states: tuple[BatchState, ...],
        state: BatchState,
        failure: JsonObject | None,
    ) -> bool:
        batch = self.rows[batch_id]
        if batch.state not in states:
            return False
        now = self.orders.clock()
        self.rows[batch_id] = replace(batch, state=state, finished_at=now, failure=failure)
        return True

    def _orders(self, batch_id: str) -> dict[int, Order]:
        mine = (o for o in self.orders.rows.values() if o.batch_id == batch_id)
        return {order.position or 0: order for order in mine}

    def _item(self, batch_id: str, position: int, document_id: str) -> BatchItem:
        order, document = self._orders(batch_id).get(position), self.documents.rows[document_id]
        return BatchItem(
            position=position,
            document_id=document_id,
            filename=document.filename,
            sha256=document.sha256,
            order_id=order and order.id,
            state=order and order.state,
            record_id=order and order.record_id,
            failure=order.failure if order else self.refused[batch_id].get(position),
        )


@dataclass
class MemoryBatchQueue:
    """Implements ``BatchQueue``: remembers who was asked for what."""

    prepared: list[str] = field(default_factory=list)
    sealed: list[tuple[str, int]] = field(default_factory=list)

    def prepare(self, batch_id: str, /) -> None:
        """Remember."""
        self.prepared.append(batch_id)

    def seal(self, batch_id: str, after: int = 0, /) -> None:
        """Remember."""
        self.sealed.append((batch_id, after))


@dataclass
class MemorySignerNow:
    """Implements ``SignerNow``: remembers who was asked for what, and does what a test wants."""

    asked: list[tuple[str, str]] = field(default_factory=list)
    does: Callable[[str], None] = lambda _order_id: None

    def seal(self, batch_id: str, order_id: str, /) -> None:
        """Remember, and do it."""
        self.asked.append((batch_id, order_id))
        self.does(order_id)
