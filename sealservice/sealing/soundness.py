"""Whether a document, with whatever signatures it has, is fit to be released.

Nothing in it may be broken: no signature or document timestamp that fails, no forbidden change, and
nothing that could not be read. Whether a signature of others can be confirmed here (its issuer may
be unknown to us) is not ours to answer for. The same rule holds before an order is placed and
before its result is released, so that no approval is asked for what cannot be released.
"""

from typing import Final

from sealservice.sealing.errors import EarlierSignatureBroken
from sealservice.verification.decision import verdict_of
from sealservice.verification.model import Indication, Report, Verdict

_BROKEN: Final = frozenset({Verdict.INVALID, Verdict.UNREADABLE})
MARK: Final = b"/ByteRange"
"""No signature without these bytes, which cannot be compressed: they are counted from the file."""


def is_broken(report: Report) -> bool:
    """Return whether something in a verified document is broken."""
    return report.verdict in _BROKEN or bool(report.errors)


def require_sound(report: Report) -> None:
    """Refuse a source whose signatures do not hold.

    Raises:
        EarlierSignatureBroken: naming the first such field.
    """
    if not is_broken(report):
        return
    failed = Indication.TOTAL_FAILED
    fields = [
        one.field
        for one in report.signatures
        if one.indication is failed or verdict_of(one) is Verdict.INVALID
    ]
    raise EarlierSignatureBroken(field=fields[0] if fields else "?")
