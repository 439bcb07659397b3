"""The text that an appearance stream draws, as it stands there: enough to see that it differs."""

import re
from typing import Final

from pyhanko.pdf_utils import generic

from sealservice.verification.comparison.history import Snapshot

_SHOWN: Final = re.compile(rb"\((?:\\.|[^\\()])*\)|<[0-9A-Fa-f\s]+>", re.DOTALL)
_LONGEST: Final = 1_000_000


def drawn_text(snapshot: Snapshot, widget: generic.DictionaryObject) -> bytes:
    """Return the strings of a widget's normal appearance, one after the other."""
    shown = snapshot.at(snapshot.at(widget, "/AP"), "/N")
    if not isinstance(shown, generic.StreamObject):
        return b""
    try:
        data = shown.data[:_LONGEST]
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a stream that cannot be decoded draws nothing we know of
        return b""
    return b"".join(string[1:-1] for string in _SHOWN.findall(data))
