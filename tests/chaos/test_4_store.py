"""The way to the object store breaks while a record is put."""

import pytest

from sealservice.infra.processes import ProcessKind
from sealservice.infra.stores import RECORDS
from sealservice.sealing.steps import Step
from tests.chaos.conftest import Tell
from tests.chaos.faulty_store import Fault, faulty_store
from tests.chaos.processes import wait_for
from tests.chaos.site import Site

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]

_WORDS = {
    Fault.RESET: "S3, connection reset in the middle of the upload",
    Fault.BLACK_HOLE: "S3, takes the upload and never answers",
    Fault.ERROR: "S3, answers 500",
    Fault.LOST_ANSWER: "S3, stores, but its answer is lost",
}


def test_faulty_way_to_the_store(site: Site, tell: Tell) -> None:
    """However a put breaks, the order waits, and is sealed when the store is well again."""
    endpoint = site.installation.accounts[ProcessKind.SIGNER].endpoint
    with faulty_store(endpoint, RECORDS) as way, site.signer(SEALSERVICE_S3_ENDPOINT=way.url):
        for fault in Fault:
            way.break_by(fault)
            order = site.approved()
            wait_for(lambda: way.hits > 1, f"puts that meet {fault}")
            if fault is not Fault.LOST_ANSWER:
                assert site.versions(order) == []
            seen = site.seen(order)
            way.break_by(None)
            site.prove_sealed(order)
            tell(_WORDS[fault], Step.VERIFIED, seen, "sealed once")
