"""Staff at /login: link, passkey, session, and what others may not do with any of them."""

from typing import Any

import pytest

from sealservice.identity.model import Role
from tests.edge_client import EdgeClient
from tests.web.conftest import OWN
from tests.world_edges import PUBLIC_URL, EdgeWorld
from tests.world_passkeys import Authenticator

pytestmark = pytest.mark.security

HERE = "seal.test"


def _post(client: EdgeClient, path: str, body: dict[str, Any] | None = None, **headers: str) -> Any:  # noqa: ANN401 - an answer
    return client.post(path, json=body or {}, headers={**OWN, **headers})


def enrolled(world: EdgeWorld, client: EdgeClient, *roles: Role) -> Authenticator:
    """Sign somebody in by a passkey that they enrol, as production asks for."""
    key = Authenticator(PUBLIC_URL, HERE)
    link = world.identity.signin_link(world.ours.id, *roles)
    options = _post(client, f"/login/{link}/options").json()
    answer = {"answer": key.create(options), "name": "办公电脑"}
    assert _post(client, f"/login/{link}/passkey", answer).json() == {"to": "/"}
    return key


def test_passkey_is_enrolled_and_signs_in(world: EdgeWorld, client: EdgeClient) -> None:
    """The session's secret is another one after each sign-in, and the earlier one is dead."""
    key = enrolled(world, client)
    first = client.cookies["session"]
    assert "王芳" in client.get("/").text
    answer = key.get(_post(client, "/login/passkey/options").json())
    assert _post(client, "/login/passkey", {"answer": answer}).status_code == 200
    assert client.cookies["session"] != first
    planted = EdgeClient(world.web(), PUBLIC_URL)
    planted.cookies.set("session", first)
    assert "王芳" not in planted.get("/").text


def test_another_site_begins_nothing(world: EdgeWorld, client: EdgeClient) -> None:
    """Requests from a foreign origin are refused, and leave the link as it was."""
    link = world.identity.signin_link(world.ours.id)
    evil = {"Origin": "https://evil.example"}
    for path in ("/login/passkey/options", "/login/passkey", f"/login/{link}/options"):
        answer = client.post(path, json={"answer": {}}, headers=evil)
        assert (answer.status_code, answer.json()["code"]) == (403, "foreign_form")
    assert _post(client, f"/login/{link}/options").status_code == 200


def test_members_that_were_not_asked_for_are_refused(world: EdgeWorld, client: EdgeClient) -> None:
    """A body cannot name roles, an owner or an organisation."""
    link = world.identity.signin_link(world.ours.id)
    for extra in ("roles", "owner_id", "organisation_id", "sign_count"):
        body = {"answer": {}, "name": "x", extra: ["administrator"]}
        assert _post(client, f"/login/{link}/passkey", body).status_code == 422
    assert not world.passkeys.store.rows


def test_guesses_are_refused_whatever_a_header_says(world: EdgeWorld, client: EdgeClient) -> None:
    """After a number of failures 429 follows; another X-Forwarded-For changes nothing."""
    link = world.identity.signin_link(world.ours.id)
    told = [
        _post(client, f"/login/guess{n}/options", **{"X-Forwarded-For": f"198.51.100.{n}"})
        for n in range(world.limits.attempts + 5)
    ]
    statuses = [answer.status_code for answer in told]
    assert statuses == [401] * world.limits.attempts + [429] * 5
    assert told[-1].headers["Retry-After"] == str(world.limits.attempts_minutes * 60)
    assert client.post(f"/login/{link}", headers=OWN).status_code == 429
