"""What the signatures of an order forbid afterwards, and what forbids them.

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

from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm
from pyhanko.sign.signers.cms_embedder import SigMDPSetup

from sealservice.kernel.text import Text
from sealservice.sealing.errors import (
    CertificationImpossible,
    DocumentCertified,
    RestrictionsConflict,
)
from sealservice.sealing.model import Impression
from sealservice.sealing.pdf_values import entry
from sealservice.sealing.placement_errors import FieldNotFound, FieldUnusable
from sealservice.sealing.reading import TREE_DEPTH
from sealservice.sealing.terms import (
    UNRESTRICTED,
    Certification,
    FieldLock,
    LockScope,
    Restrictions,
)
from sealservice.sealing.widgets import SealField

_ACTIONS = {
    LockScope.ALL: FieldMDPAction.ALL,
    LockScope.INCLUDE: FieldMDPAction.INCLUDE,
    LockScope.EXCLUDE: FieldMDPAction.EXCLUDE,
}
_NOT_FIRST = Text(
    "文件已有签名，只有第一个签名可以认证", "only a document's first signature certifies it"
)
_NO_ROOM = Text(
    "认证为“禁止任何更改”后，同一申请中的其他签名无法添加",
    "once it allows no changes, the order's other signatures cannot be added",
)
_LAST_ONE = Text(
    "签署后禁止任何更改，必须是同一申请中的最后一个签名",
    "it forbids every change once it is signed, so it must be the last signature of the order",
)
_OTHER_LOCK = Text(
    "它自带的锁定设置与所要求的不同", "it has a lock of its own, other than the one asked for"
)


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


def with_own_lock(field: SealField, asked: Restrictions, *, is_last: bool) -> Restrictions:
    """Return restrictions with the lock that a prepared field brings with it.

    Raises:
        FieldUnusable: another one was asked for, or it leaves no room for what follows.

    """
    own = entry(field.field, "/Lock", None)
    if own is None:
        return asked
    lock = _lock_of(own)
    if asked.lock not in (None, lock):
        raise _unusable(field, _OTHER_LOCK)
    if entry(own, "/P", None) == Certification.NO_CHANGES.permission and not is_last:
        raise _unusable(field, _LAST_ONE)
    return Restrictions(asked.certification, lock)


def _unusable(field: SealField, reason: Text) -> FieldUnusable:
    return FieldUnusable(field=field.name, reason_zh=reason.zh, reason_en=reason.en)


def apply(field: SealField, restrictions: Restrictions, *, is_signed: bool) -> SigMDPSetup | None:
    """Give a field its lock, and return what its signature dictionary says of restrictions.

    Raises:
        FieldNotFound: the lock names a field that is not there.

    """
    certification, lock = restrictions.certification, restrictions.lock
    own = entry(field.field, "/Lock", None)
    permission = None if own is None else entry(own, "/P", None)
    if lock is not None and own is None:
        _require_known(field, lock)
    if lock is not None and own is None and (field.is_new or not is_signed):
        asked = field.writer.add_object(_spec(lock).as_sig_field_lock())
        field.field[pdf_name("/Lock")] = asked
    level = certification.permission if certification else permission
    if level is None and lock is None:
        return None
    return SigMDPSetup(
        md_algorithm="sha256",
        certify=certification is not None,
        field_lock=_spec(lock) if lock else None,
        docmdp_perms=None if level is None else MDPPerm(int(level)),
    )


def require_room(earlier: list[tuple[str, Restrictions]], field: str) -> None:
    """Refuse a field that an earlier signature of the order, named by its field, locks.

    Raises:
        RestrictionsConflict.

    """
    for name, restrictions in earlier:
        lock = restrictions.lock
        is_over = restrictions.certification is Certification.NO_CHANGES
        if is_over or (lock is not None and _spec(lock).is_locked(field)):
            raise RestrictionsConflict(field=name, other=field)


def require_uncertified(writer: IncrementalPdfFileWriter, impression: Impression) -> None:
    """Refuse a new field in a certified document.

    Raises:
        DocumentCertified.

    """
    if impression.field is None and "/DocMDP" in entry(writer.root, "/Perms", {}):
        raise DocumentCertified


def require_room_for_timestamp(
    earlier: list[tuple[str, Restrictions]], *, shows_something: bool
) -> None:
    """Refuse what a document timestamp with an appearance would break.

    Raises:
        RestrictionsConflict.

    """
    if shows_something:
        require_room(earlier, "Timestamp")


def _spec(lock: FieldLock) -> FieldMDPSpec:
    return FieldMDPSpec(_ACTIONS[lock.scope], list(lock.fields) if lock.fields else None)


def _lock_of(own: Any) -> FieldLock:  # noqa: ANN401 - a PDF value
    spec = FieldMDPSpec.from_pdf_object(own)
    scope = next(scope for scope, action in _ACTIONS.items() if action is spec.action)
    return FieldLock(scope, tuple(map(str, spec.fields or ())))


def _require_known(field: SealField, lock: FieldLock) -> None:
    form = entry(field.writer.root, "/AcroForm", {})
    known = set(_names(entry(form, "/Fields", ()), "", TREE_DEPTH))
    for name in lock.fields:
        if name not in known:
            raise FieldNotFound(name, tuple(sorted(known - {field.name}))[:5])


def _names(fields: Any, prefix: str, depth: int) -> Iterator[str]:  # noqa: ANN401 - PDF values
    for held in fields if depth else ():
        field = held.get_object()
        if isinstance(field, generic.DictionaryObject) and "/T" in field:
            name = ".".join(filter(None, (prefix, str(field["/T"]))))
            yield name
            yield from _names(entry(field, "/Kids", ()), name, depth - 1)
