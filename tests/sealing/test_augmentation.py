"""Signatures that are there are brought to a higher level, by adding to the document only."""

from dataclasses import replace

import pytest

from sealservice.kernel.actor import Actor, ActorKind, PermissionMissing
from sealservice.kernel.errors import SealserviceError
from sealservice.kernel.facts import Fact
from sealservice.sealing.augmentation import AugmentationService
from sealservice.sealing.augmentation_errors import (
    ChainUnknown,
    LevelReached,
    LevelUnfit,
    NothingSigned,
    StatusMissing,
)
from sealservice.sealing.errors import EarlierSignatureBroken
from sealservice.sealing.model import CoordinatePlacement, Level
from sealservice.sealing.pyhanko_press import PyHankoAdditions
from sealservice.sealing.terms import Certification, Restrictions
from tests.sealing.pages import typeset
from tests.sealing.press_checks import accepted
from tests.world import CLERK, World
from tests.world_press import PressWorld
from tests.world_verification import SIGNED, SignedWorld


@pytest.fixture(scope="module")
def outside(world: PressWorld) -> World:
    """Give a world of its own on the shared press."""
    return World(world)


@pytest.fixture(scope="module")
def augmentation(outside: World) -> AugmentationService:
    """Give the use case."""
    press = outside.press.press
    return AugmentationService(
        sandbox=press.sandbox,
        additions=PyHankoAdditions(press.sandbox, press.limits),
        timestamps=press.timestamps,
        revocation=press.revocation,
        check=outside.check,
        roots=(outside.press.root,),
        audit=outside.audit,
        transaction=outside.orders.transaction,
        clock=outside.clock,
        limits=press.limits,
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Level.B_B, Level.B_T),
        (Level.B_B, Level.B_LT),
        (Level.B_B, Level.B_LTA),
        (Level.B_T, Level.B_LTA),
        (Level.B_LT, Level.B_LTA),
        (Level.B_LTA, Level.B_LTA),
    ],
)
def test_each_level_leads_to_each_higher_one(
    world: PressWorld, augmentation: AugmentationService, before: Level, after: Level
) -> None:
    """What was there is an exact prefix, and pdfsig, qpdf, openssl and our verifier accept it."""
    sealed = world.seal(typeset(), before)
    augmented = augmentation.augmented("合同.pdf", sealed, after)
    assert augmented.pdf.startswith(sealed)
    assert len(augmented.pdf) > len(sealed)
    (signature,) = [one for one in augmented.report.signatures if one.kind == "signature"]
    assert signature.level == after.value
    accepted(augmented.pdf, world, ["Seal1"])


def test_several_signatures_of_different_levels(
    world: PressWorld, augmentation: AugmentationService
) -> None:
    """All of them reach the level; the one that had it keeps it."""
    first = world.seal(typeset(), Level.B_LTA, CoordinatePlacement("1", 27, 170))
    second = world.seal(first, Level.B_B, CoordinatePlacement("1", 123, 170))
    augmented = augmentation.augmented("合同.pdf", second, Level.B_LTA)
    levels = {one.level for one in augmented.report.signatures if one.kind == "signature"}
    assert levels == {"B-LTA"}
    accepted(augmented.pdf, world, ["Seal1", "Seal2"])


def test_a_document_certified_against_any_change(
    world: PressWorld, augmentation: AugmentationService
) -> None:
    """A DSS and document timestamps are always allowed, under P = 1 too."""
    source = typeset()
    terms = Restrictions(Certification.NO_CHANGES)
    prepared = world.prepare(source, level=Level.B_B, restrictions=terms)
    sealed = world.sign(source, prepared, Level.B_B)
    augmented = augmentation.augmented("合同.pdf", sealed, Level.B_LTA)
    accepted(augmented.pdf, world, ["Seal1"])


def test_what_was_added_is_logged(
    world: PressWorld, outside: World, augmentation: AugmentationService
) -> None:
    """Who did it, to which level, and both digests."""
    augmentation.augment(CLERK, "合同.pdf", world.seal(typeset()), Level.B_T)
    assert outside.audit.words()[-1] is Fact.DOCUMENT_AUGMENTED


def test_nobody_without_the_permission(augmentation: AugmentationService) -> None:
    """It uses our timestamps, so it is not for everybody."""
    nobody = Actor(ActorKind.API_KEY, "key", "org_1", frozenset())
    with pytest.raises(PermissionMissing):
        augmentation.augment(nobody, "合同.pdf", typeset(), Level.B_T)


def test_refusals(world: PressWorld, augmentation: AugmentationService) -> None:
    """Each reason has its name, and nothing is returned."""
    sealed = world.seal(typeset(), Level.B_LT)
    broken = sealed.replace(b"/Type", b"/Tipe", 1)

    def refused(pdf: bytes, level: Level) -> type[SealserviceError]:
        with pytest.raises(SealserviceError) as caught:
            augmentation.augmented("合同.pdf", pdf, level)
        return type(caught.value)

    assert refused(typeset(), Level.B_T) is NothingSigned
    assert refused(sealed, Level.B_B) is LevelUnfit
    assert refused(sealed, Level.B_T) is LevelReached
    assert refused(sealed, Level.B_LT) is LevelReached
    assert refused(broken, Level.B_LTA) is EarlierSignatureBroken
    assert refused(b"%PDF-1.7 nothing", Level.B_LTA) is EarlierSignatureBroken


def test_signatures_of_others(world: PressWorld, augmentation: AugmentationService) -> None:
    """Without the root of their issuers, or leave to ask these, the reason is told."""
    others = SignedWorld()
    signed = others.sign(typeset(), stamped=SIGNED)
    with pytest.raises(ChainUnknown) as unknown:
        augmentation.augmented("合同.pdf", signed, Level.B_LTA)
    assert unknown.value.fields == {"field": "Seal1"}
    knowing = replace(augmentation, roots=(others.root.der, world.root))
    with pytest.raises(StatusMissing):
        knowing.augmented("合同.pdf", signed, Level.B_LTA)
    stamped = augmentation.augmented("合同.pdf", others.sign(typeset()), Level.B_T)
    assert [one.level for one in stamped.report.signatures if one.field == "Seal1"] == ["B-T"]
