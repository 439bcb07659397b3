"""The signer dies, ends or lags behind; all its steps are tried."""

import socket

import pytest

from sealservice.kernel.facts import Fact
from sealservice.sealing.steps import Step
from tests.chaos.conftest import Tell
from tests.chaos.site import Site

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]

_LOGGED = {
    Step.CONSUMED: Fact.INTENT_COMMITTED,
    Step.USED: Fact.SEAL_USED,
    Step.COMPLETED: Fact.ORDER_COMPLETED,
}
"""What the log says from a step on, and not before."""


def test_signer_killed_at_each_step(site: Site, tell: Tell) -> None:
    """One order, whose signer dies at every step on its way, becomes one record."""
    order = site.approved()
    expected = {Fact.ORDER_PLACED, Fact.ORDER_APPROVED}
    for step in Step:
        with site.signer(step) as signer:
            signer.wait_until_halted(step)
            signer.kill()
        tell("signer, `kill -9`", step, site.seen(order), "sealed once")
        expected |= {_LOGGED[step]} if step in _LOGGED else set()
        assert set(site.facts(order)) == expected
    site.prove_sealed(order)


def test_signer_told_to_stop(site: Site, tell: Tell) -> None:
    """A signer that is told to stop finishes what it began; nothing fails for its going."""
    order = site.approved()
    with site.signer(Step.USED) as signer:
        signer.wait_until_halted(Step.USED)
        signer.terminate()
        signer.go_on()
        signer.end()
    seen = site.seen(order)
    site.prove_sealed(order)
    tell("signer, `SIGTERM`; it works on to the end", Step.USED, seen, "sealed once")


@pytest.mark.parametrize("step", [Step.APPROVED, Step.VERIFIED])
def test_signer_believed_dead(site: Site, tell: Tell, step: Step) -> None:
    """A signer that stood still goes on after another took its order up: one result stands."""
    order = site.approved()
    with site.signer(step) as slow:
        slow.wait_until_halted(step)
        seen = site.seen(order)
        with site.signer(SEALSERVICE_SIGNER_LISTEN=_free_address()):
            site.prove_sealed(order)
            slow.go_on()
            site.wait_for_no_jobs(order)
    site.prove_sealed(order)
    tell("signer, stands still; a second one is started", step, seen, "sealed once")


def _free_address() -> str:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{chosen.getsockname()[1]}"
