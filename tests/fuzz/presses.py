"""The fast press reads documents by itself: what it does with hostile ones."""

from functools import cache

from sealservice.kernel.errors import SealserviceError
from sealservice.limits import Limits
from sealservice.sealing.model import Die, Mark
from sealservice.sealing.press.declined import Declined, Reason
from sealservice.sealing.press.preparation import FastPreparation
from sealservice.sealing.pyhanko_press import PyHankoPreparation
from sealservice.trust.model import KeyAlgorithm
from tests.sealing.press.conftest import MOMENT, placed
from tests.seals.drawings import sample
from tests.world_verification import InProcess


@cache
def _press() -> tuple[FastPreparation, Mark]:
    die = Die("seal_1", b"", (), KeyAlgorithm.P256, sample("official"))
    return FastPreparation(PyHankoPreparation(InProcess(), Limits()), Limits()), placed(die)


def press(data: bytes) -> None:
    """Prepare a document: it is prepared, or declined for a reason that somebody thought of."""
    fast, mark = _press()
    try:
        prepared = fast.prepare_here(data, (mark,), MOMENT)
    except Declined as declined:
        assert declined.reason is not Reason.UNFORESEEN  # noqa: PT017 - most are declined
    except SealserviceError:
        return
    else:
        assert all(one.revision.tail for one in prepared)
