"""When the term of a license ends (营业期限), as far as its face says so."""

import re
from datetime import datetime, timedelta, timezone
from typing import Final

_CHINA: Final = timezone(timedelta(hours=8))
_END: Final = re.compile(r"(?:至|到|~|—)\s*(\d{4})[年/.-](\d{1,2})[月/.-](\d{1,2})")


def term_end(term: str | None) -> datetime | None:
    """Return the end of the last day of a term, in China's time; None: 长期, or it does not say.

    ``2020-01-02至2040-01-01`` and ``2020年1月2日至2040年1月1日`` end alike.
    """
    found = _END.findall(term or "")
    if not found:
        return None
    year, month, day = (int(part) for part in found[-1])
    try:
        return datetime(year, month, day, tzinfo=_CHINA) + timedelta(days=1)
    except (ValueError, OverflowError):
        return None
