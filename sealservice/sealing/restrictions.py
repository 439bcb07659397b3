"""Writes what a signature forbids afterwards with pyHanko; the rules are those of sealing/room.py.

A field and its signature dictionary say the same (ISO 32000-2 12.7.5.5, 12.8.2.2 and 12.8.2.4).
"""

from collections.abc import Iterator
from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm
from pyhanko.sign.signers.cms_embedder import SigMDPSetup

from sealservice.sealing.pdf_values import entry
from sealservice.sealing.reading import TREE_DEPTH
from sealservice.sealing.room import OwnLock, require_known
from sealservice.sealing.terms import FieldLock, LockScope, Restrictions
from sealservice.sealing.widgets import SealField

_ACTIONS = {
    LockScope.ALL: FieldMDPAction.ALL,
    LockScope.INCLUDE: FieldMDPAction.INCLUDE,
    LockScope.EXCLUDE: FieldMDPAction.EXCLUDE,
}


def own_lock(field: SealField) -> OwnLock | None:
    """Return the lock that a prepared field brings with it."""
    own = entry(field.field, "/Lock", None)
    if own is None:
        return None
    permission = entry(own, "/P", None)
    return OwnLock(_lock_of(own), None if permission is None else int(permission))


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


def _spec(lock: FieldLock) -> FieldMDPSpec:
    return FieldMDPSpec(_ACTIONS[lock.scope], list(lock.fields) if lock.fields else None)


def _lock_of(own: Any) -> FieldLock:  # noqa: ANN401 - a PDF value
    spec = FieldMDPSpec.from_pdf_object(own)
    scope = next(scope for scope, action in _ACTIONS.items() if action is spec.action)
    return FieldLock(scope, tuple(map(str, spec.fields or ())))


def _require_known(field: SealField, lock: FieldLock) -> None:
    form = entry(field.writer.root, "/AcroForm", {})
    known = set(_names(entry(form, "/Fields", ()), "", TREE_DEPTH))
    require_known(lock, known, field.name)


def _names(fields: Any, prefix: str, depth: int) -> Iterator[str]:  # noqa: ANN401 - PDF values
    for held in fields if depth else ():
        field = held.get_object()
        if isinstance(field, generic.DictionaryObject) and "/T" in field:
            name = ".".join(filter(None, (prefix, str(field["/T"]))))
            yield name
            yield from _names(entry(field, "/Kids", ()), name, depth - 1)
