"""SECURITY 27 and 28: a document, a certificate or an answer sends us nowhere.

Everything points to a listener on this machine that counts its visitors. Webhooks (29) are in
``tests/notifications``; letters go to the one server that the operator names, never elsewhere.
"""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from asn1crypto import x509
from fastapi import FastAPI, Response

from sealservice.infra.revocation import HttpRevocationSource
from sealservice.infra.s3 import ObjectStore, S3Account
from sealservice.infra.s3_errors import StoreUnavailable
from sealservice.infra.timestamps import HttpTimestampSource
from sealservice.kernel.clock import utc_now
from sealservice.limits import Limits
from sealservice.sealing.errors import RevocationUnavailable, TimestampUnavailable
from tests.authority_server import serving
from tests.command_line import call_here
from tests.security.listener import Listener, listening, pointing
from tests.security.served import House
from tests.world_verification import SIGNED, SignedWorld, Unit, root_unit

pytestmark = pytest.mark.security

OURS = "https://seal.example"


@pytest.fixture
def listener() -> Iterator[Listener]:
    """Give a listener that is known to count."""
    with listening() as listener:
        httpx.get(listener.url, trust_env=False)
        assert listener.visits.pop().startswith(b"GET / ")
        yield listener


def _stranger(url: str) -> Unit:
    """Return a signer of a chain that nobody trusts; every certificate points to the listener."""
    root = root_unit("Stranger's root")
    return pointing(pointing(root, "Stranger's CA", url, is_authority=True), "Stranger", url)


def _signed_by(unit: Unit, pdf: bytes, *, stamped: bool) -> bytes:
    world = SignedWorld()
    return world.sign(pdf, unit, stamped=SIGNED if stamped else None)


@pytest.mark.engines
@pytest.mark.parametrize("stamped", [False, True])
def test_a_strangers_signature_sends_us_nowhere(
    house: House, listener: Listener, tmp_path: Path, *, stamped: bool
) -> None:
    """Verified by API, page and command line, then stored and sealed: not one visit.

    The signer signs, stamps, embeds status, and checks its work, the stranger's signature included.
    """
    pdf = _signed_by(_stranger(listener.url), house.form, stamped=stamped)
    client, kind = house.ours.caller.client, {"Content-Type": "application/pdf"}
    report = client.post("/api/v1/verifications", content=pdf, headers=kind).json()
    assert (report["verdict"], report["signatures_count"]) == ("unconfirmed", 1)
    page = {"file": ("a.pdf", pdf, "application/pdf")}
    assert client.post("/verify", files=page, headers={"Origin": house.url}).status_code == 200
    source, sealed = tmp_path / "signed.pdf", tmp_path / "sealed.pdf"
    source.write_bytes(pdf)
    assert call_here("verify", source, "--home", house.home).status == 2
    seal = house.ours.caller.get("/seals").json()["data"][0]["id"]
    placed = ("--seal", seal, "--at", "page=1,x=180,y=270")
    ended = call_here("seal-pdf", source, sealed, *placed, "--home", house.home)
    assert (ended.status, sealed.exists()) == (0, True), ended
    assert listener.visits == []


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch, listener: Listener) -> list[str]:
    """Note every name that is looked up; all of them lead to the listener, as rebinding does."""
    names: list[str] = []

    def resolve(host: Any, *_: object, **__: object) -> list[Any]:  # noqa: ANN401 - as the library
        names.append(host.decode() if isinstance(host, bytes) else str(host))
        address = ("127.0.0.1", listener.port)
        return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", address)]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return names


ELSEWHERE = (
    "http://169.254.169.254/latest/meta-data/",
    "http://[::1]/ocsp",
    "http://[::ffff:127.0.0.1]/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://10.0.0.1/crl/seal-ca.crl",
    "http://rebind.example/crl/seal-ca.crl",
    f"{OURS}.evil.example/crl/seal-ca.crl",
    f"{OURS}@evil.example/crl/seal-ca.crl",
    f"{OURS}:444/crl/seal-ca.crl",
    f"{OURS}/../admin",
    f"{OURS}/crl/%2e%2e/%2e%2e/livez",
    f"{OURS}/crl\\..\\livez",
    f"{OURS}/livez#/crl/seal-ca.crl",
    f"{OURS}/livez?/crl/seal-ca.crl",
    OURS.upper() + "/crl/seal-ca.crl",
    "https:/seal.example/crl/seal-ca.crl",
    "ldap://127.0.0.1/cn=x",
    "file:///etc/passwd",
    "ftp://127.0.0.1/list.crl",
    "gopher://127.0.0.1:25/",
    "",
    f"{OURS}/crl/\r\nX: y",
)


