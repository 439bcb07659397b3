"""Batches in PostgreSQL.

Only the signer's role moves a closed list on (see storage/migrations/versions/0008_batches).
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, func, insert, null, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or

from sealservice.infra.sql.batch_rows import COLUMNS, batch_of, batch_row, item_of
from sealservice.infra.sql.database import Database
from sealservice.infra.sql.tables import (
    batch_assertions,
    batch_items,
    batch_refusals,
    batches,
    consumed_lists,
    documents,
    sealing_orders,
)
from sealservice.kernel.clock import Clock
from sealservice.kernel.json import JsonObject
from sealservice.sealing.batch_errors import BatchNotPending
from sealservice.sealing.batch_model import Batch, BatchCounts, BatchItem, BatchState
from sealservice.sealing.model import OrderState
from sealservice.seals.approval import ApprovalKind, Assertion
from sealservice.seals.intent import Intent

_LOOKED_AFTER: Final = timedelta(days=30)
"""Longer than a signer stays away after a crash."""
_OPEN: Final = (OrderState.PENDING.value, OrderState.SEALING.value)
_LIST: Final = (BatchState.PREPARING.value, BatchState.PENDING.value)
_HIS_ORDER: Final = and_(
    sealing_orders.c.batch_id == batch_items.c.batch_id,
    sealing_orders.c.position == batch_items.c.position,
)
_HIS_REFUSAL: Final = and_(
    batch_refusals.c.batch_id == batch_items.c.batch_id,
    batch_refusals.c.position == batch_items.c.position,
)


@dataclass(frozen=True, slots=True)
class SqlBatchStore:
    """Implements ``BatchStore``."""

    database: Database
    clock: Clock

    def digests(self, organisation_id: str, document_ids: Sequence[str]) -> Mapping[str, str]:
        """Return the SHA-256 digests of an organisation's documents, by their ids."""
        query = (
            select(documents.c.id, documents.c.sha256)
            .where(documents.c.id == func.any(list(document_ids)))
            .where(documents.c.organisation_id == organisation_id)
        )
        return dict(self._rows(query))

    def add(self, batch: Batch, document_ids: Sequence[str]) -> None:
        """Insert a batch that is being prepared, with its documents in order."""
        items = [
            {"batch_id": batch.id, "position": position, "document_id": document_id}
            for position, document_id in enumerate(document_ids, 1)
        ]
        with self.database.transaction():
            connection = self.database.connection()
            connection.execute(insert(batches).values(batch_row(batch)))
            connection.execute(insert(batch_items), items)

    def by_id(self, batch_id: str, organisation_id: str | None = None) -> Batch | None:
        """Return a batch; with an organisation given, only if it belongs to that one."""
        query = select(*COLUMNS).where(batches.c.id == batch_id)
        if organisation_id is not None:
            query = query.where(batches.c.organisation_id == organisation_id)
        found = self._batches(query)
        return found[0] if found else None

    def page(self, organisation_id: str, before: str | None, limit: int) -> list[Batch]:
        """Return up to ``limit`` batches, newest first, older than the id ``before``."""
        query = select(*COLUMNS).where(batches.c.organisation_id == organisation_id)
        older = query.where(batches.c.id < before) if before else query
        return self._batches(older.order_by(batches.c.id.desc()).limit(limit))

    def counts(self, batch_id: str) -> BatchCounts:
        """Return how far its documents came."""
        states = (
            select(sealing_orders.c.state, func.count())
            .where(sealing_orders.c.batch_id == batch_id)
            .group_by(sealing_orders.c.state)
        )
        refused = select(func.count()).where(batch_refusals.c.batch_id == batch_id)
        by_state = {state: int(count) for state, count in self._rows(states)}
        return BatchCounts(
            refused=int(self._rows(refused)[0][0]),
            prepared=sum(by_state.values()),
            done=by_state.get(OrderState.DONE.value, 0),
            failed=by_state.get(OrderState.FAILED.value, 0),
        )

    def items(
        self, batch_id: str, after: int, limit: int, *, only_failed: bool = False
    ) -> list[BatchItem]:
        """Return up to ``limit`` documents behind a position, in order."""
        order, refusal = sealing_orders.c, batch_refusals.c
        query = (
            select(
                batch_items.c.position, batch_items.c.document_id, documents.c.filename,
                documents.c.sha256, order.id.label("order_id"), order.state, order.record_id,
                func.coalesce(order.failure, refusal.refusal).label("failure"),
            )
            .join(documents, documents.c.id == batch_items.c.document_id)
            .outerjoin(sealing_orders, _HIS_ORDER)
            .outerjoin(batch_refusals, _HIS_REFUSAL)
            .where(batch_items.c.batch_id == batch_id)
            .where(batch_items.c.position > after)
        )  # fmt: skip
        if only_failed:
            query = query.where(or_(refusal.position.is_not(None), order.failure.is_not(None)))
        with self.database.transaction():
            found = self.database.connection().execute(
                query.order_by(batch_items.c.position).limit(limit)
            )
            return [item_of(row) for row in found.mappings()]

    def unprepared(self, batch_id: str, limit: int) -> list[tuple[int, str]]:
        """Return position and id of the first documents that were not looked at."""
        query = (
            select(batch_items.c.position, batch_items.c.document_id)
            .outerjoin(sealing_orders, _HIS_ORDER)
            .outerjoin(batch_refusals, _HIS_REFUSAL)
            .where(batch_items.c.batch_id == batch_id)
            .where(sealing_orders.c.id.is_(None), batch_refusals.c.batch_id.is_(None))
            .order_by(batch_items.c.position)
        )
        return [(position, one) for position, one in self._rows(query.limit(limit))]

    def refuse(self, batch_id: str, position: int, refusal: JsonObject) -> None:
        """Keep why a document is not part of the list."""
        row = {"batch_id": batch_id, "position": position, "refusal": refusal}
        with self.database.transaction():
            self.database.connection().execute(insert(batch_refusals).values(row))

    def intents(self, batch_id: str, after: int, limit: int) -> list[tuple[int, bytes]]:
        """Return positions and intents of the list behind a position, in order."""
        query = (
            select(sealing_orders.c.position, sealing_orders.c.intent)
            .where(sealing_orders.c.batch_id == batch_id)
            .where(sealing_orders.c.position > after)
            .order_by(sealing_orders.c.position)
        )
        return [(position, bytes(intent)) for position, intent in self._rows(query.limit(limit))]

    def close(self, batch_id: str, intent: Intent, leaves: bytes) -> bool:
        """Close the list: preparing -> pending; False when another run did."""
        values = {"intent": intent.body, "nonce": intent.nonce, "leaves": leaves}
        pending = {"state": BatchState.PENDING.value, **values}
        return self._move(batch_id, (BatchState.PREPARING.value,), pending)

    def leaves(self, batch_id: str) -> bytes:
        """Return the leaves of a closed list, 32 bytes each."""
        found = self._rows(select(batches.c.leaves).where(batches.c.id == batch_id))
        return bytes(found[0][0] or b"") if found else b""

    def add_assertion(self, batch: Batch, assertion: Assertion) -> None:
        """Store the holder's assertion; a batch takes one.

        Raises:
            BatchNotPending: it has one already.
        """
        row = {
            "batch_id": batch.id,
            "organisation_id": batch.organisation_id,
            "kind": ApprovalKind.DEMONSTRATION.value,
            "assertion": {
                "holder_id": assertion.holder_id,
                "signature": base64.b64encode(assertion.signature).decode(),
            },
            "created_at": self.clock(),
        }
        add = insert_or(batch_assertions).values(row).on_conflict_do_nothing()
        with self.database.transaction():
            added = self.database.connection().scalar(add.returning(batch_assertions.c.batch_id))
            if added is None:
                raise BatchNotPending(batch_id=batch.id, state="approved")

    def assertion(self, batch_id: str) -> Assertion | None:
        """Return the stored assertion of a batch."""
        query = select(batch_assertions.c.assertion).where(batch_assertions.c.batch_id == batch_id)
        found = self._rows(query)
        if not found:
            return None
        kept = found[0][0]
        return Assertion(kept["holder_id"], base64.b64decode(kept["signature"]))

    def consume(self, batch: Batch) -> bool:
        """Burn the nonce and move pending -> sealing; False when it was burnt or is too late."""
        now = self.clock()
        sealing = {"state": BatchState.SEALING.value, "consumed_at": now}
        row = {"nonce": batch.nonce, "batch_id": batch.id, "consumed_at": now}
        with self.database.transaction():
            is_in_time = batches.c.expires_at > now
            if not self._move(batch.id, (BatchState.PENDING.value,), sealing, is_in_time):
                return False
            self.database.connection().execute(insert(consumed_lists).values(row))
        return True

    def open_orders(self, batch_id: str, after: int, limit: int) -> list[tuple[int, str]]:
        """Return position and order id of those without an outcome, or that may have another."""
        may_be_archived = and_(
            sealing_orders.c.state == OrderState.FAILED.value,
            sealing_orders.c.released_at > self.clock() - _LOOKED_AFTER,
        )
        query = (
            select(sealing_orders.c.position, sealing_orders.c.id)
            .where(sealing_orders.c.batch_id == batch_id)
            .where(sealing_orders.c.position > after)
            .where(or_(sealing_orders.c.state.in_(_OPEN), may_be_archived))
            .order_by(sealing_orders.c.position)
        )
        return [(position, one) for position, one in self._rows(query.limit(limit))]

    def order_of(self, batch_id: str, sha256: str) -> str | None:
        """Return the order of the list whose document has a digest."""
        query = (
            select(sealing_orders.c.id)
            .join(documents, documents.c.id == sealing_orders.c.document_id)
            .where(sealing_orders.c.batch_id == batch_id, documents.c.sha256 == sha256)
        )
        found = self._rows(query)
        return str(found[0][0]) if found else None

    def finish(self, batch_id: str) -> bool:
        """Move sealing -> done; False when another run did."""
        done = {"state": BatchState.DONE.value, "finished_at": self.clock(), "failure": null()}
        return self._move(batch_id, (BatchState.SEALING.value,), done)

    def fail(self, batch_id: str, failure: JsonObject) -> bool:
        """Move a batch of which nothing was sealed to failed; False when it has an outcome."""
        failed = {"finished_at": self.clock(), "failure": failure}
        return self._move(batch_id, _LIST, {"state": BatchState.FAILED.value, **failed})

    def unprepared_batches(self) -> list[str]:
        """Return the ids of batches that are being prepared."""
        query = select(batches.c.id).where(batches.c.state == BatchState.PREPARING.value)
        return [str(one) for (one,) in self._rows(query.order_by(batches.c.id))]

    def unsealed_batches(self, asserted_before: datetime) -> list[str]:
        """Return the ids of batches asserted before a moment that have no outcome."""
        waiting = (BatchState.PENDING.value, BatchState.SEALING.value)
        query = (
            select(batches.c.id)
            .join(batch_assertions, batch_assertions.c.batch_id == batches.c.id)
            .where(batches.c.state.in_(waiting))
            .where(batch_assertions.c.created_at < asserted_before)
        )
        return [str(one) for (one,) in self._rows(query.order_by(batches.c.id))]

    def _move(
        self,
        batch_id: str,
        states: tuple[str, ...],
        values: Mapping[str, object],
        *conditions: ColumnElement[bool],
    ) -> bool:
        move = (
            update(batches)
            .where(batches.c.id == batch_id, batches.c.state.in_(states), *conditions)
            .values(values)
        )
        with self.database.transaction():
            return self.database.connection().execute(move).rowcount == 1

    def _batches(self, query: Select[Any]) -> list[Batch]:
        with self.database.transaction():
            rows = self.database.connection().execute(query).mappings().all()
        return [batch_of(row) for row in rows]

    def _rows(self, query: Select[Any]) -> list[Any]:
        with self.database.transaction():
            return list(self.database.connection().execute(query).all())
