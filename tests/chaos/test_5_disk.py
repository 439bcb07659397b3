"""No space is left for either engine."""

import pytest

from sealservice.sealing.steps import Step
from tests.chaos.conftest import Disk, Tell
from tests.chaos.processes import wait_for
from tests.chaos.site import Site

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]


def test_disk_full(site: Site, disk: Disk, tell: Tell) -> None:
    """On a full disk nothing is sealed by half; with space again the order goes on."""
    order = site.approved()
    with site.signer(Step.VERIFIED) as signer:
        signer.wait_until_halted(Step.VERIFIED)
        disk.fill()
        signer.go_on()
        wait_for(lambda: "StoreUnavailable" in signer.log(), "the store refuses")
        seen = site.seen(order)
        disk.free()
        site.postgres.ensure()
        site.seaweed.ensure()
        site.prove_sealed(order)
    tell(
        "disk full, of both engines",
        Step.VERIFIED,
        seen,
        "sealed once, when there is space again",
    )
