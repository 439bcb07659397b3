"""The keys of a signature dictionary as they stand in the file (ISO 32000-2 7.3.7).

A key that occurs twice has no defined value: programs differ in which of the two they read, so
that one checks a signature that another does not see. The library keeps one of them and says
nothing.
"""

import re
from collections.abc import Iterator
from typing import Final

_TOKEN: Final = re.compile(
    rb"%[^\r\n]*"  # comment
    rb"|<<|>>|\[|\]"
    rb"|<[^<>]*>"  # hexadecimal string
    rb"|/[^\s()<>\[\]{}/%]*"  # name
    rb"|\((?:[^\\()]|\\.|\((?:[^\\()]|\\.)*\))*\)"  # string, one level of parentheses in it
    rb"|[^\s()<>\[\]{}/%]+",
    re.DOTALL,
)
_OPENING: Final = frozenset({b"<<", b"["})
_CLOSING: Final = frozenset({b">>", b"]"})
_ESCAPE: Final = re.compile(rb"#([0-9A-Fa-f]{2})")


def repeated_keys(written: bytes) -> set[str]:
    """Return the keys that occur more than once in the first dictionary of some bytes."""
    found = [_ESCAPE.sub(_unescaped, key) for key in _keys(written)]
    return {key.decode("latin-1") for key in found if found.count(key) > 1}


def _keys(written: bytes) -> Iterator[bytes]:
    """Yield the names that stand where a key does: first, or behind a value."""
    depth, is_key = 0, True
    for match in _TOKEN.finditer(written):
        token = match.group()
        if token in _OPENING:
            depth += 1
        elif token in _CLOSING:
            depth -= 1
            is_key = True
            if depth <= 0:
                return
        elif depth == 1 and not token.startswith(b"%"):
            is_name = token.startswith(b"/")
            if is_name and is_key:
                yield token
            is_key = not (is_name and is_key)


def _unescaped(match: re.Match[bytes]) -> bytes:
    return bytes.fromhex(match.group(1).decode("ascii"))
