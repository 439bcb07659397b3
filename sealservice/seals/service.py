"""Apply for a seal, have one replaced, find it.

1. What can be refused is refused here: texts that the kind does not take, a name that cannot be
   drawn, a twin. So the artwork is drawn here once and drawn again, or kept, when it is made.
2. The license's holder owns the seal; the maker (制章者) is whoever runs this, by name and code.
3. Replacing a seal (new name, new legal representative, nearly expired): the old one stops being
   usable at once; when the new one is made, the old one is cancelled and its certificate revoked.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from sealservice.kernel.actor import Actor, Permission
from sealservice.kernel.clock import Clock
from sealservice.kernel.ids import new_id
from sealservice.kernel.json import JsonObject
from sealservice.kernel.transaction import Transaction
from sealservice.licenses.errors import LicenseNotFound
from sealservice.licenses.model import License, LicenseStatus
from sealservice.licenses.ports import LicenseStore
from sealservice.licenses.term import term_end
from sealservice.limits import Limits
from sealservice.seals.artwork import Artwork, SealTexts
from sealservice.seals.chronicle import Chronicle
from sealservice.seals.colour import Colour
from sealservice.seals.errors import (
    LicenseNotInForce,
    LicenseTermOver,
    SealChangeRefused,
    SealExists,
    SealNotFound,
)
from sealservice.seals.kinds import NOTHING_OF_ITS_OWN, Wanted, design_of, line_of, texts_of
from sealservice.seals.lifecycle import REMAKABLE
from sealservice.seals.model import (
    IMPORTED,
    KIND_NAMES,
    STATE_NAMES,
    Grounds,
    Seal,
    SealChange,
    SealKind,
    SealMakerName,
    SealState,
)
from sealservice.seals.ports import SealMaker, SealStore

Draw = Callable[[str, SealTexts, Colour], Artwork]
"""``draw(design, texts, colour)`` gives the artwork of a seal."""


def new_seal_code(area: str, maker: str = "001") -> str:
    """Return 13 digits: 4 of the area, 3 of the maker, 6 of a serial (DOMAIN: opaque, unique)."""
    return f"{area[:4]}{maker}{secrets.randbelow(1_000_000):06d}"


@dataclass(frozen=True, slots=True)
class SealWish:
    """What a seal is to be; as it stands, the usual official seal."""

    kind: SealKind = SealKind.OFFICIAL
    wanted: Wanted = NOTHING_OF_ITS_OWN
    design: str | None = None
    """Id of a design of this kind; None: the usual one."""
    colour: Colour = Colour.RED
    picture: Artwork | None = None
    """The picture of a seal that exists already, in place of a design."""
    reason: str = "申请制章"
    evidence: JsonObject = field(default_factory=dict)
    """What shows that it may be had, e.g. ``reference``."""


OFFICIAL: Final = SealWish()


@dataclass(frozen=True, slots=True)
class SealService:
    """Use cases of applying for and finding seals; holds no key."""

    seals: SealStore
    licenses: LicenseStore
    maker: SealMaker
    draw: Draw
    chronicle: Chronicle
    transaction: Transaction
    clock: Clock
    maker_name: SealMakerName
    limits: Limits

    def apply(self, actor: Actor, license_id: str, wish: SealWish = OFFICIAL) -> Seal:
        """Apply for a seal of a license and have the signer make it.

        Raises:
            LicenseNotFound: there is none of that id in the actor's organisation.
            LicenseNotInForce, LicenseTermOver: the license is not in force.
            SealExists: the license has a live seal of this kind and text.
            SealFieldsUnfit, FieldsInvalid: the texts, number or design do not fit the kind.
            Refused: a text does not fit its place or has a character without a glyph.
            SealCodeTaken: the code that was drawn has an owner; apply again.
        """
        seal, _ = self.rehearse(actor, license_id, wish)
        with self.transaction():
            self._add(actor, seal, wish.picture, Grounds(wish.reason, wish.evidence))
        return seal

    def rehearse(
        self, actor: Actor, license_id: str, wish: SealWish = OFFICIAL
    ) -> tuple[Seal, Artwork]:
        """Return the seal that ``apply`` would apply for, and its drawing; nothing is kept.

        Its id and seal code are none: the next one gets others.

        Raises:
            Refused: as ``apply``.
        """
        actor.require(Permission.SEALS_WRITE)
        license_ = self._license(actor, license_id)
        line = line_of(wish.kind, wish.wanted, license_, self.limits)
        twin = self.seals.twin(license_.id, wish.kind, line)
        if twin is not None:
            name = KIND_NAMES[wish.kind]
            raise SealExists(kind_zh=name.zh, kind_en=name.en, seal_id=twin.id)
        blank = self._blank(license_, wish, line)
        artwork = wish.picture or self._drawing(blank, license_)
        return _sized(blank, artwork), artwork

    def remake(
        self, actor: Actor, seal_id: str, grounds: Grounds, picture: Artwork | None = None
    ) -> Seal:
        """Apply for the seal that takes another one's place; that one cannot be used any more.

        Raises:
            SealNotFound: there is none of that id in the actor's organisation.
            SealChangeRefused: it is not made yet, or at its end.
            Refused: as ``apply``.
        """
        actor.require(Permission.SEALS_WRITE)
        with self.transaction():
            old = self._replaceable(actor, seal_id)
            seal, _ = self._successor(actor, old, picture)
            if old.state is SealState.ACTIVE:
                self.seals.move(old.id, SealState.SUSPENDED)
                stopped = replace(old, state=SealState.SUSPENDED)
                self.chronicle.write(actor, SealChange.SUSPEND, stopped, grounds, old.state)
            detail: JsonObject = {**grounds.evidence, "replaces": old.id}
            self._add(actor, seal, picture, Grounds(grounds.reason, detail))
        return seal

    def successor(self, actor: Actor, seal_id: str) -> Artwork:
        """Return how the seal would look that ``remake`` applies for; nothing is kept.

        Raises:
            Refused: as ``remake``.
        """
        actor.require(Permission.SEALS_WRITE)
        with self.transaction():
            return self._successor(actor, self._replaceable(actor, seal_id), None)[1]

    def show(self, actor: Actor, seal_id: str) -> Seal:
        """Return one seal as it stands now.

        Raises:
            SealNotFound: there is none of that id in the actor's organisation.
        """
        actor.require(Permission.SEALS_READ)
        seal = self.seals.by_id(seal_id, actor.organisation_id)
        if seal is None:
            raise SealNotFound(seal_id=seal_id)
        return seal.at(self.clock())

    def artwork(self, actor: Actor, seal_id: str) -> Artwork:
        """Return the drawing of a seal: the kept one, or what it will be when it is made.

        Raises:
            SealNotFound: there is none of that id in the actor's organisation.
        """
        seal = self.show(actor, seal_id)
        kept = self.seals.artwork(seal.id)
        if kept is not None:
            return kept
        return self._drawing(seal, self._found(actor, seal.license_id))

    def page(self, actor: Actor, after: str | None, limit: int) -> list[Seal]:
        """Return seals in order of birth, behind the id ``after``, as they stand now."""
        actor.require(Permission.SEALS_READ)
        now = self.clock()
        return [seal.at(now) for seal in self.seals.page(actor.organisation_id, after, limit)]

    def of_license(self, actor: Actor, license_id: str) -> list[Seal]:
        """Return the seals of a license in order of birth, as they stand now.

        Raises:
            PermissionMissing: the actor may not read seals.
        """
        actor.require(Permission.SEALS_READ)
        now = self.clock()
        found = self.seals.of_license(actor.organisation_id, license_id)
        return [seal.at(now) for seal in found]

    def _license(self, actor: Actor, license_id: str) -> License:
        license_ = self._found(actor, license_id)
        if license_.status is not LicenseStatus.ACTIVE:
            raise LicenseNotInForce(license_id=license_id)
        end = term_end(license_.face.term)
        if end is not None and end <= self.clock():
            raise LicenseTermOver(license_id=license_id, term=license_.face.term)
        return license_

    def _found(self, actor: Actor, license_id: str) -> License:
        license_ = self.licenses.get(actor.organisation_id, license_id)
        if license_ is None:
            raise LicenseNotFound(license_id=license_id)
        return license_

    def _replaceable(self, actor: Actor, seal_id: str) -> Seal:
        seal = self.seals.lock(seal_id, exclusive=True)
        if seal is None or seal.organisation_id != actor.organisation_id:
            raise SealNotFound(seal_id=seal_id)
        state = seal.at(self.clock()).state
        if state not in REMAKABLE:
            name = STATE_NAMES[state]
            raise SealChangeRefused(
                seal_id=seal_id,
                change_zh="重新制作",
                change_en="be remade",
                state_zh=name.zh,
                state_en=name.en,
            )
        return seal

    def _successor(self, actor: Actor, old: Seal, picture: Artwork | None) -> tuple[Seal, Artwork]:
        license_ = self._license(actor, old.license_id)
        wish = SealWish(old.kind, colour=old.colour, design=_design_again(old), picture=picture)
        names_whom = old.kind is SealKind.LEGAL_REPRESENTATIVE
        line = license_.representative if names_whom else old.line
        blank = replace(self._blank(license_, wish, line), replaces=old.id)
        artwork = picture or self._drawing(blank, license_)
        return _sized(blank, artwork), artwork

    def _blank(self, license_: License, wish: SealWish, line: str) -> Seal:
        usual = wish.design if wish.picture is None else None
        return Seal(
            id=new_id("seal"),
            organisation_id=license_.organisation_id,
            license_id=license_.id,
            kind=wish.kind,
            name=license_.name,
            state=SealState.APPLIED,
            seal_code=new_seal_code(license_.uscc[2:6], self.maker_name.code),
            created_at=self.clock(),
            width_mm=0,
            height_mm=0,
            design=IMPORTED if wish.picture else design_of(wish.kind, usual),
            colour=wish.colour,
            line=line,
            maker=self.maker_name,
        )

    def _drawing(self, seal: Seal, license_: License) -> Artwork:
        return self.draw(seal.design, texts_of(seal, license_), seal.colour)

    def _add(self, actor: Actor, seal: Seal, picture: Artwork | None, grounds: Grounds) -> None:
        self.seals.add(seal, picture)
        evidence: JsonObject = {"license_id": seal.license_id, **grounds.evidence}
        self.chronicle.write(actor, SealChange.APPLY, seal, Grounds(grounds.reason, evidence), None)
        self.maker.ask(seal.id)


def _sized(seal: Seal, artwork: Artwork) -> Seal:
    return replace(seal, width_mm=artwork.width_mm, height_mm=artwork.height_mm)


def _design_again(seal: Seal) -> str | None:
    return None if seal.design == IMPORTED else seal.design
