"""For fault tests only: a signer that stops itself at a named step, so that it can be killed there.

``SEALSERVICE_HALT_AT=signed,archived`` sends the process SIGSTOP the first time each of these steps
(``sealing/steps.py``) is done. Whoever asked for it kills it, or lets it go on with SIGCONT.
"""

import logging
import signal
from typing import Final

from sealservice.config import SettingInvalid, Settings
from sealservice.sealing.steps import Reached, Step, unwatched

_LOG: Final = logging.getLogger(__name__)


def halting(settings: Settings) -> Reached:
    """Return what stops this process at the steps that the settings name.

    Raises:
        SettingInvalid: there is no such step, or this is production.
    """
    named = settings.halt_at
    if named is None:
        return unwatched
    try:
        ahead = {Step(word) for word in named.split(",")}
    except ValueError:
        ahead = set()
    if not ahead or settings.is_production:
        raise SettingInvalid(name=f"{Settings.PREFIX}HALT_AT", value=named)
    _LOG.warning("for tests: this signer will stop itself at %s", named)

    def halt(step: Step) -> None:
        if step in ahead:
            ahead.remove(step)
            _LOG.warning("for tests: stopped at %s", step)
            signal.raise_signal(signal.SIGSTOP)

    return halt
