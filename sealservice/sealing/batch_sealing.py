"""Beside the key: seal a closed list that its holder approved.

1. The list's assertion is verified here; its tree must be the one that the intent names.
2. One transaction burns the list's nonce and commits its intent to the audit log. From here on the
   approval does not expire: a list that takes long is not cut off in the middle.
3. Its orders are sealed like any other (sealing/service.py), each with its own nonce, which is
   burnt once, and its own record; what proves it approved is its place in the tree.
4. Some are sealed in one job; then the rest goes to the end of the queue, so that others have their
   turn. What failed or died is found by its row, not by memory: a run after a crash goes through
   what has no outcome, and no key is used twice for an order.
5. When no order is open the batch is done, whatever became of each.
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from sealservice.audit.ports import AuditLog
from sealservice.kernel.actor import process
from sealservice.kernel.errors import SealserviceError, TryAgain, Unavailable
from sealservice.kernel.facts import Fact
from sealservice.kernel.json import JsonObject
from sealservice.kernel.transaction import Transaction
from sealservice.sealing.batch_errors import BatchNotFound, BatchUnfinished
from sealservice.sealing.batch_listing import Listing, Listings
from sealservice.sealing.batch_model import Batch, BatchState
from sealservice.sealing.batch_ports import BatchQueue, BatchStore
from sealservice.seals.errors import ApprovalExpired, ApprovalInvalid, DemonstrationRefused

_LOG: Final = logging.getLogger(__name__)
SLICE: Final = 200
"""Orders that one job seals."""


@dataclass(frozen=True, slots=True)
class BatchSealing:
    """The signer's part of a batch."""

    batches: BatchStore
    listings: Listings
    seal: Callable[[str], None]
    """Brings one order to its end."""
    queue: BatchQueue
    audit: AuditLog
    transaction: Transaction
    at_once: int
    """Orders that are worked on side by side."""

    def run(self, batch_id: str, after: int = 0) -> None:
        """Seal some orders of a batch, from behind a position on, and ask for the next job.

        Raises:
            BatchNotFound.
            Unavailable, TryAgain: a passing hindrance; call again later.
        """
        batch = self.batches.by_id(batch_id)
        if batch is None:
            raise BatchNotFound(batch_id=batch_id)
        if batch.state not in (BatchState.PENDING, BatchState.SEALING):
            return
        try:
            self._consume(batch, self.listings.read(batch))
        except (ApprovalInvalid, ApprovalExpired, DemonstrationRefused) as failure:
            self._fail(batch, failure)
        else:
            self._seal(batch, after)

    def now(self, batch_id: str, order_id: str) -> None:
        """Seal one order of an approved list before its turn.

        Raises:
            BatchNotFound, ApprovalInvalid, ApprovalExpired.
            Unavailable, TryAgain: a passing hindrance; call again later.
        """
        batch = self.batches.by_id(batch_id)
        if batch is None:
            raise BatchNotFound(batch_id=batch_id)
        if batch.state is BatchState.PENDING:
            self._consume(batch, self.listings.read(batch))
        self.seal(order_id)

    def _seal(self, batch: Batch, after: int) -> None:
        orders = self.batches.open_orders(batch.id, after, SLICE)
        if orders:
            self._each([order_id for _, order_id in orders])
            with self.transaction():
                self.queue.seal(batch.id, orders[-1][0])
            return
        if left := self.batches.counts(batch.id).open:
            raise BatchUnfinished(batch_id=batch.id, count=left)
        self._finish(batch)

    def _each(self, order_ids: Sequence[str]) -> None:
        """Seal orders side by side; what hindered some is raised when all had their turn."""
        with ThreadPoolExecutor(self.at_once) as pool:
            hindered = [found for found in pool.map(self._hindrance, order_ids) if found]
        if hindered and len(hindered) == len(order_ids):
            raise hindered[0]

    def _hindrance(self, order_id: str) -> SealserviceError | None:
        try:
            self.seal(order_id)
        except (Unavailable, TryAgain) as hindrance:
            _LOG.info("order %s is hindered: %s", order_id, hindrance.code)
            return hindrance
        return None

    def _consume(self, batch: Batch, listing: Listing) -> None:
        """Burn the list's nonce and commit its intent to the log (step 2)."""
        if batch.state is not BatchState.PENDING:
            return
        with self.transaction():
            if not self.batches.consume(batch):
                raise self._unconsumed(batch)
            detail: JsonObject = {
                "intent_sha256": listing.approved.intent.sha256,
                "holder_id": listing.approved.holder_id,
                "root": listing.tree.root.hex(),
                "count": listing.tree.count,
            }
            self._tell(batch, Fact.BATCH_COMMITTED, detail)

    def _unconsumed(self, batch: Batch) -> SealserviceError:
        now = self.batches.by_id(batch.id)
        if now is not None and now.state is BatchState.PENDING:
            return ApprovalExpired()
        return BatchUnfinished(batch_id=batch.id, count=batch.total)

    def _finish(self, batch: Batch) -> None:
        counts = self.batches.counts(batch.id)
        with self.transaction():
            if self.batches.finish(batch.id):
                detail: JsonObject = {"done": counts.done, "failed": counts.failed}
                self._tell(batch, Fact.BATCH_COMPLETED, detail)

    def _fail(self, batch: Batch, failure: SealserviceError) -> None:
        with self.transaction():
            if self.batches.fail(batch.id, failure.as_json()):
                self._tell(batch, Fact.BATCH_FAILED, {"code": failure.code})

    def _tell(self, batch: Batch, fact: Fact, detail: JsonObject) -> None:
        self.audit.append(process("signer", batch.organisation_id), fact, batch.id, detail)
