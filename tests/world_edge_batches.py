"""Batches behind both edges; part of ``EdgeWorld``."""

from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

from sealservice.archive.service import ArchiveService
from sealservice.config import Environment
from sealservice.kernel.clock import utc_now
from sealservice.limits import Limits
from sealservice.sealing.batch_model import Batch
from sealservice.sealing.batch_preparation import BatchPreparation
from sealservice.sealing.batches import BatchService
from sealservice.sealing.orders import OrderService
from sealservice.sealing.raw_seals import RawSealService
from tests.world_archive import MemoryLockedStore, MemoryRecordStore, no_transaction
from tests.world_batches import MemoryBatchQueue, MemoryBatchStore, MemorySignerNow
from tests.world_identity import IdentityWorld
from tests.world_licenses import MemoryHolderStore
from tests.world_sealing import MemoryDocumentStore, MemoryOrderStore, MemorySealStore


class EdgeBatches:
    """What ``EdgeWorld`` has of batches."""

    if TYPE_CHECKING:
        documents: MemoryDocumentStore
        orders: MemoryOrderStore
        seals: MemorySealStore
        holders: MemoryHolderStore
        locked: MemoryLockedStore
        records: MemoryRecordStore
        identity: IdentityWorld
        limits: Limits

        def order_service(self) -> OrderService:
            """Return the use cases of orders."""

    @cached_property
    def batch_rows(self) -> MemoryBatchStore:
        """Return the rows of batches."""
        return MemoryBatchStore(self.documents, self.orders)

    @cached_property
    def signer_now(self) -> MemorySignerNow:
        """Return the signer as it is asked directly; it does nothing by itself."""
        return MemorySignerNow()

    @cached_property
    def batches(self) -> BatchService:
        """Return the use cases of batches; what was asked for waits for ``prepare``."""
        return BatchService(
            batches=self.batch_rows,
            orders=self.order_service(),
            seals=self.seals,
            holders=self.holders,
            queue=MemoryBatchQueue(),
            audit=self.identity.audit,
            transaction=no_transaction,
            clock=utc_now,
            limits=self.limits,
            environment=Environment.DEMONSTRATION,
        )

    @cached_property
    def raw_seals(self) -> RawSealService:
        """Return what seals at once."""
        archive = ArchiveService(
            self.locked, self.records, self.identity.audit, no_transaction, utc_now,
            timedelta(days=1),
        )  # fmt: skip
        return RawSealService(self.batches, self.order_service(), archive, self.signer_now)

    def prepare(self, batch_id: str) -> Batch:
        """Do the worker's part of a batch."""
        preparation = BatchPreparation(
            self.batch_rows, self.order_service(), self.identity.audit, no_transaction
        )
        return preparation.run(batch_id)
