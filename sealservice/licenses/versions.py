"""The versions of a license's face: what may take the place of what, and what differs."""

from typing import Final

from sealservice.kernel.actor import Actor
from sealservice.kernel.clock import Clock
from sealservice.kernel.json import JsonObject, JsonValue
from sealservice.licenses.errors import FaceOfAnotherEntity, FaceUnchanged, LicenseAtItsEnd
from sealservice.licenses.model import (
    ENTITY_NAMES,
    STATUS_NAMES,
    FaceVersion,
    License,
    LicenseFace,
    LicenseStatus,
    face_lines,
)

REGISTERED: Final = "登记"
"""The reason of the first version."""
_ENDED: Final = frozenset({LicenseStatus.CANCELLED, LicenseStatus.REVOKED})


def version_of(actor: Actor, license_: License, reason: str, clock: Clock) -> FaceVersion:
    """Return the present version of a license's face, brought about by somebody just now."""
    return FaceVersion(
        license_id=license_.id,
        organisation_id=license_.organisation_id,
        version=license_.version,
        face=license_.face,
        reason=reason,
        actor_kind=actor.kind.value,
        actor_id=actor.id,
        at=clock(),
    )


def changed_lines(before: LicenseFace, after: LicenseFace) -> list[str]:
    """Return the names of the lines in which two faces of one entity type differ."""
    names = face_lines(type(before))
    return [name for name in names if getattr(before, name) != getattr(after, name)]


def require_successor(license_: License, face: LicenseFace) -> None:
    """Refuse a face that cannot take the place of a license's present one.

    Raises:
        LicenseAtItsEnd: nothing changes any more.
        FaceOfAnotherEntity: the credit code or the entity type differ.
        FaceUnchanged: nothing differs.
    """
    if license_.status in _ENDED:
        name = STATUS_NAMES[license_.status]
        raise LicenseAtItsEnd(license_id=license_.id, status_zh=name.zh, status_en=name.en)
    if (face.uscc, face.entity_type) != (license_.uscc, license_.entity_type):
        name = ENTITY_NAMES[license_.entity_type]
        raise FaceOfAnotherEntity(uscc=license_.uscc, entity_zh=name.zh, entity_en=name.en)
    if face == license_.face:
        raise FaceUnchanged(license_id=license_.id)


def outline_of_change(before: License, after: License, reason: str) -> JsonObject:
    """Return what the audit log says of a change: why, and in which lines."""
    lines: list[JsonValue] = [*changed_lines(before.face, after.face)]
    return {"reason": reason, "version": after.version, "changed": lines}
