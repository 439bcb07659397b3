"""Which operators of a page's content open and close something (ISO 32000-2 8.4.2, 9.4.1, 14.6)."""

from collections.abc import Iterable
from typing import Final

STEPS: Final = {
    "q": ("state", 1),
    "Q": ("state", -1),
    "BT": ("text", 1),
    "ET": ("text", -1),
    "BMC": ("marked", 1),
    "BDC": ("marked", 1),
    "EMC": ("marked", -1),
}
_DEEPEST: Final = 27
_FLAT: Final = 1
"""Text objects do not nest."""


def comes_out_even(operators: Iterable[str]) -> bool:
    """Return whether a sequence of the operators in ``STEPS`` leaves nothing open.

    It does not when there is any other operator among them: libraries take ``q2`` for one.
    """
    depths = {"state": 0, "text": 0, "marked": 0}
    for operator in operators:
        if operator not in STEPS:
            return False
        kind, step = STEPS[operator]
        depths[kind] += step
        is_wrong = depths[kind] < 0 or depths["text"] > _FLAT or depths["state"] > _DEEPEST
        if is_wrong or (kind == "state" and depths["text"]):
            return False
    return not any(depths.values())
