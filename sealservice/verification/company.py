"""Several files in one child process, where that takes nothing from any of them.

A child process costs more than the examination of a small file. So files may share one, one after
the other (docs/adr/0010), under these rules:

1. Only Python, zlib and OpenSSL touch their bytes. A renderer and an XML parser, whose memory
   errors could outlast a file, work in a fork that ends with what it was made for (``apart``).
2. A file that makes anything fail here is left to a child of its own, too, and nothing but that
   child decides about it.
3. When time or memory runs low, all that are left have children of their own.

What files leave behind for one another is what is kept by a digest of the whole question
(``proven_paths``), and pure functions' answers.
"""

import resource
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, TypeVar, cast

from sealservice.verification.apart import NoAnswerError, forked

Question = TypeVar("Question")
Answer = TypeVar("Answer")

_SECONDS: Final = 5
_GROWTH: Final = 256 << 10
"""KiB, as Linux counts the most memory that a process had."""
_in_company: ContextVar[bool] = ContextVar("in_company", default=False)


class OnlyAloneError(BaseException):
    """A file has to be examined in a child of its own; handlers of mere failures let it through."""


def apart(work: Callable[[], Answer]) -> Answer:
    """Do what may corrupt the process: here when no other file comes after, else in a fork.

    Raises:
        OnlyAloneError: the fork gave no answer.
    """
    if not _in_company.get():
        return work()
    try:
        # The answer counts for this one file, as whatever a child says about its file does.
        return cast("Answer", forked(work))
    except (NoAnswerError, OSError):
        raise OnlyAloneError from None


def each(
    examine: Callable[[Question], Answer], questions: Iterable[Question]
) -> Iterator[Answer | None]:
    """Yield the answer to each question; None: a child of its own has to give it."""
    begun, memory = time.monotonic(), _most_memory()
    is_over = False
    for question in questions:
        answer = None if is_over else _asked(examine, question)
        is_over = is_over or time.monotonic() > begun + _SECONDS
        is_over = is_over or _most_memory() > memory + _GROWTH
        yield answer


def _asked(examine: Callable[[Question], Answer], question: Question) -> Answer | None:
    try:
        with _company():
            return examine(question)
    except (OnlyAloneError, Exception):  # noqa: BLE001 - rule 2
        return None


@contextmanager
def _company() -> Iterator[None]:
    token = _in_company.set(True)
    try:
        yield
    finally:
        _in_company.reset(token)


def _most_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
