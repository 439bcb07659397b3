"""The switch for fault tests cannot be left on by mistake."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sealservice.bootstrap.halting import halting
from sealservice.config import Environment, SettingInvalid, Settings
from sealservice.sealing.steps import Step, unwatched

HOME = Path("/nowhere")
PROGRAM = """
from pathlib import Path
from sealservice.bootstrap.halting import halting
from sealservice.config import Settings
from sealservice.sealing.steps import Step
reached = halting(Settings(home=Path("/nowhere"), halt_at="signed"))
for step in [*Step, *Step]:
    reached(step)
    print(step, flush=True)
"""


def test_without_the_setting_nothing_is_watched() -> None:
    """That is how every real signer runs."""
    assert halting(Settings(home=HOME)) is unwatched


@pytest.mark.parametrize("named", ["", "nonsense", "signed,nonsense", "signed, archived"])
def test_steps_that_are_none_are_refused(named: str) -> None:
    """A word that is no step is named, not passed over."""
    with pytest.raises(SettingInvalid):
        halting(Settings(home=HOME, halt_at=named))


def test_production_refuses_it() -> None:
    """A real signer never stops itself."""
    with pytest.raises(SettingInvalid):
        halting(Settings(home=HOME, environment=Environment.PRODUCTION, halt_at=Step.SIGNED))


def test_process_stops_at_the_step_once() -> None:
    """It stands still right there until it is told to go on, and does not stop again."""
    with subprocess.Popen([sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE) as process:
        _pid, status = os.waitpid(process.pid, os.WUNTRACED)
        assert os.WIFSTOPPED(status)
        process.send_signal(signal.SIGCONT)
        told, _ = process.communicate(timeout=60)
    assert told.decode().split() == [*Step, *Step]
