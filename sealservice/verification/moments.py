"""At which moments something may be judged when it does not pass now (EN 319 102-1 5.6.2).

A certificate that has expired, or whose status answers are no longer fresh, says nothing against a
signature that is *proven* to have existed while it was good. Then the judgement may be made at a
moment

1. not before the signature is proven to have existed, and
2. at which material that is at hand now was at hand: the moment of proof itself, or one at which a
   status answer was issued.

The newest moments come first, because they know most. A revocation that was in force when the
signature was proven to exist is never escaped this way: ``judgement`` looks for it afterwards.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from sealservice.verification.status import StatusAnswer

_MOST: Final = 12
_ROUNDING: Final = timedelta(seconds=1)
"""Authorities write whole seconds."""


def moments_since(
    proven: datetime, now: datetime, answers: Iterable[StatusAnswer]
) -> tuple[datetime, ...]:
    """Return the moments to try, newest first, at most a dozen."""
    issued = {answer.this_update for answer in answers}
    moments = {moment for moment in issued if proven < moment < now} | {min(proven, now)}
    return tuple(sorted(moments, reverse=True)[:_MOST])


def revoked_before(
    proven: datetime | None, now: datetime, answers: Iterable[StatusAnswer]
) -> datetime | None:
    """Return when a certificate was revoked, if that was not after the proven time."""
    limit = (proven or now) + _ROUNDING
    revoked = [answer.revoked_at for answer in answers if answer.revoked_at]
    early = [moment for moment in revoked if moment < limit]
    return min(early) if early else None
