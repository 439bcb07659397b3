"""How long an order may go without its timestamp or status, and what must still be true then.

1. ``fail`` (the default): whoever is away ends the order.
2. ``wait``, if the holder approved that: the order keeps its signatures and asks again, under the
   same consumed approval, until ``timestamp_lag_seconds`` after the claimed time (/M) of its first
   signature. Then the last hindrance ends it.
3. Whatever it said: no timestamp is taken that is later than that after /M, or than the end of the
   seal's certificate. Who verifies would see a signature that is proven only when it is too late.
4. Of a signature that an earlier run made, seal and license must be usable at the timestamp's time.
5. A token that does not fit the place kept for it is a failure of the authority: the bytes around
   that place are approved, and are never prepared a second time.
"""

from datetime import datetime, timedelta
from functools import lru_cache

from asn1crypto import x509

from sealservice.kernel.text import Text
from sealservice.limits import Limits
from sealservice.sealing.errors import TimestampUnavailable
from sealservice.sealing.intents import may_wait
from sealservice.sealing.model import Container, Die, Order, OrderSignature
from sealservice.sealing.order_errors import TimestampTooLate

_TOO_LARGE = Text(
    "时间戳过大：签名连同时间戳共 {needed} 字节，预留 {reserved} 字节",
    "its token is too large: with the signature {needed} bytes, {reserved} are reserved",
)
_DIES_KEPT = 1024


def is_patient(order: Order, now: datetime, limits: Limits) -> bool:
    """Return whether an order that is hindered may ask again later (rules 1 and 2)."""
    begun = min(signature.claimed_time for signature in order.signatures)
    return may_wait(order) and now - begun < _lag(limits)


def require_in_time(signature: OrderSignature, die: Die, moment: datetime, limits: Limits) -> None:
    """Require that a signature's timestamp is not too late (rule 3).

    Raises:
        TimestampTooLate: it is later than it may be after /M, or than the certificate's end.
    """
    latest = min(signature.claimed_time + _lag(limits), _ends_at(die.certificate))
    if moment > latest:
        raise TimestampTooLate(time=moment.isoformat(), latest=latest.isoformat())


def require_fitting(container: Container, reserved: int) -> None:
    """Require that a CMS with its timestamp fits the place kept for it (rule 5).

    Raises:
        TimestampUnavailable: it does not.
    """
    if container.timestamp is not None and len(container.der) > reserved:
        reason = _TOO_LARGE.filled(needed=len(container.der), reserved=reserved)
        raise TimestampUnavailable(url="RFC 3161", reason_zh=reason.zh, reason_en=reason.en)


def _lag(limits: Limits) -> timedelta:
    return timedelta(seconds=limits.timestamp_lag_seconds)


@lru_cache(maxsize=_DIES_KEPT)
def _ends_at(certificate: bytes) -> datetime:
    moment: datetime = x509.Certificate.load(certificate).not_valid_after
    return moment
