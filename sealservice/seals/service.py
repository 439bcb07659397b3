"""Apply for a seal, make it, find it.

Making (by the signer process; repeatable, because all of it is one transaction):
1. Draw the artwork from the license's full name and the seal code.
2. Generate the key and issue the certificate to the license holder.
3. Mark the seal active. If anything is refused, mark it failed with the reason instead.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace

from sealservice.audit.ports import AuditLog
from sealservice.kernel.actor import Actor, Permission, process
from sealservice.kernel.clock import Clock
from sealservice.kernel.errors import Refused
from sealservice.kernel.facts import Fact
from sealservice.kernel.ids import new_id
from sealservice.kernel.transaction import Transaction
from sealservice.licenses.errors import LicenseNotFound
from sealservice.licenses.model import License, LicenseStatus
from sealservice.licenses.ports import LicenseStore
from sealservice.seals.artwork import Artwork
from sealservice.seals.errors import SealNotFound, SealNotUsable
from sealservice.seals.model import Seal, SealKind, SealState
from sealservice.seals.ports import SealIssuer, SealMaker, SealStore

Draw = Callable[[str, str], Artwork]
"""``draw(name, seal_code)`` gives the artwork of an official seal."""


def new_seal_code(area: str) -> str:
    """Return 13 digits: 4 of the area, 3 of the maker, 6 of a serial (DOMAIN: opaque, unique)."""
    return f"{area[:4]}001{secrets.randbelow(1_000_000):06d}"


@dataclass(frozen=True, slots=True)
class SealService:
    """Use cases of applying for and finding seals; holds no key."""

    seals: SealStore
    licenses: LicenseStore
    maker: SealMaker
    draw: Draw
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    def apply(self, actor: Actor, license_id: str) -> Seal:
        """Apply for the official seal of a license and have the signer make it.

        The artwork is drawn here once, so that a name that cannot be drawn is refused at once.

        Raises:
            LicenseNotFound: there is none of that id in the actor's organisation.
            Refused: the name does not fit the arc or has a character without a glyph.
            SealCodeTaken: the code that was drawn has an owner; apply again.
        """
        actor.require(Permission.SEALS_WRITE)
        holder = self.licenses.get(actor.organisation_id, license_id)
        if holder is None:
            raise LicenseNotFound(license_id=license_id)
        seal_code = new_seal_code(holder.uscc[2:6])
        artwork = self.draw(holder.name, seal_code)
        seal = Seal(
            id=new_id("seal"),
            organisation_id=actor.organisation_id,
            license_id=holder.id,
            kind=SealKind.OFFICIAL,
            name=holder.name,
            state=SealState.APPLIED,
            seal_code=seal_code,
            created_at=self.clock(),
            diameter_mm=artwork.width_mm,
        )
        with self.transaction():
            self.seals.add(seal)
            self.audit.append(actor, Fact.SEAL_APPLIED, seal.id, {"license_id": holder.id})
            self.maker.ask(seal.id)
        return seal

    def show(self, actor: Actor, seal_id: str) -> Seal:
        """Return one seal.

        Raises:
            SealNotFound: there is none of that id in the actor's organisation.
        """
        actor.require(Permission.SEALS_READ)
        seal = self.seals.by_id(seal_id, actor.organisation_id)
        if seal is None:
            raise SealNotFound(seal_id=seal_id)
        return seal

    def artwork(self, actor: Actor, seal_id: str) -> Artwork:
        """Return the drawing of a seal: the kept one, or what it will be when it is made.

        Raises:
            SealNotFound: there is none of that id in the actor's organisation.
        """
        seal = self.show(actor, seal_id)
        return self.seals.artwork(seal.id) or self.draw(seal.name, seal.seal_code)

    def page(self, actor: Actor, after: str | None, limit: int) -> list[Seal]:
        """Return seals in order of birth, behind the id ``after``."""
        actor.require(Permission.SEALS_READ)
        return self.seals.page(actor.organisation_id, after, limit)


@dataclass(frozen=True, slots=True)
class SealMakingService:
    """The signer's half: makes what was applied for."""

    seals: SealStore
    licenses: LicenseStore
    issuer: SealIssuer
    draw: Draw
    audit: AuditLog
    transaction: Transaction
    clock: Clock

    def make(self, seal_id: str) -> Seal:
        """Make a seal, unless an earlier run did; a refusal marks it failed.

        Raises:
            SealNotFound: there is no such seal.
        """
        try:
            with self.transaction():
                return self._make(self._seal(seal_id))
        except Refused as refusal:
            with self.transaction():
                return self._fail(self._seal(seal_id), refusal)

    def _seal(self, seal_id: str) -> Seal:
        seal = self.seals.lock(seal_id, exclusive=True)
        if seal is None:
            raise SealNotFound(seal_id=seal_id)
        return seal

    def _make(self, seal: Seal) -> Seal:
        if seal.state is not SealState.APPLIED:
            return seal
        holder = _active(self.licenses.lock(seal.organisation_id, seal.license_id), seal.id)
        artwork = self.draw(seal.name, seal.seal_code)
        actor = process("signer", seal.organisation_id)
        issued = self.issuer.issue(actor, name=holder.name, uscc=holder.uscc)
        made = replace(
            seal,
            state=SealState.ACTIVE,
            artwork_sha256=artwork.sha256,
            key_id=issued.key_id,
            certificate_sha256=issued.certificate_sha256,
            activated_at=self.clock(),
        )
        self.seals.activate(made, artwork)
        detail = {"certificate_sha256": issued.certificate_sha256}
        self.audit.append(actor, Fact.SEAL_ACTIVATED, seal.id, detail)
        return made

    def _fail(self, seal: Seal, refusal: Refused) -> Seal:
        failed = replace(seal, state=SealState.FAILED, failure=refusal.as_json())
        self.seals.fail(failed)
        actor = process("signer", seal.organisation_id)
        self.audit.append(actor, Fact.SEAL_MAKING_FAILED, seal.id, {"code": refusal.code})
        return failed


def usable(seal: Seal | None, license_: License | None, seal_id: str) -> Seal:
    """Return the seal if it and its license are live.

    Raises:
        SealNotFound: there is no such seal.
        SealNotUsable: it, or its license, is not active.
    """
    if seal is None:
        raise SealNotFound(seal_id=seal_id)
    if seal.state is not SealState.ACTIVE:
        state = seal.state.value
        raise SealNotUsable(
            seal_id=seal_id, reason_zh=f"印章状态为 {state}", reason_en=f"the seal is {state}"
        )
    _active(license_, seal_id)
    return seal


def _active(license_: License | None, seal_id: str) -> License:
    if license_ is not None and license_.status is LicenseStatus.ACTIVE:
        return license_
    raise SealNotUsable(
        seal_id=seal_id, reason_zh="营业执照无效", reason_en="its license is not in force"
    )
