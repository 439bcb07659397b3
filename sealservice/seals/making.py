"""Make a seal that was applied for; the signer's work.

All of it is one transaction, so it can be repeated:
1. Lock the seal that this one replaces, this seal and the license, in that order; the license must
   be in force.
2. The picture is the one that was brought along, or is drawn from the license's full name.
3. A seal that is replaced is cancelled; its certificate is revoked after this.
4. Generate the key and issue the certificate to the license's holder; the seal is made. It ends
   with its certificate or with the license's term, whichever is first.
5. Where no filing is required first, it is in use from here.
If anything is refused, the seal is marked failed with the reason instead.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from sealservice.config import SealFiling
from sealservice.kernel.actor import Actor, process
from sealservice.kernel.clock import Clock
from sealservice.kernel.errors import Refused
from sealservice.kernel.transaction import Transaction
from sealservice.licenses.model import License
from sealservice.licenses.ports import LicenseStore
from sealservice.licenses.term import term_end
from sealservice.seals.artwork import Artwork
from sealservice.seals.chronicle import Chronicle
from sealservice.seals.errors import SealNotFound
from sealservice.seals.kinds import texts_of
from sealservice.seals.lifecycle import TRANSITIONS, in_force
from sealservice.seals.model import Grounds, Seal, SealChange, SealState
from sealservice.seals.ports import IssuedSeal, SealIssuer, SealMaker, SealStore
from sealservice.seals.service import Draw
from sealservice.trust.model import RevocationReason

_MADE = Grounds("按申请制作")
_IN_USE = Grounds("本系统不要求先备案，制成即启用")


@dataclass(frozen=True, slots=True)
class SealMakingService:
    """The signer's half of applying for a seal."""

    seals: SealStore
    licenses: LicenseStore
    issuer: SealIssuer
    maker: SealMaker
    draw: Draw
    chronicle: Chronicle
    transaction: Transaction
    clock: Clock
    filing: SealFiling

    def make(self, seal_id: str) -> Seal:
        """Make a seal, unless an earlier run did; a refusal marks it failed.

        Raises:
            SealNotFound: there is no such seal.
        """
        try:
            with self.transaction():
                return self._make(seal_id)
        except Refused as refusal:
            with self.transaction():
                return self._fail(self._locked(seal_id), refusal)

    def _locked(self, seal_id: str) -> Seal:
        seal = self.seals.lock(seal_id, exclusive=True)
        if seal is None:
            raise SealNotFound(seal_id=seal_id)
        return seal

    def _make(self, seal_id: str) -> Seal:
        waiting = self.seals.by_id(seal_id)
        replaced = waiting.replaces if waiting else None
        old = self.seals.lock(replaced, exclusive=True) if replaced else None
        seal = self._locked(seal_id)
        if seal.state is not SealState.APPLIED:
            return seal
        license_ = in_force(self.licenses.lock(seal.organisation_id, seal.license_id), seal)
        actor = process("signer", seal.organisation_id)
        if old is not None:
            self._replace(actor, old, seal)
        artwork = self._artwork(seal, license_)
        issued = self.issuer.issue(
            actor, name=license_.name, uscc=license_.uscc, title=seal.title.zh
        )
        made = _made(seal, artwork, issued, license_)
        self.seals.make(made, artwork)
        evidence = {"certificate_sha256": issued.certificate_sha256, "maker": seal.maker.name}
        grounds = Grounds(_MADE.reason, {**evidence, "artwork_sha256": artwork.sha256})
        self.chronicle.write(actor, SealChange.MAKE, made, grounds, seal.state)
        return made if self.filing is SealFiling.REQUIRED else self._put_to_use(actor, made)

    def _artwork(self, seal: Seal, license_: License) -> Artwork:
        picture = self.seals.artwork(seal.id)
        return picture or self.draw(seal.design, texts_of(seal, license_), seal.colour)

    def _put_to_use(self, actor: Actor, made: Seal) -> Seal:
        active = replace(made, state=SealState.ACTIVE, activated_at=self.clock())
        self.seals.write(active)
        self.chronicle.write(actor, SealChange.ACTIVATE, active, _IN_USE, made.state)
        return active

    def _replace(self, actor: Actor, old: Seal, new: Seal) -> None:
        if old.state not in TRANSITIONS[SealChange.CANCEL].leads:
            return
        cancelled = replace(old, state=SealState.CANCELLED)
        self.seals.move(old.id, SealState.CANCELLED)
        evidence = {"replaced_by": new.id, "revocation_reason": RevocationReason.SUPERSEDED.value}
        grounds = Grounds("已由新印章取代", {**evidence})
        self.chronicle.write(actor, SealChange.CANCEL, cancelled, grounds, old.state)
        self.maker.revoke(old.id)

    def _fail(self, seal: Seal, refusal: Refused) -> Seal:
        if seal.state is not SealState.APPLIED:
            return seal
        failed = replace(seal, state=SealState.FAILED, failure=refusal.as_json())
        self.seals.write(failed)
        actor = process("signer", seal.organisation_id)
        grounds = Grounds(refusal.message.zh, {"code": refusal.code})
        self.chronicle.write(actor, SealChange.FAIL, failed, grounds, seal.state)
        return failed


def _made(seal: Seal, artwork: Artwork, issued: IssuedSeal, license_: License) -> Seal:
    return replace(
        seal,
        state=SealState.MADE,
        artwork_sha256=artwork.sha256,
        width_mm=artwork.width_mm,
        height_mm=artwork.height_mm,
        key_id=issued.key_id,
        certificate_sha256=issued.certificate_sha256,
        expires_at=_end(issued.not_after, term_end(license_.face.term)),
    )


def _end(certificate: datetime, term: datetime | None) -> datetime:
    return certificate if term is None else min(certificate, term)
