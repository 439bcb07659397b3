"""Which form fields a seal locks: ``all``, ``include=NAME,NAME`` or ``exclude=NAME,NAME``."""

from typing import Final

from sealservice.cli.errors import Misuse
from sealservice.cli.placements import COMMAND
from sealservice.kernel.text import Text
from sealservice.sealing.terms import FieldLock, LockScope

_HOW: Final = Text(
    "--lock 的写法：all、include=域名,域名 或 exclude=域名,域名。",
    "write --lock as all, include=NAME,NAME or exclude=NAME,NAME.",
)


def parsed_lock(written: str | None) -> FieldLock | None:
    """Return the lock that was written; None for none.

    Raises:
        Misuse: it is written in another way.
    """
    if written is None:
        return None
    scope, _, listed = written.partition("=")
    fields = tuple(name.strip() for name in listed.split(",") if name.strip())
    try:
        lock = FieldLock(LockScope(scope.strip()), fields)
    except ValueError:
        raise Misuse(_HOW, COMMAND) from None
    if not lock.is_whole:
        raise Misuse(_HOW, COMMAND)
    return lock
