"""Parts that are slow to start and are shared by the tests of sealing."""

from collections.abc import Iterator

import pytest

from sealservice.infra.inspection import SandboxedInspector
from sealservice.infra.sandbox import ForkedSandbox
from sealservice.limits import Limits
from tests.sealing.presses import PRESSES, pressed_by
from tests.world_press import PressWorld, press_world


@pytest.fixture(scope="session")
def sandbox() -> Iterator[ForkedSandbox]:
    """Give one sandbox."""
    sandbox = ForkedSandbox(Limits())
    yield sandbox
    sandbox.close()


@pytest.fixture(scope="session")
def world(sandbox: ForkedSandbox) -> Iterator[PressWorld]:
    """Give a press and a seal with a P-256 key."""
    with press_world("demonstration", sandbox) as world:
        yield world


@pytest.fixture(scope="session")
def inspector(sandbox: ForkedSandbox) -> SandboxedInspector:
    """Give an inspector that looks into documents in the sandbox."""
    return SandboxedInspector(sandbox, Limits())


@pytest.fixture(params=PRESSES)
def each_press(request: pytest.FixtureRequest, world: PressWorld) -> PressWorld:
    """Give a world for each press."""
    return pressed_by(world, request.param)
