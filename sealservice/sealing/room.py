"""Which restrictions the signatures of an order may have: the rules, whoever writes them down.

1. Only the first signature of a document certifies it (ISO 32000-2 12.8.2.2); one that forbids
   every change leaves no room for a second signature of the same order.
   After a certification no field is added, and only prepared ones are filled: a new one that shows
   is a change that nobody allowed.
2. The lock that is asked for goes to the last signature of the order. A prepared field's own lock
   is obeyed (12.7.5.5), and cannot be exchanged for another one.
3. Names in a lock are names of fields that are there.
4. A lock leaves room for the signatures of the order that follow: their fields are not locked.
5. A document timestamp is no change that a lock or a certification forbids, as long as it has no
   appearance; PDF/A-1 wants one (ISO 19005-1 6.9), and so it cannot have both at B-LTA.
What earlier signatures forbid is found when a document is inspected (sealing/inspection.py).
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sealservice.kernel.text import Text
from sealservice.sealing.errors import (
    CertificationImpossible,
    DocumentCertified,
    RestrictionsConflict,
)
from sealservice.sealing.model import Impression
from sealservice.sealing.placement_errors import FieldNotFound, FieldUnusable
from sealservice.sealing.terms import UNRESTRICTED, Certification, FieldLock, Restrictions

_NOT_FIRST: Final = Text(
    "文件已有签名，只有第一个签名可以认证", "only a document's first signature certifies it"
)
_NO_ROOM: Final = Text(
    "认证为“禁止任何更改”后，同一申请中的其他签名无法添加",
    "once it allows no changes, the order's other signatures cannot be added",
)
_LAST_ONE: Final = Text(
    "签署后禁止任何更改，必须是同一申请中的最后一个签名",
    "it forbids every change once it is signed, so it must be the last signature of the order",
)
_OTHER_LOCK: Final = Text(
    "它自带的锁定设置与所要求的不同", "it has a lock of its own, other than the one asked for"
)
_TWO_OBJECTS: Final = Text(
    "该域与其外观分属两个对象，在已有签名的文件上填写会被部分阅读器视为篡改",
    "field and widget are two objects, and on a signed document some readers would take filling it "
    "for a forbidden change",
)
_LISTED: Final = 5

Earlier = list[tuple[str, Restrictions]]
"""The signatures of an order before the one that is made: field and restrictions of each."""


@dataclass(frozen=True, slots=True)
class OwnLock:
    """The lock that a prepared field brings with it."""

    lock: FieldLock
    permission: int | None
    """Its /P: like that of a certification, for everything after this signature."""


def share_out(asked: Restrictions, count: int, *, is_signed: bool) -> tuple[Restrictions, ...]:
    """Return the restrictions of each of ``count`` signatures.

    Raises:
        CertificationImpossible: it is not the first, or leaves no room.

    """
    certification = asked.certification
    if certification is not None and is_signed:
        raise CertificationImpossible(reason_zh=_NOT_FIRST.zh, reason_en=_NOT_FIRST.en)
    if certification is Certification.NO_CHANGES and count > 1:
        raise CertificationImpossible(reason_zh=_NO_ROOM.zh, reason_en=_NO_ROOM.en)
    shared = [UNRESTRICTED] * count
    for position in range(count):
        first = certification if position == 0 else None
        shared[position] = Restrictions(first, asked.lock if position == count - 1 else None)
    return tuple(shared)


def with_own_lock(
    field: str, own: OwnLock | None, asked: Restrictions, *, is_last: bool
) -> Restrictions:
    """Return restrictions with the lock that a prepared field, by its name, brings with it.

    Raises:
        FieldUnusable: another one was asked for, or it leaves no room for what follows.

    """
    if own is None:
        return asked
    if asked.lock not in (None, own.lock):
        raise _unusable(field, _OTHER_LOCK)
    if own.permission == Certification.NO_CHANGES.permission and not is_last:
        raise _unusable(field, _LAST_ONE)
    return Restrictions(asked.certification, own.lock)


def refuse_two_objects(field: str) -> None:
    """Refuse to fill a field whose widget is an object of its own, on a signed document.

    Raises:
        FieldUnusable.

    """
    raise _unusable(field, _TWO_OBJECTS)


def require_known(lock: FieldLock, known: Collection[str], field: str) -> None:
    """Require that the names in a lock are among those of fields; ``field`` is the seal's own.

    Raises:
        FieldNotFound.
    """
    for name in lock.fields:
        if name not in known:
            raise FieldNotFound(name, tuple(sorted(set(known) - {field}))[:_LISTED])


def require_room(earlier: Earlier, field: str) -> None:
    """Refuse a field that an earlier signature of the order, named by its field, locks.

    Raises:
        RestrictionsConflict.

    """
    for name, restrictions in earlier:
        lock = restrictions.lock
        is_over = restrictions.certification is Certification.NO_CHANGES
        if is_over or (lock is not None and lock.covers(field)):
            raise RestrictionsConflict(field=name, other=field)


def require_uncertified(impression: Impression, *, is_certified: bool) -> None:
    """Refuse a new field in a certified document.

    Raises:
        DocumentCertified.

    """
    if impression.field is None and is_certified:
        raise DocumentCertified


def require_room_for_timestamp(earlier: Earlier, *, shows_something: bool) -> None:
    """Refuse what a document timestamp with an appearance would break.

    Raises:
        RestrictionsConflict.

    """
    if shows_something:
        require_room(earlier, "Timestamp")


def _unusable(field: str, reason: Text) -> FieldUnusable:
    return FieldUnusable(field=field, reason_zh=reason.zh, reason_en=reason.en)
