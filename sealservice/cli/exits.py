"""Error kinds as exit codes (sysexits.h); 0 to 4 are verdicts, see ``verification.model.ExitCode``.

1. The first kind in ``_KINDS`` that an error belongs to decides.
2. An error that is of no kind, or not ours at all, is internal.
"""

from collections.abc import Iterator
from enum import IntEnum
from typing import Final

from sealservice.cli.errors import Misuse
from sealservice.kernel.errors import (
    CannotWrite,
    NotAllowed,
    NotAuthenticated,
    Refused,
    SealserviceError,
    TryAgain,
    Unavailable,
)
from sealservice.kernel.json import JsonObject
from sealservice.kernel.text import Text


class Status(IntEnum):
    """How a command ends when it does not succeed."""

    USAGE = 64
    REFUSED = 65
    UNAVAILABLE = 69
    INTERNAL = 70
    CANNOT_WRITE = 73
    TRY_AGAIN = 75
    NOT_ALLOWED = 77
    INTERRUPTED = 130
    """Ctrl-C: 128 + SIGINT, as shells write it."""
    PIPE_CLOSED = 141
    """Whoever read our output has gone: 128 + SIGPIPE."""


_KINDS: Final[tuple[tuple[type[SealserviceError], Status], ...]] = (
    (Misuse, Status.USAGE),
    (Refused, Status.REFUSED),
    (NotAuthenticated, Status.NOT_ALLOWED),
    (NotAllowed, Status.NOT_ALLOWED),
    (Unavailable, Status.UNAVAILABLE),
    (TryAgain, Status.TRY_AGAIN),
    (CannotWrite, Status.CANNOT_WRITE),
)


def status_of(error: type[SealserviceError]) -> Status:
    """Return the exit code of an error class."""
    return next((status for kind, status in _KINDS if issubclass(error, kind)), Status.INTERNAL)


def restored(failure: JsonObject) -> SealserviceError:
    """Return the error that ended an order as it was when the signer stored it.

    Its ``code`` tells the class, and so the exit code; the texts are the stored ones.
    """
    code = failure["code"]
    kinds = (kind for kind in _descendants(SealserviceError) if kind.code == code)
    error = SealserviceError.__new__(next(kinds, SealserviceError))
    error.fields = {}
    error.message = Text(str(failure["zh"]), str(failure["en"]))
    return error


def _descendants(kind: type[SealserviceError]) -> Iterator[type[SealserviceError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _descendants(child)
