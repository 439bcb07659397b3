"""What batches need from outside."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from sealservice.kernel.json import JsonObject
from sealservice.sealing.batch_model import Batch, BatchCounts, BatchItem
from sealservice.seals.approval import Assertion
from sealservice.seals.intent import Intent


class BatchStore(Protocol):
    """The rows of batches."""

    def digests(self, organisation_id: str, document_ids: Sequence[str]) -> Mapping[str, str]:
        """Return the SHA-256 digests of an organisation's documents, by their ids."""
        ...

    def add(self, batch: Batch, document_ids: Sequence[str]) -> None:
        """Insert a batch that is being prepared, with its documents in order."""
        ...

    def by_id(self, batch_id: str, organisation_id: str | None = None) -> Batch | None:
        """Return a batch; with an organisation given, only if it belongs to that one."""
        ...

    def page(self, organisation_id: str, before: str | None, limit: int) -> list[Batch]:
        """Return up to ``limit`` batches, newest first, older than the id ``before``."""
        ...

    def counts(self, batch_id: str) -> BatchCounts:
        """Return how far its documents came."""
        ...

    def items(
        self, batch_id: str, after: int, limit: int, *, only_failed: bool = False
    ) -> list[BatchItem]:
        """Return up to ``limit`` documents behind a position, in order."""
        ...

    def unprepared(self, batch_id: str, limit: int) -> list[tuple[int, str]]:
        """Return position and id of the first documents that were not looked at."""
        ...

    def refuse(self, batch_id: str, position: int, refusal: JsonObject) -> None:
        """Keep why a document is not part of the list."""
        ...

    def intents(self, batch_id: str, after: int, limit: int) -> list[tuple[int, bytes]]:
        """Return positions and intents of the list behind a position, in order."""
        ...

    def close(self, batch_id: str, intent: Intent, leaves: bytes) -> bool:
        """Close the list: preparing -> pending; False when another run did."""
        ...

    def leaves(self, batch_id: str) -> bytes:
        """Return the leaves of a closed list, 32 bytes each."""
        ...

    def add_assertion(self, batch: Batch, assertion: Assertion) -> None:
        """Store the holder's assertion; a batch takes one.

        Raises:
            BatchNotPending: it has one already.
        """
        ...

    def assertion(self, batch_id: str) -> Assertion | None:
        """Return the stored assertion of a batch."""
        ...

    def consume(self, batch: Batch) -> bool:
        """Burn the nonce and move pending -> sealing; False when it was burnt or is too late."""
        ...

    def open_orders(self, batch_id: str, after: int, limit: int) -> list[tuple[int, str]]:
        """Return position and order id of those without an outcome, or that may have another."""
        ...

    def order_of(self, batch_id: str, sha256: str) -> str | None:
        """Return the order of the list whose document has a digest."""
        ...

    def finish(self, batch_id: str) -> bool:
        """Move sealing -> done; False when another run did."""
        ...

    def fail(self, batch_id: str, failure: JsonObject) -> bool:
        """Move a batch of which nothing was sealed to failed; False when it has an outcome."""
        ...

    def unprepared_batches(self) -> list[str]:
        """Return the ids of batches that are being prepared."""
        ...

    def unsealed_batches(self, asserted_before: datetime) -> list[str]:
        """Return the ids of batches asserted before a moment that have no outcome."""
        ...


class SignerNow(Protocol):
    """The signer process, asked directly."""

    def seal(self, batch_id: str, order_id: str, /) -> None:
        """Have an order of an approved list sealed; what became of it is in its row.

        Raises:
            SignerAway: there is no answer in time.
        """
        ...


class BatchQueue(Protocol):
    """Worker and signer, asked through their queues in the caller's transaction."""

    def prepare(self, batch_id: str, /) -> None:
        """Have a batch prepared."""
        ...

    def seal(self, batch_id: str, after: int = 0, /) -> None:
        """Have a batch sealed, from behind a position on."""
        ...
