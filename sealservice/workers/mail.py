"""Jobs of the worker about letters: the job is all there is of one, and is kept until it is sent.

1. It is enqueued in the transaction of the fact that it tells of.
2. Whatever hinders it, it is tried again after the pauses of webhooks, 24 hours in all; then it is
   given up, which is logged.
3. That of a worker that died is run again (``queue.bury_dead``): a letter may come twice.
"""

import logging
from datetime import datetime
from typing import Final

from procrastinate import App, BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

from sealservice.kernel.json import JsonObject
from sealservice.notifications.letters import Letter, LetterKind, LetterService
from sealservice.notifications.model import PAUSES
from sealservice.workers.queue import LETTER, MAIL_QUEUE

_LOG: Final = logging.getLogger(__name__)


class Patient(BaseRetryStrategy):
    """Tries again for a day."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Return when a letter is tried again; None: it is given up."""
        letter_id = job.task_kwargs.get("letter_id")
        if job.attempts >= len(PAUSES):
            _LOG.error("mail: letter %s is given up, nobody was told: %s", letter_id, exception)
            return None
        pause = PAUSES[job.attempts]
        _LOG.warning("mail: letter %s is tried again in %s: %s", letter_id, pause, exception)
        return RetryDecision(retry_in={"seconds": int(pause.total_seconds())})


def add_tasks(queue: App, letters: LetterService) -> None:
    """Register the task on a queue."""

    @queue.task(name=LETTER, queue=MAIL_QUEUE, retry=Patient())
    def send(
        *,
        letter_id: str,
        kind: str,
        organisation_id: str,
        subject: str,
        detail: JsonObject,
        at: str,
    ) -> None:
        told = LetterKind(kind)
        moment = datetime.fromisoformat(at)
        letters.send(Letter(letter_id, told, organisation_id, subject, detail, moment))
