"""Values of batches: a list of documents, closed once it is known which of them can be sealed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sealservice.kernel.json import JsonObject
from sealservice.sealing.model import OrderRequest, OrderState


class BatchState(StrEnum):
    """Where a batch is."""

    PREPARING = "preparing"
    """Its documents are looked at, one by one; those that cannot be sealed are refused."""
    PENDING = "pending"
    """The list is closed and waits for its approval."""
    SEALING = "sealing"
    """Its approval is consumed."""
    DONE = "done"
    """Every document of the list has its outcome."""
    FAILED = "failed"
    """Nothing could be prepared, or the approval did not hold; nothing was sealed."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Documents that are sealed alike under one approval."""

    id: str
    organisation_id: str
    request: OrderRequest
    """What is done to each; it names no document."""
    total: int
    """Documents asked for."""
    state: BatchState
    actor_kind: str
    actor_id: str
    created_at: datetime
    expires_at: datetime
    """Until when the list can be approved; sealing may take longer."""
    intent: bytes | None = None
    """Of the closed list: what its holder approves."""
    nonce: str | None = None
    consumed_at: datetime | None = None
    finished_at: datetime | None = None
    failure: JsonObject | None = None
    """``code``, ``zh``, ``en`` of what ended it."""


@dataclass(frozen=True, slots=True)
class BatchCounts:
    """How many documents of a batch came how far."""

    refused: int
    """Not part of the closed list."""
    prepared: int
    """Part of it: the sum of those below and those that wait."""
    done: int
    failed: int

    @property
    def open(self) -> int:
        """Return how many of the list have no outcome."""
        return self.prepared - self.done - self.failed


@dataclass(frozen=True, slots=True)
class BatchItem:
    """One document of a batch, and what became of it."""

    position: int
    document_id: str
    filename: str
    sha256: str
    order_id: str | None
    """None: not looked at yet, or refused."""
    state: OrderState | None
    record_id: str | None
    failure: JsonObject | None
    """Why it was refused before the approval, or failed afterwards."""

    @property
    def is_refused(self) -> bool:
        """Return whether it is not part of the closed list."""
        return self.order_id is None and self.failure is not None


@dataclass(frozen=True, slots=True)
class ListPlace:
    """Where an order stands in a list that is being prepared."""

    batch_id: str
    position: int
    expires_at: datetime
