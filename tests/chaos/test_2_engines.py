"""PostgreSQL and SeaweedFS die while a signer works, or everything does."""

import pytest

from sealservice.sealing.model import OrderState
from sealservice.sealing.steps import Step
from tests.chaos.conftest import Tell
from tests.chaos.site import Site

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]


def test_database_killed(site: Site, tell: Tell) -> None:
    """A signer that loses the database, also inside a transaction, goes on when it is back."""
    steps = (Step.APPROVED, Step.SIGNED, Step.VERIFIED, Step.RECORDED)
    order = site.approved()
    with site.signer(*steps) as signer:
        for step in steps:
            signer.wait_until_halted(step)
            site.kill(site.postgres)
            tell("PostgreSQL, `kill -9`", step, site.seen(order), "sealed once")
            signer.go_on()
            site.postgres.ensure()
        site.prove_sealed(order)


def test_store_killed(site: Site, tell: Tell) -> None:
    """A signer that loses the object store goes on when it is back."""
    steps = (Step.CONSUMED, Step.VERIFIED, Step.ARCHIVED)
    order = site.approved()
    with site.signer(*steps) as signer:
        for step in steps:
            signer.wait_until_halted(step)
            site.kill(site.seaweed)
            tell("SeaweedFS, `kill -9`", step, site.seen(order), "sealed once")
            signer.go_on()
            site.seaweed.ensure()
        site.prove_sealed(order)


def test_everything_killed(site: Site, tell: Tell) -> None:
    """After a power cut right behind the archiving, what was archived is found and stands."""
    order = site.approved()
    with site.signer(Step.ARCHIVED) as signer:
        signer.wait_until_halted(Step.ARCHIVED)
        signer.kill()
        site.kill(site.postgres, site.seaweed)
    seen = site.seen(order)
    site.postgres.ensure()
    site.seaweed.ensure()
    assert site.now(order).state is OrderState.SEALING
    before = site.versions(order)
    with site.signer():
        site.prove_sealed(order)
    assert site.versions(order) == before
    tell("signer and both engines, `kill -9`", Step.ARCHIVED, seen, "sealed once")
