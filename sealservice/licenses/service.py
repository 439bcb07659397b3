"""Register e-licenses and enrol those who hold them; every write leaves an audit fact."""

from dataclasses import dataclass, replace
from typing import Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from sealservice.audit.ports import AuditLog
from sealservice.config import Environment
from sealservice.kernel.actor import Actor, Permission
from sealservice.kernel.clock import Clock
from sealservice.kernel.digests import sha256_hex
from sealservice.kernel.facts import Fact
from sealservice.kernel.fields import FieldsInvalid, text_problems
from sealservice.kernel.ids import new_id
from sealservice.kernel.json import JsonValue
from sealservice.kernel.text import Text
from sealservice.kernel.transaction import Transaction
from sealservice.licenses.ending_errors import FaceChangedMeanwhile
from sealservice.licenses.errors import (
    DemonstrationHolderRefused,
    HolderKeyInvalid,
    LicenseNotFound,
    LicenseStatusRefused,
)
from sealservice.licenses.face_json import parse_face
from sealservice.licenses.model import (
    STATUS_NAMES,
    FaceVersion,
    Holder,
    HolderKind,
    License,
    LicenseStatus,
)
from sealservice.licenses.ports import HolderStore, LicenseSeals, LicenseStore
from sealservice.licenses.versions import (
    REGISTERED,
    outline_of_change,
    require_successor,
    version_of,
)
from sealservice.limits import Limits
from sealservice.trust.model import RevocationReason

_REASON: Final = Text("原因", "Reason")
_ACTIVE_OR_PAUSED: Final = frozenset({LicenseStatus.ACTIVE, LicenseStatus.SUSPENDED})
_BEFORE: Final = {
    LicenseStatus.SUSPENDED: frozenset({LicenseStatus.ACTIVE}),
    LicenseStatus.ACTIVE: frozenset({LicenseStatus.SUSPENDED}),
    LicenseStatus.REVOKED: _ACTIVE_OR_PAUSED,
    LicenseStatus.CANCELLED: _ACTIVE_OR_PAUSED,
}
"""From which statuses a license gets to another."""
_FACTS: Final = {
    LicenseStatus.SUSPENDED: Fact.LICENSE_SUSPENDED,
    LicenseStatus.ACTIVE: Fact.LICENSE_RESUMED,
    LicenseStatus.REVOKED: Fact.LICENSE_REVOKED,
    LicenseStatus.CANCELLED: Fact.LICENSE_CANCELLED,
}


