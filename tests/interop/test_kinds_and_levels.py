"""What the foreign judges say of other kinds of keys, and of levels that came later.

Where they say less than we do is written in ``docs/verification-differences.md``.
"""

from typing import Final

import pytest

from tests.interop.conftest import Opinions
from tests.interop.judges import FOREIGN, OURS, PADES
from tests.interop.test_foreign_judges import EVERYBODY, PASSED

pytestmark = [pytest.mark.interop, pytest.mark.timeout(1800)]

DOCUMENT_TIMESTAMPS: Final = {"p384": 1, "ed25519": 1, "augmented": 2, "renewed": 2}
"""What was raised from B-B has its first in place of a signature timestamp."""


@pytest.mark.parametrize("judge", EVERYBODY)
@pytest.mark.parametrize("name", ["p384", "renewed"])
def test_everybody_passes_at_the_highest_level(said: Opinions, name: str, judge: str) -> None:
    """A P-384 seal under P-256 authorities, and a file whose proof was prolonged: no remark."""
    (one,) = said[judge][name]
    assert (one.indication, one.level, one.messages) == (PASSED, f"{PADES}-LTA", ())


@pytest.mark.parametrize("judge", EVERYBODY)
@pytest.mark.parametrize("name", DOCUMENT_TIMESTAMPS)
def test_everybody_passes_every_document_timestamp(said: Opinions, name: str, judge: str) -> None:
    """Those that came later, too; and the first is what proves the seal's time."""
    (one,) = said[judge][name]
    assert one.document_timestamps == ("PASSED",) * DOCUMENT_TIMESTAMPS[name]
    assert one.time == said[OURS][name][0].time


@pytest.mark.parametrize("judge", EVERYBODY)
def test_everybody_passes_what_was_augmented(said: Opinions, judge: str) -> None:
    """From B-B to B-LTA; the judge with PDFBox reads levels T and above off the seal's CMS only."""
    (one,) = said[judge]["augmented"]
    level = "B" if judge == "pdfbox" else "LTA"
    assert (one.indication, one.level, one.messages) == (PASSED, f"{PADES}-{level}", ())


def test_everybody_can_read_ed25519(said: Opinions) -> None:
    """Bouncy Castle and we pass it; DSS finds it whole, but its policy does not list EdDSA."""
    (dss,), (pdfbox,), (ours,) = (said[judge]["ed25519"] for judge in EVERYBODY)
    for one in (pdfbox, ours):
        assert (one.indication, one.level, one.messages) == (PASSED, f"{PADES}-LTA", ())
    sub_indication = "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
    assert (dss.indication, dss.sub_indication) == ("INDETERMINATE", sub_indication)
    assert dss.messages[0].startswith("ASCCM_CAA_ANS: The algorithm EdDSA with SHA512")


@pytest.mark.parametrize("name", DOCUMENT_TIMESTAMPS)
def test_foreign_judges_find_all_statuses(said: Opinions, name: str) -> None:
    """Both find an answer for each certificate, whichever the key, and none revoked."""
    dss, pdfbox = (said[judge][name][0].statuses for judge in FOREIGN)
    assert dss == pdfbox
    assert dss
    assert not any(one["source"] == "none" or one["revoked"] for one in dss)
