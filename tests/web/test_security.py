"""What every answer of the web process promises, and what it does not let through."""

import io
import json
import logging

import pytest

from sealservice.kernel.log_lines import JsonLines
from sealservice.limits import Limits
from tests.edge_client import EdgeClient
from tests.web.conftest import OWN, form_token, sign_in
from tests.world_edges import PUBLIC_URL, EdgeWorld, bearer
from tests.world_verification import blank_pdf

pytestmark = pytest.mark.security

EVERYWHERE = ["/", "/verify", "/login", "/records", "/nothing", "/static/style.css", "/livez",
              "/api/v1/licenses", "/api/v1/nothing", "/crl/seal.crl"]  # fmt: skip


@pytest.mark.parametrize("path", EVERYWHERE)
def test_headers_are_on_every_answer(client: EdgeClient, path: str) -> None:
    """Pages, files, problems and errors alike carry the policy, without any exception in it."""
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["x-request-id"].startswith("req_")
    assert "strict-transport-security" not in headers


def test_https_is_insisted_on() -> None:
    """Under https the browser is told to stay there, and cookies are bound to this host and TLS."""
    world = EdgeWorld(public_url="https://seal.test")
    client = EdgeClient(world.web(), "https://seal.test")
    assert "max-age=" in client.get("/").headers["strict-transport-security"]
    link = world.identity.signin_link(world.ours.id)
    answer = client.post(f"/login/{link}", headers={"Origin": "https://seal.test"})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-session=")
    for word in ("Secure", "HttpOnly", "Path=/", "SameSite=lax"):
        assert word in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize("host", ["evil.test", "seal.test:81", "seal.test@evil.test", "", "[::1]"])
def test_other_hosts_are_turned_away(client: EdgeClient, host: str) -> None:
    """A request for another name is not answered with our pages, and its name is not repeated."""
    answer = client.get("/verify", headers={"Host": host})
    assert answer.status_code == 421
    assert PUBLIC_URL in answer.text
    assert "evil" not in answer.text
    assert client.get("/livez", headers={"Host": host}).status_code == 200
    assert client.get("/crl/root.crl", headers={"Host": host}).status_code != 421


@pytest.mark.parametrize("origin", ["http://evil.test", "null", "http://seal.test.evil.test", ""])
def test_forms_of_other_sites_are_refused(
    world: EdgeWorld, client: EdgeClient, origin: str
) -> None:
    """A POST that another site's page sends changes nothing, signed in or not."""
    link = world.identity.signin_link(world.ours.id)
    foreign = {"Origin": origin}
    assert client.post(f"/login/{link}", headers=foreign).status_code == 403
    files = {"file": ("a.pdf", blank_pdf(), "application/pdf")}
    assert client.post("/verify", files=files, headers=foreign).status_code == 403
    sign_in(world, client)
    token = form_token(client.get("/").text)
    body = {"form_token": token}
    assert client.post("/logout", data=body, headers=foreign).status_code == 403
    assert "王芳" in client.get("/").text


@pytest.mark.parametrize("token", [None, "", "0" * 64, "ü"])
def test_forms_need_the_sessions_token(
    world: EdgeWorld, client: EdgeClient, token: str | None
) -> None:
    """Signing out without the right token is refused, even from our own origin."""
    sign_in(world, client)
    data = {} if token is None else {"form_token": token}
    assert client.post("/logout", data=data, headers=OWN).status_code == 403
    assert client.post("/logout", data=data).status_code == 403
    assert "王芳" in client.get("/").text


def test_signing_out_ends_the_session(world: EdgeWorld, client: EdgeClient) -> None:
    """After signing out the old cookie is worth nothing, also when it is sent again."""
    sign_in(world, client)
    kept = client.cookies["session"]
    token = form_token(client.get("/").text)
    answer = client.post("/logout", data={"form_token": token}, headers=OWN)
    assert answer.status_code == 303
    client.cookies.set("session", kept)
    assert client.get("/records").status_code == 401


def test_looking_at_a_link_does_not_burn_it(world: EdgeWorld, client: EdgeClient) -> None:
    """Mail scanners may open the link; only the button signs in, once, with a fresh session."""
    link = world.identity.signin_link(world.ours.id)
    for _ in range(3):
        assert client.get(f"/login/{link}").status_code == 200
    client.cookies.set("session", "planted", domain="seal.test")
    assert client.post(f"/login/{link}", headers=OWN).status_code == 303
    assert client.cookies["session"] != "planted"
    assert client.post(f"/login/{link}", headers=OWN).status_code == 401


