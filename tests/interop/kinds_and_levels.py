"""Documents sealed with further kinds of keys, and such as got their level, or a new one, later."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from sealservice.sealing.augmentation import AugmentationService
from sealservice.sealing.model import CoordinatePlacement, Level
from sealservice.sealing.pyhanko_press import PyHankoAdditions
from sealservice.trust.domain import chain
from sealservice.trust.model import KeyAlgorithm
from tests.sealing.pages import typeset
from tests.world import World
from tests.world_press import PressWorld

KINDS: Final = {"p384": KeyAlgorithm.P384, "ed25519": KeyAlgorithm.ED25519}
PLACE: Final = CoordinatePlacement("1", 75, 170)


def by_other_keys(world: PressWorld) -> Iterator[tuple[str, bytes]]:
    """Seal with keys of other kinds than the authorities have."""
    for name, algorithm in KINDS.items():
        yield name, _with_key(world, algorithm).seal(typeset(), Level.B_LTA, PLACE)


def later(world: PressWorld) -> Iterator[tuple[str, bytes]]:
    """Raise a plain seal to the highest level, and renew what has it already."""
    service = _augmentation(World(world))
    for name, before in (("augmented", Level.B_B), ("renewed", Level.B_LTA)):
        sealed = world.seal(typeset(), before, PLACE)
        yield name, service.augmented(f"{name}.pdf", sealed, Level.B_LTA).pdf


def _with_key(world: PressWorld, algorithm: KeyAlgorithm) -> PressWorld:
    """Return the world with another seal, of the same authority."""
    trust, shipped = world.trust, world.trust.plan
    trust.plan = replace(shipped, seal_profile=replace(shipped.seal_profile, algorithm=algorithm))
    certificate = trust.seal_certificate()
    trust.plan = shipped
    leaf, *issuers = (link.der for link in chain(trust.certificates, certificate))
    die = replace(world.die, certificate=leaf, chain=tuple(issuers), algorithm=algorithm)
    return replace(world, die=die, key=world.keys.open(certificate.key_id, leaf))


def _augmentation(world: World) -> AugmentationService:
    press = world.press.press
    return AugmentationService(
        sandbox=press.sandbox,
        additions=PyHankoAdditions(press.sandbox, press.limits),
        timestamps=press.timestamps,
        revocation=press.revocation,
        check=world.check,
        roots=(world.press.root,),
        audit=world.audit,
        transaction=world.orders.transaction,
        clock=world.clock,
        limits=press.limits,
    )
