"""Sealing orders in PostgreSQL.

Only the signer's role can move an order on: the web role has no UPDATE on these rows, it can only
insert pending orders and, once for each, an assertion (see storage/migrations).
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import RowMapping, Select, and_, insert, null, or_, select, update
from sqlalchemy.dialects.postgresql import insert as insert_or

from sealservice.infra.sql.database import Database
from sealservice.infra.sql.order_rows import (
    container_row,
    kept_order_signature,
    kept_signature,
    kept_use,
    order_signature_of,
    use_of,
)
from sealservice.infra.sql.tables import (
    assertions,
    batches,
    consumed_approvals,
    order_signatures,
    sealing_orders,
)
from sealservice.kernel.clock import Clock
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.json import JsonObject
from sealservice.sealing.errors import OrderNotPending
from sealservice.sealing.model import (
    Container,
    KeptSignature,
    Level,
    Order,
    OrderState,
    SignedAttributes,
)
from sealservice.seals.approval import ApprovalKind, Assertion

_LOOKED_AFTER = timedelta(days=30)
"""Longer than a signer stays away after a crash."""
_NO_HINDRANCE = {"hindrance": null()}
_OF_A_CONSUMED_LIST = sealing_orders.c.batch_id.in_(
    select(batches.c.id).where(batches.c.consumed_at.is_not(None))
)
_OPEN = (OrderState.PENDING.value, OrderState.SEALING.value)


@dataclass(frozen=True, slots=True)
class SqlOrderStore:
    """Implements ``OrderStore``."""

    database: Database
    clock: Clock

    def add(self, order: Order) -> None:
        """Insert a pending order."""
        with self.database.transaction():
            self.database.connection().execute(insert(sealing_orders).values(_row(order)))

    def by_id(self, order_id: str, organisation_id: str | None = None) -> Order | None:
        """Return an order; with an organisation given, only if it belongs to that one."""
        query = select(sealing_orders).where(sealing_orders.c.id == order_id)
        if organisation_id is not None:
            query = query.where(sealing_orders.c.organisation_id == organisation_id)
        found = self._all(query)
        return found[0] if found else None

    def page(self, organisation_id: str, before: str | None, limit: int) -> list[Order]:
        """Return up to ``limit`` orders of no batch, newest first, older than ``before``."""
        query = select(sealing_orders).where(sealing_orders.c.organisation_id == organisation_id)
        query = query.where(sealing_orders.c.batch_id.is_(None))
        if before is not None:
            query = query.where(sealing_orders.c.id < before)
        return self._all(query.order_by(sealing_orders.c.id.desc()).limit(limit))

    def unfinished(self, asserted_before: datetime) -> list[str]:
        """Return ids of orders asserted before a moment that have no outcome, or may have another.

        The latter failed when a run had been released to archive its result, of late.
        """
        may_be_archived = and_(
            sealing_orders.c.state == OrderState.FAILED.value,
            sealing_orders.c.released_at > self.clock() - _LOOKED_AFTER,
        )
        query = (
            select(sealing_orders.c.id)
            .join(assertions, assertions.c.order_id == sealing_orders.c.id)
            .where(or_(sealing_orders.c.state.in_(_OPEN), may_be_archived))
            .where(assertions.c.created_at < asserted_before)
            .order_by(sealing_orders.c.id)
        )
        with self.database.transaction():
            return list(self.database.connection().scalars(query))

    def add_assertion(self, order: Order, assertion: Assertion) -> None:
        """Store the holder's assertion; an order takes one.

        Raises:
            OrderNotPending: it has one already.
        """
        row = {
            "order_id": order.id,
            "organisation_id": order.organisation_id,
            "kind": ApprovalKind.DEMONSTRATION.value,
            "assertion": {
                "holder_id": assertion.holder_id,
                "signature": base64.b64encode(assertion.signature).decode(),
            },
            "created_at": self.clock(),
        }
        add = insert_or(assertions).values(row).on_conflict_do_nothing()
        with self.database.transaction():
            added = self.database.connection().scalar(add.returning(assertions.c.order_id))
            if added is None:
                raise OrderNotPending(order_id=order.id, state="approved")

    def assertion(self, order_id: str) -> Assertion | None:
        """Return the stored assertion of an order."""
        query = select(assertions.c.assertion).where(assertions.c.order_id == order_id)
        with self.database.transaction():
            found = self.database.connection().scalar(query)
        if found is None:
            return None
        return Assertion(found["holder_id"], base64.b64decode(found["signature"]))

    def consume(self, order: Order) -> bool:
        """Burn the nonce and move pending -> sealing; False when it was burnt or is too late."""
        now = self.clock()
        move = (
            update(sealing_orders)
            .where(sealing_orders.c.id == order.id)
            .where(sealing_orders.c.state == OrderState.PENDING.value)
            .where(or_(sealing_orders.c.expires_at > now, _OF_A_CONSUMED_LIST))
            .values(state=OrderState.SEALING.value, consumed_at=now, updated_at=now)
        )
        burn = insert(consumed_approvals).values(
            nonce=order.nonce, order_id=order.id, consumed_at=now
        )
        with self.database.transaction():
            if self.database.connection().execute(move).rowcount != 1:
                return False
            self.database.connection().execute(burn)
        return True

    def lock(self, order_id: str) -> Order | None:
        """Return an order and keep other runs of it out until the transaction ends."""
        query = select(sealing_orders).where(sealing_orders.c.id == order_id)
        found = self._all(query.with_for_update())
        return found[0] if found else None

    def kept(self, order_id: str) -> tuple[KeptSignature, ...]:
        """Return the signatures that were made for an order, in order."""
        query = select(order_signatures).where(order_signatures.c.order_id == order_id)
        with self.database.transaction():
            rows = self.database.connection().execute(query.order_by(order_signatures.c.position))
            return tuple(kept_signature(row) for row in rows.mappings())

    def keep_signature(self, order: Order, position: int, signed: SignedAttributes) -> None:
        """Keep a signature for good, beside what the audit log says of it."""
        row = {
            "order_id": order.id,
            "position": position,
            "organisation_id": order.organisation_id,
            "seal_id": order.signatures[position].seal_id,
            "signed_attributes": signed.der,
            "signed_attributes_sha256": sha256_hex(signed.der),
            "signature": signed.signature,
            "created_at": self.clock(),
        }
        with self.database.transaction():
            self.database.connection().execute(insert(order_signatures).values(row))

    def keep_container(self, order_id: str, position: int, container: Container) -> Container:
        """Keep what goes into /Contents for good; return what another run kept before, if any."""
        keep = (
            update(order_signatures)
            .where(order_signatures.c.order_id == order_id)
            .where(order_signatures.c.position == position)
            .where(order_signatures.c.container.is_(None))
            .values(container_row(container))
        )
        with self.database.transaction():
            self.database.connection().execute(keep)
            return self.kept(order_id)[position].container or container

    def hinder(self, order_id: str, hindrance: JsonObject) -> bool:
        """Note what an order waits for; False when it was noted before, or has an outcome."""
        order = self.by_id(order_id)
        if order is None or order.hindrance == hindrance:
            return False
        return self._close(order_id, _OPEN, {"hindrance": hindrance})

    def release(self, order_id: str) -> bool:
        """Note that a result is about to be archived; False when the order has an outcome."""
        return self._close(order_id, _OPEN, {"released_at": self.clock()})

    def finish(self, order_id: str, record_id: str) -> bool:
        """Move an order to done, also one that another run failed; False when it was done."""
        done = {"state": OrderState.DONE.value, "record_id": record_id, "failure": null()}
        done |= _NO_HINDRANCE
        return self._close(order_id, (*_OPEN, OrderState.FAILED.value), done)

    def fail(self, order_id: str, failure: JsonObject) -> bool:
        """Move an open order to failed, with the reason; False when it has an outcome."""
        failed = {"state": OrderState.FAILED.value, "failure": failure, **_NO_HINDRANCE}
        return self._close(order_id, _OPEN, failed)

    def _close(self, order_id: str, states: tuple[str, ...], values: Mapping[str, object]) -> bool:
        close = (
            update(sealing_orders)
            .where(sealing_orders.c.id == order_id)
            .where(sealing_orders.c.state.in_(states))
            .values(updated_at=self.clock(), **values)
        )
        with self.database.transaction():
            return self.database.connection().execute(close).rowcount == 1

    def _all(self, query: Select[Any]) -> list[Order]:
        with self.database.transaction():
            rows = self.database.connection().execute(query).mappings().all()
        return [_order(row) for row in rows]


def _row(order: Order) -> dict[str, object]:
    return {
        "id": order.id,
        "organisation_id": order.organisation_id,
        "document_id": order.document_id,
        "seal_id": order.seal_id,
        "seals": [kept_use(use) for use in order.seals],
        "signatures": [kept_order_signature(signature) for signature in order.signatures],
        "level": order.level.value,
        "state": order.state.value,
        "tail_key": order.tail_key,
        "intent": order.intent,
        "intent_sha256": sha256_hex(order.intent),
        "nonce": order.nonce,
        "expires_at": order.expires_at,
        "purpose": order.purpose,
        "created_at": order.created_at,
        "updated_at": order.created_at,
        "batch_id": order.batch_id,
        "position": order.position,
    }


def _order(row: RowMapping) -> Order:
    return Order(
        id=row["id"],
        organisation_id=row["organisation_id"],
        document_id=row["document_id"],
        seals=tuple(map(use_of, row["seals"])),
        signatures=tuple(map(order_signature_of, row["signatures"])),
        level=Level(row["level"]),
        state=OrderState(row["state"]),
        tail_key=row["tail_key"],
        intent=bytes(row["intent"]),
        nonce=row["nonce"],
        expires_at=row["expires_at"],
        purpose=row["purpose"],
        created_at=row["created_at"],
        record_id=row["record_id"],
        failure=row["failure"],
        batch_id=row["batch_id"],
        position=row["position"],
        hindrance=row["hindrance"],
    )
