"""Writes what a signature forbids afterwards (rules: sealing/room.py; ISO 32000-2 12.8.2).

As ``sealing/restrictions.py`` does for the other press: a field and its signature dictionary say
the same, and a certification stands in the catalog, too.
"""

from typing import Final

from sealservice.sealing.press.catalog import certify
from sealservice.sealing.press.declined import Declined, Reason
from sealservice.sealing.press.draft import Draft, Node, refer, written
from sealservice.sealing.press.syntax import Entries, certain_text, integer, items, text_string
from sealservice.sealing.room import OwnLock
from sealservice.sealing.terms import FieldLock, LockScope, Restrictions

_LOCK: Final = b"/Lock"
_ACTIONS: Final = {
    b"/All": LockScope.ALL,
    b"/Include": LockScope.INCLUDE,
    b"/Exclude": LockScope.EXCLUDE,
}
_PERMISSIONS: Final = (1, 2, 3)
_PARAMETERS: Final = {b"/Type": b"/TransformParams", b"/V": b"/1.2"}
_REFERENCE: Final = {b"/Type": b"/SigRef"}


def own_lock(field: Node) -> OwnLock | None:
    """Return the lock that a field brings with it.

    Raises:
        Declined: KIND, RESTRICTIONS.
    """
    if field.get(_LOCK) is None:
        return None
    said = field.child(_LOCK)
    scope = _ACTIONS.get(said.followed(b"/Action") or b"")
    names, permission = said.followed(b"/Fields"), said.followed(b"/P")
    if scope is None or (names is None and scope is not LockScope.ALL):
        raise Declined(Reason.RESTRICTIONS)
    level = None if permission is None else integer(permission)
    if level is not None and level not in _PERMISSIONS:
        raise Declined(Reason.RESTRICTIONS)
    listed = () if names is None or scope is LockScope.ALL else tuple(items(names, 1))
    draft = field.draft
    return OwnLock(FieldLock(scope, tuple(certain_text(draft.followed(n)) for n in listed)), level)


def lock_entries(draft: Draft, lock: FieldLock) -> Entries:
    """Store what a field says of the lock that its signature brings; return the field's entry."""
    number = draft.number()
    draft.store(number, {b"/Type": b"/SigFieldLock", **_scope(lock)})
    return {_LOCK: refer(number)}


def reference_entries(
    draft: Draft, restrictions: Restrictions, own: OwnLock | None, signature: int
) -> Entries:
    """Certify where that is wanted; return what a signature dictionary says of restrictions."""
    certification, lock = restrictions.certification, restrictions.lock
    level = None if own is None else own.permission
    references = []
    if certification is not None:
        level = certification.permission
        certify(draft, signature)
        parameters = {**_PARAMETERS, b"/P": b"%d" % level}
        references.append(_transform(b"/DocMDP", parameters))
    if lock is not None:
        said = {**_PARAMETERS, **_scope(lock)}
        if level is not None:  # as Acrobat writes it
            said[b"/P"] = b"%d" % level
        references.append(_transform(b"/FieldMDP", said, {b"/Data": refer(draft.reader.root)}))
    return {b"/Reference": b"[%b]" % b"".join(references)} if references else {}


def _transform(method: bytes, parameters: Entries, further: Entries | None = None) -> bytes:
    named = {b"/TransformMethod": method, b"/TransformParams": written(parameters)}
    return written({**_REFERENCE, **named, **(further or {})})


def _scope(lock: FieldLock) -> Entries:
    action = next(action for action, scope in _ACTIONS.items() if scope is lock.scope)
    if lock.scope is LockScope.ALL:
        return {b"/Action": action}
    return {b"/Action": action, b"/Fields": b"[%b]" % b"".join(map(text_string, lock.fields))}
