"""The web process and the worker die; neither holds anything that is not in the engines."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from sealservice.infra.processes import ProcessKind
from sealservice.infra.stores import DOCUMENTS
from sealservice.kernel.actor import Permission
from sealservice.sealing.steps import Step
from tests.chaos.conftest import Tell
from tests.chaos.faulty_store import Fault, faulty_store
from tests.chaos.processes import SECONDS, wait_for
from tests.chaos.site import Site
from tests.sealing.pages import typeset

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(600)]

AGAIN = {"Idempotency-Key": "the-one-and-only-document"}


@pytest.fixture(scope="module")
def client(site: Site) -> Iterator[httpx.Client]:
    """Give a client of the API with a key of its own."""
    scopes = frozenset({Permission.DOCUMENTS_WRITE, Permission.ORDERS_READ})
    _key, secret = site.at_hand.api_keys.create_api_key(site.actor, "chaos", scopes)
    with httpx.Client(
        base_url=f"{site.installation.public_url}/api/v1",
        headers={"Authorization": f"Bearer {secret}", "Content-Type": "application/pdf"},
        timeout=SECONDS,
        trust_env=False,
    ) as client:
        yield client


def test_web_and_worker_killed(site: Site, client: httpx.Client, tell: Tell) -> None:
    """An order is sealed without them; when they are back its outcome is told."""
    order = site.approved()
    with site.web() as web, site.worker() as worker, site.signer(Step.SIGNED) as signer:
        signer.wait_until_halted(Step.SIGNED)
        web.kill()
        worker.kill()
        signer.go_on()
        site.prove_sealed(order)
    with site.web(), site.worker():
        assert client.get(f"/sealing-orders/{order.id}").json()["state"] == "done"
    tell("web and worker, `kill -9`", Step.SIGNED, "no answer", "sealed once")


def test_web_killed_in_the_middle_of_a_request(
    site: Site, client: httpx.Client, tell: Tell
) -> None:
    """Sent again with the same Idempotency-Key, the request is done once."""

    def send() -> httpx.Response:
        return client.post("/documents?filename=a.pdf", content=typeset(), headers=AGAIN)

    endpoint = site.installation.accounts[ProcessKind.WEB].endpoint
    with faulty_store(endpoint, DOCUMENTS) as way, ThreadPoolExecutor(1) as elsewhere:
        with site.web(SEALSERVICE_S3_ENDPOINT=way.url) as web:
            way.break_by(Fault.BLACK_HOLE)
            sent = elsewhere.submit(send)
            wait_for(lambda: way.hits > 0, "the document is on its way to the store")
            web.kill()
        with pytest.raises(httpx.TransportError):
            sent.result(SECONDS)
    with site.web():
        first, second = send(), send()
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    tell(
        "web, `kill -9`",
        "in the middle of an upload",
        "the connection breaks",
        "sent again: stored once",
    )