def test_session_opens_no_api(world: EdgeWorld, client: EdgeClient) -> None:
    """The API takes keys only, so that a browser's session cannot be abused there."""
    sign_in(world, client)
    assert client.get("/api/v1/records").status_code == 401


def test_oversized_form_is_refused() -> None:
    """A file over the limit gives the page that says so."""
    client = EdgeClient(EdgeWorld(limits=Limits(verified_bytes=10_000)).web(), PUBLIC_URL)
    for size in (10_001, 200_000):
        files = {"file": ("a.pdf", b"x" * size, "application/pdf")}
        answer = client.post("/verify", files=files, headers=OWN)
        assert answer.status_code == 413
        assert "文件过大" in answer.text


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> io.StringIO:
    """Give what the process logs, as it would be written."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    handler.addFilter(lambda record: record.name != "httpx")  # the client's own lines
    root = logging.getLogger()
    root.addHandler(handler)
    caplog.set_level(logging.INFO)
    yield stream
    root.removeHandler(handler)


def test_no_secret_is_logged(world: EdgeWorld, client: EdgeClient, lines: io.StringIO) -> None:
    """Links, sessions, keys, tokens and query strings are in no line; each request is in one."""
    link = world.identity.signin_link(world.ours.id)
    key = world.identity.key(world.ours.id)
    client.get(f"/login/{link}")
    client.post(f"/login/{link}", headers=OWN)
    page = client.get("/?canary=canary-1").text
    client.get("/api/v1/licenses?limit=1", headers=bearer(key))
    client.get("/api/v1/licenses", headers=bearer("canary-2"))
    client.get("/canary-3")
    secrets = [link, key, client.cookies["session"], form_token(page)]
    secrets += ["canary-1", "canary-2", "canary-3", "王芳"]
    logged = lines.getvalue()
    assert [secret for secret in secrets if secret in logged] == []
    events = [json.loads(line) for line in logged.splitlines()]
    routes = [event["route"] for event in events if event["message"] == "request"]
    assert routes == [
        "/login/{link_secret}", "/login/{link_secret}", "/", "/api/v1/licenses",
        "/api/v1/licenses", "(none)",
    ]  # fmt: skip


def test_nobody_writes_events_of_their_own(lines: io.StringIO) -> None:
    """Line ends, terminal codes and bidirectional letters in a name stay inside one ASCII line."""
    evil = 'x\r\n{"level":"info"}\u2028\x1b[2J\u202e"'
    logging.getLogger("sealservice.test").info("name %s", evil, extra={"members": {"name": evil}})
    (line,) = lines.getvalue().splitlines()
    assert line.isascii()
    assert json.loads(line)["name"] == evil


def test_metrics_name_routes_not_paths(client: EdgeClient) -> None:
    """Measures are counted by route, so that no caller can make new ones or leave words in them."""
    client.get("/records/canary-4")
    client.request("CANARY", "/canary-5")
    text = client.get("/metrics").text
    assert 'route="/records/{record_id}"' in text
    assert 'method="OTHER"' in text
    assert "canary" not in text.lower()


def test_all_bodies_together_are_bounded() -> None:
    """A body that does not fit in beside the others is refused for now; the next one finds room."""
    client = EdgeClient(EdgeWorld(limits=Limits(bodies_bytes=20_000)).web(), PUBLIC_URL)
    headers = {"Content-Type": "application/pdf"}
    for size, status in ((20_001, 503), (19_000, 200), (19_000, 200)):
        body = {"content": b"x" * size, "headers": headers}
        assert client.post("/api/v1/verifications", **body).status_code == status
    files = {"file": ("a.pdf", b"x" * 30_000, "application/pdf")}
    answer = client.post("/verify", files=files, headers=OWN)
    assert answer.status_code == 503
    assert "稍后重试" in answer.text


def test_connection_ends_with_a_body_that_is_not_read() -> None:
    """Whoever is answered before the end of the request is not listened to any longer."""
    client = EdgeClient(EdgeWorld(limits=Limits(verified_bytes=10_000)).web(), PUBLIC_URL)
    files = {"file": ("a.pdf", b"x" * 200_000, "application/pdf")}
    assert client.post("/verify", files=files, headers=OWN).headers["connection"] == "close"
    assert client.post("/nothing", content=b"x").headers["connection"] == "close"
    assert "connection" not in client.get("/verify").headers