@pytest.mark.parametrize("address", ELSEWHERE)
def test_addresses_of_certificates_are_asked_at_our_own_signer_only(
    address: str, listener: Listener, looked_up: list[str]
) -> None:
    """An address that is not under ours is refused before its name is even looked up."""
    source = HttpRevocationSource({OURS: listener.url}, Limits(), utc_now)
    with pytest.raises(RevocationUnavailable):
        source._ask(address, frozenset({"application/pkix-crl"}))
    assert looked_up == []
    assert listener.visits == []
    source.close()


def test_rebinding_has_nothing_to_bind(listener: Listener, looked_up: list[str]) -> None:
    """Our own address is never looked up either: it is asked where the settings say."""
    source = HttpRevocationSource({OURS: listener.url}, Limits(), utc_now)
    with pytest.raises(RevocationUnavailable, match="404"):
        source._ask(f"{OURS}/crl/seal-ca.crl", frozenset({"application/pkix-crl"}))
    assert set(looked_up) <= {"127.0.0.1"}
    assert [visit.split()[1] for visit in listener.visits] == [b"/crl/seal-ca.crl"]
    source.close()


def test_chains_of_strangers_are_not_asked_about(listener: Listener, looked_up: list[str]) -> None:
    """What the sealing path asks for a whole chain: the first foreign address ends it."""
    leaf = _stranger(listener.url)
    authority = leaf.issuer
    assert authority is not None
    assert authority.issuer is not None
    chain = (leaf.der, authority.der, authority.issuer.der)
    assert x509.Certificate.load(chain[0]).ocsp_urls == [f"{listener.url}/ocsp"]
    source = HttpRevocationSource({OURS: "http://127.0.0.1:9"}, Limits(), utc_now)
    with pytest.raises(RevocationUnavailable, match="not allowed"):
        source.material((chain,), utc_now())
    assert looked_up == []
    assert listener.visits == []
    source.close()


def _redirecting(url: str, status: int) -> FastAPI:
    app = FastAPI()

    @app.api_route("/{path:path}", methods=["GET", "POST", "PUT", "HEAD"])
    def elsewhere(path: str) -> Response:
        return Response(status_code=status, headers={"Location": f"{url}/{path}"})

    return app


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_answers_not_orders(listener: Listener, status: int) -> None:
    """A TSA, an OCSP responder, a CRL or a store that sends us on is refused where it is."""
    with serving(_redirecting(listener.url, status)) as url:
        stamps = HttpTimestampSource(f"{url}/tsa", [], Limits(), utc_now)
        with pytest.raises(TimestampUnavailable, match=str(status)):
            stamps.stamp(bytes(32))
        status_source = HttpRevocationSource({OURS: url}, Limits(), utc_now)
        with pytest.raises(RevocationUnavailable, match=str(status)):
            status_source._ask(f"{OURS}/ocsp/seal-ca", frozenset({"application/ocsp-response"}))
        store = ObjectStore(S3Account(url, "access", "secret"))
        with pytest.raises(StoreUnavailable):
            store.get("documents", "key")
        stamps.close()
        status_source.close()
    assert listener.visits == []


def test_proxies_of_the_environment_are_not_used(
    listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A variable that names a proxy takes no time stamp query or status request elsewhere."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, listener.url)
    stamps = HttpTimestampSource("http://127.0.0.1:9/tsa", [], Limits(), utc_now)
    with pytest.raises(TimestampUnavailable):
        stamps.stamp(bytes(32))
    source = HttpRevocationSource({OURS: "http://127.0.0.1:9"}, Limits(), utc_now)
    with pytest.raises(RevocationUnavailable):
        source._ask(f"{OURS}/crl/seal-ca.crl", frozenset({"application/pkix-crl"}))
    assert listener.visits == []
    stamps.close()
    source.close()
