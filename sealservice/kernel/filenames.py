"""Names of files that strangers give us: shown and sent on, never used as a path.

1. Only what follows the last slash or backslash counts.
2. Letters that do not print (also bidirectional overrides, which disguise endings) are dropped.
3. A name is at most 120 code points long, and keeps its ending.
"""

from string import ascii_letters, digits
from typing import Final
from urllib.parse import quote

from sealservice.kernel.fields import unprintable_problem

_GREATEST: Final = 120
_ENDING: Final = 10
_NAMELESS: Final = "document.pdf"
_PLAIN: Final = frozenset(f"{ascii_letters}{digits}-._")


def safe_filename(name: str) -> str:
    """Return a name that can be shown anywhere; ``document.pdf`` when nothing is left of it."""
    last = name.replace("\\", "/").rpartition("/")[2]
    printable = "".join(letter for letter in last if not unprintable_problem(letter)).strip()
    if len(printable) > _GREATEST:
        printable = f"{printable[: _GREATEST - _ENDING]}…{printable[1 - _ENDING :]}"
    return printable.strip(".") or _NAMELESS


def attachment(name: str) -> str:
    """Return the Content-Disposition that has a browser save a file (RFC 6266, RFC 8187)."""
    plain = "".join(letter if letter in _PLAIN else "_" for letter in name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
