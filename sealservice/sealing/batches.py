"""Before the key: take a list of documents in, show how it fares, pass on the holder's approval.

1. The list names at least one document and not too many, all of the caller's organisation, or it is
   refused as a whole. Of documents with the same bytes the first one counts; the others are refused
   one by one.
2. Seals and license are live: checked at once, and again for each document.
3. The worker prepares it (sealing/batch_preparation.py): a document that cannot be sealed is
   refused with its reason and is not part of the list; the others are.
4. The holder approves the closed list as a whole, once (sealing/batch_intents.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from sealservice.audit.ports import AuditLog
from sealservice.config import Environment
from sealservice.kernel.actor import Actor, Permission
from sealservice.kernel.clock import Clock
from sealservice.kernel.facts import Fact
from sealservice.kernel.ids import new_id
from sealservice.kernel.json import JsonObject
from sealservice.kernel.transaction import Transaction
from sealservice.licenses.errors import HolderRevoked
from sealservice.licenses.ports import HolderStore
from sealservice.limits import Limits
from sealservice.sealing.batch_errors import (
    BatchByMandate,
    BatchDocumentRepeated,
    BatchEmpty,
    BatchNotFound,
    BatchNotPending,
    BatchTooLong,
)
from sealservice.sealing.batch_model import Batch, BatchCounts, BatchItem, BatchState
from sealservice.sealing.batch_ports import BatchQueue, BatchStore
from sealservice.sealing.errors import DocumentNotFound
from sealservice.sealing.model import OrderRequest
from sealservice.sealing.orders import OrderService
from sealservice.seals.approval import Assertion, approve
from sealservice.seals.errors import ApprovalInvalid
from sealservice.seals.intent import Intent
from sealservice.seals.ports import SealStore


@dataclass(frozen=True, slots=True)
class BatchService:
    """Use cases of whoever wants many documents sealed alike; holds no key."""

    batches: BatchStore
    orders: OrderService
    seals: SealStore
    holders: HolderStore
    queue: BatchQueue
    audit: AuditLog
    transaction: Transaction
    clock: Clock
    limits: Limits
    environment: Environment

    def place(self, actor: Actor, request: OrderRequest, document_ids: Sequence[str]) -> Batch:
        """Take a list in; the worker prepares it, and then it waits for its holder's approval.

        The request's own document does not count.

        Raises:
            BatchEmpty, BatchTooLong, DocumentNotFound, SealNotFound, SealNotUsable,
            SealsOfSeveralLicenses.
        """
        actor.require(Permission.ORDERS_WRITE)
        if actor.mandate is not None:
            raise BatchByMandate
        self._require_fitting(document_ids)
        self.orders.usable_seals(actor, request)
        digests = self.batches.digests(actor.organisation_id, document_ids)
        for document_id in document_ids:
            if document_id not in digests:
                raise DocumentNotFound(document_id=document_id)
        batch = self._batch(actor, request, len(document_ids))
        with self.transaction():
            self.batches.add(batch, document_ids)
            for position, refusal in _repeated([digests[one] for one in document_ids]):
                self.batches.refuse(batch.id, position, refusal)
            self.audit.append(actor, Fact.BATCH_PLACED, batch.id, {"documents": batch.total})
            self.queue.prepare(batch.id)
        return batch

    def show(self, actor: Actor, batch_id: str) -> tuple[Batch, BatchCounts]:
        """Return a batch and how far it came.

        Raises:
            BatchNotFound: there is none of that id in the actor's organisation.
        """
        actor.require(Permission.ORDERS_READ)
        batch = self.batches.by_id(batch_id, actor.organisation_id)
        if batch is None:
            raise BatchNotFound(batch_id=batch_id)
        return batch, self.batches.counts(batch_id)

    def page(self, actor: Actor, before: str | None, limit: int) -> list[Batch]:
        """Return batches newest first, older than the id ``before``."""
        actor.require(Permission.ORDERS_READ)
        return self.batches.page(actor.organisation_id, before, limit)

    def items(
        self, actor: Actor, batch_id: str, after: int, limit: int, *, only_failed: bool = False
    ) -> list[BatchItem]:
        """Return up to ``limit`` documents of a batch behind a position, in order.

        Raises:
            BatchNotFound.
        """
        self.show(actor, batch_id)
        return self.batches.items(batch_id, after, limit, only_failed=only_failed)

    def is_approved(self, batch: Batch) -> bool:
        """Return whether a batch has its holder's assertion."""
        return self.batches.assertion(batch.id) is not None

    def approve(self, actor: Actor, batch_id: str, assertion: Assertion) -> Batch:
        """Pass the holder's assertion on to the signer, which checks it again beside the key.

        Raises:
            BatchNotFound, BatchNotPending, ApprovalExpired, ApprovalInvalid, HolderRevoked,
            DemonstrationRefused.
        """
        actor.require(Permission.ORDERS_WRITE)
        batch, _ = self.show(actor, batch_id)
        is_asserted = self.batches.assertion(batch_id) is not None
        if batch.state is not BatchState.PENDING or batch.intent is None or is_asserted:
            raise BatchNotPending(batch_id=batch_id, state=batch.state.value)
        self._check(actor, batch, Intent.read(batch.intent), assertion)
        with self.transaction():
            self.batches.add_assertion(batch, assertion)
            detail: JsonObject = {"holder_id": assertion.holder_id}
            self.audit.append(actor, Fact.BATCH_APPROVED, batch.id, detail)
            self.queue.seal(batch.id)
        return batch

    def _check(self, actor: Actor, batch: Batch, intent: Intent, assertion: Assertion) -> None:
        holder = self.holders.get(batch.organisation_id, assertion.holder_id)
        wanted = [use.seal_id for use in batch.request.seals]
        seals = [self.seals.by_id(one, batch.organisation_id) for one in wanted]
        if holder is None or any(s is None or s.license_id != holder.license_id for s in seals):
            raise ApprovalInvalid
        if not holder.is_live:
            raise HolderRevoked(holder_id=holder.id)
        approve(intent, assertion, holder.spki, self.environment, self.clock())
        for seal_id in wanted:
            self.orders.rights.require(actor, holder, seal_id, intent)

    def _require_fitting(self, document_ids: Sequence[str]) -> None:
        if not document_ids:
            raise BatchEmpty
        if len(document_ids) > self.limits.batch_documents:
            raise BatchTooLong(count=len(document_ids), limit=self.limits.batch_documents)

    def _batch(self, actor: Actor, request: OrderRequest, total: int) -> Batch:
        now = self.clock()
        return Batch(
            id=new_id("bat"),
            organisation_id=actor.organisation_id,
            request=replace(request, document_id=""),
            total=total,
            state=BatchState.PREPARING,
            actor_kind=actor.kind.value,
            actor_id=actor.id,
            created_at=now,
            expires_at=(now + timedelta(hours=self.limits.batch_hours)).replace(microsecond=0),
        )


def _repeated(digests: list[str]) -> list[tuple[int, JsonObject]]:
    """Return positions of documents whose bytes came before, each with why it is refused."""
    first: dict[str, int] = {}
    refused = []
    for position, sha256 in enumerate(digests, 1):
        if first.setdefault(sha256, position) != position:
            refusal = BatchDocumentRepeated(first=first[sha256])
            refused.append((position, refusal.as_json()))
    return refused