@dataclass(frozen=True, slots=True)
class LicenseService:
    """Use cases around e-licenses."""

    store: LicenseStore
    seals: LicenseSeals
    audit: AuditLog
    transaction: Transaction
    clock: Clock
    limits: Limits

    def register(self, actor: Actor, face_json: JsonValue) -> License:
        """Register the license with this face for the actor's organisation.

        Raises:
            PermissionMissing: the actor may not.
            FaceNotAnObject: the face is not a JSON object.
            FaceInvalid: fields of the face are wrong; each is named.
            LicenseAlreadyRegistered: the organisation has one with this credit code.
        """
        actor.require(Permission.LICENSES_WRITE)
        license_ = License(
            id=new_id("lic"),
            organisation_id=actor.organisation_id,
            face=parse_face(face_json),
            status=LicenseStatus.ACTIVE,
            version=1,
            created_at=self.clock(),
        )
        with self.transaction():
            self.store.add(license_)
            self.store.add_version(version_of(actor, license_, REGISTERED, self.clock))
            self.audit.append(actor, Fact.LICENSE_REGISTERED, license_.id, _outline(license_))
        return license_

    def show(self, actor: Actor, license_id: str) -> License:
        """Return one license of the actor's organisation.

        Raises:
            PermissionMissing: the actor may not.
            LicenseNotFound: there is none of that id in the organisation.
        """
        actor.require(Permission.LICENSES_READ)
        return _required(self.store, actor, license_id)

    def page(self, actor: Actor, after: str | None, limit: int) -> list[License]:
        """Return up to ``limit`` licenses in the order of their ids, after the id ``after``.

        Raises:
            PermissionMissing: the actor may not.
        """
        actor.require(Permission.LICENSES_READ)
        return self.store.page(actor.organisation_id, after, limit)

    def change(
        self,
        actor: Actor,
        license_id: str,
        face_json: JsonValue,
        reason: str,
        *,
        known: int | None = None,
    ) -> License:
        """Put a new face in the place of the present one; seals that say another name stop.

        ``known`` is the version that whoever changes it has seen; None: whichever is there.

        Raises:
            FaceChangedMeanwhile: the version that was seen is not the present one any more.
            PermissionMissing, LicenseNotFound, FieldsInvalid.
            FaceNotAnObject, FaceInvalid: the new face is not one.
            FaceOfAnotherEntity, FaceUnchanged, LicenseAtItsEnd: it cannot take that place.
        """
        actor.require(Permission.LICENSES_WRITE)
        reason, face = self.reason(reason), parse_face(face_json)
        with self.transaction():
            _required(self.store, actor, license_id)
            self.seals.lock(license_id)
            before = self.locked(actor, license_id)
            if known is not None and known != before.version:
                raise FaceChangedMeanwhile(known=known, present=before.version)
            require_successor(before, face)
            after = replace(before, face=face, version=before.version + 1)
            self.store.set_face(after)
            self.store.add_version(version_of(actor, after, reason, self.clock))
            outline = outline_of_change(before, after, reason)
            self.audit.append(actor, Fact.LICENSE_CHANGED, license_id, outline)
            self.seals.outdate(actor, after, reason)
        return after

    def versions(self, actor: Actor, license_id: str) -> list[FaceVersion]:
        """Return every version of a license's face, oldest first.

        Raises:
            PermissionMissing, LicenseNotFound.
        """
        actor.require(Permission.LICENSES_READ)
        _required(self.store, actor, license_id)
        return self.store.versions(actor.organisation_id, license_id)

    def suspend(self, actor: Actor, license_id: str, reason: str) -> License:
        """Pause a license; its seals in use are suspended in the same transaction.

        Raises:
            PermissionMissing, LicenseNotFound, FieldsInvalid.
            LicenseStatusRefused: it is not in force.
        """
        return self._change(actor, license_id, LicenseStatus.SUSPENDED, reason)

    def resume(self, actor: Actor, license_id: str, reason: str) -> License:
        """Bring a paused license back; the signer is asked to resume the seals it took along.

        Raises:
            PermissionMissing, LicenseNotFound, FieldsInvalid.
            LicenseStatusRefused: it is not paused.
        """
        return self._change(actor, license_id, LicenseStatus.ACTIVE, reason)

    def revoke(self, actor: Actor, license_id: str, reason: str) -> License:
        """Write down that the authority took a license away (吊销); its seals are cancelled.

        Raises:
            PermissionMissing, LicenseNotFound, FieldsInvalid.
            LicenseStatusRefused: it is at its end already.
        """
        return self._change(actor, license_id, LicenseStatus.REVOKED, reason)

    def cancel(self, actor: Actor, license_id: str, reason: str) -> License:
        """Write down that an entity gave its license up (注销); its seals are cancelled.

        Raises:
            PermissionMissing, LicenseNotFound, FieldsInvalid.
            LicenseStatusRefused: it is at its end already.
        """
        return self._change(actor, license_id, LicenseStatus.CANCELLED, reason)

    def _change(self, actor: Actor, license_id: str, status: LicenseStatus, reason: str) -> License:
        """Change seals, then license, in the order in which sealing locks them."""
        actor.require(Permission.LICENSES_WRITE)
        reason = self.reason(reason)
        with self.transaction():
            require_change(_required(self.store, actor, license_id), status)
            self._change_seals(actor, license_id, status, reason)
            license_ = self.locked(actor, license_id)
            require_change(license_, status)
            self.store.set_status(license_id, status)
            self.audit.append(actor, _FACTS[status], license_id, {"reason": reason})
        return replace(license_, status=status)

    def reason(self, reason: str) -> str:
        """Return a reason that is fit to be kept.

        Raises:
            FieldsInvalid: it is not.
        """
        reason = reason.strip()
        if problems := text_problems("reason", _REASON, reason, self.limits.reason_letters):
            raise FieldsInvalid(problems)
        return reason

    def locked(self, actor: Actor, license_id: str) -> License:
        """Return a license that nobody else changes meanwhile.

        Raises:
            LicenseNotFound: there is none of that id in the organisation.
        """
        license_ = self.store.lock(actor.organisation_id, license_id, exclusive=True)
        if license_ is None:
            raise LicenseNotFound(license_id=license_id)
        return license_

    def _change_seals(
        self, actor: Actor, license_id: str, status: LicenseStatus, reason: str
    ) -> None:
        match status:
            case LicenseStatus.SUSPENDED:
                self.seals.suspend(actor, license_id, reason)
            case LicenseStatus.ACTIVE:
                self.seals.resume(actor, license_id, reason)
            case LicenseStatus.REVOKED:
                withdrawn = RevocationReason.PRIVILEGE_WITHDRAWN
                self.seals.cancel(actor, license_id, reason, withdrawn)
            case LicenseStatus.CANCELLED:
                ceased = RevocationReason.CESSATION_OF_OPERATION
                self.seals.cancel(actor, license_id, reason, ceased)


