"""How the web process asks the signer for something: a job in its own transaction."""

from dataclasses import dataclass

from sealservice.infra.sql.jobs import Jobs
from sealservice.workers.licenses import IMPORT
from sealservice.workers.queue import SIGNER_QUEUE, WORKER_QUEUE
from sealservice.workers.sealing import SEAL
from sealservice.workers.seals import ANSWER, MAKE, REVOKE


@dataclass(frozen=True, slots=True)
class SealingQueue:
    """Implements ``sealing.ports.Signer``."""

    jobs: Jobs

    def ask(self, order_id: str, /) -> None:
        """Enqueue the sealing of an order."""
        self.jobs.enqueue(SEAL, SIGNER_QUEUE, order_id=order_id)


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
class LicenseImportQueue:
    """Implements ``licenses.ports.ImportQueue``."""

    jobs: Jobs

    def ask(self, import_id: str, /) -> None:
        """Enqueue an import, for the worker."""
        self.jobs.enqueue(IMPORT, WORKER_QUEUE, import_id=import_id)
