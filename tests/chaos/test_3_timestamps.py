"""A time-stamping authority that is away, slow, or not to be believed."""

import pytest

from sealservice.sealing.steps import Step
from tests.chaos.conftest import Tell
from tests.chaos.faulty_tsa import Fault, faulty_tsa
from tests.chaos.site import Site

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]

_WORDS = {
    Fault.DEAD: "TSA, nobody listens",
    Fault.HANGS_UP: "TSA, hangs up",
    Fault.SLOW: "TSA, slower than the time-out",
    Fault.WRONG_NONCE: "TSA, answers with another nonce",
    Fault.WRONG_TIME: "TSA, its clock is ten minutes slow",
}


def test_faulty_timestamp_authority(site: Site, tell: Tell) -> None:
    """Without an acceptable token an order fails and says why; the next one is sealed."""
    with faulty_tsa(site.installation) as tsa, site.signer(SEALSERVICE_TSA_URL=tsa.url):
        for fault in Fault:
            tsa.break_by(fault)
            why = site.prove_refused(site.approved(), "timestamp_unavailable")
            tell(
                _WORDS[fault],
                Step.USED,
                why,
                "refused; the same document can be sealed later",
            )
        tsa.break_by(None)
        site.prove_sealed(site.approved())
