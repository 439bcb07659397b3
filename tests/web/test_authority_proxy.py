"""The way from outside to the signer's listener: narrow, bounded, and honest when it is closed."""

from pathlib import Path

import httpx
import pytest
from cryptography.x509.ocsp import OCSPResponseStatus, load_der_ocsp_response

from sealservice.limits import Limits
from tests.edge_client import EdgeClient
from tests.witnesses import witness
from tests.world_edges import PUBLIC_URL, EdgeWorld


class Listener:
    """Stands for the signer: remembers what it was asked."""

    def __init__(self, answer: httpx.Response | None = None) -> None:
        self.asked: list[httpx.Request] = []
        self._answer = answer or httpx.Response(
            200, content=b"reply", headers={"content-type": "application/timestamp-reply"}
        )

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer always alike."""
        self.asked.append(request)
        return self._answer


def proxied(listener: Listener, limits: Limits | None = None) -> EdgeClient:
    """Return a client of a web process whose signer is the listener."""
    transport = httpx.MockTransport(listener)
    authority = httpx.AsyncClient(transport=transport, base_url="http://signer.internal")
    return EdgeClient(EdgeWorld(limits=limits or Limits()).web(authority), PUBLIC_URL)


@pytest.mark.parametrize(
    ("method", "path", "passed"),
    [
        ("POST", "/tsa", b"/tsa"),
        ("POST", "/ocsp/seal-ca", b"/ocsp/seal-ca"),
        ("GET", "/ocsp/seal-ca/MEow%2BSD%3D", b"/ocsp/seal-ca/MEow%2BSD%3D"),
        ("GET", "/ocsp/seal-ca/ME/w=", b"/ocsp/seal-ca/ME%2Fw%3D"),
        ("GET", "/crl/seal-ca.crl", b"/crl/seal-ca.crl"),
        ("GET", "/ca/seal-ca.cer", b"/ca/seal-ca.cer"),
    ],
)
def test_requests_are_passed_on(method: str, path: str, passed: bytes) -> None:
    """Method, address and body reach the signer; its answer comes back with its kind."""
    listener = Listener()
    body = b"query" if method == "POST" else None
    answer = proxied(listener).request(method, path, content=body)
    assert (answer.status_code, answer.content) == (200, b"reply")
    assert answer.headers["content-type"] == "application/timestamp-reply"
    (asked,) = listener.asked
    assert (asked.method, asked.url.raw_path, asked.content) == (method, passed, body or b"")
    assert "cookie" not in asked.headers


@pytest.mark.security
@pytest.mark.parametrize(
    "path",
    ["/ocsp/%2e%2e", "/ocsp/..%2fseal", "/crl/..%2f..%2fseal.crl", "/ca/a%3fb.cer", "/tsa/../seal",
     "/internal", "/ocsp/a/%0d%0aX", "/ca/A.cer"],
)  # fmt: skip
def test_nothing_else_reaches_the_signer(path: str) -> None:
    """Addresses that the trust domain cannot have stay outside."""
    listener = Listener()
    client = proxied(listener)
    for method in ("GET", "POST"):
        assert client.request(method, path).status_code in {404, 405, 422}
    assert listener.asked == []


@pytest.mark.security
def test_bodies_and_answers_are_bounded() -> None:
    """An oversized query does not reach the signer; an oversized answer does not come back."""
    listener = Listener()
    limits = Limits(body_bytes=5_000)
    assert proxied(listener, limits).post("/tsa", content=b"x" * 5_001).status_code == 413
    assert listener.asked == []
    large = Listener(httpx.Response(200, content=b"x" * 300_000))
    assert proxied(large).get("/crl/seal-ca.crl").status_code == 503


def test_absent_signer_answers_in_each_protocol(tmp_path: Path) -> None:
    """Time-stamp and status clients get 503 with a reply that others understand."""
    client = EdgeClient(EdgeWorld().web(), PUBLIC_URL)
    stamp, status = client.post("/tsa", content=b"x"), client.post("/ocsp/ca", content=b"x")
    for answer in (stamp, status, client.get("/crl/ca.crl"), client.get("/ca/ca.cer")):
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
    reply = tmp_path / "reply.tsr"
    reply.write_bytes(stamp.content)
    text = witness("openssl", "ts", "-reply", "-in", str(reply), "-text")
    assert "Status: Rejected." in text
    assert "system failure" in text.lower()
    assert load_der_ocsp_response(status.content).response_status is OCSPResponseStatus.TRY_LATER
    assert stamp.headers["content-type"] == "application/timestamp-reply"
    assert status.headers["content-type"] == "application/ocsp-response"
