"""Whether something can be drawn behind a page's own content, as sealing/balance.py has it.

1. All of the content is made of values, comments and operators; nothing else is between them.
2. An unknown operator is declined, and an inline image: where that ends is a matter of opinion.
3. What the operators open they close again (sealing/evenness.py).
Content for which that is not proven is declined; the other press shows the seal some other way.
"""

import re
from collections.abc import Iterator
from typing import Final

from sealservice.sealing.evenness import STEPS, comes_out_even
from sealservice.sealing.press.declined import Declined, Reason
from sealservice.sealing.press.syntax import ENDED, OPERAND, WHITE, dictionary
from sealservice.sealing.press.work import Work

_OPERATOR: Final = rb"[A-Za-z'\"][A-Za-z0-9*'\"]*+" + ENDED
_STEPS_PER_BYTE: Final = 4
"""Operators of two bytes cost more than what is copied: so much content is left to the sandbox."""
_COMMENT: Final = rb"%[^\r\n]*+"
_CONTENT: Final = re.compile(rb"(?:%b++|%b|%b|%b)*+" % (WHITE, _COMMENT, OPERAND, _OPERATOR))
_OPERATORS: Final = re.compile(rb"%b|%b|(%b)" % (_COMMENT, OPERAND, _OPERATOR))
_KNOWN: Final = frozenset(
    ["b", "B", "b*", "B*", "BDC", "BMC", "BT", "c", "cm", "CS", "cs", "d", "Do", "DP", "EMC", "ET",
     "f", "F", "f*", "G", "g", "gs", "h", "i", "j", "J", "K", "k", "l", "m", "M", "MP", "n", "q",
     "Q", "re", "RG", "rg", "ri", "s", "S", "SC", "sc", "SCN", "scn", "sh", "T*", "Tc", "Td", "TD",
     "Tf", "Tj", "TJ", "TL", "Tm", "Tr", "Ts", "Tw", "Tz", "v", "w", "W", "W*", "y", "'", '"']
)  # fmt: skip
"""ISO 32000-2 table A.1, but for inline images, glyphs, and what some readers may not know."""


def require_balanced(streams: list[bytes], work: Work) -> None:
    """Decline the content of a page, one stream after the other, unless it is proven balanced.

    Raises:
        Declined: CONTENT, DUPLICATE, COST.
    """
    for stream in streams:
        work.spend(_STEPS_PER_BYTE * len(stream))
        if _CONTENT.fullmatch(stream) is None:
            raise Declined(Reason.CONTENT)
    if not comes_out_even(one for one in _operators(streams) if one in STEPS):
        raise Declined(Reason.CONTENT)


def _operators(streams: list[bytes]) -> Iterator[str]:
    for stream in streams:
        for found in _OPERATORS.finditer(stream):
            operator, written = found[1], found[0]
            if operator is not None:
                name = operator.decode("ascii")
                if name not in _KNOWN:
                    raise Declined(Reason.CONTENT)
                yield name
            elif written.startswith(b"<<"):
                dictionary(written, 0, len(written), 1)  # declines a key that stands twice
