r"""What jsonb refuses in a text, written so that it can be seen: hostile files have it in names.

U+0000 becomes U+2400 (␀), and a lone surrogate its escape, such as ``\ud800``.
"""

from typing import Final

from sealservice.kernel.json import JsonValue

_NULL: Final = "\x00"
_SHOWN_NULL: Final = "\u2400"


def storable(value: JsonValue) -> JsonValue:
    """Return a JSON value that jsonb takes."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict):
        return {_text(key): storable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [storable(item) for item in value]
    return value


def _text(value: str) -> str:
    shown = value.replace(_NULL, _SHOWN_NULL)
    return shown.encode("utf-8", "backslashreplace").decode("utf-8")