@dataclass(frozen=True, slots=True)
class HolderService:
    """Use cases around the holders of e-licenses."""

    licenses: LicenseStore
    holders: HolderStore
    audit: AuditLog
    transaction: Transaction
    clock: Clock
    environment: Environment

    def enrol_demonstration_holder(
        self, actor: Actor, license_id: str, name: str, spki: bytes
    ) -> Holder:
        """Enrol a stand-in for a license's holder, by the P-256 public key (DER) that it has.

        Raises:
            DemonstrationHolderRefused: this is production.
            PermissionMissing: the actor may not.
            HolderKeyInvalid: the key is not a P-256 public key.
            LicenseNotFound: there is no such license in the organisation.
        """
        if self.environment is Environment.PRODUCTION:
            raise DemonstrationHolderRefused
        actor.require(Permission.LICENSES_WRITE)
        _require_p256(spki)
        with self.transaction():
            license_ = _required(self.licenses, actor, license_id)
            holder = Holder(
                id=new_id("hld"),
                organisation_id=actor.organisation_id,
                license_id=license_.id,
                name=name,
                kind=HolderKind.DEMONSTRATION,
                spki=spki,
                created_at=self.clock(),
            )
            self.holders.add(holder)
            self.audit.append(actor, Fact.HOLDER_ENROLLED, holder.id, _holder_outline(holder))
        return holder

    def of_license(self, actor: Actor, license_id: str) -> list[Holder]:
        """Return the holders of a license, revoked ones included.

        Raises:
            PermissionMissing: the actor may not.
            LicenseNotFound: there is no such license in the organisation.
        """
        actor.require(Permission.LICENSES_READ)
        _required(self.licenses, actor, license_id)
        return self.holders.of_license(actor.organisation_id, license_id)


def require_change(license_: License, status: LicenseStatus) -> None:
    """Refuse a status that a license does not get to from where it stands.

    Raises:
        LicenseStatusRefused: it does not.
    """
    if license_.status in _BEFORE[status]:
        return
    present, wanted = STATUS_NAMES[license_.status], STATUS_NAMES[status]
    raise LicenseStatusRefused(
        license_id=license_.id,
        status_zh=present.zh,
        status_en=present.en,
        wanted_zh=wanted.zh,
        wanted_en=wanted.en,
    )


def _required(store: LicenseStore, actor: Actor, license_id: str) -> License:
    license_ = store.get(actor.organisation_id, license_id)
    if license_ is None:
        raise LicenseNotFound(license_id=license_id)
    return license_


def _require_p256(spki: bytes) -> None:
    try:
        key = load_der_public_key(spki)
    except (ValueError, UnsupportedAlgorithm):
        raise HolderKeyInvalid from None
    if not (isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)):
        raise HolderKeyInvalid


def _outline(license_: License) -> dict[str, JsonValue]:
    return {
        "uscc": license_.uscc,
        "name": license_.name,
        "entity_type": license_.entity_type.value,
        "version": license_.version,
    }


def _holder_outline(holder: Holder) -> dict[str, JsonValue]:
    return {
        "license_id": holder.license_id,
        "name": holder.name,
        "kind": holder.kind.value,
        "spki_sha256": sha256_hex(holder.spki),
    }
