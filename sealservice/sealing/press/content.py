"""Whether something can be drawn behind a page's own content, as sealing/balance.py has it.

1. All of the content is made of values, comments and operators; nothing else is between them.
2. An inline image is declined, for where its data end is a matter of opinion.
3. What the operators open they close again (sealing/evenness.py).
Content for which that is not proven is declined; the other press shows the seal some other way.
"""

import re
from collections.abc import Iterator
from typing import Final

from sealservice.sealing.evenness import STEPS, comes_out_even
from sealservice.sealing.press.declined import Declined, Reason
from sealservice.sealing.press.syntax import ENDED, OPERAND, WHITE
from sealservice.sealing.press.work import Work

_OPERATOR: Final = rb"[A-Za-z'\"][A-Za-z0-9*'\"]*+" + ENDED
_COMMENT: Final = rb"%[^\r\n]*+"
_CONTENT: Final = re.compile(rb"(?:%b++|%b|%b|%b)*+" % (WHITE, _COMMENT, OPERAND, _OPERATOR))
_OPERATORS: Final = re.compile(rb"%b|%b|(%b)" % (_COMMENT, OPERAND, _OPERATOR))
_IMAGE: Final = frozenset({"BI", "ID", "EI"})


def require_balanced(streams: list[bytes], work: Work) -> None:
    """Decline the content of a page, one stream after the other, unless it is proven balanced.

    Raises:
        Declined: CONTENT, COST.
    """
    for stream in streams:
        work.spend(len(stream))
        if _CONTENT.fullmatch(stream) is None:
            raise Declined(Reason.CONTENT)
    if not comes_out_even(one for one in _operators(streams) if one in STEPS):
        raise Declined(Reason.CONTENT)


def _operators(streams: list[bytes]) -> Iterator[str]:
    for stream in streams:
        for found in _OPERATORS.finditer(stream):
            operator = (found[1] or b"").decode("ascii")
            if operator in _IMAGE:
                raise Declined(Reason.CONTENT)
            yield operator
