"""Bodies are bounded in size and time while they are read."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from sealservice.limits import Limits
from tests.api.conftest import Caller
from tests.edge_client import EdgeClient
from tests.world_edges import PUBLIC_URL, EdgeWorld, bearer
from tests.world_verification import blank_pdf

pytestmark = pytest.mark.security

SMALL = Limits(
    document_bytes=20_000, verified_bytes=20_000, body_bytes=2_000, body_idle_seconds=0.1
)


@pytest.fixture
def world() -> EdgeWorld:
    """Give a world with small limits."""
    return EdgeWorld(limits=SMALL)


def test_document_over_the_limit(ours: Caller, client: EdgeClient) -> None:
    """A PDF over the limit is refused, raw or in a form; at the limit it is read."""
    for size, status in ((20_001, 413), (20_000, 422)):
        assert ours.upload(b"x" * size).status_code == status
        form = {"file": ("a.pdf", b"x" * size, "application/pdf")}
        headers = bearer(ours.key, **{"Idempotency-Key": f"f{size}"})
        assert client.post("/api/v1/documents", files=form, headers=headers).status_code == status


def test_json_over_the_limit(ours: Caller) -> None:
    """A body that is no document may be much smaller only."""
    answer = ours.post("/licenses", {"name": "长" * 2_000})
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")
    assert answer.headers["connection"] == "close"


def test_endless_body_is_cut_off(client: EdgeClient) -> None:
    """Chunks without end are read up to the limit and no further."""
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield b"x" * 1_000

    headers = {"Content-Type": "application/pdf"}
    answer = client.post("/api/v1/verifications", content=endless(), headers=headers)
    assert answer.status_code == 413
    assert read < 100


def test_false_content_length_does_not_matter(client: EdgeClient) -> None:
    """What counts is what arrives, whatever was announced."""
    headers = {"Content-Type": "application/pdf", "Content-Length": "10"}
    answer = client.post("/api/v1/verifications", content=b"x" * 200_000, headers=headers)
    assert answer.status_code == 413


def test_slow_body_times_out(client: EdgeClient) -> None:
    """A client that stops sending is told so, and does not hold the server."""

    async def stalled() -> AsyncIterator[bytes]:
        yield b"%PDF-"
        await asyncio.sleep(60)
        yield b"1.7"

    headers = {"Content-Type": "application/pdf"}
    answer = client.post("/api/v1/verifications", content=stalled(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (408, "body_too_slow")


def test_trickling_body_times_out() -> None:
    """A client that sends a byte now and then has a limit altogether, too."""
    limits = Limits(body_idle_seconds=5, body_seconds=0.3)
    client = EdgeClient(EdgeWorld(limits=limits).web(), PUBLIC_URL)

    async def trickle() -> AsyncIterator[bytes]:
        while True:
            yield b"x"
            await asyncio.sleep(0.02)

    headers = {"Content-Type": "application/pdf"}
    answer = client.post("/api/v1/verifications", content=trickle(), headers=headers)
    assert answer.status_code == 408


@pytest.mark.parametrize("kind", ["text/html", "", "application/json", "image/png"])
def test_other_kinds_are_unsupported(client: EdgeClient, kind: str) -> None:
    """A document is sent as a PDF or in a form; anything else is 415."""
    answer = client.post(
        "/api/v1/verifications", content=blank_pdf(), headers={"Content-Type": kind}
    )
    assert (answer.status_code, answer.json()["code"]) == (415, "media_type_unsupported")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"nonsense", "multipart/form-data; boundary=x"),
        (b"nonsense", "multipart/form-data"),
        (b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\nabc\r\n--x--\r\n',
         "multipart/form-data; boundary=x"),
    ],
)  # fmt: skip
def test_broken_forms_are_malformed(client: EdgeClient, body: bytes, kind: str) -> None:
    """A form without a readable file is refused as malformed."""
    answer = client.post("/api/v1/verifications", content=body, headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["code"]) == (400, "body_malformed")
