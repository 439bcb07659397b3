"""Worlds in which one of the two presses does everything."""

import dataclasses

import pytest

from sealservice.sealing.press.additions import FastAdditions
from sealservice.sealing.press.declined import Reason
from sealservice.sealing.press.preparation import FastPreparation
from sealservice.sealing.pyhanko_press import PyHankoAdditions
from tests.world_press import PressWorld

PRESSES = ["fast", "pyhanko"]


def pressed_by(world: PressWorld, press: str) -> PressWorld:
    """Return a world in which one of the two presses does everything, and never the other."""
    if press == "pyhanko":
        alone = dataclasses.replace(world.press, faster=None)
        return dataclasses.replace(world, press=alone, preparation=None)

    def declined(reason: Reason) -> None:
        pytest.fail(f"the fast press declines: {reason}")

    limits = world.press.limits
    additions = FastAdditions(PyHankoAdditions(world.press.sandbox, limits), limits, declined)
    fast = FastPreparation(world.press, limits, declined)
    faster = dataclasses.replace(world.press, faster=additions)
    return dataclasses.replace(world, press=faster, preparation=fast)
