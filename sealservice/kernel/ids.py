"""Identifiers: a prefix that names the kind, then 26 letters that sort by time of birth."""

import secrets
import time
from typing import Final

_ALPHABET: Final = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford base 32, lower case
_RANDOM_BITS: Final = 80
_LETTERS: Final = 26


def new_id(prefix: str) -> str:
    """Return e.g. ``ord_01k…``: 48 bits of milliseconds, then 80 random bits (unguessable)."""
    number = (time.time_ns() // 1_000_000) << _RANDOM_BITS | secrets.randbits(_RANDOM_BITS)
    letters = (_ALPHABET[(number >> (5 * place)) & 31] for place in reversed(range(_LETTERS)))
    return f"{prefix}_{''.join(letters)}"
