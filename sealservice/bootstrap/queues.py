"""How the web process asks the signer for something: a job in its own transaction."""

from dataclasses import dataclass

from sealservice.infra.sql.jobs import Jobs
from sealservice.notifications.letters import Letter
from sealservice.workers.batches import PREPARE
from sealservice.workers.batches import SEAL as SEAL_BATCH
from sealservice.workers.licenses import IMPORT
from sealservice.workers.queue import (
    LETTER,
    MAIL_QUEUE,
    SIGNER_QUEUE,
    WEBHOOK_QUEUE,
    WORKER_QUEUE,
)
from sealservice.workers.sealing import SEAL
from sealservice.workers.seals import ANSWER, MAKE, REVOKE
from sealservice.workers.webhooks import DELIVER


@dataclass(frozen=True, slots=True)
class SealingQueue:
    """Implements ``sealing.ports.Signer``."""

    jobs: Jobs

    def ask(self, order_id: str, /) -> None:
        """Enqueue the sealing of an order."""
        self.jobs.enqueue(SEAL, SIGNER_QUEUE, order_id=order_id)


@dataclass(frozen=True, slots=True)
class BatchJobs:
    """Implements ``sealing.batch_ports.BatchQueue``."""

    jobs: Jobs

    def prepare(self, batch_id: str, /) -> None:
        """Enqueue the preparation of a batch, for the worker."""
        self.jobs.enqueue(PREPARE, WORKER_QUEUE, batch_id=batch_id)

    def seal(self, batch_id: str, after: int = 0, /) -> None:
        """Enqueue the sealing of a batch, for the signer."""
        self.jobs.enqueue(SEAL_BATCH, SIGNER_QUEUE, batch_id=batch_id, after=after)


@dataclass(frozen=True, slots=True)
class SealMakingQueue:
    """Implements ``seals.ports.SealMaker``."""

    jobs: Jobs

    def ask(self, seal_id: str, /) -> None:
        """Enqueue the making of a seal."""
        self.jobs.enqueue(MAKE, SIGNER_QUEUE, seal_id=seal_id)

    def answer(self, request_id: str, /) -> None:
        """Enqueue the answer to a request."""
        self.jobs.enqueue(ANSWER, SIGNER_QUEUE, request_id=request_id)

    def revoke(self, seal_id: str, /) -> None:
        """Enqueue the revocation of a cancelled seal's certificate."""
        self.jobs.enqueue(REVOKE, SIGNER_QUEUE, seal_id=seal_id)


@dataclass(frozen=True, slots=True)
class WebhookQueue:
    """Implements ``notifications.ports.DeliveryQueue``."""

    jobs: Jobs

    def ask(self, delivery_id: str, /) -> None:
        """Enqueue a delivery, for the worker."""
        self.jobs.enqueue(DELIVER, WEBHOOK_QUEUE, delivery_id=delivery_id)


@dataclass(frozen=True, slots=True)
class MailQueue:
    """Implements ``notifications.letters.LetterQueue``."""

    jobs: Jobs

    def post(self, letter: Letter, /) -> None:
        """Enqueue a letter, for the worker."""
        self.jobs.enqueue(
            LETTER,
            MAIL_QUEUE,
            letter_id=letter.id,
            kind=letter.kind.value,
            organisation_id=letter.organisation_id,
            subject=letter.subject,
            detail=dict(letter.detail),
            at=letter.at.isoformat(),
        )


@dataclass(frozen=True, slots=True)
class LicenseImportQueue:
    """Implements ``licenses.ports.ImportQueue``."""

    jobs: Jobs

    def ask(self, import_id: str, /) -> None:
        """Enqueue an import, for the worker."""
        self.jobs.enqueue(IMPORT, WORKER_QUEUE, import_id=import_id)
