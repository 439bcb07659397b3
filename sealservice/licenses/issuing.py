"""Ask for a credential of a license: who may, for which wallet, for how long.

1. The registry asks (``licenses:write``); the license is in force.
2. The credential is good for 30 days, and not beyond the license's own term.
3. What is asked for is written down with the log's fact before the signer is asked; what it signs
   is handed over and not kept.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sealservice.audit.ports import AuditLog
from sealservice.kernel.actor import Actor, Permission
from sealservice.kernel.clock import Clock
from sealservice.kernel.facts import Fact
from sealservice.kernel.ids import new_id
from sealservice.kernel.json import JsonObject
from sealservice.kernel.transaction import Transaction
from sealservice.licenses.credential import Credential, face_digest, wallet_key
from sealservice.licenses.credential_errors import LicenseNotInForce, LicenseSigningFailed
from sealservice.licenses.credential_ports import CredentialStore, LicenseSigner, PdfShelf
from sealservice.licenses.errors import LicenseNotFound
from sealservice.licenses.model import STATUS_NAMES, License, LicenseStatus
from sealservice.licenses.pdf import DIGEST_LETTERS, LicensePdf
from sealservice.licenses.ports import LicenseStore
from sealservice.licenses.term import term_end
from sealservice.limits import Limits


@dataclass(frozen=True, slots=True)
class CredentialService:
    """Use cases around credentials."""

    licenses: LicenseStore
    credentials: CredentialStore
    signer: LicenseSigner
    audit: AuditLog
    transaction: Transaction
    clock: Clock
    limits: Limits

    def issue(self, actor: Actor, license_id: str, jwk: object) -> tuple[Credential, str]:
        """Return a credential of a license for a wallet's key, and its text.

        Raises:
            PermissionMissing, LicenseNotFound, LicenseNotInForce.
            WalletKeyInvalid: that is no public key on P-256.
            LicenseKeyMissing, LicenseSigningFailed: it could not be signed.
        """
        actor.require(Permission.LICENSES_WRITE)
        holder = wallet_key(jwk)
        with self.transaction():
            license_ = self.licenses.lock(actor.organisation_id, license_id)
            if license_ is None:
                raise LicenseNotFound(license_id=license_id)
            require_in_force(license_)
            wanted = self.credentials.add(self._wanted(license_, holder))
            detail: JsonObject = {"license_id": license_id, "version": wanted.version}
            self.audit.append(actor, Fact.LICENSE_CREDENTIAL_ISSUED, wanted.id, detail)
        return wanted, self.signer.credential(wanted.id)

    def _wanted(self, license_: License, holder: JsonObject) -> Credential:
        now = self.clock()
        end = now + timedelta(days=self.limits.credential_days)
        ends_itself = term_end(getattr(license_.face, "term", None))
        return Credential(
            id=new_id("crd"),
            organisation_id=license_.organisation_id,
            license_id=license_.id,
            version=license_.version,
            holder=holder,
            list=0,
            place=0,
            created_at=now,
            expires_at=min(end, ends_itself) if ends_itself else end,
        )


class Standing(StrEnum):
    """How a printed license stands now."""

    CURRENT = "current"
    OUTDATED = "outdated"
    """The license is in force, with a newer face."""
    ENDED = "ended"
    """The license is not in force."""
    FOREIGN = "foreign"
    """No license of ours was ever printed so."""


@dataclass(frozen=True, slots=True)
class PdfService:
    """Use cases around the sealed PDFs of licenses."""

    licenses: LicenseStore
    shelf: PdfShelf
    signer: LicenseSigner

    def pdf(self, actor: Actor, license_id: str) -> LicensePdf:
        """Return the sealed PDF of a license's present face, made first where there is none.

        Raises:
            PermissionMissing, LicenseNotFound, LicenseNotInForce, LicenseNotTypeset.
            LicenseKeyMissing, LicenseSigningFailed: it could not be sealed.
        """
        actor.require(Permission.LICENSES_READ)
        license_ = self.licenses.get(actor.organisation_id, license_id)
        if license_ is None:
            raise LicenseNotFound(license_id=license_id)
        require_in_force(license_)
        made = self.shelf.get(license_id, license_.version)
        if made is None:
            self.signer.pdf(actor.organisation_id, license_id)
            made = self.shelf.get(license_id, license_.version)
        if made is None:
            raise LicenseSigningFailed
        return made

    def standing(self, license_id: str, version: int, digest: str) -> tuple[Standing, License]:
        """Return how a license stands that somebody has before them; for everybody.

        Raises:
            LicenseNotFound: there is no license of this id.
        """
        license_ = self.shelf.license(license_id)
        if license_ is None:
            raise LicenseNotFound(license_id=license_id)
        known = {
            one.version: face_digest(one.face)
            for one in self.licenses.versions(license_.organisation_id, license_id)
        }
        if len(digest) < DIGEST_LETTERS or not known.get(version, "").startswith(digest):
            return Standing.FOREIGN, license_
        if license_.status is not LicenseStatus.ACTIVE:
            return Standing.ENDED, license_
        return (Standing.CURRENT if version == license_.version else Standing.OUTDATED), license_


def require_in_force(license_: License) -> None:
    """Refuse a license for which nothing is issued.

    Raises:
        LicenseNotInForce: it is not in force.
    """
    if license_.status is not LicenseStatus.ACTIVE:
        name = STATUS_NAMES[license_.status]
        raise LicenseNotInForce(status_zh=name.zh, status_en=name.en)
