"""Verify results together that are ready at the same time: a child process costs more than a file.

Whoever comes while a verification is under way waits in line; the one who comes next takes all who
wait with it, up to so many. Nobody waits for company: a single order is verified at once.
"""

from collections.abc import Sequence
from concurrent.futures import Future
from threading import Lock
from typing import Final, Protocol

from sealservice.verification.model import Report

_TOGETHER: Final = 16
_BYTES: Final = 8 << 20
"""All that go together; larger ones have a child of their own."""

_Ticket = tuple[str, bytes, Future[Report]]


class SeveralCheck(Protocol):
    """Verifies files, one or several."""

    def verify(self, filename: str, data: bytes) -> Report:
        """Return the verification report of a PDF."""
        ...

    def verify_several(self, files: Sequence[tuple[str, bytes]]) -> list[Report]:
        """Return the reports on small files, in order."""
        ...


class GatheredCheck:
    """A ``sealing.ports.SelfCheck`` for threads that work side by side."""

    def __init__(self, check: SeveralCheck) -> None:
        self._check = check
        self._waiting: list[_Ticket] = []
        self._line, self._turn = Lock(), Lock()

    def verify(self, filename: str, data: bytes) -> Report:
        """Return the verification report of a PDF."""
        ticket: _Ticket = (filename, data, Future())
        with self._line:
            self._waiting.append(ticket)
        with self._turn:
            if not ticket[2].done():
                self._serve(self._taken(ticket))
        return ticket[2].result()

    def _taken(self, mine: _Ticket) -> list[_Ticket]:
        """Take one's own ticket out of the line, and others that go with it."""
        with self._line:
            self._waiting.remove(mine)
            taken, size = [mine], len(mine[1])
            for ticket in tuple(self._waiting):
                size += len(ticket[1])
                if size > _BYTES or len(taken) == _TOGETHER:
                    break
                taken.append(ticket)
                self._waiting.remove(ticket)
        return taken

    def _serve(self, tickets: list[_Ticket]) -> None:
        files = [(filename, data) for filename, data, _ in tickets]
        try:
            several = len(files) > 1
            reports = (
                self._check.verify_several(files) if several else [self._check.verify(*files[0])]
            )
        except BaseException as error:
            for _, _, answer in tickets:
                answer.set_exception(error)
            raise
        for (_, _, answer), report in zip(tickets, reports, strict=True):
            answer.set_result(report)
